-- Time stamps (RFC 3161) over checkpoints: the whole reply of the authority, the time it states, and when we had it (microseconds).
-- record_jws: the sealed record of the event that puts the reply into the log. No party has a key to it, so it stands here.
CREATE TABLE log_timestamp (
    origin     TEXT    NOT NULL,
    size       BIGINT NOT NULL,
    checkpoint TEXT    NOT NULL,
    reply      BYTEA   NOT NULL,
    gen_time   BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    record_jws TEXT    NOT NULL,
    PRIMARY KEY (origin, size)
);

-- Times in which the authority gave no stamp that holds; ended_at is empty while one lasts.
CREATE TABLE log_timestamp_outage (
    origin     TEXT    NOT NULL,
    since      BIGINT NOT NULL,
    reason     TEXT    NOT NULL,
    record_jws TEXT    NOT NULL,
    ended_at   BIGINT,
    PRIMARY KEY (origin, since)
);
CREATE UNIQUE INDEX log_timestamp_outage_open ON log_timestamp_outage (origin) WHERE ended_at IS NULL;
