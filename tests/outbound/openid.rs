//! The access gateway, when an OpenID Connect provider stands for it.

use crate::answer::{Answer, element, text};
use crate::provider::{CALLBACK, Provider, encrypted};
use crate::support::{Caller, Soap, TestServer};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// A server that knows a provider.
fn server(provider: &Provider, settings: &[(&str, &str)]) -> TestServer {
    let issuer = provider.issuer();
    let mut all = vec![("access_gateway.issuer", &*issuer)];
    all.extend(settings);
    TestServer::with(&all)
}

fn register(server: &TestServer, caller: &Caller, uri: &str) -> Answer {
    let argument = text("RedirectUri", uri);
    server.user(Soap::V12, caller, "RegisterWithAccessGateway", &argument)
}

fn works(server: &TestServer, caller: &Caller) -> bool {
    let operation = "CheckAccessGatewayRegistration";
    server.user(Soap::V11, caller, operation, "").result().text == "true"
}

fn info(server: &TestServer, caller: &Caller, uri: &str) -> (String, String) {
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
fn addresses(provider: &Provider) -> Vec<String> {
    let clients = provider.clients();
    assert_eq!(clients.len(), 1, "{clients:?}");
    let uris = clients[0]["redirect_uris"].as_array().unwrap();
    let mut uris: Vec<_> = uris.iter().map(|it| it.as_str().unwrap().into()).collect();
    uris.sort_unstable();
    uris
}

fn assert_nowhere(folder: &Path, secret: &str) {
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

/// The secret of a browser, in its form of RFC 7636.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// A provider that a server is registered with, and a user who logs in.
struct Login {
    provider: Provider,
    server: TestServer,
    nora: Caller,
    client_id: String,
}

impl Login {
    fn at(provider: Provider, settings: &[(&str, &str)]) -> Self {
        let server = server(&provider, settings);
        let registered = register(&server, &server.caller("admin"), CALLBACK).result();
        Self {
            provider,
            nora: server.caller("nora"),
            server,
            client_id: registered.text_at("ClientId").to_owned(),
        }
    }

    /// A new code.
    fn code(&self, nonce: &str) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(VERIFIER));
        self.provider.log_in(&self.client_id, &challenge, nonce)
    }

    /// The arguments of an exchange as it should be, in the order of the declaration.
    fn arguments<'a>(&self, code: &'a str, nonce: &'a str) -> [(&'static str, &'a str); 5] {
        [
            ("Provider", ""),
            ("AuthorizationCode", code),
            ("Nonce", nonce),
            ("PkceVerifier", VERIFIER),
            ("RedirectUri", CALLBACK),
        ]
    }

    fn exchange(&self, arguments: &[(&str, &str)]) -> Answer {
        let arguments: String = arguments.iter().map(|(k, v)| text(k, v)).collect();
        let operation = "ExchangeCodeAndSaveTokens";
        self.server
            .user(Soap::V11, &self.nora, operation, &arguments)
    }

    /// Fails unless an exchange with one argument changed is refused and leaves nothing.
    #[track_caller]
    fn assert_refused(&self, name: &'static str, value: &str, class: &str) {
        let code = self.code("n-1");
        let mut arguments = self.arguments(&code, "n-1");
        for argument in &mut arguments {
            if argument.0 == name {
                argument.1 = value;
            }
        }
        let before = self.server.content();
        let refused = self.exchange(&arguments).refused();
        assert_eq!(refused.class, class, "{name}: {}", refused.message);
        assert!(!refused.message.contains(&code), "{}", refused.message);
        self.server.content().assert_same(&before, name);
    }

    fn tokens(&self, key: &str) -> crate::answer::Node {
        let operation = "GetExternalTokens";
        let key = text("Key", key);
        self.server
            .user(Soap::V12, &self.nora, operation, &key)
            .result()
    }
}

#[test]
fn a_code_becomes_tokens_that_the_provider_knows() {
    let settings = [("access_gateway.name", "SuperId")];
    let login = Login::at(Provider::start(), &settings);
    for (name, nonce) in [("SuperId", "n-1"), ("", "")] {
        let code = login.code(nonce);
        let mut arguments = login.arguments(&code, nonce);
        arguments[0].1 = name;
        let answer = login.exchange(&arguments).result().text;
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let claims = &answer["claims"];
        assert_eq!(claims["sub"], "nora");
        assert_eq!(claims["aud"], login.client_id);
        assert_eq!(claims["iss"], login.provider.issuer());
        let tokens = login.tokens(answer["key"].as_str().unwrap());
        let expected = match name {
            "" => &login.provider.issuer(),
            name => name,
        };
        assert_eq!(tokens.text_at("Provider"), expected);
        let access = tokens.text_at("AccessToken");
        let user = login.provider.user(access).unwrap();
        assert_eq!(user["email"], "nora@example.com");
        let refresh = tokens.text_at("RefreshToken");
        assert!(!refresh.is_empty());
        assert!(login.provider.user("wrong").is_none());
        for secret in [access, refresh, &code] {
            assert_nowhere(login.server.data(), secret);
        }

        // The second use of a code.
        let before = login.server.content();
        let refused = login.exchange(&arguments).refused();
        assert_eq!(refused.class, "SoInvalidArgumentException");
        assert!(refused.message.contains("invalid_grant"), "{refused:?}");
        login.server.content().assert_same(&before, "used");
    }
}

