-- The house: who sends, who receives, what lies in the mailboxes, what is proved.
-- Times are UTC microseconds. Every BYTEA named *_sealed is AEAD ciphertext bound to its table, column and row; key_* are data keys wrapped for one party.

CREATE TABLE organisation (
    id               UUID    NOT NULL PRIMARY KEY,
    business_id      TEXT    NOT NULL UNIQUE,
    name_fi          TEXT    NOT NULL,
    name_sv          TEXT    NOT NULL,
    name_en          TEXT    NOT NULL,
    requires_consent BOOLEAN NOT NULL,
    refusable        BOOLEAN NOT NULL,
    active           BOOLEAN NOT NULL,
    party_key        BYTEA    NOT NULL,
    created_at       BIGINT NOT NULL
);

CREATE TABLE system (
    id              UUID    NOT NULL PRIMARY KEY,
    organisation_id UUID    NOT NULL REFERENCES organisation (id),
    username        TEXT    NOT NULL UNIQUE,
    active          BOOLEAN NOT NULL,
    created_at      BIGINT NOT NULL
);

CREATE TABLE service (
    id              UUID    NOT NULL PRIMARY KEY,
    organisation_id UUID    NOT NULL REFERENCES organisation (id),
    system_id       UUID    NOT NULL REFERENCES system (id),
    code            TEXT    NOT NULL UNIQUE,
    name_fi         TEXT    NOT NULL,
    name_sv         TEXT    NOT NULL,
    name_en         TEXT    NOT NULL,
    active          BOOLEAN NOT NULL,
    created_at      BIGINT NOT NULL
);
CREATE INDEX service_system ON service (system_id);

CREATE TABLE secret (
    id         UUID    NOT NULL PRIMARY KEY,
    system_id  UUID    NOT NULL REFERENCES system (id),
    hash       TEXT    NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT
);
CREATE INDEX secret_system ON secret (system_id);

CREATE TABLE mailbox (
    id            UUID    NOT NULL PRIMARY KEY,
    kind          TEXT    NOT NULL,
    lookup        BYTEA    NOT NULL UNIQUE,
    owner_sealed  BYTEA    NOT NULL,
    party_key     BYTEA    NOT NULL,
    state         TEXT    NOT NULL,
    basis_kind    TEXT,
    basis_event   UUID,
    activated_at  BIGINT,
    opt_out_until BIGINT,
    created_at    BIGINT NOT NULL
);

CREATE TABLE consent (
    mailbox_id      UUID    NOT NULL REFERENCES mailbox (id),
    organisation_id UUID    NOT NULL REFERENCES organisation (id),
    choice          TEXT    NOT NULL,
    event_id        UUID    NOT NULL,
    changed_at      BIGINT NOT NULL,
    PRIMARY KEY (mailbox_id, organisation_id)
);

-- A process takes message ids from here in blocks, so that taking one costs no statement.
CREATE TABLE id_block (
    name TEXT    NOT NULL PRIMARY KEY,
    next BIGINT NOT NULL
);
INSERT INTO id_block (name, next) VALUES ('message', 1);

-- The header of a message and the state of its delivery; the body lies apart. No foreign keys on the accept path: the act itself reads every
-- row it names in the same transaction, and nothing named here is ever deleted.
CREATE TABLE message (
    id               BIGINT NOT NULL PRIMARY KEY,
    mailbox_id       UUID    NOT NULL,
    organisation_id  UUID    NOT NULL,
    service_id       UUID    NOT NULL,
    system_id        UUID    NOT NULL,
    folder           TEXT    NOT NULL,
    created_at       BIGINT NOT NULL,
    mode             TEXT    NOT NULL,
    root_id          BIGINT NOT NULL,
    reply_to         BIGINT,
    reply_allowed    BOOLEAN NOT NULL,
    visibility       TEXT    NOT NULL,
    external_id      TEXT,
    header_sealed    BYTEA    NOT NULL,
    key_mailbox      BYTEA,
    key_organisation BYTEA,
    delivery_id      UUID    NOT NULL UNIQUE,
    ruleset          TEXT    NOT NULL,
    ruleset_sha256   BYTEA    NOT NULL,
    confirm_before   BIGINT,
    seq              BIGINT NOT NULL,
    last_hash        BYTEA    NOT NULL,
    last_at          BIGINT NOT NULL,
    opened_at        BIGINT,
    confirmed_at     BIGINT,
    late_at          BIGINT,
    expired_at       BIGINT
);
CREATE INDEX message_list ON message (mailbox_id, folder, created_at DESC, id DESC);
CREATE INDEX message_expiry ON message (confirm_before, id)
    WHERE mode = 'verifiable' AND confirmed_at IS NULL AND expired_at IS NULL;

