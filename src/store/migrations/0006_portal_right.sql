-- Somebody of a customer may look after the users of that customer: the right to administer the
-- portal fits external roles too.
UPDATE functionright SET roleTypes = 11 WHERE name = 'admin-audience' AND roleTypes = 9;
