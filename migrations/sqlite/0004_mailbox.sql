-- The citizen's mailbox, complete: folders, contact, agents, drafts, search.

-- Where a message lies follows from these: deleted, else archived, else in its own folder. So a restored one is where it was.
-- removed_at: taken out of the mailbox for good; the mailbox's keys to it are destroyed.
ALTER TABLE message ADD COLUMN archived_at INTEGER;
ALTER TABLE message ADD COLUMN deleted_at INTEGER;
ALTER TABLE message ADD COLUMN removed_at INTEGER;
DROP INDEX message_list;
CREATE INDEX message_list ON message (mailbox_id, folder, created_at DESC, id DESC) WHERE archived_at IS NULL AND deleted_at IS NULL;
CREATE INDEX message_archive ON message (mailbox_id, created_at DESC, id DESC) WHERE archived_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX message_deleted ON message (mailbox_id, created_at DESC, id DESC) WHERE deleted_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX message_removal ON message (deleted_at, id) WHERE deleted_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX message_thread ON message (mailbox_id, root_id, created_at DESC, id DESC) WHERE root_id <> id AND removed_at IS NULL;

-- What of a message stands in its mailbox's search index: sender and title; the body once it may be read.
ALTER TABLE message ADD COLUMN front_indexed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN body_indexed INTEGER NOT NULL DEFAULT 0;
CREATE INDEX message_unindexed ON message (mailbox_id, id)
    WHERE NOT body_indexed AND mailbox_id IS NOT NULL AND removed_at IS NULL
    AND (NOT front_indexed OR mode <> 'verifiable' OR channel = 'paper' OR confirmed_at IS NOT NULL OR late_at IS NOT NULL);

-- A service's own wishes: whether its titles stay hidden until confirmation, and whether citizens may write to it.
ALTER TABLE service ADD COLUMN hides_title INTEGER NOT NULL DEFAULT 0;
ALTER TABLE service ADD COLUMN takes_messages INTEGER NOT NULL DEFAULT 0;

-- What services are about: by topic a citizen finds where to write, and limits a mandate.
CREATE TABLE topic (
    code    TEXT NOT NULL PRIMARY KEY,
    name_fi TEXT NOT NULL,
    name_sv TEXT NOT NULL,
    name_en TEXT NOT NULL
) STRICT;
CREATE TABLE service_topic (
    service_id BLOB NOT NULL REFERENCES service (id),
    topic_code TEXT NOT NULL REFERENCES topic (code),
    PRIMARY KEY (service_id, topic_code)
) STRICT, WITHOUT ROWID;

-- The owner's e-mail address and language, under the mailbox's key; code_digest is keyed, and belongs to the address in pending_sealed.
CREATE TABLE contact (
    mailbox_id      BLOB    NOT NULL PRIMARY KEY REFERENCES mailbox (id),
    contact_sealed  BLOB,
    verified_at     INTEGER,
    pending_sealed  BLOB,
    code_digest     BLOB,
    code_expires_at INTEGER,
    attempts        INTEGER NOT NULL DEFAULT 0,
    codes_sent      INTEGER NOT NULL DEFAULT 0,
    codes_since     INTEGER
) STRICT;

-- Mail on its way out: recipient, subject and text under the hub's key. A row is gone once the receiving server has taken it, or it was given up.
CREATE TABLE mail (
    id          BLOB    NOT NULL PRIMARY KEY,
    mail_sealed BLOB    NOT NULL,
    created_at  INTEGER NOT NULL,
    due_at      INTEGER NOT NULL,
    attempts    INTEGER NOT NULL
) STRICT;
CREATE INDEX mail_due ON mail (due_at, id);

-- The built-in register of mandates: who may act in whose mailbox. scope is JSON; mandate_sealed (agent's identity and name) is under the
-- owner's key, owner_sealed (the owner's name) under the hub's, for the agent's list.
CREATE TABLE mandate (
    id             BLOB    NOT NULL PRIMARY KEY,
    owner_id       BLOB    NOT NULL REFERENCES mailbox (id),
    agent_lookup   BLOB    NOT NULL,
    role           TEXT    NOT NULL,
    scope          TEXT    NOT NULL,
    mandate_sealed BLOB    NOT NULL,
    owner_sealed   BLOB    NOT NULL,
    begins_at      INTEGER NOT NULL,
    ends_at        INTEGER,
    revoked_at     INTEGER,
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX mandate_agent ON mandate (agent_lookup) WHERE revoked_at IS NULL;
CREATE INDEX mandate_owner ON mandate (owner_id, created_at);

-- For whom the person of a session acts, under the hub's key; NULL: for themself.
ALTER TABLE session ADD COLUMN acting_sealed BLOB;
CREATE INDEX session_mailbox ON session (mailbox_id);

-- What is being written, under the mailbox's key; author_id is the writer's own mailbox. A sent draft stays as the memory of what it
-- became, so that sending it twice is sending it once.
CREATE TABLE draft (
    id           BLOB    NOT NULL PRIMARY KEY,
    mailbox_id   BLOB    NOT NULL REFERENCES mailbox (id),
    author_id    BLOB    NOT NULL REFERENCES mailbox (id),
    service_id   BLOB    NOT NULL,
    reply_to     INTEGER,
    draft_sealed BLOB    NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    message_id   INTEGER
) STRICT;
CREATE INDEX draft_list ON draft (mailbox_id, author_id, updated_at DESC, id DESC) WHERE message_id IS NULL;
CREATE INDEX draft_updated ON draft (updated_at);
-- The files of a draft live as long as it does. upload_key: the browser's own name of an upload, so that repeating it adds no second file.
ALTER TABLE attachment ADD COLUMN draft_id BLOB;
ALTER TABLE attachment ADD COLUMN upload_key BLOB;
CREATE INDEX attachment_draft ON attachment (draft_id) WHERE draft_id IS NOT NULL;
DROP INDEX attachment_unused;
CREATE INDEX attachment_unused ON attachment (created_at) WHERE key_hub IS NOT NULL AND draft_id IS NULL;

-- The search index of a mailbox: segments whose words lie in blocks, all under a data key of the segment, wrapped for the mailbox.
CREATE TABLE search_segment (
    id             BLOB    NOT NULL PRIMARY KEY,
    mailbox_id     BLOB    NOT NULL REFERENCES mailbox (id),
    documents      INTEGER NOT NULL,
    segment_sealed BLOB    NOT NULL,
    key_mailbox    BLOB    NOT NULL,
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX search_segment_mailbox ON search_segment (mailbox_id, id);
CREATE TABLE search_block (
    segment_id   BLOB    NOT NULL REFERENCES search_segment (id),
    position     INTEGER NOT NULL,
    block_sealed BLOB    NOT NULL,
    PRIMARY KEY (segment_id, position)
) STRICT;

-- What the owner sees of their mailbox beside the messages: choices, mandates, and who opened what. The events of accepting a message do
-- not stand here.
CREATE INDEX event_owner ON event (mailbox_id, ord)
    WHERE mailbox_id IS NOT NULL AND kind NOT IN ('SubmissionAcceptance', 'ContentConsignment', 'NotificationForAcceptance');

-- The choices among them, which are few and stay few where very much was opened.
CREATE INDEX event_choice ON event (mailbox_id, ord)
    WHERE kind IN ('mailbox-activated', 'mailbox-deactivated', 'opt-out', 'consent-given', 'consent-withdrawn', 'sender-refused',
    'sender-allowed', 'contact-verified', 'mandate-granted', 'mandate-revoked');
