-- Ranges of evidence that auditors had exported in the background.
-- person_id: who asked, by the person's own mailbox. request_sealed: who and why, under the hub's key. key_organisation: the data key of the parts, under
-- the organisation's. state: waiting, running, ready, failed, cancelled, removed. problem: why it failed. done, total: records. progress: from where it goes on
-- (JSON, nothing personal). holder, lease_until, fence: who works on it. bytes: of the finished file. remove_at: when its parts go. Times in microseconds.
CREATE TABLE range_export (
    id               UUID NOT NULL PRIMARY KEY,
    person_id        UUID NOT NULL,
    organisation_id  UUID NOT NULL,
    service_id       UUID,
    period_from      BIGINT NOT NULL,
    period_to        BIGINT NOT NULL,
    request_sealed   BYTEA NOT NULL,
    key_organisation BYTEA NOT NULL,
    state            TEXT NOT NULL,
    problem          TEXT,
    done             BIGINT NOT NULL DEFAULT 0,
    total            BIGINT,
    asked_at         BIGINT NOT NULL,
    finished_at      BIGINT,
    remove_at        BIGINT,
    progress         TEXT,
    bytes            BIGINT NOT NULL DEFAULT 0,
    holder           TEXT NOT NULL DEFAULT '',
    lease_until      BIGINT NOT NULL DEFAULT 0,
    fence            BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX range_export_person ON range_export (person_id, id DESC);
CREATE INDEX range_export_due ON range_export (asked_at) WHERE state IN ('waiting', 'running');
CREATE INDEX range_export_removal ON range_export (remove_at) WHERE remove_at IS NOT NULL;
CREATE INDEX range_export_ended ON range_export (finished_at) WHERE finished_at IS NOT NULL AND remove_at IS NULL;

-- The parts of its file, in their order: each an object of so many bytes. ends: the object that holds what the container's end needs of it; none of the last.
CREATE TABLE range_export_part (
    export_id UUID NOT NULL,
    number    BIGINT NOT NULL,
    object    UUID NOT NULL,
    bytes     BIGINT NOT NULL,
    ends      UUID,
    PRIMARY KEY (export_id, number)
);
