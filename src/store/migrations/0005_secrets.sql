-- Look-ups of secrets that must not read the rows of all users.

CREATE INDEX external_token_associate_ix ON external_token (associate_id);
CREATE INDEX credentials_outbound_ix ON credentials (associateId) WHERE isActive = 0;
CREATE INDEX credentials_access_token_end_ix ON credentials (validTo) WHERE credentialType = 'AccessToken';
