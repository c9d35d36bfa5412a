-- What `gauntlet import exercises` brought in, beside the exercises of the project's own. Primary data, and no events:
-- those who trained keep the names in their own journal.

CREATE SEQUENCE exercise_changes;

CREATE TABLE exercises (
    id                text   PRIMARY KEY CHECK (id LIKE 'imported-%'), -- no own exercise can be overwritten
    name              text   NOT NULL,
    category          text   NOT NULL,
    level             text   NOT NULL,
    equipment         text   NOT NULL,
    primary_muscles   text[] NOT NULL,
    secondary_muscles text[] NOT NULL,
    measures          text[] NOT NULL,
    instructions      text[] NOT NULL,
    source            text   NOT NULL,                                     -- the file that it was last changed by
    change            bigint NOT NULL DEFAULT nextval('exercise_changes')  -- grows, so that a server sees that it has to read again
);
