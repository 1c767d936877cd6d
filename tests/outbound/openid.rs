//! The access gateway, when an OpenID Connect provider stands for it.

use crate::answer::{Answer, text};
use crate::provider::{CALLBACK, Provider};
use crate::support::{Caller, Soap, TestServer, USER, head};
use serde_json::json;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// A server that knows a provider.
pub fn server(provider: &Provider, settings: &[(&str, &str)]) -> TestServer {
    let issuer = provider.issuer();
    let mut all = vec![("access_gateway.issuer", &*issuer)];
    all.extend(settings);
    TestServer::with(&all)
}

pub fn register(server: &TestServer, caller: &Caller, uri: &str) -> Answer {
    let argument = text("RedirectUri", uri);
    server.user(Soap::V12, caller, "RegisterWithAccessGateway", &argument)
}

pub fn works(server: &TestServer, caller: &Caller) -> bool {
    let operation = "CheckAccessGatewayRegistration";
    server.user(Soap::V11, caller, operation, "").result().text == "true"
}

pub fn info(server: &TestServer, caller: &Caller, uri: &str) -> (String, String) {
    let (operation, argument) = match uri {
        "" => ("GetAccessGatewayInfo", String::new()),
        uri => ("GetOrRegisterAccessGatewayInfo", text("RedirectUri", uri)),
    };
    let info = server
        .user(Soap::V12, caller, operation, &argument)
        .result();
    ["ClientId", "RedirectUri"]
        .map(|name| info.text_at(name).to_owned())
        .into()
}

/// The addresses of the only client at the provider.
pub fn addresses(provider: &Provider) -> Vec<String> {
    let clients = provider.clients();
    assert_eq!(clients.len(), 1, "{clients:?}");
    let uris = clients[0]["redirect_uris"].as_array().unwrap();
    let mut uris: Vec<_> = uris.iter().map(|it| it.as_str().unwrap().into()).collect();
    uris.sort_unstable();
    uris
}

pub fn assert_nowhere(folder: &Path, secret: &str) {
    assert!(secret.len() > 10, "{secret}");
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let content = std::fs::read(&path).unwrap();
        let mut windows = content.windows(secret.len());
        let found = windows.any(|window| window == secret.as_bytes());
        assert!(!found, "{secret} is in {}", path.display());
    }
}

#[test]
fn a_registration_is_made_changed_and_checked_at_the_provider() {
    for rotate in [false, true] {
        let provider = Provider::with(json!({ "rotate": rotate }));
        let server = server(&provider, &[("access_gateway.client_name", "Our CRM")]);
        let admin = server.caller("admin");
        assert!(!works(&server, &admin));
        assert_eq!(info(&server, &admin, ""), (String::new(), String::new()));
        assert!(provider.clients().is_empty());

        let first = register(&server, &admin, "https://crm.example/a").result();
        let clients = provider.clients();
        assert_eq!(clients[0]["client_id"], first.text_at("ClientId"));
        assert_eq!(clients[0]["client_name"], "Our CRM");
        assert_eq!(addresses(&provider), ["https://crm.example/a"]);
        assert!(works(&server, &admin));

        let added = info(&server, &admin, "https://crm.example/b");
        assert_eq!(added.0, first.text_at("ClientId"));
        assert_eq!(added.1, "https://crm.example/b");
        assert_eq!(
            addresses(&provider),
            ["https://crm.example/a", "https://crm.example/b"]
        );
        assert_eq!(info(&server, &admin, ""), added);
        let back = info(&server, &admin, "https://crm.example/a");
        assert_eq!(back.1, "https://crm.example/a");
        let only = register(&server, &admin, CALLBACK).result();
        assert_eq!(only.text_at("ClientId"), first.text_at("ClientId"));
        assert_eq!(addresses(&provider), [CALLBACK]);
        assert!(works(&server, &admin));

        let before = server.content_without_log_ins();
        register(&server, &admin, CALLBACK).result();
        let bob = server.caller("nora");
        let refused = register(&server, &bob, "https://evil.example/").refused();
        assert_eq!(refused.class, "SoSentryException");
        let refused = register(&server, &admin, "https://crm.example/#x").refused();
        assert_eq!(refused.class, "SoValidationException");
        let after = server.content_without_log_ins();
        after.assert_same(&before, "unchanged or refused");
        let clients = provider.clients();
        assert_nowhere(server.data(), clients[0]["client_secret"].as_str().unwrap());
    }
}

