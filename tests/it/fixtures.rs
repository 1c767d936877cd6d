//! The sample envelopes of every operation, sent to the server in both forms and in both versions
//! of SOAP.

mod credentials;
mod people;
mod roles;
mod secrets;
mod structure;

use crate::answer::{Answer, Node};
use crate::secrets::{ENCRYPTED, GATEWAY_KEY};
use crate::support::{PASSWORD, Soap, TestServer};
use services88::contract::SERVICES;
use services88::model::{Operation, Service};
use std::collections::BTreeSet;
use std::path::Path;
use structure::{assert_same_structure, response_sample};

/// The folder of each form, and the version in which it is written.
const FORMS: [(&str, Soap); 2] = [("documentation", Soap::V12), ("client", Soap::V11)];
const VERSIONS: [Soap; 2] = [Soap::V11, Soap::V12];

/// Keeps the rules, too.
const OTHER_PASSWORD: &str = "Better-Horse-9";

/// A sample, all of whose arguments are blank, is answered with a value, with nil because nothing
/// was found, or with an exception of a class.
const VALUE: &str = "a value";
const NIL: &str = "nil";

/// The operations with the answer to their samples.
const ANSWERS: &[(&str, &str)] = &[
    ("GetSystemInfo", VALUE),
    ("AuthenticateUsernamePassword", NIL),
    ("AuthenticateImplicit", NIL),
    ("AuthenticateGeneric", NIL),
    ("AuthenticateWithAccessToken", NIL),
    ("RegisterWithAccessGateway", "SoValidationException"),
    ("GetAccessGatewayInfo", VALUE),
    ("GetOrRegisterAccessGatewayInfo", VALUE),
    ("CheckAccessGatewayRegistration", VALUE),
    ("CreateDefaultUser", VALUE),
    ("CreateDefaultUserFromUserType", VALUE),
    ("CreateDefaultUserFromUserTypeAndPersonId", VALUE),
    ("SaveUser", VALUE),
    ("GetUser", NIL),
    ("GetUserFromName", NIL),
    ("SaveUserFromName", "SoNotFoundException"),
    ("ValidateUser", VALUE),
    ("DeleteUser", "SoNotFoundException"),
    ("DeleteUserFromName", "SoNotFoundException"),
    ("IsPasswordValid", VALUE),
    ("IsPasswordValidWithReason", VALUE),
    ("SetPassword", "SoNotFoundException"),
    ("SetPasswordFromName", "SoNotFoundException"),
    ("SetGeneratedPassword", "SoNotFoundException"),
    ("SetGeneratedPasswordFromName", "SoNotFoundException"),
    ("ChangePassword", "SoNotFoundException"),
    ("ChangePasswordFromName", "SoNotFoundException"),
    ("ChangeOwnPassword", "SoInvalidPasswordException"),
    ("CanChangePassword", VALUE),
    ("SendChangePasswordEMail", "SoNotFoundException"),
    ("GetSupportedChangePasswordTypes", VALUE),
    ("RemoveLicenses", "SoNotFoundException"),
    ("MakeRetired", "SoNotFoundException"),
    ("AddOwnerContact", "SoNotFoundException"),
    ("RemoveOwnerContact", "SoNotFoundException"),
    ("CreateUserGroup", VALUE),
    ("SaveUserGroup", "SoValidationException"),
    ("DeleteUserGroup", "SoNotFoundException"),
    ("GetUserGroupList", VALUE),
    ("GetAllUserGroups", VALUE),
    ("GetUserGroup", NIL),
    ("GetRole", NIL),
    ("GetAllRoles", VALUE),
    ("CreateDefaultRoleEntity", VALUE),
    ("CreateDefaultRoleEntityFromType", VALUE),
    ("SaveRoleEntity", "SoValidationException"),
    ("GetRoleEntity", NIL),
    ("DeleteRole", "SoNotFoundException"),
    ("GetAllFunctionalRights", VALUE),
    ("GetFunctionalRights", VALUE),
    ("SetFunctionalRights", "SoNotFoundException"),
    ("FindRolesWithFunctionalRight", VALUE),
    ("FindRolesWithFunctionalRights", VALUE),
    ("FindRolesWithoutFunctionalRights", VALUE),
    ("GetDataRight", "SoNotFoundException"),
    ("GetDataRights", "SoNotFoundException"),
    ("GetAllDataRights", "SoNotFoundException"),
    ("SetDataRight", "SoNotFoundException"),
    ("GetUserFromPersonId", VALUE),
    ("GetUserFromEjUserId", VALUE),
    ("IsUserNameValid", VALUE),
    ("IsUserNameValidWithReason", VALUE),
    ("GetValidUserName", VALUE),
    ("GetValidUserNameForNewUser", VALUE),
    ("GetDefaultAssociateUserName", VALUE),
    ("IsNickNameUnique", VALUE),
    ("ChangeUserType", "SoInvalidArgumentException"),
    ("GetUserInfo", NIL),
    ("GetUserInfoList", VALUE),
    ("GetUserPresenceStatus", NIL),
    ("SetUserPresenceStatus", "SoInvalidArgumentException"),
    ("CreateExternalUser", "SoNotFoundException"),
    ("ResolveUserFromInfo", "SoInvalidArgumentException"),
    (
        "CreateDefaultUserFromUserTypeAndCredential",
        "SoInvalidArgumentException",
    ),
    ("SetExternalUserInfo", "SoNotFoundException"),
    ("DeleteExternalUser", "SoNotFoundException"),
    ("GenerateNewPasswordForExternalUser", "SoNotFoundException"),
    ("CreateDefaultUntrustedCredentials", VALUE),
    ("SaveUntrustedCredentials", "SoInvalidArgumentException"),
    ("GetUntrustedCredentials", VALUE),
    ("RemoveUntrustedCredentials", VALUE),
    (
        "SaveUntrustedCredentialsForAssociate",
        "SoInvalidArgumentException",
    ),
    ("GetUntrustedCredentialsForAssociate", VALUE),
    (
        "RemoveUntrustedCredentialsForAssociate",
        "SoNotFoundException",
    ),
    ("CreateDefaultServiceAuth", VALUE),
    ("SaveServiceAuth", VALUE),
    ("GetServiceAuth", NIL),
    ("DeleteServiceAuth", "SoNotFoundException"),
    ("SaveExternalTokens", "SoValidationException"),
    ("DecryptAndSaveExternalTokens", "SoNotSupportedException"),
    ("ExchangeCodeAndSaveTokens", "SoNotSupportedException"),
    ("GetExternalTokens", NIL),
    ("GetAccessToken", VALUE),
    ("GetCredentialTypes", VALUE),
    ("GetCredentialTypesForUserType", VALUE),
    ("SaveCredential", "SoInvalidArgumentException"),
    ("DeleteCredential", "SoNotFoundException"),
    ("FindCredentialsGroups", "SoInvalidArgumentException"),
    ("FindCredentialUsers", "SoInvalidArgumentException"),
    ("GetCredentialUsersInGroup", "SoInvalidArgumentException"),
    ("GetUserCommands", VALUE),
    ("ExecuteUserCommand", VALUE),
];

