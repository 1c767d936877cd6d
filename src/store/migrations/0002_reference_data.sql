-- What every installation starts with. The ids of roles and functional rights are the vendor's
-- where they are documented (rights up to 49, roles but 10 to 12); the others are ours.

INSERT INTO contact (contact_id, name, department, orgNr, country_id) VALUES
    (1, 'Services88 Demo Company', '', '', 0);
INSERT INTO ownercontactlink (contact_id, remark) VALUES (1, 'Owner of the database');

INSERT INTO usergroup (UserGroup_id, name, rank, tooltip) VALUES
    (1, 'Administration', 1, 'Those who run the installation'),
    (2, 'Sales', 2, 'Those who sell'),
    (3, 'Support', 3, 'Those who answer requests');

INSERT INTO role (Role_id, name, rank, tooltip, roleType) VALUES
    ( 1, 'User level 0', 1, 'Everything, maintenance included', 0),
    ( 2, 'User level 1', 2, 'All data, no maintenance', 0),
    ( 3, 'User level 2', 3, 'All that belongs to the own group', 0),
    ( 4, 'User level 3', 4, 'All that is their own, and reading', 0),
    ( 5, 'User level 4', 5, 'All that is their own, little else', 0),
    ( 6, 'User level 5', 6, 'Mostly reading', 0),
    ( 7, 'List Administrator', 7, 'Keeps the lists', 0),
    ( 8, 'User Administrator', 8, 'Keeps users, roles and groups', 0),
    ( 9, 'Local User', 9, 'Works with data, without special rights', 0),
    (10, 'External user', 10, 'A person of another company', 1),
    (11, 'Anonymous user', 11, 'Nobody in particular', 2),
    (12, 'System user', 12, 'A program', 3),
    (13, 'eJournal Administrator', 13, 'Runs the request system', 0),
    (14, 'eJournal User', 14, 'Answers requests', 0),
    (15, 'CRM Administrator', 15, 'Sets up the customer database', 0),
    (16, 'CRM User', 16, 'Works with the customer database', 0);