#[test]
fn what_does_not_belong_to_the_code_is_refused() {
    let login = Login::at(Provider::start(), &[]);
    let invalid = "SoInvalidArgumentException";
    login.assert_refused("AuthorizationCode", "made-up", invalid);
    login.assert_refused("Nonce", "n-2", invalid);
    login.assert_refused("Nonce", "", invalid);
    let other = VERIFIER.replace('d', "e");
    login.assert_refused("PkceVerifier", &other, invalid);
    login.assert_refused("PkceVerifier", "", invalid);
    for (name, value) in [
        ("Provider", "Google"),
        ("AuthorizationCode", ""),
        ("RedirectUri", "https://evil.example/"),
    ] {
        login.assert_refused(name, value, "SoValidationException");
    }
}

#[test]
fn a_token_that_the_provider_has_not_signed_is_refused() {
    let mut login = Login::at(Provider::start(), &[]);
    login.provider.start_again("forge", true);
    login.assert_refused("Provider", "", "SoServerException");
    login.provider.start_again("forge", false);
    let code = login.code("n-1");
    login.exchange(&login.arguments(&code, "n-1")).result();

    let code = login.code("n-1");
    login.provider.stop();
    let before = login.server.content();
    let refused = login.exchange(&login.arguments(&code, "n-1")).refused();
    assert_eq!(refused.class, "SoServerException");
    login.server.content().assert_same(&before, "down");
}

#[test]
fn a_registration_and_its_tokens_outlive_a_new_key() {
    let provider = Provider::start();
    let issuer = provider.issuer();
    let settings = [("access_gateway.issuer", &*issuer)];
    let folder = tempfile::tempdir().unwrap();
    let mut login = Login {
        server: TestServer::on(folder.path(), &settings),
        provider,
        nora: Caller::Anonymous,
        client_id: String::new(),
    };
    let admin = login.server.caller("admin");
    login.nora = login.server.caller("nora");
    let registered = register(&login.server, &admin, CALLBACK).result();
    login.client_id = registered.text_at("ClientId").to_owned();
    let code = login.code("");
    let answer = login.exchange(&login.arguments(&code, "")).result().text;
    let answer: Value = serde_json::from_str(&answer).unwrap();
    let tokens = login.tokens(answer["key"].as_str().unwrap());

    let file = folder.path().join("services88.key");
    let old = std::fs::read_to_string(&file).unwrap();
    let new = "0f".repeat(32);
    for keys in [format!("{new}\n{old}"), new] {
        login.server.kill();
        login.server.wait();
        std::fs::write(&file, keys).unwrap();
        login.server = TestServer::on(folder.path(), &settings);
        assert_eq!(login.tokens(answer["key"].as_str().unwrap()), tokens);
        assert!(works(&login.server, &admin));
        let code = login.code("");
        login.exchange(&login.arguments(&code, "")).result();
    }
    let again = register(&login.server, &admin, "https://crm.example/").result();
    assert_eq!(again.text_at("ClientId"), login.client_id);
    assert_eq!(addresses(&login.provider), ["https://crm.example/"]);
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

#[test]
fn tokens_that_others_encrypted_are_kept_like_any() {
    let key = "a1".repeat(32);
    let login = Login::at(
        Provider::start(),
        &[("access_gateway.decryption_key", &key)],
    );
    let sealed = encrypted(&key, &["access-4711", "refresh-☃-4711"]);
    let other = encrypted(&"a2".repeat(32), &["access-4711"]);
    let decrypt = |access: &str, refresh: &str| {
        let tokens = text("AccessToken", access) + &text("RefreshToken", refresh);
        let tokens = element("TokenManagementInfo", &tokens);
        let operation = "DecryptAndSaveExternalTokens";
        login
            .server
            .user(Soap::V12, &login.nora, operation, &tokens)
    };
    let kept = decrypt(&sealed[0], &sealed[1]).result().text;
    let tokens = login.tokens(&kept);
    assert_eq!(tokens.text_at("AccessToken"), "access-4711");
    assert_eq!(tokens.text_at("RefreshToken"), "refresh-☃-4711");
    let before = login.server.content();
    let refused = decrypt(&sealed[0], &other[0]).refused();
    assert_eq!(refused.class, "SoInvalidArgumentException");
    login.server.content().assert_same(&before, "another key");
    for secret in ["access-4711", "refresh-☃-4711", &key] {
        assert_nowhere(login.server.data(), secret);
    }
}
