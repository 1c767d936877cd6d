//! `POST /api/v1/Agents/User/{Operation}`.

use super::client::{Told, agent, basic, send, ticket};
use crate::support::{Caller, PASSWORD, TestServer};
use serde_json::{Value, json};

const REGISTER: &str = "/api/v1/Agents/User/RegisterWithAccessGateway";

/// An XML document that says null.
const NIL: &str = "<R xmlns:i='http://www.w3.org/2001/XMLSchema-instance' i:nil='true'/>";

#[test]
fn the_gateway_is_registered_as_printed() {
    let server = TestServer::start();
    let request = json!({"RedirectUri": "https://client.example/back"});
    let fields = [
        &*basic("admin", PASSWORD),
        "Accept: application/json; charset=utf-8",
        "Accept-Language: sv",
    ];
    let told = send(&server, "POST", REGISTER, &fields, &request);
    assert_eq!(
        told.response.field("content-type"),
        Some("application/json; charset=utf-8")
    );
    let order = ["ClientId", "RedirectUri", "TableRight", "FieldProperties"];
    let places = order.map(|name| told.response.body.find(&format!("\"{name}\":")));
    assert!(places.is_sorted() && places[0] == Some(1), "{told:?}");
    let body = told.ok();
    assert_eq!(body["RedirectUri"], request["RedirectUri"]);
    assert!(!body["ClientId"].as_str().unwrap().is_empty());
    let again = send(&server, "POST", REGISTER, &fields, &request).ok();
    assert_eq!(again["ClientId"], body["ClientId"]);
}

#[test]
fn each_style_of_arguments() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let default = agent(&server, &admin, "CreateDefaultUser", &Value::Null).ok();
    let mut user = default.clone();
    user["Name"] = json!("rest");
    user["Person"]["Firstname"] = json!("Réka 🙂");
    user["Person"]["Lastname"] = json!("<Nagy & Co>");
    let saved = agent(&server, &admin, "SaveUser", &user).ok();
    let id = saved["AssociateId"].as_i64().unwrap();
    assert!(id > 0);
    assert_eq!(saved["Person"]["Firstname"], "Réka 🙂");
    let by_query = format!("getuser?USERID={id}");
    assert_eq!(agent(&server, &admin, &by_query, &Value::Null).ok(), saved);
    let by_name = json!({"UserName": "rest"});
    assert_eq!(
        agent(&server, &admin, "GetUserFromName", &by_name).ok(),
        saved
    );
    let list = agent(&server, &admin, "GetUserInfoList", &json!([id, id])).ok();
    assert_eq!(list[0]["UserInfoId"], id);
    let retire = json!({"AssociateId": id, "Retired": true});
    let told = agent(&server, &admin, "MakeRetired", &retire);
    assert_eq!((told.status, &told.body), (204, &Value::Null));
    assert_eq!(told.response.field("content-type"), None);
    let unique = json!({"UserId": id, "NickName": "nobody has this"});
    assert_eq!(
        agent(&server, &admin, "IsNickNameUnique", &unique).ok(),
        true
    );
}

