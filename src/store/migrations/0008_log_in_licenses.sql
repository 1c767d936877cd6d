-- Who logs in needs licences, by the type of user. Which ones is said here, in the bits of
-- allowedAssocsMask; a licence that an installation lacks is not asked for.

ALTER TABLE modulelicense ADD COLUMN logInMask INTEGER NOT NULL DEFAULT 0;

UPDATE modulelicense SET logInMask = 1 WHERE licenseType = 3 AND moduleName IN ('user', 'web');
UPDATE modulelicense SET logInMask = 4 WHERE licenseType = 3 AND moduleName = 'extern-user-cal';
UPDATE modulelicense SET logInMask = 8 WHERE licenseType = 3 AND moduleName = 'anonymous-user-cal';
UPDATE modulelicense SET logInMask = 16 WHERE licenseType = 3 AND moduleName = 'system-user-cal';

-- So far only external users were asked. All others in service who have something to log in with
-- get what they will be asked for, be it more than there is.

INSERT INTO licenseassoclink (moduleLicenseId, assocId)
SELECT ModuleLicense_id, associate_id FROM associate
JOIN modulelicense ON logInMask = CASE type WHEN 0 THEN 1 WHEN 7 THEN 8 WHEN 13 THEN 16 END
WHERE deleted = 0
  AND EXISTS (SELECT 1 FROM credentials WHERE associateId = associate_id AND isActive <> 0)
ON CONFLICT (moduleLicenseId, assocId) DO UPDATE SET licenseNumber = 1
    WHERE licenseassoclink.licenseNumber = 0;
