-- A sealed word by which a node of several sees whether it has the keys of the others.

CREATE TABLE common_key (
    id                      INTEGER PRIMARY KEY CHECK (id = 1),
    sealed                  TEXT    NOT NULL
);

-- A Service user may come with a number of its own, after which SQLite counts on by itself.
CREATE FUNCTION ejuser_numbered() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.id > (SELECT last_value FROM ejuser_id_seq) THEN
        PERFORM setval('ejuser_id_seq', NEW.id);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER ejuser_inserted AFTER INSERT ON ejuser
FOR EACH ROW EXECUTE FUNCTION ejuser_numbered();