#[test]
fn errors_have_the_status_and_shape_of_the_vendor() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    server.add_user("plain", "Another-Horse-8");
    let plain = server.caller("plain");
    let nobody = Caller::Ticket("7T:bm9ib2R5".to_owned());
    let rename = json!({"RedirectUri": "https://client.example"});
    let register =
        |caller: &Caller, body| agent(&server, caller, "RegisterWithAccessGateway", body);

    let told = register(&nobody, &rename);
    assert_eq!(told.error(401).0, "SoSessionException");
    let challenge = told
        .response
        .field("www-authenticate")
        .expect("a challenge");
    assert!(
        challenge.contains("Basic") && challenge.contains("SOTicket"),
        "{challenge}"
    );
    assert_eq!(register(&plain, &rename).error(403).0, "SoSentryException");
    assert_eq!(
        register(&admin, &Value::Null).error(400).0,
        "SoInvalidArgumentException"
    );
    let (class, message) = register(&admin, &json!({"RedirectUri": 7})).error(400);
    assert_eq!(class, "SoInvalidArgumentException");
    assert!(
        message.contains("RedirectUri") && message.contains("line 1"),
        "{message}"
    );
    for (kind, null) in [("application/json", "null"), ("text/xml", NIL)] {
        let fields = [&*ticket(&admin), &format!("Content-Type: {kind}")];
        let told = Told::of(server.request("POST", REGISTER, &fields, null.as_bytes()));
        assert!(told.error(400).1.contains("null"), "{told:?}");
    }
    let missing = agent(&server, &admin, "GetUser", &Value::Null);
    assert!(missing.error(400).1.contains("'UserId' is missing"));
    // An agent has nothing to say of what does not exist, and says that.
    let unknown = agent(&server, &admin, "GetUser?userId=99999", &Value::Null);
    assert_eq!(unknown.ok(), Value::Null);
    assert_eq!(
        agent(&server, &admin, "NoSuchThing", &Value::Null)
            .error(404)
            .0,
        "SoNotFoundException"
    );
    let put = send(&server, "PUT", REGISTER, &[&ticket(&admin)], &rename);
    assert_eq!(
        put.response.field("allow"),
        Some("GET, HEAD, POST, OPTIONS")
    );
    put.error(405);
}

#[test]
fn other_notations_say_the_same() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let shown = ticket(&admin);
    let post = |operation: &str, fields: &[&str], body: &str| {
        let path = format!("/api/v1/Agents/User/{operation}");
        let mut all = vec![shown.as_str()];
        all.extend_from_slice(fields);
        server.request("POST", &path, &all, body.as_bytes())
    };
    for (kind, body) in [
        ("text/json", r#"{"redirecturi": "https://a.example"}"#),
        (
            "application/merge-patch+json",
            r#"{"RedirectUri": "https://a.example"}"#,
        ),
        (
            "application/xml",
            "<R><RedirectUri>https://a.example</RedirectUri></R>",
        ),
        (
            "text/xml; charset=utf-8",
            "<R xmlns='urn:x'><RedirectUri>https://a.example</RedirectUri></R>",
        ),
        (
            "application/x-www-form-urlencoded",
            "RedirectUri=https%3A%2F%2Fa.example",
        ),
    ] {
        let kind = format!("Content-Type: {kind}");
        let told = Told::of(post("RegisterWithAccessGateway", &[&kind], body)).ok();
        assert_eq!(told["RedirectUri"], "https://a.example", "{kind}");
    }
    let plain = post(
        "RegisterWithAccessGateway",
        &["Content-Type: text/plain"],
        "x",
    );
    Told::of(plain).error(415);
    let xml = post(
        "GetAccessGatewayInfo",
        &["Accept: text/xml, application/json;q=0.5"],
        "",
    );
    assert_eq!(xml.field("content-type"), Some("text/xml; charset=utf-8"));
    let text = &xml.body;
    assert!(
        text.contains("<RedirectUri>https://a.example</RedirectUri>"),
        "{text}"
    );
    let error = post("NoSuchThing", &["Accept: application/xml"], "");
    let text = &error.body;
    assert!(
        text.contains("<ErrorType>SoNotFoundException</ErrorType>"),
        "{text}"
    );
    let picky = post("GetAccessGatewayInfo", &["Accept: text/html"], "");
    Told::of(picky).error(406);
}

#[test]
fn what_is_not_selected_is_null() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let operation = "GetUserFromName?$select=name,PERSON/Lastname,otherGroups/id";
    let told = agent(&server, &admin, operation, &json!({"UserName": "admin"})).ok();
    assert_eq!(told["Name"], "admin");
    assert_eq!(told["AssociateId"], Value::Null);
    assert!(told["Person"]["Lastname"].is_string());
    assert_eq!(told["Person"]["PersonId"], Value::Null);
    let all = told.as_object().unwrap();
    assert!(all.contains_key("TableRight") && all.len() == 27, "{all:?}");
}

