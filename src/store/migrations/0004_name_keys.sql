-- Names of users are compared without regard to letter case in all scripts, for which lower() is
-- not enough here. What is compared stands in columns of its own, written together with the name.

ALTER TABLE associate ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
ALTER TABLE associate ADD COLUMN userName_key TEXT NOT NULL DEFAULT '';
ALTER TABLE ejuser ADD COLUMN username_key TEXT NOT NULL DEFAULT '';

UPDATE associate SET name_key = lower(name), userName_key = lower(coalesce(userName, ''));
UPDATE ejuser SET username_key = lower(coalesce(username, ''));

DROP INDEX associate_name_ix;
DROP INDEX associate_username_ix;
DROP INDEX ejuser_username_ix;
CREATE UNIQUE INDEX associate_name_ix ON associate (name_key);
CREATE INDEX associate_username_ix ON associate (userName_key);
CREATE UNIQUE INDEX ejuser_username_ix ON ejuser (username_key) WHERE username_key <> '';
