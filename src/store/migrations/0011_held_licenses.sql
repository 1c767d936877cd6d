-- What is asked of the licences of a user stands in the index, so that the links themselves, which
-- lie far apart in a large table, are not read for it.

DROP INDEX licenseassoclink_associate_ix;
CREATE INDEX licenseassoclink_associate_ix
    ON licenseassoclink (assocId, licenseNumber, moduleLicenseId);
