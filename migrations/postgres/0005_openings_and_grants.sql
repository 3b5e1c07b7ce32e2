-- When each person last opened a message that is recorded: an opening soon after is the same one.
CREATE TABLE opening (
    message_id BIGINT NOT NULL REFERENCES message (id),
    person_id  UUID   NOT NULL REFERENCES mailbox (id),
    at         BIGINT NOT NULL,
    PRIMARY KEY (message_id, person_id)
);

-- The guardianship by which a mandate was granted: it ends when that does.
ALTER TABLE mandate ADD COLUMN rests_on UUID REFERENCES mandate (id);
CREATE INDEX mandate_rests_on ON mandate (rests_on) WHERE rests_on IS NOT NULL;
