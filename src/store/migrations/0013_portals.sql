-- Portals, where agents of agencies register themselves as users. The uid of a portal is public,
-- the key of an agency is a secret: only a hash of it is kept. An agency is a company; its agents
-- are the company's people.

CREATE TABLE portal (
    portal_id               INTEGER PRIMARY KEY AUTOINCREMENT,
    uid                     TEXT    NOT NULL UNIQUE,
    name                    TEXT    NOT NULL,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00'
);
CREATE UNIQUE INDEX portal_name_ix ON portal (lower(name));

CREATE TABLE agency (
    agency_id               INTEGER PRIMARY KEY AUTOINCREMENT,
    portal_id               INTEGER NOT NULL REFERENCES portal (portal_id),
    contact_id              INTEGER NOT NULL REFERENCES contact (contact_id),
    name                    TEXT    NOT NULL,
    key_hash                TEXT    NOT NULL UNIQUE,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00'
);
CREATE UNIQUE INDEX agency_name_ix ON agency (portal_id, lower(name));

-- One for each user who came this way, and gone with the user. What confirms it is a secret that
-- is kept as a hash.
CREATE TABLE portal_registration (
    portal_registration_id  INTEGER PRIMARY KEY AUTOINCREMENT,
    portal_id               INTEGER NOT NULL REFERENCES portal (portal_id),
    agency_id               INTEGER NOT NULL REFERENCES agency (agency_id),
    associate_id            INTEGER NOT NULL UNIQUE REFERENCES associate (associate_id) ON DELETE CASCADE,
    uid                     TEXT    NOT NULL UNIQUE,
    email                   TEXT    NOT NULL,
    request_hash            TEXT    NOT NULL UNIQUE,
    expires                 TEXT    NOT NULL,
    confirmed               INTEGER NOT NULL DEFAULT 0,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00'
);
CREATE UNIQUE INDEX portal_registration_email_ix ON portal_registration (portal_id, lower(email));
CREATE INDEX portal_registration_expires_ix ON portal_registration (expires) WHERE confirmed = 0;
