-- A registration may be one with an OpenID Connect provider; the issuer is empty where the registry
-- is the database itself. Secret and token are sealed.

ALTER TABLE accessgateway_registration ADD COLUMN issuer TEXT NOT NULL DEFAULT '';
ALTER TABLE accessgateway_registration ADD COLUMN auth_method TEXT NOT NULL DEFAULT '';
ALTER TABLE accessgateway_registration ADD COLUMN management_uri TEXT NOT NULL DEFAULT '';
ALTER TABLE accessgateway_registration ADD COLUMN management_token TEXT NOT NULL DEFAULT '';