#[test]
fn callers_who_come_together_register_once() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let admin = server.caller("admin");
    let ids: Vec<_> = thread::scope(|scope| {
        let callers: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| info(&server, &admin, CALLBACK)))
            .collect();
        callers.into_iter().map(|it| it.join().unwrap()).collect()
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(addresses(&provider), [CALLBACK]);
}

#[test]
fn a_provider_that_is_down_changes_nothing() {
    let mut provider = Provider::start();
    let server = server(&provider, &[("access_gateway.timeout_seconds", "0.7")]);
    let admin = server.caller("admin");
    let before = server.content();
    provider.stop();
    let refused = register(&server, &admin, CALLBACK).refused();
    assert_eq!(refused.class, "SoServerException");
    assert!(refused.message.contains("no answer"), "{}", refused.message);
    assert!(!works(&server, &admin), "nothing to ask for");
    server.content().assert_same(&before, "down");
    provider.start_again("rotate", true);
    let registered = register(&server, &admin, CALLBACK).result();

    let before = server.content();
    provider.hold(true);
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| {
                let refused = register(&server, &admin, "https://crm.example/").refused();
                assert_eq!(refused.class, "SoServerException");
            });
        }
    });
    // Those who wait do not wait one after the other.
    assert!(begin.elapsed() < Duration::from_secs(4));
    let check = server.user(Soap::V12, &admin, "CheckAccessGatewayRegistration", "");
    assert_eq!(check.refused().class, "SoServerException");
    server.content().assert_same(&before, "silent");
    let known = info(&server, &admin, CALLBACK);
    assert_eq!(known.0, registered.text_at("ClientId"), "without a call");
    provider.hold(false);
    register(&server, &admin, "https://crm.example/").result();
    assert_eq!(addresses(&provider), ["https://crm.example/"]);
    assert!(works(&server, &admin));
}

#[test]
fn a_client_that_the_provider_has_lost_is_registered_anew() {
    let provider = Provider::start();
    let server = server(&provider, &[]);
    let admin = server.caller("admin");
    let first = register(&server, &admin, CALLBACK).result();
    provider.forget();
    assert!(!works(&server, &admin));
    let second = register(&server, &admin, CALLBACK).result();
    assert_ne!(first.text_at("ClientId"), second.text_at("ClientId"));
    assert_eq!(addresses(&provider), [CALLBACK]);
    assert!(works(&server, &admin));
}

#[test]
fn processes_that_share_a_database_register_once() {
    let provider = Provider::start();
    let folder = tempfile::tempdir().unwrap();
    let issuer = provider.issuer();
    let setting = ("access_gateway.issuer", &*issuer);
    let servers = [(); 2].map(|()| TestServer::on(folder.path(), &[setting]));
    let admin = servers[0].caller("admin");
    thread::scope(|scope| {
        for server in &servers {
            scope.spawn(|| match register(server, &admin, CALLBACK).exception {
                None => {}
                Some(refused) => assert_eq!(refused.class, "SoDuplicateException"),
            });
        }
    });
    // Whoever came second has taken its own back.
    assert_eq!(addresses(&provider), [CALLBACK]);
    for server in &servers {
        assert!(works(server, &admin));
    }
}

