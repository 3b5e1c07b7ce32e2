-- The house: who sends, who receives, what lies in the mailboxes, what is proved.
-- Times are UTC microseconds. Every BLOB named *_sealed is AEAD ciphertext bound to its table, column and row; key_* are data keys wrapped for one party.

CREATE TABLE organisation (
    id               BLOB    NOT NULL PRIMARY KEY,
    business_id      TEXT    NOT NULL UNIQUE,
    name_fi          TEXT    NOT NULL,
    name_sv          TEXT    NOT NULL,
    name_en          TEXT    NOT NULL,
    requires_consent INTEGER NOT NULL,
    refusable        INTEGER NOT NULL,
    active           INTEGER NOT NULL,
    party_key        BLOB    NOT NULL,
    created_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE system (
    id              BLOB    NOT NULL PRIMARY KEY,
    organisation_id BLOB    NOT NULL REFERENCES organisation (id),
    username        TEXT    NOT NULL UNIQUE,
    active          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;

CREATE TABLE service (
    id              BLOB    NOT NULL PRIMARY KEY,
    organisation_id BLOB    NOT NULL REFERENCES organisation (id),
    system_id       BLOB    NOT NULL REFERENCES system (id),
    code            TEXT    NOT NULL UNIQUE,
    name_fi         TEXT    NOT NULL,
    name_sv         TEXT    NOT NULL,
    name_en         TEXT    NOT NULL,
    active          INTEGER NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX service_system ON service (system_id);

CREATE TABLE secret (
    id         BLOB    NOT NULL PRIMARY KEY,
    system_id  BLOB    NOT NULL REFERENCES system (id),
    hash       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER
) STRICT;
CREATE INDEX secret_system ON secret (system_id);

CREATE TABLE mailbox (
    id            BLOB    NOT NULL PRIMARY KEY,
    kind          TEXT    NOT NULL,
    lookup        BLOB    NOT NULL UNIQUE,
    owner_sealed  BLOB    NOT NULL,
    party_key     BLOB    NOT NULL,
    state         TEXT    NOT NULL,
    basis_kind    TEXT,
    basis_event   BLOB,
    activated_at  INTEGER,
    opt_out_until INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;

CREATE TABLE consent (
    mailbox_id      BLOB    NOT NULL REFERENCES mailbox (id),
    organisation_id BLOB    NOT NULL REFERENCES organisation (id),
    choice          TEXT    NOT NULL,
    event_id        BLOB    NOT NULL,
    changed_at      INTEGER NOT NULL,
    PRIMARY KEY (mailbox_id, organisation_id)
) STRICT;

-- A process takes message ids from here in blocks, so that taking one costs no statement.
CREATE TABLE id_block (
    name TEXT    NOT NULL PRIMARY KEY,
    next INTEGER NOT NULL
) STRICT;
INSERT INTO id_block (name, next) VALUES ('message', 1);

-- The header of a message and the state of its delivery; the body lies apart. No foreign keys on the accept path: the act itself reads every
-- row it names in the same transaction, and nothing named here is ever deleted.
CREATE TABLE message (
    id               INTEGER NOT NULL PRIMARY KEY,
    mailbox_id       BLOB    NOT NULL,
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
    expired_at       INTEGER
) STRICT;
CREATE INDEX message_list ON message (mailbox_id, folder, created_at DESC, id DESC);
CREATE INDEX message_expiry ON message (confirm_before, id)
    WHERE mode = 'verifiable' AND confirmed_at IS NULL AND expired_at IS NULL;

CREATE TABLE message_body (
    message_id  INTEGER NOT NULL PRIMARY KEY,
    body_sealed BLOB    NOT NULL
) STRICT;

-- The memory of external ids: a message is sent once and only once.
CREATE TABLE submission (
    system_id   BLOB    NOT NULL,
    external_id TEXT    NOT NULL,
    message_id  INTEGER NOT NULL,
    event_id    BLOB    NOT NULL,
    PRIMARY KEY (system_id, external_id)
) STRICT, WITHOUT ROWID;

-- An uploaded file; its bytes lie in the object store under the attachment's id. key_hub is destroyed when nobody may use the upload any more.
CREATE TABLE attachment (
    id              BLOB    NOT NULL PRIMARY KEY,
    system_id       BLOB,
    mailbox_id      BLOB,
    size            INTEGER NOT NULL,
    sha256          BLOB    NOT NULL,
    media_type      TEXT    NOT NULL,
    filename_sealed BLOB    NOT NULL,
    key_hub         BLOB,
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX attachment_unused ON attachment (created_at) WHERE key_hub IS NOT NULL;

CREATE TABLE message_attachment (
    message_id       INTEGER NOT NULL,
    position         INTEGER NOT NULL,
    attachment_id    BLOB    NOT NULL,
    key_mailbox      BLOB,
    key_organisation BLOB,
    PRIMARY KEY (message_id, position)
) STRICT;
CREATE INDEX message_attachment_file ON message_attachment (attachment_id);

-- Every evidence event, in the order the database gave at insertion; leaf_index is set once, by the sealer.
CREATE TABLE event (
    ord             INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    id              BLOB    NOT NULL,
    leaf_index      INTEGER,
    entry           BLOB    NOT NULL,
    kind            TEXT    NOT NULL,
    time            INTEGER NOT NULL,
    message_id      INTEGER,
    seq             INTEGER,
    mailbox_id      BLOB,
    organisation_id BLOB,
    system_id       BLOB,
    service_id      BLOB,
    feed_type       TEXT,
    feed_sealed     BLOB,
    external_id     TEXT
) STRICT;
CREATE INDEX event_unsealed ON event (ord) WHERE leaf_index IS NULL;
-- Only numbered events stand in these two, so that an event enters each once.
CREATE UNIQUE INDEX event_leaf ON event (leaf_index) WHERE leaf_index IS NOT NULL;
CREATE INDEX event_feed ON event (system_id, leaf_index) WHERE feed_type IS NOT NULL AND leaf_index IS NOT NULL;
CREATE UNIQUE INDEX event_delivery ON event (message_id, seq) WHERE message_id IS NOT NULL;

-- The record itself (event.json and its disclosures), apart because it is wide and never changes.
CREATE TABLE record (
    event_id         BLOB NOT NULL PRIMARY KEY,
    record_sealed    BLOB NOT NULL,
    seal             TEXT,
    key_mailbox      BLOB,
    key_organisation BLOB
) STRICT;

CREATE TABLE log (
    origin      TEXT    NOT NULL PRIMARY KEY,
    size        INTEGER NOT NULL,
    frontier    BLOB    NOT NULL,
    checkpoint  TEXT    NOT NULL,
    holder      TEXT    NOT NULL,
    fence       INTEGER NOT NULL,
    lease_until INTEGER NOT NULL
) STRICT;

-- Roots of completed tiles: entry idx of tile level `level` (C2SP tlog-tiles). Level 0 is event.entry itself.
CREATE TABLE log_node (
    level INTEGER NOT NULL,
    idx   INTEGER NOT NULL,
    hash  BLOB    NOT NULL,
    PRIMARY KEY (level, idx)
) STRICT, WITHOUT ROWID;

-- The running count and hash over one organisation's leaves.
CREATE TABLE tally (
    organisation_id BLOB    NOT NULL PRIMARY KEY,
    count           INTEGER NOT NULL,
    hash            BLOB    NOT NULL,
    through_index   INTEGER NOT NULL,
    told            INTEGER NOT NULL
) STRICT;

CREATE TABLE login (
    state_hash   BLOB    NOT NULL PRIMARY KEY,
    flow_sealed  BLOB    NOT NULL,
    created_at   INTEGER NOT NULL
) STRICT;

CREATE TABLE session (
    id_hash        BLOB    NOT NULL PRIMARY KEY,
    mailbox_id     BLOB    NOT NULL REFERENCES mailbox (id),
    session_sealed BLOB    NOT NULL,
    created_at     INTEGER NOT NULL,
    seen_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX session_seen ON session (seen_at);
CREATE INDEX session_created ON session (created_at);
CREATE INDEX login_created ON login (created_at);
