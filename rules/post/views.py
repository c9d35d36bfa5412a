"""A post as clients see it."""

from collections.abc import Set

from rules import resources
from rules.days import stamp
from rules.ids import UserId
from rules.post.state import Comment, Post


def post_view(post: Post, viewer: UserId | None = None, hidden: Set[UserId] = frozenset()) -> resources.Post:
    """`likedByMe` only for a viewer: what goes to many says nothing of each. Comments of the `hidden` don't count."""
    view: resources.Post = {
        "id": post.id,
        "userId": post.user_id,
        "name": post.name,
        "text": post.text,
        "visibility": post.visibility,
        "likes": len(post.likes),
        "comments": len(_shown(post, hidden)) if hidden else len(post.comments),
        "createdAt": stamp(post.created_at),
    }
    if post.activity_id is not None:
        view["activityId"] = post.activity_id
    if post.edited_at is not None:
        view["editedAt"] = stamp(post.edited_at)
    if viewer is not None:
        view["likedByMe"] = viewer in post.likes
    return view


def comment_view(post: Post, comment: Comment) -> resources.Comment:
    return {
        "id": comment.id,
        "postId": post.id,
        "userId": comment.user_id,
        "name": comment.name,
        "text": comment.text,
        "createdAt": stamp(comment.at),
    }


def comments_view(post: Post, hidden: Set[UserId]) -> resources.Comments:
    return {"comments": [comment_view(post, comment) for comment in _shown(post, hidden)]}


def _shown(post: Post, hidden: Set[UserId]) -> list[Comment]:
    return [comment for comment in post.comments.values() if comment.user_id not in hidden]
