-- What keeps the work for one user from growing with the number of users.

-- Only of tickets it is asked which have ended. An index over all credentials tempts SQLite to look
-- for the password of one user among those of all.

DROP INDEX credentials_validto_ix;
CREATE INDEX credentials_ticket_end_ix ON credentials (validTo) WHERE credentialType = 'Ticket';

-- How many users hold a licence. Every look at a user tells it, and counting them each time would
-- cost more with every user there is. Users who are deleted do not count, nor do links with
-- licenseNumber 0. Triggers keep the number right whoever writes; PostgreSQL wants the same ones
-- in its own words.

ALTER TABLE modulelicense ADD COLUMN inUse INTEGER NOT NULL DEFAULT 0;

UPDATE modulelicense SET inUse = (
    SELECT count(*) FROM licenseassoclink
    JOIN associate ON associate.associate_id = licenseassoclink.assocId
    WHERE licenseassoclink.moduleLicenseId = modulelicense.ModuleLicense_id
      AND licenseassoclink.licenseNumber <> 0 AND associate.deleted = 0);

CREATE TRIGGER licenseassoclink_inserted AFTER INSERT ON licenseassoclink
WHEN NEW.licenseNumber <> 0
BEGIN
    UPDATE modulelicense SET inUse = inUse + 1
    WHERE ModuleLicense_id = NEW.moduleLicenseId
      AND EXISTS (SELECT 1 FROM associate WHERE associate_id = NEW.assocId AND deleted = 0);
END;

CREATE TRIGGER licenseassoclink_deleted AFTER DELETE ON licenseassoclink
WHEN OLD.licenseNumber <> 0
BEGIN
    UPDATE modulelicense SET inUse = inUse - 1
    WHERE ModuleLicense_id = OLD.moduleLicenseId
      AND EXISTS (SELECT 1 FROM associate WHERE associate_id = OLD.assocId AND deleted = 0);
END;

CREATE TRIGGER licenseassoclink_updated
AFTER UPDATE OF moduleLicenseId, assocId, licenseNumber ON licenseassoclink
BEGIN
    UPDATE modulelicense SET inUse = inUse - 1
    WHERE ModuleLicense_id = OLD.moduleLicenseId AND OLD.licenseNumber <> 0
      AND EXISTS (SELECT 1 FROM associate WHERE associate_id = OLD.assocId AND deleted = 0);
    UPDATE modulelicense SET inUse = inUse + 1
    WHERE ModuleLicense_id = NEW.moduleLicenseId AND NEW.licenseNumber <> 0
      AND EXISTS (SELECT 1 FROM associate WHERE associate_id = NEW.assocId AND deleted = 0);
END;

CREATE TRIGGER associate_retired AFTER UPDATE OF deleted ON associate
WHEN (OLD.deleted = 0) <> (NEW.deleted = 0)
BEGIN
    UPDATE modulelicense SET inUse = inUse + CASE NEW.deleted WHEN 0 THEN 1 ELSE -1 END
    WHERE ModuleLicense_id IN (
        SELECT moduleLicenseId FROM licenseassoclink
        WHERE assocId = NEW.associate_id AND licenseNumber <> 0);
END;

-- Before the user is gone, since afterwards nobody could tell whether the links counted.
CREATE TRIGGER associate_removed BEFORE DELETE ON associate
BEGIN
    DELETE FROM licenseassoclink WHERE assocId = OLD.associate_id;
END;
