//! Secrets that come back in clear to whom they belong, and are nowhere to be read in between.

use crate::answer::{Node, element, text};
use crate::support::{Caller, Database, PASSWORD, Soap, TestServer, services88_on};
use std::path::Path;
use std::process::Stdio;

/// The setting of a key that the access gateway shares with a server.
pub const GATEWAY_KEY: (&str, &str) = (
    "access_gateway.decryption_key",
    "0707070707070707070707070707070707070707070707070707070707070707",
);
/// A token that the npm package jose has encrypted with it, and its text.
pub const ENCRYPTED: [&str; 2] = [
    "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..Og5mJagOQmEQthkz.RCsG.pXTXxtsMtuInpt3qdENfXw",
    "one",
];

const SECRET: &str = "Mail-Secret-☃-4711";

fn call(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> Node {
    server
        .user(Soap::V12, caller, operation, arguments)
        .result()
}

/// Calls an operation that answers nothing.
#[track_caller]
fn command(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) {
    let answer = server.user(Soap::V11, caller, operation, arguments);
    assert!(answer.exception.is_none(), "{:?}", answer.exception);
}

#[track_caller]
fn refused(server: &TestServer, caller: &Caller, operation: &str, arguments: &str) -> String {
    let answer = server.user(Soap::V12, caller, operation, arguments);
    answer.refused().class
}

fn imap(public: &str, secret: &str) -> String {
    let credentials = text("ValidFrom", "2020-02-03T04:05:06")
        + &text("ValidTo", "9999-12-31T00:00:00")
        + &text("Comment", "post & more")
        + &text("SecretValue", secret)
        + &text("PublicValue", public)
        + &text("IsActive", "true");
    text("Type", "imap") + &element("Credentials", &credentials)
}

fn id_of(server: &TestServer, name: &str) -> String {
    let admin = server.caller("admin");
    let user = call(server, &admin, "GetUserFromName", &text("UserName", name));
    text("AssociateId", user.text_at("AssociateId"))
}

/// That a text is in no file of a server's folder.
#[track_caller]
pub fn assert_nowhere(folder: &Path, secret: &str) {
    let mut files = 0;
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let content = std::fs::read(&path).unwrap();
        let found = content
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in {}", path.display());
        files += 1;
    }
    let database = Database::of(folder);
    assert!(!database.dump().contains(secret), "{secret} is stored");
    let database = usize::from(database.address().is_some());
    assert!(files + database >= 3, "database, key file and log");
}

#[test]
fn secrets_for_other_systems_come_back_to_their_user_only() {
    let server = TestServer::start();
    let [nora, ulf] = ["nora", "ulf"].map(|name| server.caller(name));
    let admin = server.caller("admin");
    let blank = call(&server, &nora, "CreateDefaultUntrustedCredentials", "");
    assert_eq!(blank.text_at("IsActive"), "true");
    assert_eq!(blank.text_at("ValidTo"), "9999-12-31T00:00:00");

    let of_nora = id_of(&server, "nora") + &text("Type", "imap");
    command(
        &server,
        &nora,
        "SaveUntrustedCredentials",
        &imap("n@x.example", SECRET),
    );
    let own = call(
        &server,
        &nora,
        "GetUntrustedCredentials",
        &text("Type", "imap"),
    );
    let own = &own.children[0];
    for (member, value) in [
        ("SecretValue", SECRET),
        ("PublicValue", "n@x.example"),
        ("Comment", "post & more"),
        ("ValidFrom", "2020-02-03T04:05:06"),
        ("IsActive", "true"),
    ] {
        assert_eq!(own.text_at(member), value);
    }
    for other in [&ulf, &admin] {
        let seen = call(
            &server,
            other,
            "GetUntrustedCredentialsForAssociate",
            &of_nora,
        );
        assert_eq!(seen.children.len(), 1);
        assert_eq!(seen.children[0].text_at("SecretValue"), "");
        assert_eq!(seen.children[0].text_at("PublicValue"), "n@x.example");
    }
    let before = server.content_without_log_ins();
    let planted = id_of(&server, "admin") + &imap("a", "x");
    let operation = "SaveUntrustedCredentialsForAssociate";
    assert_eq!(
        refused(&server, &nora, operation, &planted),
        "SoIllegalOperationException"
    );
    assert_eq!(
        refused(&server, &ulf, operation, &planted),
        "SoSentryException"
    );
    let remove = of_nora.clone() + &text("PublicValue", "n@x.example");
    let gita = server.caller("gita@customer.example.com");
    let operation = "RemoveUntrustedCredentialsForAssociate";
    assert_eq!(
        refused(&server, &gita, operation, &remove),
        "SoIllegalOperationException"
    );
    let long = imap("n@x.example", &"x".repeat(71));
    let operation = "SaveUntrustedCredentials";
    assert_eq!(
        refused(&server, &nora, operation, &long),
        "SoValidationException"
    );
    server
        .content_without_log_ins()
        .assert_same(&before, "refused");
    assert_nowhere(server.data(), SECRET);

    // An administrator changes the rest without ever seeing the secret.
    let changed = imap("n@x.example", "").replace("post", "changed");
    let changed = id_of(&server, "nora") + &changed;
    command(
        &server,
        &admin,
        "SaveUntrustedCredentialsForAssociate",
        &changed,
    );
    let list = || {
        call(
            &server,
            &nora,
            "GetUntrustedCredentials",
            &text("Type", "imap"),
        )
    };
    assert_eq!(list().children[0].text_at("SecretValue"), SECRET);
    assert_eq!(list().children[0].text_at("Comment"), "changed & more");
    for _ in 0..2 {
        command(
            &server,
            &admin,
            "RemoveUntrustedCredentialsForAssociate",
            &remove,
        );
    }
    assert!(list().children.is_empty() && !list().nil);
}

