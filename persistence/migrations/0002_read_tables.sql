-- Derived from the journal, in the same transaction; `gauntlet verify` rebuilds them beside these and compares.
CREATE TABLE users (
    id              uuid        PRIMARY KEY,
    username        text        NOT NULL,
    display_name    text        NOT NULL,
    avatar_url      text,
    timezone        text        NOT NULL,
    level           int         NOT NULL,
    xp              int         NOT NULL,
    profile_privacy text        NOT NULL,
    created_at      timestamptz NOT NULL
);
CREATE INDEX users_by_username ON users (lower(username) text_pattern_ops);

CREATE TABLE activities (
    id          uuid        PRIMARY KEY,
    user_id     uuid        NOT NULL,
    kind        text        NOT NULL,
    date        date        NOT NULL,
    device      text        NOT NULL,
    starts_at   timestamptz,
    ends_at     timestamptz,
    metrics     jsonb       NOT NULL,
    status      text        NOT NULL,
    details     jsonb       NOT NULL,
    recorded_at timestamptz NOT NULL
);
CREATE INDEX activities_by_user ON activities (user_id, date DESC, id);

CREATE TABLE days (
    user_id        uuid             NOT NULL,
    date           date             NOT NULL,
    steps          int              NOT NULL,
    distance       double precision NOT NULL,
    calories       double precision NOT NULL,
    active_minutes int              NOT NULL,
    goal           int              NOT NULL,
    PRIMARY KEY (user_id, date)
);

CREATE TABLE challenges (
    id               uuid             PRIMARY KEY,
    host_id          uuid             NOT NULL,
    name             text             NOT NULL,
    description      text,
    metric           text             NOT NULL,
    mode             text             NOT NULL,
    target           double precision,
    visibility       text             NOT NULL,
    state            text             NOT NULL,
    starts_at        timestamptz      NOT NULL,
    ends_at          timestamptz      NOT NULL,
    participants     int              NOT NULL,
    max_participants int,
    rule_version     text             NOT NULL,
    created_at       timestamptz      NOT NULL,
    body             jsonb            NOT NULL -- the Challenge resource as everyone may see it
);
CREATE INDEX challenges_by_state ON challenges (state, starts_at, id);
CREATE INDEX challenges_by_host ON challenges (host_id);

CREATE TABLE participants (
    challenge_id uuid             NOT NULL,
    user_id      uuid             NOT NULL,
    name         text             NOT NULL,
    joined_at    timestamptz      NOT NULL,
    score        double precision NOT NULL,
    disqualified boolean          NOT NULL,
    PRIMARY KEY (challenge_id, user_id)
);
CREATE INDEX participants_by_user ON participants (user_id);
