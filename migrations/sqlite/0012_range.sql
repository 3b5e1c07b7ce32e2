-- Ranges: the records of one organisation in the log's order. Only numbered events stand in it, so that an event enters once.
CREATE INDEX event_organisation ON event (organisation_id, leaf_index) WHERE organisation_id IS NOT NULL AND leaf_index IS NOT NULL;

-- Which leaf told which organisation's tally, and when (microseconds): where a range may begin and end.
CREATE TABLE tally_leaf (
    organisation_id BLOB    NOT NULL,
    told_at         INTEGER NOT NULL,
    event_id        BLOB    NOT NULL,
    PRIMARY KEY (organisation_id, told_at, event_id)
) STRICT;
CREATE UNIQUE INDEX event_tally ON event (id) WHERE kind = 'tally';
