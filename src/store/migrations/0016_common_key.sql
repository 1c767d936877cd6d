-- A sealed word by which a node of several sees whether it has the keys of the others.

CREATE TABLE common_key (
    id                      INTEGER PRIMARY KEY CHECK (id = 1),
    sealed                  TEXT    NOT NULL
);
