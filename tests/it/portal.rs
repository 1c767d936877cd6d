//! Portals: agents register themselves over HTTP, confirm that, and log in over SOAP.

mod refusals;

use crate::answer::{Node, text};
use crate::support::{Response, Soap, TestServer};
use serde_json::{Value, json};

const MODELS: &str = "http://schemas.datacontract.org/2004/07/Eclipse.WebApi.Common.Models";
const VIEWS: &str = "http://schemas.datacontract.org/2004/07/Eclipse.WebApi.Common.ViewModels";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
const JSON: &str = "Content-Type: application/json";
const XML: &str = "Content-Type: application/xml; charset=utf-8";
const FORM: &str = "Content-Type: application/x-www-form-urlencoded";
const PASSWORD: &str = "Quiet-Fox-3";

/// A server with a portal and an agency in it.
struct Desk {
    server: TestServer,
    portal: String,
    key: String,
}

impl Desk {
    fn open() -> Self {
        Self::with(&[("registration.address_per_hour", "1000")])
    }

    fn with(settings: &[(&str, &str)]) -> Self {
        let server = TestServer::with(settings);
        let command = |arguments: &[&str]| server.command(arguments, "").trim().to_owned();
        let portal = command(&["portal", "add", "North"]);
        let key = command(&["agency", "add", "Temps & Co", "--portal", &portal]);
        Self {
            server,
            portal,
            key,
        }
    }

    fn path(&self) -> String {
        format!("/api/v1/portals/{}/agents/registration", self.portal)
    }

    fn post(&self, fields: &[&str], body: &str) -> Response {
        self.server
            .request("POST", &self.path(), fields, body.as_bytes())
    }

    fn agent(&self, email: &str) -> Value {
        json!({"Email": email, "Password": PASSWORD, "AgencyKey": self.key})
    }

    fn register(&self, email: &str) -> Response {
        self.post(&[JSON], &self.agent(email).to_string())
    }

    fn confirm(&self, request: &str, fields: &[&str]) -> Response {
        let path = format!("/api/v1/registration/confirmation/{request}");
        self.server.request("POST", &path, fields, b"")
    }

    fn log_in(&self, name: &str) -> Option<String> {
        self.server.log_in(Soap::V12, name, PASSWORD)
    }

    /// Runs a statement in the database beside the server.
    fn execute(&self, sql: &str) {
        self.server.database().execute(sql);
    }
}

fn parsed(response: &Response) -> Value {
    let content_type = response.field("content-type");
    assert_eq!(
        content_type,
        Some("application/json; charset=utf-8"),
        "{}",
        response.body
    );
    serde_json::from_str(&response.body).unwrap()
}

#[track_caller]
fn ok(response: &Response) -> Value {
    assert_eq!(response.status, 200, "{}", response.body);
    parsed(response)
}

/// Status, message and names of members with their reasons.
#[track_caller]
fn refused(response: &Response) -> (u16, String, Vec<String>) {
    let error = parsed(response);
    let message = error["Message"].as_str().unwrap().to_owned();
    let state = error["ModelState"].as_object();
    let members = state.map(|state| {
        let reasons = |reasons: &Value| reasons.as_array().unwrap().iter().all(Value::is_string);
        assert!(state.values().all(reasons));
        state.keys().cloned().collect()
    });
    (response.status, message, members.unwrap_or_default())
}

#[test]
fn a_registration_in_json_is_answered_member_by_member() {
    let desk = Desk::open();
    let body = format!(
        "{{\n  \"Email\": \"lena@temps.example\",\n  \"Password\": \"{PASSWORD}\",\n  \
         \"Forename\": \"Lena\",\n  \"Surname\": \"Ødegård\",\n  \"JobTitle\": \"Nurse\",\n  \
         \"Telephone\": \"+47 1\",\n  \"Mobile\": \"+47 2\",\n  \"AgencyKey\": \"{}\"\n}}",
        desk.key
    );
    let response = desk.post(&[JSON], &body);
    let answer = ok(&response);
    assert_eq!(response.field("cache-control"), Some("no-store"));
    let user = &answer["User"];
    let [logon, uid, updated, request] = [
        &user["Logon"],
        &user["Uid"],
        &user["DateUpdated"],
        &answer["RequestGuid"],
    ]
    .map(|text| text.as_str().unwrap());
    assert!(
        updated.ends_with("+00:00") && updated.len() == 25,
        "{updated}"
    );
    let address = format!("http://localhost:8088/api/v1/registration/confirmation/{request}");
    let expected = format!(
        "{{\"User\":{{\"Logon\":\"{logon}\",\"Forename\":\"Lena\",\"Surname\":\"Ødegård\",\
         \"OtherNames\":null,\"IsConfirmed\":false,\"CandidateReference\":null,\
         \"SecretKey2FA\":null,\"Is2FASiteWide\":false,\"Uid\":\"{uid}\",\"Links\":[{{\
         \"Href\":\"{address}\",\"Method\":\"POST\",\"Rel\":\"confirmation\",\
         \"Title\":\"Confirms the registration\",\"Type\":\"application/json\"}}],\
         \"DateUpdated\":\"{updated}\",\"UpdatedBy\":\"{logon}\"}},\
         \"Email\":\"lena@temps.example\",\"RequestGuid\":\"{request}\",\
         \"CandidateReference\":null}}"
    );
    assert_eq!(response.body, expected);
    for uid in [uid, request] {
        assert_eq!(uid.len(), 36);
        assert!(
            uid.bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
        );
    }
}

