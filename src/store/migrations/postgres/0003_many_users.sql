-- The same as for SQLite, with triggers in PostgreSQL's own language.

DROP INDEX credentials_validto_ix;
CREATE INDEX credentials_ticket_end_ix ON credentials (validTo) WHERE credentialType = 'Ticket';

ALTER TABLE modulelicense ADD COLUMN inUse INTEGER NOT NULL DEFAULT 0;

UPDATE modulelicense SET inUse = (
    SELECT count(*) FROM licenseassoclink
    JOIN associate ON associate.associate_id = licenseassoclink.assocId
    WHERE licenseassoclink.moduleLicenseId = modulelicense.ModuleLicense_id
      AND licenseassoclink.licenseNumber <> 0 AND associate.deleted = 0);

CREATE FUNCTION licenseassoclink_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' AND OLD.licenseNumber <> 0 THEN
        UPDATE modulelicense SET inUse = inUse - 1
        WHERE ModuleLicense_id = OLD.moduleLicenseId
          AND EXISTS (SELECT 1 FROM associate WHERE associate_id = OLD.assocId AND deleted = 0);
    END IF;
    IF TG_OP <> 'DELETE' AND NEW.licenseNumber <> 0 THEN
        UPDATE modulelicense SET inUse = inUse + 1
        WHERE ModuleLicense_id = NEW.moduleLicenseId
          AND EXISTS (SELECT 1 FROM associate WHERE associate_id = NEW.assocId AND deleted = 0);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER licenseassoclink_inserted_or_deleted AFTER INSERT OR DELETE ON licenseassoclink
FOR EACH ROW EXECUTE FUNCTION licenseassoclink_counted();

CREATE TRIGGER licenseassoclink_updated
AFTER UPDATE OF moduleLicenseId, assocId, licenseNumber ON licenseassoclink
FOR EACH ROW EXECUTE FUNCTION licenseassoclink_counted();

CREATE FUNCTION associate_retired_or_back() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE modulelicense SET inUse = inUse + CASE NEW.deleted WHEN 0 THEN 1 ELSE -1 END
    WHERE ModuleLicense_id IN (
        SELECT moduleLicenseId FROM licenseassoclink
        WHERE assocId = NEW.associate_id AND licenseNumber <> 0);
    RETURN NULL;
END $$;

CREATE TRIGGER associate_retired AFTER UPDATE OF deleted ON associate
FOR EACH ROW WHEN ((OLD.deleted = 0) <> (NEW.deleted = 0))
EXECUTE FUNCTION associate_retired_or_back();

-- Before the user is gone, since afterwards nobody could tell whether the links counted.
CREATE FUNCTION associate_leaves_licenses() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM licenseassoclink WHERE assocId = OLD.associate_id;
    RETURN OLD;
END $$;

CREATE TRIGGER associate_removed BEFORE DELETE ON associate
FOR EACH ROW EXECUTE FUNCTION associate_leaves_licenses();