#[test]
fn dates_are_in_the_zone_that_is_asked_for() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let shown = ticket(&admin);
    let role = |zone: &str| {
        let path = "/api/v1/Agents/User/GetRoleEntity?roleEntityId=1";
        let zone = format!("SO-TimeZone: {zone}");
        send(&server, "POST", path, &[&shown, &zone], &Value::Null)
    };
    assert_eq!(
        role("NO").ok()["Created"],
        role("1").ok()["Created"],
        "always in UTC"
    );
    let user = |zone: &str| {
        let path = "/api/v1/Agents/User/GetUserFromName";
        let zone = format!("SO-TimeZone: {zone}");
        let told = send(
            &server,
            "POST",
            path,
            &[&shown, &zone],
            &json!({"UserName": "admin"}),
        );
        told.ok()["Lastlogin"].as_str().unwrap().to_owned()
    };
    let (utc, kolkata) = (user("UTC"), user("IN, includeTZOffset"));
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap();
    assert_eq!(at(&format!("{utc}Z")), at(&kolkata));
    assert!(kolkata.ends_with("+05:30"), "{kolkata}");
    assert_eq!(user("in"), kolkata.trim_end_matches("+05:30"));
    assert_eq!(user("includeTZOffset"), format!("{utc}+00:00"));
    for zone in ["Nowhere/Else", "NO, whatever", ",x", "\u{e9}"] {
        let told = role(zone).error(400);
        assert_eq!(told.0, "SoInvalidArgumentException", "{zone}");
    }
}

#[test]
fn texts_in_several_languages_are_told_in_one() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let shown = ticket(&admin);
    let group = json!({"UserGroup": {"Value": "NO:\"Salg\";US:\"Sales\""}});
    let saved = agent(&server, &admin, "SaveUserGroup", &group).ok();
    let value = |fields: &[&str]| {
        let path = format!(
            "/api/v1/Agents/User/GetUserGroup?userGroupId={}",
            saved["Id"]
        );
        let mut all = vec![shown.as_str()];
        all.extend_from_slice(fields);
        send(&server, "POST", &path, &all, &Value::Null).ok()["Value"].clone()
    };
    assert_eq!(value(&[]), "NO:\"Salg\";US:\"Sales\"");
    assert_eq!(value(&["Accept-Language: fr;q=0.2, en"]), "Sales");
    assert_eq!(
        value(&["Accept-Language: en", "SO-Language: nb-NO"]),
        "Salg"
    );
    assert_eq!(
        value(&["Accept-Language: en", "SO-Language: x"]),
        saved["Value"]
    );
}

#[test]
fn each_way_to_say_who_calls() {
    let server = TestServer::start();
    let admin = server.caller("admin");
    let who = |field: &str| {
        let told = send(
            &server,
            "POST",
            "/api/v1/Agents/User/GetAccessGatewayInfo",
            &[field],
            &Value::Null,
        );
        told.status
    };
    let token = agent(&server, &admin, "GetAccessToken", &json!({})).ok();
    let bearer = format!("Authorization: Bearer {}", token.as_str().unwrap());
    let small = ticket(&admin).replace("SOTicket", "soticket");
    let ticket_as_name = basic(admin.ticket(), "anything");
    for shown in [
        &basic("admin", PASSWORD),
        &ticket(&admin),
        &small,
        &bearer,
        &ticket_as_name,
    ] {
        assert_eq!((who(shown), who(shown)), (200, 200), "{shown}");
    }
    for shown in [
        "X-Nothing: at-all".to_owned(),
        basic("admin", "wrong"),
        basic("nobody", PASSWORD),
        "Authorization: Basic !!!".to_owned(),
        "Authorization: Digest x".to_owned(),
        "Authorization:".to_owned(),
        bearer.replace("8A:", "8B:"),
        ticket(&admin)
            .to_lowercase()
            .replace("soticket 7t", "SOTicket 7T"),
        format!(
            "{}\r\nAuthorization: SOTicket {}",
            basic("admin", PASSWORD),
            admin.ticket()
        ),
    ] {
        assert_eq!(who(&shown), 401, "{shown}");
    }
}
