-- Sign-in: who may act as which user. Primary data; the game itself lives in the journal. accounts.id is the user's id.

CREATE TABLE accounts (
    id              uuid PRIMARY KEY,
    username        text NOT NULL,
    email           text,                            -- normalised: trimmed, lower case
    email_verified  boolean NOT NULL DEFAULT false,
    secret_hash     text,                            -- argon2id of the password or PIN; none for a guest
    device_hash     bytea,                           -- sha256 of a guest's device id, its credential until the upgrade
    role            text NOT NULL DEFAULT 'user' CHECK (role IN ('user', 'premium', 'admin')),
    disabled        boolean NOT NULL DEFAULT false,
    created_at      timestamptz NOT NULL
);
CREATE UNIQUE INDEX accounts_username ON accounts (lower(username));
CREATE UNIQUE INDEX accounts_email ON accounts (email);
CREATE UNIQUE INDEX accounts_device ON accounts (device_hash);

-- One row per sign-in on a device: a family of refresh tokens, of which only the newest generation is good.
CREATE TABLE sign_ins (
    id              uuid PRIMARY KEY,                -- `sid` in tokens
    account_id      uuid NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
    device          text NOT NULL,                   -- a label for the list of sessions, no credential
    generation      integer NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    rotated_at      timestamptz NOT NULL,            -- when `generation` was handed out
    expires_at      timestamptz NOT NULL,
    revoked_at      timestamptz
);
CREATE INDEX sign_ins_account ON sign_ins (account_id, rotated_at);
CREATE INDEX sign_ins_expiry ON sign_ins (expires_at);
CREATE INDEX sign_ins_revoked ON sign_ins (revoked_at) WHERE revoked_at IS NOT NULL;

-- Attempts to sign in since the last success, per account, or per name that belongs to none (equal answers for both).
CREATE TABLE sign_in_failures (
    subject         uuid PRIMARY KEY,
    failures        integer NOT NULL,
    failed_at       timestamptz NOT NULL,
    blocked_until   timestamptz NOT NULL
);
CREATE INDEX sign_in_failures_age ON sign_in_failures (failed_at);
