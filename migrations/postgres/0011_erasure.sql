-- Erasure: content whose keys are destroyed by order or by the rule of retention, and what is still to be done about it.

-- erased_at: nobody has a key to header, body and files any more. evidence_ended_at: the same of the delivery's records.
ALTER TABLE message ADD COLUMN erased_at BIGINT;
ALTER TABLE message ADD COLUMN evidence_ended_at BIGINT;
CREATE INDEX message_content_age ON message (created_at, id) WHERE erased_at IS NULL;
CREATE INDEX message_evidence_age ON message (last_at, id) WHERE erased_at IS NOT NULL AND evidence_ended_at IS NULL;

-- Erasures by order. The list of them beside the database (erasures/… in the object store) holds the same.
-- event_id: the record of it; NULL after a replay until the hub takes acts again. record_jws: the sealed record where no party has a key to it.
-- reached: through which event of the log a mailbox's keys are destroyed. finished_at: it stands on the list, and nothing is left to do.
CREATE TABLE erasure (
    id           UUID   NOT NULL PRIMARY KEY,
    message_id   BIGINT,
    mailbox_id   UUID,
    reason       TEXT    NOT NULL,
    order_number TEXT,
    made_at      BIGINT NOT NULL,
    event_id     UUID,
    record_jws   TEXT,
    reached      BIGINT NOT NULL,
    finished_at  BIGINT
);
CREATE UNIQUE INDEX erasure_message ON erasure (message_id) WHERE message_id IS NOT NULL;
CREATE UNIQUE INDEX erasure_mailbox ON erasure (mailbox_id) WHERE mailbox_id IS NOT NULL;
CREATE INDEX erasure_unfinished ON erasure (id) WHERE finished_at IS NULL;

-- What is to be removed from the object store: 'attachment' (with its row, if no message uses it then) or 'letter' (a job of the spool).
CREATE TABLE object_removal (
    kind   TEXT    NOT NULL,
    id     UUID   NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (kind, id)
);
CREATE INDEX object_removal_due ON object_removal (due_at);
