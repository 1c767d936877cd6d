-- The same as for SQLite, with triggers in PostgreSQL's own language, once for each statement.

CREATE TABLE list_state (
    id                      INTEGER PRIMARY KEY CHECK (id = 1),
    state                   BIGINT  NOT NULL
);
INSERT INTO list_state (id, state) VALUES (1, floor(random() * 9007199254740992)::bigint);

CREATE FUNCTION lists_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE list_state SET state = floor(random() * 9007199254740992)::bigint;
    RETURN NULL;
END $$;

CREATE TRIGGER dataright_lists AFTER INSERT OR UPDATE OR DELETE ON dataright
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
CREATE TRIGGER ej_category_lists AFTER INSERT OR UPDATE OR DELETE ON ej_category
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
CREATE TRIGGER functionright_lists AFTER INSERT OR UPDATE OR DELETE ON functionright
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
CREATE TRIGGER functionrightrolelink_lists AFTER INSERT OR UPDATE OR DELETE ON functionrightrolelink
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
CREATE TRIGGER moduleowner_lists AFTER INSERT OR UPDATE OR DELETE ON moduleowner
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
CREATE TRIGGER ownercontactlink_lists AFTER INSERT OR UPDATE OR DELETE ON ownercontactlink
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
CREATE TRIGGER password_rules_lists AFTER INSERT OR UPDATE OR DELETE ON password_rules
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
CREATE TRIGGER role_lists AFTER INSERT OR UPDATE OR DELETE ON role
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
CREATE TRIGGER usergroup_lists AFTER INSERT OR UPDATE OR DELETE ON usergroup
    FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();

-- How many are in use changes with every user, and is read each time.
CREATE TRIGGER modulelicense_lists AFTER INSERT OR DELETE OR UPDATE OF
    ModuleLicense_id, ModuleOwner_id, moduleName, moduleDescription, moduleVersion, tooltip,
    licenseType, licenseNumber, allowedAssocsMask, extraFlags, extraInfo, sortOrder, unrestricted,
    hidden, prerequisiteModule, signature, logInMask
ON modulelicense FOR EACH STATEMENT EXECUTE FUNCTION lists_changed();