fn find(name: &str) -> (&'static Service, &'static Operation) {
    let mut services = SERVICES.iter();
    let found = services.find_map(|&service| Some((service, service.position(name)?)));
    let (service, position) = found.unwrap();
    (service, service.operations[position])
}

fn sample(form: &str, service: &Service, file: &str) -> String {
    let path = format!("fixtures/{form}/{}/{file}.xml", service.name);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Puts a value into the first member of this name in the Body that has no members of its own.
fn put(envelope: &mut String, member: &str, value: &str) {
    let body = envelope.find("Body>").unwrap();
    let tag = envelope[body..]
        .match_indices(member)
        .find(|(at, _)| {
            let before = envelope.as_bytes()[body + at - 1];
            let after = envelope.as_bytes()[body + at + member.len()];
            let content = envelope[body + at..].split_once('>').unwrap().1;
            let first = content.find('<').unwrap();
            b"<:".contains(&before) && b"> ".contains(&after) && content[first..].starts_with("</")
        })
        .unwrap_or_else(|| panic!("no {member} in {envelope}"));
    let start = body + tag.0;
    let start = start + envelope[start..].find('>').unwrap() + 1;
    let end = start + envelope[start..].find("</").unwrap();
    envelope.replace_range(start..end, value);
}

/// Names of members, and what to put into them.
type Values<'a> = &'a [(&'a str, &'a str)];

/// A server, and how it is spoken to.
struct Talk<'a> {
    server: &'a TestServer,
    ticket: &'a str,
    form: &'static str,
    written: Soap,
    spoken: Soap,
}