#[test]
fn a_registration_in_xml_is_answered_in_xml() {
    let desk = Desk::open();
    let body = format!(
        "<AgentRegistration xmlns:i=\"{XSI}\" xmlns=\"{MODELS}\">\n  \
         <AgencyKey>{}</AgencyKey>\n  <Email>lena@temps.example</Email>\n  \
         <Forename>Lena &amp; co</Forename>\n  <JobTitle i:nil=\"true\" />\n  \
         <Mobile>2</Mobile>\n  <Password>{PASSWORD}</Password>\n  \
         <Surname>Ødegård</Surname>\n  <Telephone>1</Telephone>\n</AgentRegistration>",
        desk.key
    );
    let response = desk.post(&[XML, "Accept: text/xml"], &body);
    assert_eq!(response.status, 200, "{}", response.body);
    assert_eq!(
        response.field("content-type"),
        Some("text/xml; charset=utf-8")
    );
    let answer = Node::parse(&response.body);
    assert_eq!(
        (&*answer.namespace, &*answer.local),
        (VIEWS, "UserConfirmationViewModel")
    );
    assert_eq!(
        answer.names(),
        ["CandidateReference", "Email", "RequestGuid", "User"]
    );
    assert!(answer.at("CandidateReference").nil);
    let user = answer.at("User");
    let members = [
        "DateUpdated",
        "Links",
        "Uid",
        "UpdatedBy",
        "CandidateReference",
        "Forename",
        "Is2FASiteWide",
        "IsConfirmed",
        "Logon",
        "OtherNames",
        "SecretKey2FA",
        "Surname",
    ];
    assert_eq!(user.names(), members);
    assert!(user.children.iter().all(|member| member.namespace == VIEWS));
    assert_eq!(user.text_at("Forename"), "Lena & co");
    let link = user.at("Links/Link");
    assert_eq!(link.names(), ["Href", "Method", "Rel", "Title", "Type"]);
    assert!(link.namespace == MODELS && link.children[0].namespace == MODELS);
    assert!(
        response
            .body
            .contains(&format!("<Links xmlns:d3p1=\"{MODELS}\"><d3p1:Link>"))
    );

    // The same body without a word on the answer, and one in the other order as JSON.
    let again = desk.post(&[XML], &body);
    assert_eq!(again.status, 409);
    let error = Node::parse(&again.body);
    assert_eq!((&*error.namespace, &*error.local), ("", "Error"));
    assert_eq!(error.names(), ["Message"]);
    assert_eq!(
        again.field("content-type"),
        Some("application/xml; charset=utf-8")
    );
    let other = format!(
        "<m:AgentRegistration xmlns:m=\"{MODELS}\"><m:Password>{PASSWORD}</m:Password>\
         <m:Email>b@c</m:Email><m:AgencyKey>{}</m:AgencyKey></m:AgentRegistration>",
        desk.key
    );
    let answer = ok(&desk.post(&[XML, "Accept: application/json"], &other));
    assert_eq!(answer["User"]["Forename"], Value::Null);

    let confirmed = desk.confirm(
        answer["RequestGuid"].as_str().unwrap(),
        &["Accept: text/xml"],
    );
    let user = Node::parse(&confirmed.body);
    assert_eq!((&*user.namespace, &*user.local), (VIEWS, "UserViewModel"));
    assert_eq!(user.names(), members);
    assert_eq!(user.text_at("IsConfirmed"), "true");
}

#[test]
fn a_form_registers_too_and_its_texts_are_only_texts() {
    let desk = Desk::open();
    let form = format!(
        "email=x%27%29%3B+DROP+TABLE+person%3B--%40e&Password=Quiet-Fox-3&AgencyKey={}\
         &Forename=%3Cscript%3E%26%22&Surname=%27+OR+1%3D1+--",
        desk.key
    );
    let answer = ok(&desk.post(&[FORM], &form));
    assert_eq!(answer["Email"], "x'); DROP TABLE person;--@e");
    assert_eq!(answer["User"]["Forename"], "<script>&\"");
    assert_eq!(answer["User"]["Surname"], "' OR 1=1 --");
    ok(&desk.confirm(answer["RequestGuid"].as_str().unwrap(), &[]));
    assert!(desk.log_in("x'); DROP TABLE person;--@e").is_some());
    // Any text will do for an address.
    ok(&desk.register("sample string"));
}