#[test]
fn log_in_data_for_mail_servers_is_its_owners() {
    let server = TestServer::start();
    let [nora, ulf, admin] = ["nora", "ulf", "admin"].map(|name| server.caller(name));
    let auth = |id: &str, password: &str| {
        let members = text("ServiceAuthId", id)
            + &text("Server", "imap.x.example")
            + &text("Port", "993")
            + &text("AuthType", "PLAIN")
            + &text("Username", "nora")
            + password;
        element("ServiceAuth", &members)
    };
    let blank = call(&server, &nora, "CreateDefaultServiceAuth", "");
    assert_eq!(blank.text_at("ServiceAuthId"), "0");
    let saved = call(
        &server,
        &nora,
        "SaveServiceAuth",
        &auth("0", &text("Password", SECRET)),
    );
    let id = saved.text_at("ServiceAuthId").to_owned();
    let get = |caller| {
        call(
            &server,
            caller,
            "GetServiceAuth",
            &text("ServiceAuthId", &id),
        )
    };
    assert_eq!(saved.text_at("Password"), SECRET);
    assert_eq!(get(&nora), saved);
    assert_eq!(get(&admin), saved);
    let kept = call(&server, &nora, "SaveServiceAuth", &auth(&id, ""));
    assert_eq!(kept, saved);

    let before = server.content_without_log_ins();
    let argument = text("ServiceAuthId", &id);
    for operation in ["GetServiceAuth", "DeleteServiceAuth"] {
        assert_eq!(
            refused(&server, &ulf, operation, &argument),
            "SoSentryException"
        );
    }
    let stolen = auth(&id, "").replace("imap.x", "evil");
    assert_eq!(
        refused(&server, &ulf, "SaveServiceAuth", &stolen),
        "SoSentryException"
    );
    let wrong = auth(&id, "").replace("993", "70000");
    assert_eq!(
        refused(&server, &nora, "SaveServiceAuth", &wrong),
        "SoValidationException"
    );
    server
        .content_without_log_ins()
        .assert_same(&before, "refused");
    assert_nowhere(server.data(), SECRET);
    command(&server, &nora, "DeleteServiceAuth", &argument);
    assert!(get(&admin).nil);
}

#[test]
fn tokens_of_other_providers_come_back_for_their_key() {
    let server = TestServer::start();
    let [nora, admin] = ["nora", "admin"].map(|name| server.caller(name));
    let tokens = |access: &str| {
        let members = text("Provider", "Example")
            + &text("AccessToken", access)
            + &text("RefreshToken", "refresh-4711");
        element("TokenManagementInfo", &members)
    };
    let key = call(&server, &nora, "SaveExternalTokens", &tokens("access-4711")).text;
    assert_eq!(key.len(), 64);
    let get = |caller| call(&server, caller, "GetExternalTokens", &text("Key", &key));
    let found = get(&nora);
    assert_eq!(found.text_at("Provider"), "Example");
    assert_eq!(found.text_at("AccessToken"), "access-4711");
    assert_eq!(found.text_at("RefreshToken"), "refresh-4711");
    assert!(get(&admin).nil, "another user's");
    let before = server.content_without_log_ins();
    let nothing = tokens("").replace("refresh-4711", "");
    assert_eq!(
        refused(&server, &nora, "SaveExternalTokens", &nothing),
        "SoValidationException"
    );
    server
        .content_without_log_ins()
        .assert_same(&before, "refused");
    for secret in ["access-4711", "refresh-4711", &key] {
        assert_nowhere(server.data(), secret);
    }
}

