-- Ranges of evidence that auditors had exported in the background.
-- person_id: who asked, by the person's own mailbox. request_sealed: who and why, under the hub's key. key_organisation: the data key of the parts, under
-- the organisation's. state: waiting, running, ready, failed, cancelled, removed. problem: why it failed. done, total: records. progress: from where it goes on
-- (JSON, nothing personal). holder, lease_until, fence: who works on it. bytes: of the finished file. remove_at: when its parts go. Times in microseconds.
CREATE TABLE range_export (
    id               BLOB NOT NULL PRIMARY KEY,
    person_id        BLOB NOT NULL,
    organisation_id  BLOB NOT NULL,
    service_id       BLOB,
    period_from      INTEGER NOT NULL,
    period_to        INTEGER NOT NULL,
    request_sealed   BLOB NOT NULL,
    key_organisation BLOB NOT NULL,
    state            TEXT NOT NULL,
    problem          TEXT,
    done             INTEGER NOT NULL DEFAULT 0,
    total            INTEGER,
    asked_at         INTEGER NOT NULL,
    finished_at      INTEGER,
    remove_at        INTEGER,
    progress         TEXT,
    bytes            INTEGER NOT NULL DEFAULT 0,
    holder           TEXT NOT NULL DEFAULT '',
    lease_until      INTEGER NOT NULL DEFAULT 0,
    fence            INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX range_export_person ON range_export (person_id, id DESC);
CREATE INDEX range_export_due ON range_export (asked_at) WHERE state IN ('waiting', 'running');
CREATE INDEX range_export_removal ON range_export (remove_at) WHERE remove_at IS NOT NULL;
CREATE INDEX range_export_ended ON range_export (finished_at) WHERE finished_at IS NOT NULL AND remove_at IS NULL;

-- The parts of its file, in their order: each an object of so many bytes. ends: the object that holds what the container's end needs of it; none of the last.
CREATE TABLE range_export_part (
    export_id BLOB NOT NULL,
    number    INTEGER NOT NULL,
    object    BLOB NOT NULL,
    bytes     INTEGER NOT NULL,
    ends      BLOB,
    PRIMARY KEY (export_id, number)
) STRICT;
