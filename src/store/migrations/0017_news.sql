-- What nodes of one database tell each other, which a single machine keeps in its memory: failed
-- log-ins, and what was used of allowances. No row holds a name or an address, only what the keys
-- of the installation make of them. Rows are removed after an hour, but for the last one: a node
-- reads on behind the last number that it has seen. Numbers are given by whoever has the turn to
-- write, and not by the engine, since some engines give each connection a stock of numbers, and
-- what is committed later would have a smaller one.
CREATE TABLE news (
    id                      BIGINT  PRIMARY KEY,
    node                    TEXT    NOT NULL,
    batch                   BIGINT  NOT NULL,
    topic                   TEXT    NOT NULL,
    about                   TEXT    NOT NULL,
    amount                  INTEGER NOT NULL,
    at                      BIGINT  NOT NULL
);

-- What one node at a time may do. Times are those of the database, in Unix seconds.
CREATE TABLE lease (
    name                    TEXT    PRIMARY KEY,
    owner                   TEXT    NOT NULL,
    until                   BIGINT  NOT NULL
);