#[test]
fn tokens_that_the_gateway_has_encrypted_come_back_in_clear() {
    let server = TestServer::with(&[GATEWAY_KEY]);
    let [nora, admin] = ["nora", "admin"].map(|name| server.caller(name));
    let tokens = |name: &str, token: &str| {
        let members = text("Provider", "Example") + &text(name, token);
        element("TokenManagementInfo", &members)
    };
    let operation = "DecryptAndSaveExternalTokens";
    let [token, clear] = ENCRYPTED;
    let key = call(&server, &nora, operation, &tokens("AccessToken", token)).text;
    let get = |caller| call(&server, caller, "GetExternalTokens", &text("Key", &key));
    assert_eq!(get(&nora).text_at("AccessToken"), clear);
    assert_eq!(get(&nora).text_at("RefreshToken"), "");
    assert_eq!(get(&nora).text_at("Provider"), "Example");
    assert!(get(&admin).nil, "another user's");

    let before = server.content();
    for wrong in ["in clear", &token[1..], &token[..token.len() - 4]] {
        let arguments = tokens("RefreshToken", wrong);
        let class = refused(&server, &nora, operation, &arguments);
        assert_eq!(class, "SoInvalidArgumentException", "{wrong}");
    }
    server.content().assert_same(&before, "refused");
    for secret in [GATEWAY_KEY.1, &key] {
        assert_nowhere(server.data(), secret);
    }
    let other = TestServer::start();
    let class = refused(
        &other,
        &other.caller("nora"),
        operation,
        &tokens("AccessToken", token),
    );
    assert_eq!(class, "SoNotSupportedException");
}

/// Starts a server that is expected to refuse; gives what it says.
fn refused_start(data: &Path, keys: &str) -> String {
    let started = services88_on(data, &["serve", "--listen", "127.0.0.1:0"])
        .env("SERVICES88_KEY", keys)
        .stdout(Stdio::null())
        .output()
        .unwrap();
    assert!(!started.status.success());
    String::from_utf8(started.stderr).unwrap()
}

#[test]
fn a_new_key_goes_above_the_old_one_and_a_lost_one_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("services88.key");
    let secret_of_admin = |server: &TestServer| {
        let admin = server.caller("admin");
        let list = call(
            server,
            &admin,
            "GetUntrustedCredentials",
            &text("Type", "imap"),
        );
        list.children[0].text_at("SecretValue").to_owned()
    };
    let server = TestServer::on(folder.path(), &[]);
    let admin = server.caller("admin");
    let save = imap("a@x.example", SECRET);
    command(&server, &admin, "SaveUntrustedCredentials", &save);
    let mail = element("ServiceAuth", &text("Password", SECRET));
    let mail = call(&server, &admin, "SaveServiceAuth", &mail);
    let mail = text("ServiceAuthId", mail.text_at("ServiceAuthId"));
    let tokens = element("TokenManagementInfo", &text("RefreshToken", SECRET));
    let key = text(
        "Key",
        &call(&server, &admin, "SaveExternalTokens", &tokens).text,
    );
    let assert_kept = |server: &TestServer| {
        assert_eq!(secret_of_admin(server), SECRET);
        let mail = call(server, &admin, "GetServiceAuth", &mail);
        assert_eq!(mail.text_at("Password"), SECRET);
        let tokens = call(server, &admin, "GetExternalTokens", &key);
        assert_eq!(tokens.text_at("RefreshToken"), SECRET);
        assert_eq!(tokens.text_at("AccessToken"), "");
    };
    drop(server);

    let old = std::fs::read_to_string(&file).unwrap();
    let rotated = format!("{}\n{old}", "0f".repeat(32));
    std::fs::write(&file, rotated).unwrap();
    let server = TestServer::on(folder.path(), &[]);
    assert_kept(&server);
    drop(server);
    std::fs::write(&file, "0f".repeat(32)).unwrap();
    let server = TestServer::on(folder.path(), &[]);
    assert_kept(&server);
    drop(server);

    std::fs::remove_file(&file).unwrap();
    let said = refused_start(folder.path(), "");
    assert!(said.contains("services88.key is missing"), "{said}");
    assert!(!file.exists());
    let said = refused_start(folder.path(), "not-a-key-4711");
    assert!(
        said.contains("SERVICES88_KEY") && !said.contains("4711"),
        "{said}"
    );
    let elsewhere = tempfile::tempdir().unwrap();
    let moved = elsewhere.path().join("keys");
    std::fs::write(&moved, "0f".repeat(32)).unwrap();
    let server = TestServer::on(folder.path(), &[("key_file", moved.to_str().unwrap())]);
    let ticket = server.log_in(Soap::V12, "admin", PASSWORD).unwrap();
    let list = call(
        &server,
        &Caller::Ticket(ticket),
        "GetUntrustedCredentials",
        &text("Type", "imap"),
    );
    assert_eq!(list.children[0].text_at("SecretValue"), SECRET);
}
