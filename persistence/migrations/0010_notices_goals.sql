-- What a user is told of in words (the newest they have kept), and what they want to reach.
CREATE TABLE notices (
    id         uuid        PRIMARY KEY,
    user_id    uuid        NOT NULL,
    type       text        NOT NULL,
    title      text        NOT NULL,
    message    text        NOT NULL,
    data       jsonb       NOT NULL,
    is_read    boolean     NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX notices_by_user ON notices (user_id, created_at DESC, id);

CREATE TABLE goals (
    id         uuid             PRIMARY KEY,
    user_id    uuid             NOT NULL,
    type       text             NOT NULL,
    metric     text             NOT NULL,
    target     double precision NOT NULL,
    first_day  date             NOT NULL,
    last_day   date,
    title      text             NOT NULL,
    milestones jsonb            NOT NULL,
    times      int              NOT NULL, -- periods it was achieved in
    created_at timestamptz      NOT NULL
);
CREATE INDEX goals_by_user ON goals (user_id, created_at);
