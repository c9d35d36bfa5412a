-- What a user is told of in words (the newest 200, each in the slot of the one before it that is too old by now; what was
-- read is live), and what they want to reach.
CREATE TABLE notices (
    user_id    uuid        NOT NULL,
    slot       int         NOT NULL,
    number     int         NOT NULL, -- counts up for each user
    id         uuid        NOT NULL,
    type       text        NOT NULL,
    title      text        NOT NULL,
    message    text        NOT NULL,
    data       jsonb       NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (user_id, slot)
);

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
