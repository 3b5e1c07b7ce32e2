-- Letters on paper: a message may go by paper, and one without a recipient's id lies in no mailbox.

-- SQLite cannot take NOT NULL from a column: the table is written anew.
CREATE TABLE message_anew (
    id               INTEGER NOT NULL PRIMARY KEY,
    mailbox_id       BLOB,
    organisation_id  BLOB    NOT NULL,
    service_id       BLOB    NOT NULL,
    system_id        BLOB    NOT NULL,
    folder           TEXT    NOT NULL,
    created_at       INTEGER NOT NULL,
    mode             TEXT    NOT NULL,
    root_id          INTEGER NOT NULL,
    reply_to         INTEGER,
    reply_allowed    INTEGER NOT NULL,
    visibility       TEXT    NOT NULL,
    external_id      TEXT,
    header_sealed    BLOB    NOT NULL,
    key_mailbox      BLOB,
    key_organisation BLOB,
    delivery_id      BLOB    NOT NULL UNIQUE,
    ruleset          TEXT    NOT NULL,
    ruleset_sha256   BLOB    NOT NULL,
    confirm_before   INTEGER,
    seq              INTEGER NOT NULL,
    last_hash        BLOB    NOT NULL,
    last_at          INTEGER NOT NULL,
    opened_at        INTEGER,
    confirmed_at     INTEGER,
    late_at          INTEGER,
    expired_at       INTEGER,
    channel          TEXT    NOT NULL DEFAULT 'electronic'
) STRICT;
INSERT INTO message_anew (
    id, mailbox_id, organisation_id, service_id, system_id, folder, created_at, mode, root_id, reply_to, reply_allowed, visibility,
    external_id, header_sealed, key_mailbox, key_organisation, delivery_id, ruleset, ruleset_sha256, confirm_before, seq, last_hash,
    last_at, opened_at, confirmed_at, late_at, expired_at)
SELECT
    id, mailbox_id, organisation_id, service_id, system_id, folder, created_at, mode, root_id, reply_to, reply_allowed, visibility,
    external_id, header_sealed, key_mailbox, key_organisation, delivery_id, ruleset, ruleset_sha256, confirm_before, seq, last_hash,
    last_at, opened_at, confirmed_at, late_at, expired_at
FROM message;
DROP TABLE message;
ALTER TABLE message_anew RENAME TO message;
CREATE INDEX message_list ON message (mailbox_id, folder, created_at DESC, id DESC);
CREATE INDEX message_expiry ON message (confirm_before, id)
    WHERE mode = 'verifiable' AND confirmed_at IS NULL AND expired_at IS NULL;

-- What a print house prints. The keys are destroyed once it has the letter.
CREATE TABLE print_job (
    id              BLOB    NOT NULL PRIMARY KEY,
    message_id      INTEGER NOT NULL UNIQUE,
    organisation_id BLOB    NOT NULL,
    attachment_id   BLOB    NOT NULL,
    state           TEXT    NOT NULL,
    order_sealed    BLOB    NOT NULL,
    key_hub         BLOB,
    key_file        BLOB,
    created_at      INTEGER NOT NULL,
    spooled_at      INTEGER,
    sent_at         INTEGER,
    resolved_at     INTEGER,
    report_sha256   BLOB,
    cleared         INTEGER NOT NULL
) STRICT;
CREATE INDEX print_job_accepted ON print_job (id) WHERE state = 'accepted';
CREATE INDEX print_job_spooled ON print_job (id) WHERE state = 'spooled';
CREATE INDEX print_job_uncleared ON print_job (id) WHERE sent_at IS NOT NULL AND NOT cleared;
CREATE INDEX print_job_file ON print_job (attachment_id) WHERE key_file IS NOT NULL;

-- Those who may collect letters, each by a key of its own.
CREATE TABLE print_house (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL UNIQUE,
    key_digest BLOB    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