INSERT INTO functionright (FunctionRight_id, name, displayName, roleTypes) VALUES
    ( 1, 'admin-all', 'Administers everything', 9),
    ( 2, 'admin-lists', 'Administers lists', 9),
    ( 3, 'admin-users', 'Administers users', 9),
    ( 8, 'allow-readonly-override', 'Changes read-only data', 9),
    ( 9, 'hide-company', 'Does not see companies', 1),
    (10, 'hide-sale', 'Does not see sales', 1),
    (11, 'hide-project', 'Does not see projects', 1),
    (12, 'hide-inbox', 'Does not see the inbox', 1),
    (13, 'hide-selection', 'Does not see selections', 1),
    (14, 'hide-reporter', 'Does not see reports', 1),
    (15, 'allow-bulk-mailmerge', 'Merges documents for many', 9),
    (16, 'allow-bulk-export', 'Exports many rows', 9),
    (17, 'allow-bulk-generate-activities', 'Creates activities for many', 9),
    (18, 'allow-bulk-copy-members', 'Copies many members', 9),
    (19, 'allow-bulk-edit', 'Changes many rows', 9),
    (20, 'allow-bulk-delete', 'Deletes many rows', 9),
    (21, 'allow-bulk-interests', 'Sets interests for many', 9),
    (22, 'allow-bulk-email', 'Writes e-mail to many', 9),
    (23, 'allow-bulk-user-applications', 'Starts applications for many', 9),
    (24, 'see-other-companies-associates', 'Sees users of other companies', 3),
    (26, 'admin-saint-regeneration', 'Recounts activity figures', 9),
    (27, 'admin-saint-definition', 'Defines activity figures', 9),
    (28, 'allow-dictionarySDK', 'Changes the data dictionary', 9),
    (29, 'admin-udef', 'Administers own fields', 9),
    (30, 'admin-import', 'Imports data', 9),
    (31, 'ext-need-publish-to-see-project', 'Sees only published projects', 2),
    (32, 'ext-need-publish-to-see-appointment', 'Sees only published appointments', 2),
    (33, 'ext-need-publish-to-see-document', 'Sees only published documents', 2),
    (34, 'ext-need-publish-to-see-sale', 'Sees only published sales', 2),
    (35, 'ext-see-event-projects', 'Sees projects that are events', 2),
    (36, 'ext-use-my-company-rights', 'Has rights on the own company', 2),
    (37, 'ext-use-same-project-rights', 'Has rights on shared projects', 2),
    (38, 'admin-audience', 'Administers the portal', 9),
    (39, 'syncadmin-all', 'Administers synchronisation for all', 9),
    (40, 'syncadmin-user', 'Sets up synchronisation for oneself', 9),
    (41, 'allow-manage-entities', 'Manages shared entities', 9),
    (42, 'admin-workflow', 'Administers guides', 9),
    (43, 'admin-role', 'Administers roles', 9),
    (44, 'admin-replication', 'Administers satellites and travellers', 9),
    (45, 'admin-preferences', 'Administers preferences', 9),
    (46, 'admin-script', 'Administers scripts', 9),
    (47, 'admin-quote', 'Administers quotes', 9),
    (48, 'quote-can-approve', 'Approves quotes', 9),
    (49, 'cs-listown', 'Lists own requests', 9),
    (50, 'cs-readown', 'Reads own requests', 9),
    (51, 'cs-editown', 'Changes own requests', 9),
    (52, 'cs-listothers', 'Lists requests of others', 9),
    (53, 'cs-readothers', 'Reads requests of others', 9),
    (54, 'cs-editothers', 'Changes requests of others', 9),
    (55, 'cs-posttofacebook', 'Posts on social media', 9),
    (56, 'cs-document', 'Keeps the document archive', 9),
    (57, 'cs-listextratablecontent', 'Lists rows of extra tables', 9),
    (58, 'cs-editextratablecontent', 'Changes rows of extra tables', 9),
    (59, 'cs-editfaq', 'Writes answers for the knowledge base', 9),
    (60, 'cs-faqadmin', 'Administers the knowledge base', 9),
    (61, 'cs-statistics', 'Sees request statistics', 9),
    (62, 'cs-readselections', 'Reads request selections', 9),
    (63, 'cs-editselections', 'Changes request selections', 9),
    (64, 'cs-changepref', 'Changes own request preferences', 9),
    (65, 'cs-changeprofile', 'Changes own request profile', 9),
    (66, 'cs-categories', 'Administers request categories', 9),
    (67, 'cs-system', 'Administers the request system', 9),
    (68, 'mailing-consent-override', 'Sends mailings without consent', 9),
    (69, 'can-manage-person-consent', 'Records consent', 9),
    (70, 'define-new-tags', 'Adds tags', 9),
    (71, 'admin-dashboard', 'Administers dashboards', 9),
    (72, 'admin-products', 'Administers products', 9),
    (73, 'admin-webhooks', 'Administers webhooks', 9),
    (74, 'allow-send-email', 'Sends e-mail', 9);

-- The administrator and programs: every right that adds something.
INSERT INTO functionrightrolelink (roleId, functionRightId)
    SELECT role.Role_id, functionright.FunctionRight_id
    FROM role CROSS JOIN functionright
    WHERE role.Role_id IN (1, 12)
      AND functionright.name NOT LIKE 'hide-%' AND functionright.name NOT LIKE 'ext-%'
    ORDER BY role.Role_id, functionright.FunctionRight_id;

-- Bulk work, most of it, some of it.
INSERT INTO functionrightrolelink (roleId, functionRightId)
    SELECT role.Role_id, functionright.FunctionRight_id
    FROM role CROSS JOIN functionright
    WHERE (role.Role_id IN (2, 15) AND functionright.FunctionRight_id BETWEEN 15 AND 24)
       OR (role.Role_id IN (3, 7, 8, 16) AND functionright.FunctionRight_id IN (15, 16, 17, 21, 22))
       OR (role.Role_id IN (4, 9) AND functionright.FunctionRight_id IN (15, 17, 22))
    ORDER BY role.Role_id, functionright.FunctionRight_id;

-- Requests: own ones for all who work, those of others for the higher levels.
INSERT INTO functionrightrolelink (roleId, functionRightId)
    SELECT role.Role_id, functionright.FunctionRight_id
    FROM role CROSS JOIN functionright
    WHERE (role.Role_id IN (2, 3, 4, 5, 14, 16)
            AND functionright.name IN ('cs-listown', 'cs-readown', 'cs-editown', 'cs-changepref', 'cs-changeprofile'))
       OR (role.Role_id IN (2, 3, 14)
            AND functionright.name IN ('cs-listothers', 'cs-readothers', 'cs-editothers', 'cs-editfaq'))
       OR (role.Role_id = 13
            AND (functionright.name LIKE 'cs-%' OR functionright.name = 'admin-script'))
    ORDER BY role.Role_id, functionright.FunctionRight_id;

