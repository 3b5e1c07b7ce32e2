-- The newest checkpoint of the log that enough witnesses cosigned, with their lines: one row for each log.
CREATE TABLE cosigned_checkpoint (
    origin    TEXT   NOT NULL PRIMARY KEY,
    size      BIGINT NOT NULL,
    cosigners BIGINT NOT NULL,
    note      TEXT   NOT NULL
);
