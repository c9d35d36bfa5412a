-- Workouts: the sessions, who trained in them, and each of their sets.
CREATE TABLE sessions (
    id         uuid        PRIMARY KEY,
    owner_id   uuid        NOT NULL,
    name       text        NOT NULL,
    visibility text        NOT NULL,
    state      text        NOT NULL,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    ended_at   timestamptz
);
CREATE INDEX sessions_by_owner ON sessions (owner_id, created_at DESC, id);

CREATE TABLE session_athletes (
    session_id     uuid             NOT NULL,
    user_id        uuid             NOT NULL,
    name           text             NOT NULL,
    joined_at      timestamptz      NOT NULL,
    left_at        timestamptz,
    exercises      jsonb            NOT NULL, -- ids, in order
    sets           int              NOT NULL,
    reps           int              NOT NULL,
    volume         double precision NOT NULL,
    records        int              NOT NULL,
    average_rpe    double precision,
    active_seconds double precision,          -- once their part is over
    calories       int,                       -- once their part is over
    PRIMARY KEY (session_id, user_id)
);
CREATE INDEX session_athletes_by_user ON session_athletes (user_id, joined_at DESC, session_id);

CREATE TABLE session_sets (
    session_id   uuid             NOT NULL,
    user_id      uuid             NOT NULL,
    number       int              NOT NULL,  -- of all the athlete's sets in it, from 0
    exercise_id  text             NOT NULL,
    completed_at timestamptz      NOT NULL,
    weight       double precision,
    reps         int,
    seconds      double precision,
    distance     double precision,
    rpe          double precision,
    notes        text,
    record       boolean          NOT NULL,
    PRIMARY KEY (session_id, user_id, number)
);
CREATE INDEX session_sets_by_exercise ON session_sets (user_id, exercise_id, completed_at DESC);
