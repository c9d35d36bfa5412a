-- What happened, actor by actor. The primary key is the fence: a second writer for an actor collides here.
CREATE TABLE journal (
    kind        text        NOT NULL,
    id          uuid        NOT NULL,
    seq         bigint      NOT NULL,
    type        text        NOT NULL,
    version     smallint    NOT NULL,
    payload     jsonb       NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, id, seq)
);

-- Shortcuts to an actor's state. Never needed: an empty table only makes loading slower.
CREATE TABLE snapshots (
    kind        text        NOT NULL,
    id          uuid        NOT NULL,
    seq         bigint      NOT NULL,
    shape       text        NOT NULL, -- of the state's classes; a snapshot of another shape is ignored
    state       bytea       NOT NULL, -- JSON
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, id)
);

-- The first reply of every command that came with an idempotency key.
CREATE TABLE idempotency_keys (
    kind        text        NOT NULL,
    id          uuid        NOT NULL,
    user_id     uuid        NOT NULL,
    key         text        NOT NULL,
    fingerprint text        NOT NULL,
    reply       bytea       NOT NULL, -- JSON
    recorded_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (kind, id, user_id, key)
);
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (recorded_at);

-- What is to happen at its (game) time, also when the server was down then.
CREATE TABLE reminders (
    kind text        NOT NULL,
    id   uuid        NOT NULL,
    name text        NOT NULL,
    due  timestamptz NOT NULL,
    PRIMARY KEY (kind, id, name)
);
CREATE INDEX reminders_by_due ON reminders (due);

-- Messages that their actor could not handle, for an operator.
CREATE TABLE dead_letters (
    letter      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text        NOT NULL,
    id          uuid        NOT NULL,
    type        text        NOT NULL,
    message     jsonb       NOT NULL,
    error       text        NOT NULL,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

-- One row a batch, so that a commit whose answer was lost is recognised. Kept for an hour.
CREATE TABLE commits (
    id          uuid        PRIMARY KEY,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

-- Driven game time (development mode); one row, or none while time is real.
CREATE TABLE game_clock (
    one boolean     PRIMARY KEY DEFAULT true CHECK (one),
    now timestamptz NOT NULL
);
