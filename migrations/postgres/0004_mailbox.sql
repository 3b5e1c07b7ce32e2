-- The citizen's mailbox, complete: folders, contact, agents, drafts, search.

-- Where a message lies follows from these: deleted, else archived, else in its own folder. So a restored one is where it was.
-- removed_at: taken out of the mailbox for good; the mailbox's keys to it are destroyed.
ALTER TABLE message ADD COLUMN archived_at BIGINT;
ALTER TABLE message ADD COLUMN deleted_at BIGINT;
ALTER TABLE message ADD COLUMN removed_at BIGINT;
DROP INDEX message_list;
CREATE INDEX message_list ON message (mailbox_id, folder, created_at DESC, id DESC) WHERE archived_at IS NULL AND deleted_at IS NULL;
CREATE INDEX message_archive ON message (mailbox_id, created_at DESC, id DESC) WHERE archived_at IS NOT NULL AND deleted_at IS NULL;
CREATE INDEX message_deleted ON message (mailbox_id, created_at DESC, id DESC) WHERE deleted_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX message_removal ON message (deleted_at, id) WHERE deleted_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX message_thread ON message (mailbox_id, root_id, created_at DESC, id DESC) WHERE root_id <> id AND removed_at IS NULL;

-- What of a message stands in its mailbox's search index: sender and title; the body once it may be read.
ALTER TABLE message ADD COLUMN front_indexed BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE message ADD COLUMN body_indexed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX message_unindexed ON message (mailbox_id, id)
    WHERE NOT body_indexed AND mailbox_id IS NOT NULL AND removed_at IS NULL
    AND (NOT front_indexed OR mode <> 'verifiable' OR channel = 'paper' OR confirmed_at IS NOT NULL OR late_at IS NOT NULL);

-- A service's own wishes: whether its titles stay hidden until confirmation, and whether citizens may write to it.
ALTER TABLE service ADD COLUMN hides_title BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE service ADD COLUMN takes_messages BOOLEAN NOT NULL DEFAULT FALSE;

-- What services are about: by topic a citizen finds where to write, and limits a mandate.
CREATE TABLE topic (
    code    TEXT NOT NULL PRIMARY KEY,
    name_fi TEXT NOT NULL,
    name_sv TEXT NOT NULL,
    name_en TEXT NOT NULL
);
CREATE TABLE service_topic (
    service_id UUID NOT NULL REFERENCES service (id),
    topic_code TEXT NOT NULL REFERENCES topic (code),
    PRIMARY KEY (service_id, topic_code)
);

-- The owner's e-mail address and language, under the mailbox's key; code_digest is keyed, and belongs to the address in pending_sealed.
CREATE TABLE contact (
    mailbox_id      UUID   NOT NULL PRIMARY KEY REFERENCES mailbox (id),
    contact_sealed  BYTEA,
    verified_at     BIGINT,
    pending_sealed  BYTEA,
    code_digest     BYTEA,
    code_expires_at BIGINT,
    attempts        BIGINT NOT NULL DEFAULT 0,
    codes_sent      BIGINT NOT NULL DEFAULT 0,
    codes_since     BIGINT
);

-- Mail on its way out: recipient, subject and text under the hub's key. A row is gone once the receiving server has taken it, or it was given up.
CREATE TABLE mail (
    id          UUID   NOT NULL PRIMARY KEY,
    mail_sealed BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL,
    due_at      BIGINT NOT NULL,
    attempts    BIGINT NOT NULL
);
CREATE INDEX mail_due ON mail (due_at, id);

-- The built-in register of mandates: who may act in whose mailbox. scope is JSON; mandate_sealed (agent's identity and name) is under the
-- owner's key, owner_sealed (the owner's name) under the hub's, for the agent's list.
CREATE TABLE mandate (
    id             UUID   NOT NULL PRIMARY KEY,
    owner_id       UUID   NOT NULL REFERENCES mailbox (id),
    agent_lookup   BYTEA  NOT NULL,
    role           TEXT   NOT NULL,
    scope          TEXT   NOT NULL,
    mandate_sealed BYTEA  NOT NULL,
    owner_sealed   BYTEA  NOT NULL,
    begins_at      BIGINT NOT NULL,
    ends_at        BIGINT,
    revoked_at     BIGINT,
    created_at     BIGINT NOT NULL
);
CREATE INDEX mandate_agent ON mandate (agent_lookup) WHERE revoked_at IS NULL;
CREATE INDEX mandate_owner ON mandate (owner_id, created_at);

-- For whom the person of a session acts, under the hub's key; NULL: for themself.
ALTER TABLE session ADD COLUMN acting_sealed BYTEA;
CREATE INDEX session_mailbox ON session (mailbox_id);

-- What is being written, under the mailbox's key; author_id is the writer's own mailbox. A sent draft stays as the memory of what it
-- became, so that sending it twice is sending it once.
CREATE TABLE draft (
    id           UUID   NOT NULL PRIMARY KEY,
    mailbox_id   UUID   NOT NULL REFERENCES mailbox (id),
    author_id    UUID   NOT NULL REFERENCES mailbox (id),
    service_id   UUID   NOT NULL,
    reply_to     BIGINT,
    draft_sealed BYTEA  NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    message_id   BIGINT
);
CREATE INDEX draft_list ON draft (mailbox_id, author_id, updated_at DESC, id DESC) WHERE message_id IS NULL;
CREATE INDEX draft_updated ON draft (updated_at);
-- The files of a draft live as long as it does. upload_key: the browser's own name of an upload, so that repeating it adds no second file.
ALTER TABLE attachment ADD COLUMN draft_id UUID;
ALTER TABLE attachment ADD COLUMN upload_key UUID;
CREATE INDEX attachment_draft ON attachment (draft_id) WHERE draft_id IS NOT NULL;
DROP INDEX attachment_unused;
CREATE INDEX attachment_unused ON attachment (created_at) WHERE key_hub IS NOT NULL AND draft_id IS NULL;

-- The search index of a mailbox: segments whose words lie in blocks, all under a data key of the segment, wrapped for the mailbox.
CREATE TABLE search_segment (
    id             UUID   NOT NULL PRIMARY KEY,
    mailbox_id     UUID   NOT NULL REFERENCES mailbox (id),
    documents      BIGINT NOT NULL,
    segment_sealed BYTEA  NOT NULL,
    key_mailbox    BYTEA  NOT NULL,
    created_at     BIGINT NOT NULL
);
CREATE INDEX search_segment_mailbox ON search_segment (mailbox_id, id);
CREATE TABLE search_block (
    segment_id   UUID   NOT NULL REFERENCES search_segment (id),
    position     BIGINT NOT NULL,
    block_sealed BYTEA  NOT NULL,
    PRIMARY KEY (segment_id, position)
);

-- What the owner sees of their mailbox beside the messages: choices, mandates, and who opened what. The events of accepting a message do
-- not stand here.
CREATE INDEX event_owner ON event (mailbox_id, ord)
    WHERE mailbox_id IS NOT NULL AND kind NOT IN ('SubmissionAcceptance', 'ContentConsignment', 'NotificationForAcceptance');

-- The choices among them, which are few and stay few where very much was opened.
CREATE INDEX event_choice ON event (mailbox_id, ord)
    WHERE kind IN ('mailbox-activated', 'mailbox-deactivated', 'opt-out', 'consent-given', 'consent-withdrawn', 'sender-refused',
    'sender-allowed', 'contact-verified', 'mandate-granted', 'mandate-revoked');
