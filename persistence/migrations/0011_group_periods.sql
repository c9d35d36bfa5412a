-- A group's check-in periods that are over, written from the events alone: the group itself knows the present one. What was
-- said in them is with the activities of its members.
CREATE TABLE group_periods (
    group_id  uuid        NOT NULL,
    first     date        NOT NULL,
    last      date        NOT NULL,
    frequency text        NOT NULL,
    ends_at   timestamptz NOT NULL,
    members   int         NOT NULL, -- who could have checked in
    PRIMARY KEY (group_id, first)
);
CREATE INDEX check_ins_by_period ON activities ((details->>'groupId'), (details->'period'->>'from')) WHERE kind = 'checkIn';
