-- The tables of an installation. Names are the vendor's where they are documented. Everywhere:
--   * A date is text, YYYY-MM-DDTHH:MM:SS; 0001-01-01T00:00:00 is "not set".
--   * A flag is 0 or 1. A reference that may be absent is 0 then, as the vendor has it, and has no
--     foreign key; a reference that is always there has one.
--   * Free text is '' when left out and NULL when NULL was stored, so that what was saved comes
--     back as it was.
--   * Rows that only describe a user (links, credentials, dictionaries) go with the user.
--   * Apart from AUTOINCREMENT this is SQL that PostgreSQL reads as well. lower() folds ASCII only.

-- Companies and people

CREATE TABLE contact (
    contact_id              INTEGER PRIMARY KEY AUTOINCREMENT,
    name                    TEXT    NOT NULL,
    department              TEXT    DEFAULT '',
    orgNr                   TEXT    DEFAULT '',
    country_id              INTEGER NOT NULL DEFAULT 0,
    associate_id            INTEGER NOT NULL DEFAULT 0,
    group_idx               INTEGER NOT NULL DEFAULT 0,
    business_idx            INTEGER NOT NULL DEFAULT 0,
    category_idx            INTEGER NOT NULL DEFAULT 0,
    phone                   TEXT    DEFAULT '',
    fax                     TEXT    DEFAULT '',
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    updated                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    updated_associate_id    INTEGER NOT NULL DEFAULT 0,
    updatedCount            INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX contact_name_ix ON contact (lower(name));

-- The vendor keeps addresses and numbers in tables of their own; one of each kind is all that the
-- services show here, so they are columns.
CREATE TABLE person (
    person_id               INTEGER PRIMARY KEY AUTOINCREMENT,
    contact_id              INTEGER NOT NULL DEFAULT 0,
    rank                    INTEGER NOT NULL DEFAULT 0,
    person_number           TEXT    DEFAULT '',
    mrmrs                   TEXT    DEFAULT '',
    firstname               TEXT    DEFAULT '',
    middleName              TEXT    DEFAULT '',
    lastname                TEXT    DEFAULT '',
    kanafname               TEXT    DEFAULT '',
    kanalname               TEXT    DEFAULT '',
    title                   TEXT    DEFAULT '',
    position                TEXT    DEFAULT '',
    description             TEXT    DEFAULT '',
    email                   TEXT    DEFAULT '',
    email_name              TEXT    DEFAULT '',
    direct_phone            TEXT    DEFAULT '',
    mobile_phone            TEXT    DEFAULT '',
    fax_phone               TEXT    DEFAULT '',
    post1                   TEXT    DEFAULT '',
    post2                   TEXT    DEFAULT '',
    post3                   TEXT    DEFAULT '',
    usePersonAddress        INTEGER NOT NULL DEFAULT 0,
    country_id              INTEGER NOT NULL DEFAULT 0,
    retired                 INTEGER NOT NULL DEFAULT 0,
    activeInterests         INTEGER NOT NULL DEFAULT 0,
    activeErpLinks          INTEGER NOT NULL DEFAULT 0,
    associate_id            INTEGER NOT NULL DEFAULT 0,
    business_idx            INTEGER NOT NULL DEFAULT 0,
    category_idx            INTEGER NOT NULL DEFAULT 0,
    category_name           TEXT    DEFAULT '',
    ticketPriorityId        INTEGER NOT NULL DEFAULT 0,
    supportLanguageId       INTEGER NOT NULL DEFAULT 0,
    supportAssociateId      INTEGER NOT NULL DEFAULT 0,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    updated                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    updated_associate_id    INTEGER NOT NULL DEFAULT 0,
    updatedCount            INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX person_contact_ix ON person (contact_id);
CREATE INDEX person_email_ix ON person (lower(email));
CREATE INDEX person_lastname_ix ON person (lower(lastname));

-- The companies whose people may be internal users; the one with the lowest id owns the database.
CREATE TABLE ownercontactlink (
    ownercontactlink_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    contact_id              INTEGER NOT NULL UNIQUE REFERENCES contact (contact_id),
    remark                  TEXT    DEFAULT '',
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0
);

-- Roles and rights

-- roleType: 0 employee, 1 external user, 2 anonymous, 3 system.
CREATE TABLE role (
    Role_id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    name                    TEXT    NOT NULL,
    rank                    INTEGER NOT NULL DEFAULT 0,
    tooltip                 TEXT    DEFAULT '',
    deleted                 INTEGER NOT NULL DEFAULT 0,
    roleType                INTEGER NOT NULL DEFAULT 0,
    use_categories          INTEGER NOT NULL DEFAULT 0,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    updated                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    updated_associate_id    INTEGER NOT NULL DEFAULT 0,
    updatedCount            INTEGER NOT NULL DEFAULT 0
);
-- A deleted role keeps its row for history, but gives its name free.
CREATE UNIQUE INDEX role_name_ix ON role (lower(name)) WHERE deleted = 0;

-- roleTypes says which kinds of role may have the right, as a sum of 1 employee, 2 external user,
-- 4 anonymous, 8 system. The code name that programs know is in name.
CREATE TABLE functionright (
    FunctionRight_id        INTEGER PRIMARY KEY AUTOINCREMENT,
    name                    TEXT    NOT NULL UNIQUE,
    displayName             TEXT    NOT NULL,
    description             TEXT    DEFAULT '',
    rightType               INTEGER NOT NULL DEFAULT 0,
    roleTypes               INTEGER NOT NULL DEFAULT 9,
    isBuiltIn               INTEGER NOT NULL DEFAULT 1,
    requiredModule          TEXT    DEFAULT ''
);

CREATE TABLE functionrightrolelink (
    FunctionRightRoleLink_id INTEGER PRIMARY KEY AUTOINCREMENT,
    roleId                  INTEGER NOT NULL REFERENCES role (Role_id) ON DELETE CASCADE,
    functionRightId         INTEGER NOT NULL REFERENCES functionright (FunctionRight_id),
    UNIQUE (roleId, functionRightId)
);
CREATE INDEX functionrightrolelink_right_ix ON functionrightrolelink (functionRightId);

-- One cell of the matrix of a role. fieldId 0 is the whole table. relationToOwner has the
-- database's own numbers, which differ from the WSDL's: 0 own, 1 primary group, 2 other
-- associates, 3 other groups, 4 external, 5 anonymous, 6 my company, 7 same project.
-- CRUD is '', R, CR, CRU or CRUD.
CREATE TABLE dataright (
    DataRight_id            INTEGER PRIMARY KEY AUTOINCREMENT,
    roleId                  INTEGER NOT NULL REFERENCES role (Role_id) ON DELETE CASCADE,
    tableId                 INTEGER NOT NULL,
    fieldId                 INTEGER NOT NULL DEFAULT 0,
    relationToOwner         INTEGER NOT NULL,
    CRUD                    TEXT    NOT NULL DEFAULT '',
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    updated                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    updated_associate_id    INTEGER NOT NULL DEFAULT 0,
    updatedCount            INTEGER NOT NULL DEFAULT 0,
    UNIQUE (roleId, tableId, fieldId, relationToOwner)
);

-- Groups

CREATE TABLE usergroup (
    UserGroup_id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name                    TEXT    NOT NULL,
    rank                    INTEGER NOT NULL DEFAULT 0,
    tooltip                 TEXT    DEFAULT '',
    deleted                 INTEGER NOT NULL DEFAULT 0,
    type                    INTEGER NOT NULL DEFAULT 0,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    updated                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    updated_associate_id    INTEGER NOT NULL DEFAULT 0,
    updatedCount            INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX usergroup_name_ix ON usergroup (lower(name));

-- Users

-- The Service user that stands beside an associate; username is the nick name.
CREATE TABLE ejuser (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    loginname               TEXT    DEFAULT '',
    username                TEXT    DEFAULT '',
    email                   TEXT    DEFAULT '',
    signature               TEXT    DEFAULT '',
    status                  INTEGER NOT NULL DEFAULT 1,
    not_present             TEXT    DEFAULT '',
    access_level            INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX ejuser_username_ix ON ejuser (lower(username)) WHERE username <> '';

-- type: 0 internal, 1 resource, 4 external, 7 anonymous, 13 system.
CREATE TABLE associate (
    associate_id            INTEGER PRIMARY KEY AUTOINCREMENT,
    name                    TEXT    NOT NULL,
    rank                    INTEGER NOT NULL DEFAULT 0,
    tooltip                 TEXT    DEFAULT '',
    deleted                 INTEGER NOT NULL DEFAULT 0,
    group_idx               INTEGER NOT NULL DEFAULT 0,
    lastlogin               TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    lastlogout              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    person_id               INTEGER NOT NULL DEFAULT 0,
    type                    INTEGER NOT NULL DEFAULT 0,
    userName                TEXT    DEFAULT '',
    ejuserId                INTEGER NOT NULL DEFAULT 0,
    waiting_for_approval    INTEGER NOT NULL DEFAULT 0,
    isLocation              INTEGER NOT NULL DEFAULT 0,
    locationAddress         TEXT    DEFAULT '',
    tzLocationId            INTEGER NOT NULL DEFAULT 0,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    updated                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    updated_associate_id    INTEGER NOT NULL DEFAULT 0,
    updatedCount            INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX associate_name_ix ON associate (lower(name));
CREATE INDEX associate_username_ix ON associate (lower(userName));
CREATE INDEX associate_person_ix ON associate (person_id);
CREATE INDEX associate_ejuser_ix ON associate (ejuserId);
CREATE INDEX associate_group_ix ON associate (group_idx);

-- Every user has exactly one role.
CREATE TABLE userrolelink (
    UserRoleLink_id         INTEGER PRIMARY KEY AUTOINCREMENT,
    associate_id            INTEGER NOT NULL UNIQUE REFERENCES associate (associate_id) ON DELETE CASCADE,
    role_id                 INTEGER NOT NULL REFERENCES role (Role_id)
);
CREATE INDEX userrolelink_role_ix ON userrolelink (role_id);

-- The other groups of a user; the primary one is associate.group_idx.
CREATE TABLE usergrouplink (
    UserGroupLink_id        INTEGER PRIMARY KEY AUTOINCREMENT,
    assoc_id                INTEGER NOT NULL REFERENCES associate (associate_id) ON DELETE CASCADE,
    UserGroup_id            INTEGER NOT NULL REFERENCES usergroup (UserGroup_id),
    remark                  TEXT    DEFAULT '',
    validFrom               TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    validTo                 TEXT    NOT NULL DEFAULT '9999-12-31T00:00:00',
    UNIQUE (assoc_id, UserGroup_id)
);
CREATE INDEX usergrouplink_group_ix ON usergrouplink (UserGroup_id);

-- The two dictionaries of a user, in the order given.
CREATE TABLE associate_extra_field (
    associate_id            INTEGER NOT NULL REFERENCES associate (associate_id) ON DELETE CASCADE,
    kind                    TEXT    NOT NULL CHECK (kind IN ('extra', 'custom')),
    key                     TEXT    NOT NULL,
    value                   TEXT,
    position                INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (associate_id, kind, key)
);

-- What remains of deleted users. None of it refers to anything.
CREATE TABLE associatehistory (
    associatehistory_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    associateId             INTEGER NOT NULL,
    groupId                 INTEGER NOT NULL DEFAULT 0,
    personId                INTEGER NOT NULL DEFAULT 0,
    type                    INTEGER NOT NULL DEFAULT 0,
    name                    TEXT    DEFAULT '',
    firstname               TEXT    DEFAULT '',
    middleName              TEXT    DEFAULT '',
    lastname                TEXT    DEFAULT '',
    contactId               INTEGER NOT NULL DEFAULT 0,
    ejUserId                INTEGER NOT NULL DEFAULT 0,
    locationAddress         TEXT    DEFAULT '',
    originalRegistered      TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX associatehistory_associate_ix ON associatehistory (associateId);

-- Ticket categories of Service; parent_id is -1 at the top.
CREATE TABLE ej_category (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    parent_id               INTEGER NOT NULL DEFAULT -1,
    name                    TEXT    NOT NULL,
    fullname                TEXT    NOT NULL,
    external_name           TEXT    DEFAULT '',
    category_master         INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX ej_category_parent_ix ON ej_category (parent_id);
CREATE INDEX ej_category_master_ix ON ej_category (category_master);

CREATE TABLE category_membership (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    category_id             INTEGER NOT NULL REFERENCES ej_category (id),
    user_id                 INTEGER NOT NULL REFERENCES ejuser (id) ON DELETE CASCADE,
    weight                  INTEGER NOT NULL DEFAULT 0,
    UNIQUE (user_id, category_id)
);
CREATE INDEX category_membership_category_ix ON category_membership (category_id);

-- Logging in

-- isActive: 0 outbound (a log-in elsewhere, never here), 1 inbound, 2 session. Passwords are
-- credentialType CRM5/PASSWORD with the lower-case user name in searchName and an argon2id PHC
-- string in secret; tickets are credentialType Ticket.
CREATE TABLE credentials (
    Credentials_id          INTEGER PRIMARY KEY AUTOINCREMENT,
    associateId             INTEGER NOT NULL REFERENCES associate (associate_id) ON DELETE CASCADE,
    personId                INTEGER NOT NULL DEFAULT 0,
    credentialType          TEXT    NOT NULL,
    searchName              TEXT    NOT NULL,
    secret                  TEXT    DEFAULT '',
    validFrom               TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    validTo                 TEXT    NOT NULL DEFAULT '9999-12-31T00:00:00',
    isActive                INTEGER NOT NULL DEFAULT 1,
    displayType             TEXT    DEFAULT '',
    displayName             TEXT    DEFAULT '',
    comment                 TEXT    DEFAULT '',
    lastUsedDate            TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    lastUsedInfo            TEXT    DEFAULT '',
    extraId                 INTEGER NOT NULL DEFAULT 0,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    updated                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    updated_associate_id    INTEGER NOT NULL DEFAULT 0,
    updatedCount            INTEGER NOT NULL DEFAULT 0,
    UNIQUE (credentialType, searchName)
);
CREATE INDEX credentials_associate_ix ON credentials (associateId, credentialType);
CREATE INDEX credentials_validto_ix ON credentials (credentialType, validTo);

-- Row 1 is the rule in force. flags: 1 when it is.
CREATE TABLE password_rules (
    id                      INTEGER PRIMARY KEY,
    flags                   INTEGER NOT NULL DEFAULT 0,
    min_characters          INTEGER NOT NULL DEFAULT 0,
    min_numbers             INTEGER NOT NULL DEFAULT 0,
    min_lowercase           INTEGER NOT NULL DEFAULT 0,
    min_uppercase           INTEGER NOT NULL DEFAULT 0,
    min_special             INTEGER NOT NULL DEFAULT 0
);

-- One-time links for choosing a new password; only a hash of the secret part is kept.
CREATE TABLE password_reset (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    associate_id            INTEGER NOT NULL REFERENCES associate (associate_id) ON DELETE CASCADE,
    token_hash              TEXT    NOT NULL UNIQUE,
    expires                 TEXT    NOT NULL,
    used                    INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX password_reset_associate_ix ON password_reset (associate_id);

-- A small directory that stands in for Active Directory and its like.
CREATE TABLE directory_group (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    credentialType          TEXT    NOT NULL,
    name                    TEXT    NOT NULL,
    display_name            TEXT    NOT NULL,
    UNIQUE (credentialType, name)
);

CREATE TABLE directory_user (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    credentialType          TEXT    NOT NULL,
    value                   TEXT    NOT NULL,
    display_value           TEXT    NOT NULL,
    firstname               TEXT    DEFAULT '',
    lastname                TEXT    DEFAULT '',
    email                   TEXT    DEFAULT '',
    UNIQUE (credentialType, value)
);

CREATE TABLE directory_membership (
    group_id                INTEGER NOT NULL REFERENCES directory_group (id) ON DELETE CASCADE,
    user_id                 INTEGER NOT NULL REFERENCES directory_user (id) ON DELETE CASCADE,
    PRIMARY KEY (group_id, user_id)
);

-- Web sessions of Service users.
CREATE TABLE login (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id                 INTEGER NOT NULL REFERENCES ejuser (id) ON DELETE CASCADE,
    session_key             TEXT    NOT NULL UNIQUE,
    remote_addr             TEXT    DEFAULT '',
    logged_in               TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    idle                    TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    status                  INTEGER NOT NULL DEFAULT 0,
    origin                  INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX login_user_ix ON login (user_id);

-- Log-in data for mail servers; password is encrypted.
CREATE TABLE service_auth (
    service_auth_id         INTEGER PRIMARY KEY AUTOINCREMENT,
    server                  TEXT    DEFAULT '',
    port                    INTEGER NOT NULL DEFAULT 0,
    auth_type               TEXT    DEFAULT '',
    username                TEXT    DEFAULT '',
    password                TEXT    DEFAULT '',
    associate_id            INTEGER NOT NULL REFERENCES associate (associate_id) ON DELETE CASCADE,
    auth_status             INTEGER NOT NULL DEFAULT 0,
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    updated                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    updated_associate_id    INTEGER NOT NULL DEFAULT 0,
    updatedCount            INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX service_auth_associate_ix ON service_auth (associate_id);

-- Token pairs of other providers; both tokens are encrypted.
CREATE TABLE external_token (
    key                     TEXT    PRIMARY KEY,
    provider                TEXT    DEFAULT '',
    access_token            TEXT    DEFAULT '',
    refresh_token           TEXT    DEFAULT '',
    claims                  TEXT    DEFAULT '',
    associate_id            INTEGER NOT NULL DEFAULT 0,
    created                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00'
);

-- Licences

-- Dates are "not set" for "without end".
CREATE TABLE moduleowner (
    ModuleOwner_id          INTEGER PRIMARY KEY AUTOINCREMENT,
    ownerName               TEXT    NOT NULL UNIQUE,
    ownerDescription        TEXT    DEFAULT '',
    licenseUrl              TEXT    DEFAULT '',
    licenseVersion          TEXT    DEFAULT '',
    signature               TEXT    DEFAULT '',
    deploymentType          INTEGER NOT NULL DEFAULT 0,
    productType             TEXT    DEFAULT '',
    productTypeDescription  TEXT    DEFAULT '',
    extraFlags              INTEGER NOT NULL DEFAULT 0,
    extraInfo               TEXT    DEFAULT '',
    expiration              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    graceTo                 TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    maintenanceTo           TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    nextCheckDate           TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    adminWarningDate        TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00'
);

-- licenseType: 1 site, 2 satellite, 3 user. licenseNumber is how many there are in all.
-- extraFlags 1 marks a user plan, whose extraInfo lists the hidden licences that it brings
-- ("set=a,b"). allowedAssocsMask says who may hold it, as a sum of 1 internal, 2 resource,
-- 4 external, 8 anonymous, 16 system; 0 is everyone.
CREATE TABLE modulelicense (
    ModuleLicense_id        INTEGER PRIMARY KEY AUTOINCREMENT,
    ModuleOwner_id          INTEGER NOT NULL REFERENCES moduleowner (ModuleOwner_id),
    moduleName              TEXT    NOT NULL,
    moduleDescription       TEXT    DEFAULT '',
    moduleVersion           TEXT    NOT NULL DEFAULT '',
    tooltip                 TEXT    DEFAULT '',
    licenseType             INTEGER NOT NULL,
    licenseNumber           INTEGER NOT NULL DEFAULT 0,
    allowedAssocsMask       INTEGER NOT NULL DEFAULT 0,
    extraFlags              INTEGER NOT NULL DEFAULT 0,
    extraInfo               TEXT    DEFAULT '',
    sortOrder               INTEGER NOT NULL DEFAULT 0,
    unrestricted            INTEGER NOT NULL DEFAULT 0,
    hidden                  INTEGER NOT NULL DEFAULT 0,
    prerequisiteModule      TEXT    DEFAULT '',
    signature               TEXT    DEFAULT '',
    UNIQUE (moduleName, moduleVersion, ModuleOwner_id)
);
CREATE INDEX modulelicense_owner_ix ON modulelicense (ModuleOwner_id);

-- A link with licenseNumber 0 does not count.
CREATE TABLE licenseassoclink (
    LicenseAssocLink_id     INTEGER PRIMARY KEY AUTOINCREMENT,
    moduleLicenseId         INTEGER NOT NULL REFERENCES modulelicense (ModuleLicense_id) ON DELETE CASCADE,
    assocId                 INTEGER NOT NULL REFERENCES associate (associate_id) ON DELETE CASCADE,
    validFrom               TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    validTo                 TEXT    NOT NULL DEFAULT '9999-12-31T00:00:00',
    licenseNumber           INTEGER NOT NULL DEFAULT 1,
    comment                 TEXT    DEFAULT '',
    registered              TEXT    NOT NULL DEFAULT '0001-01-01T00:00:00',
    registered_associate_id INTEGER NOT NULL DEFAULT 0,
    UNIQUE (moduleLicenseId, assocId)
);
CREATE INDEX licenseassoclink_associate_ix ON licenseassoclink (assocId);

-- The installation

-- One row. database_tag names the database in identifiers that clients see.
CREATE TABLE installation (
    id                      INTEGER PRIMARY KEY CHECK (id = 1),
    name                    TEXT    NOT NULL,
    serial_number           TEXT    NOT NULL,
    database_tag            TEXT    NOT NULL,
    created                 TEXT    NOT NULL
);

-- Applications. token_hash is lower-case hexadecimal; agents is the comma-separated list of agents
-- that the application may use; revoked is NULL while the token is good.
CREATE TABLE app_token (
    id                      INTEGER PRIMARY KEY AUTOINCREMENT,
    name                    TEXT    NOT NULL UNIQUE,
    token_hash              TEXT    NOT NULL UNIQUE,
    agents                  TEXT    NOT NULL DEFAULT '',
    created                 TEXT    NOT NULL,
    revoked                 TEXT
);

-- The registration with the access gateway, one at most; redirect_uri is the one in force.
CREATE TABLE accessgateway_registration (
    id                      INTEGER PRIMARY KEY CHECK (id = 1),
    client_id               TEXT    NOT NULL UNIQUE,
    client_secret           TEXT    NOT NULL,
    redirect_uri            TEXT    NOT NULL,
    registered              TEXT    NOT NULL,
    updated                 TEXT    NOT NULL
);

CREATE TABLE accessgateway_redirect_uri (
    registration_id         INTEGER NOT NULL REFERENCES accessgateway_registration (id) ON DELETE CASCADE,
    redirect_uri            TEXT    NOT NULL,
    registered              TEXT    NOT NULL,
    PRIMARY KEY (registration_id, redirect_uri)
);
