-- The newest checkpoint of the log that enough witnesses cosigned, with their lines: one row for each log.
CREATE TABLE cosigned_checkpoint (
    origin    TEXT    NOT NULL PRIMARY KEY,
    size      INTEGER NOT NULL,
    cosigners INTEGER NOT NULL,
    note      TEXT    NOT NULL
) STRICT;
