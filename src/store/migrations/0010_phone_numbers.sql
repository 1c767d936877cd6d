-- People of a company are looked for by telephone number, in whatever way it was written. What is
-- left out here is left out by store/resolve_user.rs, too.

CREATE INDEX person_direct_phone_ix ON person (contact_id,
    replace(replace(replace(replace(replace(replace(replace(replace(
        direct_phone, ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''), '/', ''), '+', ''), char(160), ''));
CREATE INDEX person_mobile_phone_ix ON person (contact_id,
    replace(replace(replace(replace(replace(replace(replace(replace(
        mobile_phone, ' ', ''), '-', ''), '(', ''), ')', ''), '.', ''), '/', ''), '+', ''), char(160), ''));
