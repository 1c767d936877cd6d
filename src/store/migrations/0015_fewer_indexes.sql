-- Every save of somebody new writes to each index of persons. Nobody is looked for by the last name
-- in small letters, and people of a company are found by the indexes of telephone numbers too, which
-- begin with the company.

DROP INDEX person_lastname_ix;
DROP INDEX person_contact_ix;
