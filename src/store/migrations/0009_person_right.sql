-- User administrators make users, and users need persons: unless it has been changed, the role may
-- add and change those of companies that others own.
UPDATE dataright SET CRUD = 'CRU'
WHERE roleId = 8 AND tableId = 6 AND fieldId = 0 AND relationToOwner IN (2, 3) AND CRUD = 'R'
  AND updatedCount = 0;