#[test]
fn a_crash_between_question_and_answer_leaves_nothing_half_written() {
    let provider = Provider::start();
    let folder = tempfile::tempdir().unwrap();
    let issuer = provider.issuer();
    let setting = ("access_gateway.issuer", &*issuer);
    let mut server = TestServer::on(folder.path(), &[setting]);
    let admin = server.caller("admin");
    let before = server.content();
    provider.hold(true);
    let mut connection = server.connect();
    let argument = text("RedirectUri", CALLBACK);
    let envelope = Soap::V12.envelope(&admin, "RegisterWithAccessGateway", &argument);
    let media_type = format!("Content-Type: {}", Soap::V12.content_type());
    connection.send(head("POST", USER, &[&media_type], envelope.len()).as_bytes());
    connection.send(envelope.as_bytes());
    thread::sleep(Duration::from_millis(500));
    server.kill();
    server.wait();
    provider.hold(false);

    let server = TestServer::on(folder.path(), &[setting]);
    server.content().assert_same(&before, "crashed");
    assert!(!works(&server, &admin));
    register(&server, &admin, CALLBACK).result();
    assert!(works(&server, &admin));
}

#[test]
fn what_a_provider_does_not_offer_is_said() {
    let provider = Provider::with(json!({ "unmanaged": true }));
    let unmanaged = server(&provider, &[]);
    let admin = unmanaged.caller("admin");
    let first = register(&unmanaged, &admin, CALLBACK).result();
    assert_eq!(register(&unmanaged, &admin, CALLBACK).result(), first);
    assert!(works(&unmanaged, &admin));
    let before = unmanaged.content();
    let refused = register(&unmanaged, &admin, "https://crm.example/").refused();
    assert_eq!(refused.class, "SoNotSupportedException");
    unmanaged.content().assert_same(&before, "unchangeable");
    assert_eq!(addresses(&provider), [CALLBACK]);

    // It calls itself otherwise.
    let alias = provider.issuer().replace("127.0.0.1", "localhost");
    let stranger = TestServer::with(&[("access_gateway.issuer", &alias)]);
    let admin = stranger.caller("admin");
    let refused = register(&stranger, &admin, CALLBACK).refused();
    assert_eq!(refused.class, "SoServerException");
    assert!(refused.message.contains("calls itself"), "{refused:?}");
}

#[test]
fn a_provider_may_ask_for_a_token_and_decline() {
    let token = "let-me-in-4711";
    let provider = Provider::with(json!({ "initialAccessToken": token }));
    let setting = ("access_gateway.initial_access_token", token);
    let (welcome, stranger) = (server(&provider, &[setting]), server(&provider, &[]));
    let admin = stranger.caller("admin");
    let before = stranger.content();
    let refused = register(&stranger, &admin, CALLBACK).refused();
    assert_eq!(refused.class, "SoServerException");
    assert!(refused.message.contains("declined"), "{}", refused.message);
    stranger.content().assert_same(&before, "declined");
    register(&welcome, &welcome.caller("admin"), CALLBACK).result();
    assert_eq!(addresses(&provider), [CALLBACK]);
    assert_nowhere(welcome.data(), token);
}

#[test]
fn another_issuer_is_another_registry() {
    let [first, second] = [Provider::start(), Provider::start()];
    let folder = tempfile::tempdir().unwrap();
    let on = |provider: &Provider| {
        let issuer = provider.issuer();
        TestServer::on(folder.path(), &[("access_gateway.issuer", &issuer)])
    };
    let server = on(&first);
    let admin = server.caller("admin");
    register(&server, &admin, CALLBACK).result();
    drop(server);
    let server = on(&second);
    assert!(!works(&server, &admin));
    assert_eq!(info(&server, &admin, ""), (String::new(), String::new()));
    register(&server, &admin, CALLBACK).result();
    assert_eq!(addresses(&second), [CALLBACK]);
    drop(server);
    let embedded = TestServer::on(folder.path(), &[]);
    assert!(!works(&embedded, &admin));
    register(&embedded, &admin, CALLBACK).result();
    assert!(works(&embedded, &admin));
    assert_eq!(addresses(&first), [CALLBACK], "not told");
}