impl Talk<'_> {
    fn send(&self, operation: &str, values: Values<'_>) -> Answer {
        let (service, operation) = find(operation);
        let mut envelope = sample(self.form, service, &format!("{}.request", operation.name))
            .replace("7T:put-a-ticket-here", self.ticket)
            .replace(self.written.namespace(), self.spoken.namespace());
        for (member, value) in values {
            put(&mut envelope, member, value);
        }
        let action = service.action(operation);
        let fields = match self.spoken {
            Soap::V11 => vec![
                format!("Content-Type: {}", self.spoken.content_type()),
                format!("SOAPAction: \"{action}\""),
            ],
            Soap::V12 => vec![format!(
                "Content-Type: {}; action=\"{action}\"",
                self.spoken.content_type()
            )],
        };
        let fields: Vec<_> = fields.iter().map(String::as_str).collect();
        let path = format!("/Remote/Services88/{}.svc", service.name);
        let response = self
            .server
            .request("POST", &path, &fields, envelope.as_bytes());
        Answer::of(self.spoken, operation.response.name, &response)
    }

    fn result(&self, operation: &str, values: Values<'_>) -> Node {
        self.send(operation, values).result()
    }

    /// Calls an operation, and looks at a text in what it answers.
    #[track_caller]
    fn finds(&self, operation: &str, values: Values<'_>, path: &str, expected: &str) {
        let result = self.result(operation, values);
        let found = match path {
            "" => &result.text,
            _ => result.text_at(path),
        };
        assert_eq!(found, expected, "{operation}");
    }

    /// Calls an operation that answers nothing.
    fn done(&self, operation: &str, values: Values<'_>) {
        let answer = self.send(operation, values);
        let exception = answer.exception;
        assert!(exception.is_none(), "{operation} {exception:?}");
    }
}