-- What the names of the administrator roles promise.
INSERT INTO functionrightrolelink (roleId, functionRightId)
    SELECT role.Role_id, functionright.FunctionRight_id
    FROM role CROSS JOIN functionright
    WHERE (role.Role_id = 7 AND functionright.name IN ('admin-lists', 'define-new-tags'))
       OR (role.Role_id = 8 AND functionright.name IN ('admin-users', 'admin-role'))
       OR (role.Role_id = 15 AND functionright.name IN (
            'admin-lists', 'admin-users', 'admin-udef', 'admin-import', 'admin-workflow', 'admin-preferences',
            'admin-quote', 'admin-products', 'admin-dashboard', 'quote-can-approve', 'define-new-tags'))
       OR (role.Role_id = 2 AND functionright.name IN ('quote-can-approve', 'can-manage-person-consent', 'define-new-tags'))
       OR (role.Role_id = 10 AND functionright.name IN (
            'ext-need-publish-to-see-project', 'ext-need-publish-to-see-appointment',
            'ext-need-publish-to-see-document', 'ext-need-publish-to-see-sale', 'ext-use-my-company-rights'))
       OR (role.roleType = 0 AND role.Role_id <> 1 AND functionright.name = 'allow-send-email')
    ORDER BY role.Role_id, functionright.FunctionRight_id;

-- The matrices: every role has the same columns for all objects of its type. Objects: 5 contact,
-- 6 person, 9 appointment, 10 document, 11 project, 12 project member, 13 sale, 23 selection,
-- 52 relation, 121 stakeholder, 205 binary object, 481 dashboard.
WITH object (tableId) AS (VALUES (5), (6), (9), (10), (11), (12), (13), (23), (52), (121), (205), (481)),
cell (roleId, relationToOwner, crud) AS (VALUES
    ( 1, 0, 'CRUD'), ( 1, 1, 'CRUD'), ( 1, 2, 'CRUD'), ( 1, 3, 'CRUD'), ( 1, 4, 'CRUD'), ( 1, 5, 'CRUD'),
    ( 2, 0, 'CRUD'), ( 2, 1, 'CRUD'), ( 2, 2, 'CRUD'), ( 2, 3, 'CRUD'), ( 2, 4, 'CRUD'), ( 2, 5, 'CRUD'),
    ( 3, 0, 'CRUD'), ( 3, 1, 'CRUD'), ( 3, 2, 'R'),    ( 3, 3, 'R'),    ( 3, 4, 'CRU'),  ( 3, 5, 'CRU'),
    ( 4, 0, 'CRUD'), ( 4, 1, 'R'),    ( 4, 2, 'R'),    ( 4, 3, 'R'),    ( 4, 4, 'R'),    ( 4, 5, 'R'),
    ( 5, 0, 'CRUD'), ( 5, 1, 'R'),    ( 5, 2, ''),     ( 5, 3, ''),     ( 5, 4, ''),     ( 5, 5, ''),
    ( 6, 0, 'CR'),   ( 6, 1, 'R'),    ( 6, 2, 'R'),    ( 6, 3, 'R'),    ( 6, 4, 'R'),    ( 6, 5, 'R'),
    ( 7, 0, 'CRUD'), ( 7, 1, 'CRU'),  ( 7, 2, 'R'),    ( 7, 3, 'R'),    ( 7, 4, 'R'),    ( 7, 5, 'R'),
    ( 8, 0, 'CRUD'), ( 8, 1, 'CRU'),  ( 8, 2, 'R'),    ( 8, 3, 'R'),    ( 8, 4, 'CRU'),  ( 8, 5, 'R'),
    ( 9, 0, 'CRUD'), ( 9, 1, 'CRU'),  ( 9, 2, 'R'),    ( 9, 3, 'R'),    ( 9, 4, 'R'),    ( 9, 5, 'R'),
    (10, 0, 'CRU'),  (10, 1, ''),     (10, 2, ''),     (10, 3, ''),     (10, 4, ''),     (10, 5, ''),
    (10, 6, 'R'),    (10, 7, 'R'),
    (11, 0, 'CR'),   (11, 2, ''),     (11, 4, ''),     (11, 5, ''),
    (12, 0, 'CRUD'), (12, 1, 'CRUD'), (12, 2, 'CRUD'), (12, 3, 'CRUD'), (12, 4, 'CRUD'), (12, 5, 'CRUD'),
    (13, 0, 'CRUD'), (13, 1, 'CRUD'), (13, 2, 'CRUD'), (13, 3, 'CRUD'), (13, 4, 'CRUD'), (13, 5, 'CRUD'),
    (14, 0, 'CRUD'), (14, 1, 'CRU'),  (14, 2, 'R'),    (14, 3, 'R'),    (14, 4, 'CRU'),  (14, 5, 'R'),
    (15, 0, 'CRUD'), (15, 1, 'CRUD'), (15, 2, 'CRUD'), (15, 3, 'CRUD'), (15, 4, 'CRUD'), (15, 5, 'CRUD'),
    (16, 0, 'CRUD'), (16, 1, 'CRU'),  (16, 2, 'R'),    (16, 3, 'R'),    (16, 4, 'R'),    (16, 5, 'R'))
