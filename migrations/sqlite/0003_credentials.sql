-- What a system proves itself with beside its password, and from where it may call.

-- Networks (CIDR) separated by spaces; none: from anywhere. In the row of the system because it is read with it, always whole.
ALTER TABLE system ADD COLUMN networks TEXT NOT NULL DEFAULT '';

-- When the system itself changed to this password; NULL for one that the operator issued, which may be replaced at once.
ALTER TABLE secret ADD COLUMN changed_at INTEGER;

-- Public keys (JWK) with which a system signs its assertions (RFC 7523). A key id is never used for another key, so the revoked ones stay.
CREATE TABLE system_key (
    id         BLOB NOT NULL PRIMARY KEY,
    system_id  BLOB NOT NULL REFERENCES system (id),
    kid        TEXT NOT NULL,
    jwk        TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    revoked_at INTEGER,
    UNIQUE (system_id, kid)
) STRICT;

-- Assertions that were used, until they would have expired: each is good for one token.
CREATE TABLE used_assertion (
    jti_hash   BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertion_expiry ON used_assertion (expires_at);