/// Runs a test in both forms and both versions.
fn in_all_ways(server: &TestServer, test: impl Fn(&Talk<'_>)) {
    let caller = server.caller("admin");
    for (form, written) in FORMS {
        for spoken in VERSIONS {
            test(&Talk {
                server,
                ticket: caller.ticket(),
                form,
                written,
                spoken,
            });
        }
    }
}

#[test]
fn every_sample_is_answered_in_every_way() {
    let server = TestServer::start();
    in_all_ways(&server, |talk| {
        for operation in SERVICES.iter().flat_map(|service| service.operations) {
            let name = operation.name;
            let answer = talk.send(name, &[]);
            let expected = ANSWERS.iter().find(|(known, _)| *known == name);
            let expected = expected.unwrap_or_else(|| panic!("{name}")).1;
            let fields: Vec<_> = operation.response.fields.iter().map(|it| it.name).collect();
            assert_eq!(answer.response.names(), fields, "{name}");
            let found = match &answer.exception {
                Some(exception) => &*exception.class,
                None if answer.response.find("Response").is_some_and(|it| it.nil) => NIL,
                None => VALUE,
            };
            let way = (talk.form, talk.spoken);
            if let Some(succeeded) = answer.response.find("AuthenticationSucceeded") {
                assert_eq!((found, &*succeeded.text), (NIL, "false"), "{name} {way:?}");
            } else {
                assert_eq!(found, expected, "{name} {way:?} {:?}", answer.exception);
            }
        }
    });
}

#[test]
fn samples_with_values_put_in_are_carried_out_in_every_way() {
    let server = TestServer::with(&[GATEWAY_KEY]);
    in_all_ways(&server, |talk| {
        let name = format!("{}.{:?}", talk.form, talk.spoken);
        let uri = format!("https://{}.example/back", talk.form);
        let saved = talk.result("SaveUser", &[("Name", &name)]);
        let [id, person_id] = ["AssociateId", "Person/PersonId"].map(|path| saved.text_at(path));
        let other = talk.result("SaveUser", &[("Firstname", "Ann"), ("Lastname", "Li")]);
        let other_id = other.text_at("AssociateId");
        assert!(other.text_at("Name").starts_with("Ann.Li"));

        // What is sent, and what must be found in the answer.
        let calls: &[(&str, Values<'_>, &str, &str)] = &[
            (
                "RegisterWithAccessGateway",
                &[("RedirectUri", &uri)],
                "RedirectUri",
                &uri,
            ),
            ("GetAccessGatewayInfo", &[], "RedirectUri", &uri),
            (
                "GetOrRegisterAccessGatewayInfo",
                &[("RedirectUri", &uri)],
                "RedirectUri",
                &uri,
            ),
            ("CheckAccessGatewayRegistration", &[], "", "true"),
            ("CreateDefaultUser", &[], "Type", "InternalAssociate"),
            (
                "CreateDefaultUserFromUserType",
                &[("UserType", "SystemAssociate")],
                "Name",
                "System",
            ),
            (
                "CreateDefaultUserFromUserTypeAndPersonId",
                &[("UserType", "InternalAssociate"), ("PersonId", person_id)],
                "Person/PersonId",
                person_id,
            ),
            ("GetUser", &[("UserId", id)], "Name", &name),
            ("GetUserFromName", &[("UserName", &name)], "AssociateId", id),
            (
                "SaveUserFromName",
                &[("UserName", &name), ("Rank", "7")],
                "Rank",
                "7",
            ),
            ("GetUser", &[("UserId", id)], "Rank", "7"),
            (
                "ValidateUser",
                &[("Name", &name)],
                "StringKeyValuePair/Key",
                "Name",
            ),
            ("IsPasswordValid", &[("Password", PASSWORD)], "", "true"),
            (
                "IsPasswordValidWithReason",
                &[("Password", "short")],
                "Result",
                "false",
            ),
            (
                "SetPassword",
                &[("AssociateId", id), ("Password", PASSWORD)],
                "",
                "true",
            ),
            (
                "SetPasswordFromName",
                &[("AssociateName", &name), ("Password", PASSWORD)],
                "",
                "true",
            ),
            (
                "ChangePassword",
                &[
                    ("AssociateId", id),
                    ("OldPassword", PASSWORD),
                    ("NewPassword", OTHER_PASSWORD),
                ],
                "",
                "true",
            ),
            (
                "ChangePasswordFromName",
                &[
                    ("AssociateName", &name),
                    ("OldPassword", OTHER_PASSWORD),
                    ("NewPassword", PASSWORD),
                ],
                "",
                "true",
            ),
            (
                "ChangeOwnPassword",
                &[("OldPassword", PASSWORD), ("NewPassword", PASSWORD)],
                "",
                "true",
            ),
            ("CanChangePassword", &[("AssociateId", id)], "", "true"),
            (
                "SendChangePasswordEMail",
                &[("AssociateId", id)],
                "Success",
                "false",
            ),
            (
                "GetSupportedChangePasswordTypes",
                &[("AssociateId", id)],
                "ChangePasswordType",
                "Password",
            ),
            ("SaveUserGroup", &[("Value", &name)], "Value", &name),
            ("CreateUserGroup", &[], "Rank", "4"),
            ("GetUserGroupList", &[("int", "2")], "UserGroup/Id", "2"),
            ("GetAllUserGroups", &[], "UserGroup/Rank", "0"),
            ("GetUserGroup", &[("UserGroupId", "2")], "Value", "Sales"),
            ("GetRole", &[("RoleId", "12")], "Value", "System user"),
            (
                "GetAllRoles",
                &[("RoleType", "System")],
                "SelectableMDOListItem/Id",
                "12",
            ),
        ];
        let mut called = BTreeSet::from(["SaveUser"]);
        called.extend(roles::carry_out(talk, &name));
        called.extend(people::carry_out(talk, &name, id, person_id));
        called.extend(secrets::carry_out(talk, ENCRYPTED));
        called.extend(credentials::carry_out(talk, &name));
        for (operation, values, path, expected) in calls {
            called.insert(operation);
            talk.finds(operation, values, path, expected);
        }
        for (operation, argument, value) in [
            ("SetGeneratedPassword", "AssociateId", id),
            ("SetGeneratedPasswordFromName", "AssociateName", &name),
        ] {
            called.insert(operation);
            let generated = talk.result(operation, &[(argument, value)]).text;
            assert!(talk.server.log_in(talk.spoken, &name, &generated).is_some());
        }
        let groups = talk.result("GetAllUserGroups", &[]);
        let group = groups
            .children
            .iter()
            .find(|it| it.text_at("Value") == name);
        let group = group.unwrap().text_at("Id");
        // Those that answer nothing.
        let calls: &[(&str, Values<'_>)] = &[
            ("RemoveLicenses", &[("AssociateId", id)]),
            ("MakeRetired", &[("AssociateId", id), ("Retired", "true")]),
            ("AddOwnerContact", &[("ContactId", "2")]),
            ("RemoveOwnerContact", &[("ContactId", "2")]),
            (
                "DeleteUserGroup",
                &[("UserGroupToDelete", group), ("UserGroupToMoveTo", "3")],
            ),
            ("DeleteUser", &[("UserId", other_id)]),
            ("DeleteUserFromName", &[("UserName", &name)]),
        ];
        for (operation, values) in calls {
            called.insert(operation);
            talk.done(operation, values);
        }
        for gone in [id, other_id] {
            assert!(talk.result("GetUser", &[("UserId", gone)]).nil);
        }
        // It needs an identity provider.
        called.insert("ExchangeCodeAndSaveTokens");
        let all: BTreeSet<_> = ANSWERS.iter().map(|it| it.0).collect();
        let logging_in = find("GetSystemInfo")
            .0
            .operations
            .iter()
            .map(|it| it.name)
            .collect();
        assert_eq!(&all - &logging_in, called);
    });
}

#[test]
fn the_samples_of_a_log_in_work_with_values_in_every_way() {
    let server = TestServer::start();
    in_all_ways(&server, |talk| {
        let by_name = [("UserName", "admin"), ("Password", PASSWORD)];
        let by_ticket = [("Key", "Ticket"), ("Value", talk.ticket)];
        for (operation, values) in [
            ("AuthenticateUsernamePassword", by_name),
            ("AuthenticateGeneric", by_ticket),
        ] {
            let answer = talk.send(operation, &values).response;
            assert_eq!(answer.text_at("AuthenticationSucceeded"), "true");
            assert!(answer.text_at("Credentials/Ticket").starts_with("7T:"));
            assert_eq!(answer.text_at("Response/Associate"), "admin");
            assert_same_structure(&answer, &response_sample(operation), operation);
        }
    });
}
