-- Logs of this hub are numbered; an event's leaf_index is its place in all of them: (number - 1) * 2^40 + its index in its log.
ALTER TABLE log ADD COLUMN number INTEGER NOT NULL DEFAULT 1;

-- Logs that ended because an older backup was restored: the last checkpoint of all, how many leaves the database still has and the checkpoint over
-- those (empty when it has none), which log came after, why and when (microseconds). record_jws: the sealed record that is the first leaf of that
-- log; no party has a key to it, so it stands here. next_checkpoint: that log's first checkpoint, over this leaf alone.
CREATE TABLE log_ended (
    number          INTEGER NOT NULL PRIMARY KEY,
    origin          TEXT    NOT NULL,
    checkpoint      TEXT    NOT NULL,
    held            INTEGER NOT NULL,
    held_checkpoint TEXT    NOT NULL,
    successor       INTEGER NOT NULL,
    reason          TEXT    NOT NULL,
    ended_at        INTEGER NOT NULL,
    record_jws      TEXT    NOT NULL,
    next_checkpoint TEXT    NOT NULL
) STRICT;
