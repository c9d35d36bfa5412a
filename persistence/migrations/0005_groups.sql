-- Groups: derived from the journal, in the same transaction. A deleted group has no row; its messages stay, and nobody
-- may ask for them.
CREATE TABLE groups (
    id          uuid        PRIMARY KEY,
    name        text        NOT NULL,
    is_private  boolean     NOT NULL,
    access_code text        NOT NULL,
    members     int         NOT NULL,
    created_at  timestamptz NOT NULL,
    body        jsonb       NOT NULL -- the Group resource as everyone may see it who may see the group
);
CREATE INDEX groups_by_access_code ON groups (access_code);

CREATE TABLE group_members (
    group_id  uuid        NOT NULL,
    user_id   uuid        NOT NULL,
    name      text        NOT NULL,
    role      text        NOT NULL,
    status    text        NOT NULL, -- active, banned
    joined_at timestamptz NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX group_members_by_user ON group_members (user_id);

-- Written from the events alone: the group itself remembers the last ones only.
CREATE TABLE group_messages (
    group_id uuid        NOT NULL,
    number   int         NOT NULL, -- 1, 2, 3, … in the group
    id       uuid        NOT NULL,
    user_id  uuid        NOT NULL,
    text     text        NOT NULL,
    at       timestamptz NOT NULL,
    PRIMARY KEY (group_id, number)
);
