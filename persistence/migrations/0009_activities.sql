-- Walks, runs, workouts, puffs and check-ins beside a day's steps.

ALTER TABLE activities ALTER COLUMN device DROP NOT NULL; -- of steps only

-- What a day comes to beyond what devices count: metric → value. Empty for most days, so that a sync writes a narrow row.
ALTER TABLE days ADD COLUMN more jsonb NOT NULL DEFAULT '{}';

-- The routes of walks and runs (rules/route/encoded.py). No user's state holds them: the rows are made from events.
CREATE TABLE tracks (
    activity_id uuid PRIMARY KEY,
    user_id     uuid NOT NULL,
    route       text NOT NULL
);
