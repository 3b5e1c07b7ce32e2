-- What auditors look things up in. A worker computes the first three tables from the log, in its order, so that accepting and opening messages pay
-- nothing for them; audit_follow says how far it has come. They could be made anew from the log at any time.
CREATE TABLE audit_delivery (
    message_id      INTEGER NOT NULL PRIMARY KEY,
    organisation_id BLOB    NOT NULL,
    service_id      BLOB    NOT NULL,
    outcome         TEXT    NOT NULL,
    created_at      INTEGER NOT NULL
) STRICT;
CREATE INDEX audit_delivery_any ON audit_delivery (created_at DESC, message_id DESC);
CREATE INDEX audit_delivery_any_outcome ON audit_delivery (outcome, created_at DESC, message_id DESC);
CREATE INDEX audit_delivery_organisation ON audit_delivery (organisation_id, created_at DESC, message_id DESC);
CREATE INDEX audit_delivery_organisation_outcome ON audit_delivery (organisation_id, outcome, created_at DESC, message_id DESC);
CREATE INDEX audit_delivery_service ON audit_delivery (service_id, created_at DESC, message_id DESC);
CREATE INDEX audit_delivery_service_outcome ON audit_delivery (service_id, outcome, created_at DESC, message_id DESC);

-- How many events of each kind one service had on one day (Finnish time, "2026-03-02").
CREATE TABLE audit_day (
    service_id      BLOB    NOT NULL,
    day             TEXT    NOT NULL,
    organisation_id BLOB    NOT NULL,
    accepted        INTEGER NOT NULL,
    opened          INTEGER NOT NULL,
    confirmed       INTEGER NOT NULL,
    expired         INTEGER NOT NULL,
    late            INTEGER NOT NULL,
    posted          INTEGER NOT NULL,
    PRIMARY KEY (service_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_day_any ON audit_day (day);
CREATE INDEX audit_day_organisation ON audit_day (organisation_id, day);

-- The last event of the log that was counted, and its time (microseconds).
CREATE TABLE audit_follow (
    name         TEXT    NOT NULL PRIMARY KEY,
    through      INTEGER NOT NULL,
    through_time INTEGER NOT NULL
) STRICT;
INSERT INTO audit_follow (name, through, through_time) VALUES ('log', -1, 0);

-- What an auditor asked to see of one delivery, and what a second person decided. person_id and decided_by are their own mailboxes; request_sealed
-- (names, reason, the salt of its hash) is under the hub's key. as_own: whether the one who asked is of the organisation itself.
CREATE TABLE content_request (
    id              BLOB    NOT NULL PRIMARY KEY,
    message_id      INTEGER NOT NULL,
    organisation_id BLOB    NOT NULL,
    person_id       BLOB    NOT NULL,
    as_own          INTEGER NOT NULL,
    request_sealed  BLOB    NOT NULL,
    asked_at        INTEGER NOT NULL,
    decision        TEXT,
    decided_by      BLOB,
    decided_sealed  BLOB,
    decided_at      INTEGER,
    looked_at       INTEGER
) STRICT;
CREATE UNIQUE INDEX content_request_open ON content_request (message_id, person_id) WHERE decision IS NULL;
CREATE INDEX content_request_message ON content_request (message_id, asked_at DESC);
CREATE INDEX content_request_waiting ON content_request (organisation_id, asked_at) WHERE decision IS NULL;
