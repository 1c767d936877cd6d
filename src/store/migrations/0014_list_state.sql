-- Lists that hardly ever change are kept in memory: roles and their rights, groups, licences,
-- categories, our own companies, the rule for passwords. This number tells whether what is in memory
-- is what a transaction would read. It is a random one, so that a state that was rolled back is
-- never taken for another. Triggers change it whoever writes; PostgreSQL wants the same ones in its
-- own words.

CREATE TABLE list_state (
    id                      INTEGER PRIMARY KEY CHECK (id = 1),
    state                   INTEGER NOT NULL
);
INSERT INTO list_state (id, state) VALUES (1, random());


CREATE TRIGGER dataright_inserted_lists AFTER INSERT ON dataright BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER dataright_updated_lists AFTER UPDATE ON dataright BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER dataright_deleted_lists AFTER DELETE ON dataright BEGIN UPDATE list_state SET state = random(); END;

CREATE TRIGGER ej_category_inserted_lists AFTER INSERT ON ej_category BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER ej_category_updated_lists AFTER UPDATE ON ej_category BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER ej_category_deleted_lists AFTER DELETE ON ej_category BEGIN UPDATE list_state SET state = random(); END;

CREATE TRIGGER functionright_inserted_lists AFTER INSERT ON functionright BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER functionright_updated_lists AFTER UPDATE ON functionright BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER functionright_deleted_lists AFTER DELETE ON functionright BEGIN UPDATE list_state SET state = random(); END;

CREATE TRIGGER functionrightrolelink_inserted_lists AFTER INSERT ON functionrightrolelink BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER functionrightrolelink_updated_lists AFTER UPDATE ON functionrightrolelink BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER functionrightrolelink_deleted_lists AFTER DELETE ON functionrightrolelink BEGIN UPDATE list_state SET state = random(); END;

CREATE TRIGGER moduleowner_inserted_lists AFTER INSERT ON moduleowner BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER moduleowner_updated_lists AFTER UPDATE ON moduleowner BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER moduleowner_deleted_lists AFTER DELETE ON moduleowner BEGIN UPDATE list_state SET state = random(); END;

CREATE TRIGGER ownercontactlink_inserted_lists AFTER INSERT ON ownercontactlink BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER ownercontactlink_updated_lists AFTER UPDATE ON ownercontactlink BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER ownercontactlink_deleted_lists AFTER DELETE ON ownercontactlink BEGIN UPDATE list_state SET state = random(); END;

CREATE TRIGGER password_rules_inserted_lists AFTER INSERT ON password_rules BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER password_rules_updated_lists AFTER UPDATE ON password_rules BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER password_rules_deleted_lists AFTER DELETE ON password_rules BEGIN UPDATE list_state SET state = random(); END;

CREATE TRIGGER role_inserted_lists AFTER INSERT ON role BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER role_updated_lists AFTER UPDATE ON role BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER role_deleted_lists AFTER DELETE ON role BEGIN UPDATE list_state SET state = random(); END;

CREATE TRIGGER usergroup_inserted_lists AFTER INSERT ON usergroup BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER usergroup_updated_lists AFTER UPDATE ON usergroup BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER usergroup_deleted_lists AFTER DELETE ON usergroup BEGIN UPDATE list_state SET state = random(); END;

-- How many are in use changes with every user, and is read each time.
CREATE TRIGGER modulelicense_inserted_lists AFTER INSERT ON modulelicense BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER modulelicense_updated_lists AFTER UPDATE OF
    ModuleLicense_id, ModuleOwner_id, moduleName, moduleDescription, moduleVersion, tooltip,
    licenseType, licenseNumber, allowedAssocsMask, extraFlags, extraInfo, sortOrder, unrestricted,
    hidden, prerequisiteModule, signature, logInMask
ON modulelicense BEGIN UPDATE list_state SET state = random(); END;
CREATE TRIGGER modulelicense_deleted_lists AFTER DELETE ON modulelicense BEGIN UPDATE list_state SET state = random(); END;