INSERT INTO dataright (roleId, tableId, relationToOwner, CRUD)
    SELECT cell.roleId, object.tableId, cell.relationToOwner, cell.crud
    FROM cell CROSS JOIN object
    ORDER BY cell.roleId, object.tableId, cell.relationToOwner;

INSERT INTO ej_category (id, parent_id, name, fullname, external_name) VALUES
    (1, -1, 'Support', 'Support', 'Support'),
    (2, 1, 'Billing', 'Support/Billing', 'Invoices'),
    (3, -1, 'Sales', 'Sales', 'Sales');

INSERT INTO password_rules (id, flags, min_characters) VALUES (1, 1, 8);

INSERT INTO moduleowner (ModuleOwner_id, ownerName, ownerDescription, licenseVersion, productType, productTypeDescription) VALUES
    (1, 'SUPEROFFICE', 'Services88', '88', 'Onsite', 'Installation of one''s own');

INSERT INTO modulelicense
    (ModuleLicense_id, ModuleOwner_id, moduleName, moduleDescription, licenseType, licenseNumber,
     allowedAssocsMask, extraFlags, extraInfo, sortOrder, unrestricted, hidden, prerequisiteModule)
VALUES
    ( 1, 1, 'extern-user', 'External users', 1, 1, 0, 0, '', 1, 0, 0, ''),
    ( 2, 1, 'expander-services', 'Web services', 1, 1, 0, 0, '', 2, 0, 0, ''),
    ( 3, 1, 'user', 'Named user', 3, 100, 1, 0, '', 10, 0, 0, ''),
    ( 4, 1, 'web', 'Web client', 3, 100, 1, 0, '', 11, 0, 0, 'user'),
    ( 5, 1, 'service', 'Requests', 3, 25, 1, 0, '', 12, 0, 0, 'user'),
    ( 6, 1, 'superlicense-no-selection', 'No user plan', 3, 0, 1, 1, 'set=', 20, 1, 0, 'user'),
    ( 7, 1, 'plan-sales', 'User plan for sales', 3, 50, 1, 1, 'set=sales,quote', 21, 0, 0, 'user'),
    ( 8, 1, 'plan-marketing', 'User plan for marketing', 3, 20, 1, 1, 'set=marketing', 22, 0, 0, 'user'),
    ( 9, 1, 'plan-complete', 'User plan with everything', 3, 25, 1, 1, 'set=sales,quote,marketing', 23, 0, 0, 'user'),
    (10, 1, 'sales', 'Sales', 3, 75, 1, 0, '', 30, 0, 1, 'user'),
    (11, 1, 'quote', 'Quotes', 3, 75, 1, 0, '', 31, 0, 1, 'user'),
    (12, 1, 'marketing', 'Mailings', 3, 45, 1, 0, '', 32, 0, 1, 'user'),
    (13, 1, 'visible-for', 'Limits who sees a row', 3, 0, 1, 0, '', 40, 1, 0, ''),
    (14, 1, 'publish', 'Publishes to external users', 3, 0, 1, 0, '', 41, 1, 0, ''),
    (15, 1, 'extern-user-cal', 'Log-in of an external user', 3, 0, 4, 0, '', 42, 1, 0, ''),
    (16, 1, 'anonymous-user-cal', 'Log-in of an anonymous user', 3, 0, 8, 0, '', 43, 1, 0, ''),
    (17, 1, 'system-user-cal', 'Log-in of a program', 3, 0, 16, 0, '', 44, 1, 0, '');