#[test]
fn who_has_confirmed_logs_in_and_who_has_not_does_not() {
    let desk = Desk::open();
    let answer = ok(&desk.register("lena@temps.example"));
    let logon = answer["User"]["Logon"].as_str().unwrap();
    let request = answer["RequestGuid"].as_str().unwrap();
    let admin = desk.server.caller("admin");
    let stored = || {
        let name = text("UserName", logon);
        desk.server
            .user(Soap::V11, &admin, "GetUserFromName", &name)
            .result()
    };
    assert_eq!(stored().text_at("WaitingForApproval"), "true");
    assert_eq!(stored().text_at("Type"), "ExternalAssociate");
    assert_eq!(stored().text_at("Person/ContactName"), "Temps & Co");
    assert_eq!(desk.log_in(logon), None);

    let confirmed = ok(&desk.confirm(request, &[]));
    assert_eq!(confirmed["IsConfirmed"], true);
    assert_eq!(confirmed["Uid"], answer["User"]["Uid"]);
    assert_eq!(confirmed["Links"], json!([]));
    assert_eq!(stored().text_at("WaitingForApproval"), "false");
    assert!(desk.log_in(logon).is_some());
    assert!(desk.log_in("LENA@temps.example").is_some());

    let again = refused(&desk.confirm(request, &[]));
    assert_eq!((again.0, again.2.len()), (410, 0));
    let unknown = refused(&desk.confirm("8435e2d9-5373-47e5-9512-3844b8d191c2", &[]));
    assert_eq!(unknown.0, 404);
    let nonsense = refused(&desk.confirm("1", &[]));
    assert_eq!(
        (nonsense.0, &*nonsense.2),
        (400, &["requestUid".to_owned()][..])
    );

    let late = ok(&desk.register("late@temps.example"));
    desk.execute("UPDATE portal_registration SET expires = '2020-01-01T00:00:00'");
    let late = late["RequestGuid"].as_str().unwrap();
    assert_eq!(refused(&desk.confirm(late, &[])).0, 410);
    ok(&desk.register("late@temps.example"));
    assert_eq!(refused(&desk.confirm(late, &[])).0, 404);
}

#[test]
fn of_two_registrations_at_the_same_moment_one_wins() {
    let desk = Desk::open();
    let mut statuses = std::thread::scope(|scope| {
        let runs: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| desk.register("same@b").status))
            .collect();
        let statuses = runs.into_iter().map(|run| run.join().unwrap());
        statuses.collect::<Vec<_>>()
    });
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409]);
}

#[test]
fn no_secret_is_in_the_database_or_the_log() {
    let desk = Desk::open();
    let answer = ok(&desk.register("lena@temps.example"));
    let request = answer["RequestGuid"].as_str().unwrap();
    ok(&desk.confirm(&request.to_uppercase(), &[]));
    assert_eq!(desk.confirm(&format!("{request}x"), &[]).status, 400);
    let log = desk.server.log();
    assert!(log.contains("/api/v1/registration/confirmation/…"), "{log}");
    let mut kept = log.into_bytes();
    for file in std::fs::read_dir(desk.server.data()).unwrap() {
        kept.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    kept.extend(desk.server.database().dump().into_bytes());
    kept.make_ascii_lowercase();
    let kept = String::from_utf8_lossy(&kept);
    assert!(kept.contains("lena@temps.example") && kept.contains("$argon2id$"));
    for secret in [PASSWORD, request, &request.replace('-', ""), &desk.key] {
        assert!(!kept.contains(&secret.to_ascii_lowercase()), "{secret}");
    }
}

#[test]
fn the_command_line_lists_portals_and_agencies_but_no_keys() {
    let desk = Desk::open();
    let command = |arguments: &[&str]| desk.server.command(arguments, "");
    let portal = &desk.portal;
    assert_eq!(command(&["portal", "list"]), format!("{portal}\tNorth\n"));
    let agencies = command(&["agency", "list"]);
    assert!(
        agencies.starts_with(&format!("{portal}\tTemps & Co\tcompany ")),
        "{agencies}"
    );
    assert!(!agencies.contains(&desk.key));
    assert!((20..=50).contains(&desk.key.len()));
    let new = command(&["agency", "new-key", "temps & co", "--portal", portal]);
    assert_eq!(refused(&desk.register("a@b")).2, ["registration.AgencyKey"]);
    let mut agent = desk.agent("a@b");
    agent["AgencyKey"] = new.trim().into();
    ok(&desk.post(&[JSON], &agent.to_string()));
}
