-- Modes, teams and groups of challenges.
ALTER TABLE challenges ADD COLUMN group_id uuid;
CREATE INDEX challenges_by_group ON challenges (group_id) WHERE group_id IS NOT NULL;
ALTER TABLE participants ADD COLUMN team_id uuid;
ALTER TABLE participants ADD COLUMN dropped_out int; -- the round of an elimination
