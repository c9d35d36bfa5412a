-- What people are to each other, and what they write.

-- one row for each side: friends, requested (by user_id), received (by user_id), blocked (by user_id)
CREATE TABLE friendships (
    user_id  uuid        NOT NULL,
    other_id uuid        NOT NULL,
    status   text        NOT NULL,
    since    timestamptz NOT NULL,
    PRIMARY KEY (user_id, other_id)
);

CREATE TABLE posts (
    id          uuid        PRIMARY KEY,
    user_id     uuid        NOT NULL,
    text        text        NOT NULL,
    activity_id uuid,
    visibility  text        NOT NULL,
    likes       int         NOT NULL,
    comments    int         NOT NULL,
    created_at  timestamptz NOT NULL,
    edited_at   timestamptz
);
CREATE INDEX posts_by_user ON posts (user_id, created_at DESC, id);

CREATE TABLE post_likes (
    post_id  uuid        NOT NULL,
    user_id  uuid        NOT NULL,
    liked_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, user_id)
);

CREATE TABLE post_comments (
    post_id    uuid        NOT NULL,
    id         uuid        NOT NULL,
    user_id    uuid        NOT NULL,
    name       text        NOT NULL,
    text       text        NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (post_id, id)
);
CREATE INDEX post_comments_by_id ON post_comments (id);
