"""The read-table rows of a post."""

from typing import Any

from persistence.tables import POST_COMMENTS, POST_LIKES, POSTS, Rows
from rules.post import Post


def rows(post_id: str, post: Post, touched: frozenset[Any]) -> Rows:
    """Touched are `rules.post.keys`; what is gone loses its row."""
    found = Rows()
    for key in touched:
        if key == "post":
            _post(post_id, post, found)
        elif key[0] == "like":
            _like(post_id, post, key[1], found)
        else:
            _comment(post_id, post, key[1], found)
    return found


def _post(post_id: str, post: Post, found: Rows) -> None:
    if not post.id:
        found.drop(POSTS, post_id)
        return
    found.put(
        POSTS,
        post_id,
        post.user_id,
        post.text,
        post.activity_id,
        post.visibility,
        len(post.likes),
        len(post.comments),
        post.created_at,
        post.edited_at,
    )


def _like(post_id: str, post: Post, user_id: str, found: Rows) -> None:
    if user_id in post.likes:
        found.put(POST_LIKES, post_id, user_id, post.likes[user_id])
    else:
        found.drop(POST_LIKES, post_id, user_id)


def _comment(post_id: str, post: Post, comment_id: str, found: Rows) -> None:
    comment = post.comments.get(comment_id)
    if comment is None:
        found.drop(POST_COMMENTS, post_id, comment_id)
    else:
        found.put(POST_COMMENTS, post_id, comment_id, comment.user_id, comment.name, comment.text, comment.at)