CREATE TABLE message_body (
    message_id  BIGINT NOT NULL PRIMARY KEY,
    body_sealed BYTEA    NOT NULL
) WITH (toast_tuple_target = 8160);
-- Ciphertext does not compress, and what fits into a page stays in its row: no second table to write for a usual message.
ALTER TABLE message_body ALTER COLUMN body_sealed SET STORAGE EXTERNAL;

-- The memory of external ids: a message is sent once and only once.
CREATE TABLE submission (
    system_id   UUID    NOT NULL,
    external_id TEXT    NOT NULL,
    message_id  BIGINT NOT NULL,
    event_id    UUID    NOT NULL,
    PRIMARY KEY (system_id, external_id)
);

-- An uploaded file; its bytes lie in the object store under the attachment's id. key_hub is destroyed when nobody may use the upload any more.
CREATE TABLE attachment (
    id              UUID    NOT NULL PRIMARY KEY,
    system_id       UUID,
    mailbox_id      UUID,
    size            BIGINT NOT NULL,
    sha256          BYTEA    NOT NULL,
    media_type      TEXT    NOT NULL,
    filename_sealed BYTEA    NOT NULL,
    key_hub         BYTEA,
    created_at      BIGINT NOT NULL
);
CREATE INDEX attachment_unused ON attachment (created_at) WHERE key_hub IS NOT NULL;

CREATE TABLE message_attachment (
    message_id       BIGINT NOT NULL,
    position         BIGINT NOT NULL,
    attachment_id    UUID    NOT NULL,
    key_mailbox      BYTEA,
    key_organisation BYTEA,
    PRIMARY KEY (message_id, position)
);
CREATE INDEX message_attachment_file ON message_attachment (attachment_id);

-- Every evidence event, in the order the database gave at insertion; leaf_index is set once, by the sealer.
CREATE TABLE event (
    ord             BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id              UUID    NOT NULL,
    leaf_index      BIGINT,
    entry           BYTEA    NOT NULL,
    kind            TEXT    NOT NULL,
    time            BIGINT NOT NULL,
    message_id      BIGINT,
    seq             BIGINT,
    mailbox_id      UUID,
    organisation_id UUID,
    system_id       UUID,
    service_id      UUID,
    feed_type       TEXT,
    feed_sealed     BYTEA,
    external_id     TEXT
);
CREATE INDEX event_unsealed ON event (ord) WHERE leaf_index IS NULL;
-- Only numbered events stand in these two, so that an event enters each once.
CREATE UNIQUE INDEX event_leaf ON event (leaf_index) WHERE leaf_index IS NOT NULL;
CREATE INDEX event_feed ON event (system_id, leaf_index) WHERE feed_type IS NOT NULL AND leaf_index IS NOT NULL;
CREATE UNIQUE INDEX event_delivery ON event (message_id, seq) WHERE message_id IS NOT NULL;

-- The record itself (event.json and its disclosures), apart because it is wide and never changes.
CREATE TABLE record (
    event_id         UUID NOT NULL PRIMARY KEY,
    record_sealed    BYTEA NOT NULL,
    seal             TEXT,
    key_mailbox      BYTEA,
    key_organisation BYTEA
) WITH (toast_tuple_target = 8160);
ALTER TABLE record ALTER COLUMN record_sealed SET STORAGE EXTERNAL, ALTER COLUMN seal SET STORAGE EXTERNAL;

CREATE TABLE log (
    origin      TEXT    NOT NULL PRIMARY KEY,
    size        BIGINT NOT NULL,
    frontier    BYTEA    NOT NULL,
    checkpoint  TEXT    NOT NULL,
    holder      TEXT    NOT NULL,
    fence       BIGINT NOT NULL,
    lease_until BIGINT NOT NULL
);

-- Roots of completed tiles: entry idx of tile level `level` (C2SP tlog-tiles). Level 0 is event.entry itself.
CREATE TABLE log_node (
    level BIGINT NOT NULL,
    idx   BIGINT NOT NULL,
    hash  BYTEA    NOT NULL,
    PRIMARY KEY (level, idx)
);

-- The running count and hash over one organisation's leaves.
CREATE TABLE tally (
    organisation_id UUID    NOT NULL PRIMARY KEY,
    count           BIGINT NOT NULL,
    hash            BYTEA    NOT NULL,
    through_index   BIGINT NOT NULL,
    told            BIGINT NOT NULL
);

CREATE TABLE login (
    state_hash   BYTEA    NOT NULL PRIMARY KEY,
    flow_sealed  BYTEA    NOT NULL,
    created_at   BIGINT NOT NULL
);

CREATE TABLE session (
    id_hash        BYTEA    NOT NULL PRIMARY KEY,
    mailbox_id     UUID    NOT NULL REFERENCES mailbox (id),
    session_sealed BYTEA    NOT NULL,
    created_at     BIGINT NOT NULL,
    seen_at        BIGINT NOT NULL
);
CREATE INDEX session_seen ON session (seen_at);
CREATE INDEX session_created ON session (created_at);
CREATE INDEX login_created ON login (created_at);
