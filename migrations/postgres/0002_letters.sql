-- Letters on paper: a message may go by paper, and one without a recipient's id lies in no mailbox.

ALTER TABLE message ADD COLUMN channel TEXT NOT NULL DEFAULT 'electronic';
ALTER TABLE message ALTER COLUMN mailbox_id DROP NOT NULL;

-- What a print house prints. The keys are destroyed once it has the letter.
CREATE TABLE print_job (
    id              UUID   NOT NULL PRIMARY KEY,
    message_id      BIGINT NOT NULL UNIQUE,
    organisation_id UUID   NOT NULL,
    attachment_id   UUID   NOT NULL,
    state           TEXT   NOT NULL,
    order_sealed    BYTEA  NOT NULL,
    key_hub         BYTEA,
    key_file        BYTEA,
    created_at      BIGINT NOT NULL,
    spooled_at      BIGINT,
    sent_at         BIGINT,
    resolved_at     BIGINT,
    report_sha256   BYTEA,
    cleared         BOOLEAN NOT NULL
);
CREATE INDEX print_job_accepted ON print_job (id) WHERE state = 'accepted';
CREATE INDEX print_job_spooled ON print_job (id) WHERE state = 'spooled';
CREATE INDEX print_job_uncleared ON print_job (id) WHERE sent_at IS NOT NULL AND NOT cleared;
CREATE INDEX print_job_file ON print_job (attachment_id) WHERE key_file IS NOT NULL;

-- Those who may collect letters, each by a key of its own.
CREATE TABLE print_house (
    id         UUID   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL UNIQUE,
    key_digest BYTEA  NOT NULL UNIQUE,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT
);
