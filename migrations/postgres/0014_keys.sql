-- The public halves of the keys of evidence once one was announced to take the place of another, in their order; no row while none ever was.
-- kind: 'log' or 'seal'. public: the log's verifier key, named after the log that it was announced in; or the certificates of a sealing key, PEM.
-- event_id, record_jws: the record of the announcement, and it sealed; no party has a key to it, so it stands here. NULL for the first key of a kind.
CREATE TABLE evidence_key (
    kind         TEXT NOT NULL,
    number       BIGINT NOT NULL,
    public       TEXT NOT NULL,
    event_id     UUID,
    record_jws   TEXT,
    announced_at BIGINT NOT NULL,
    PRIMARY KEY (kind, number)
);
