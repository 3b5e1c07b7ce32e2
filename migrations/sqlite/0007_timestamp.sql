-- Time stamps (RFC 3161) over checkpoints: the whole reply of the authority, the time it states, and when we had it (microseconds).
-- record_jws: the sealed record of the event that puts the reply into the log. No party has a key to it, so it stands here.
CREATE TABLE log_timestamp (
    origin     TEXT    NOT NULL,
    size       INTEGER NOT NULL,
    checkpoint TEXT    NOT NULL,
    reply      BLOB    NOT NULL,
    gen_time   INTEGER NOT NULL,
    made_at    INTEGER NOT NULL,
    record_jws TEXT    NOT NULL,
    PRIMARY KEY (origin, size)
) STRICT;

-- Times in which the authority gave no stamp that holds; ended_at is empty while one lasts.
CREATE TABLE log_timestamp_outage (
    origin     TEXT    NOT NULL,
    since      INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    record_jws TEXT    NOT NULL,
    ended_at   INTEGER,
    PRIMARY KEY (origin, since)
) STRICT;
CREATE UNIQUE INDEX log_timestamp_outage_open ON log_timestamp_outage (origin) WHERE ended_at IS NULL;
