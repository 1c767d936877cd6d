//! Tokens that come by way of an OpenID Connect provider.

use crate::answer::{Answer, Node, element, text};
use crate::openid::{addresses, assert_nowhere, register, server, works};
use crate::provider::{CALLBACK, Provider, encrypted};
use crate::support::{Caller, Soap, TestServer, USER};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::path::Path;

const EXCHANGE: &str = "ExchangeCodeAndSaveTokens";

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
        self.server
            .user(Soap::V11, &self.nora, EXCHANGE, &arguments)
    }

    /// The same by a sample envelope, with values put in.
    fn exchange_sample(&self, form: &str, soap: Soap, arguments: &[(&str, &str)]) -> Answer {
        let path = format!("fixtures/{form}/User/{EXCHANGE}.request.xml");
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        let mut envelope = std::fs::read_to_string(path).unwrap();
        envelope = envelope.replace("7T:put-a-ticket-here", self.nora.ticket());
        for (name, value) in arguments {
            let end = envelope.rfind(&format!("{name}>")).unwrap();
            let end = envelope[..end].rfind("</").unwrap();
            envelope.insert_str(end, value);
        }
        let response = self.server.post(USER, soap.content_type(), &envelope);
        Answer::of(soap, &format!("{EXCHANGE}Response"), &response)
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

    fn tokens(&self, key: &str) -> Node {
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
    let [basic, post] = ["client_secret_basic", "client_secret_post"]
        .map(|method| Login::at(Provider::with(json!({ "authMethod": method })), &settings));
    for (login, form, soap, name, nonce) in [
        (basic, "client", Soap::V11, "SuperId", "n-1"),
        (post, "documentation", Soap::V12, "", ""),
    ] {
        let code = login.code(nonce);
        let mut arguments = login.arguments(&code, nonce);
        arguments[0].1 = name;
        let answer = login.exchange_sample(form, soap, &arguments).result().text;
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
fn a_client_that_the_provider_has_lost_gets_no_tokens() {
    let login = Login::at(Provider::start(), &[]);
    let code = login.code("n-1");
    login.provider.forget();
    let before = login.server.content();
    let refused = login.exchange(&login.arguments(&code, "n-1")).refused();
    assert_eq!(refused.class, "SoServerException");
    assert!(refused.message.contains("invalid_client"), "{refused:?}");
    login.server.content().assert_same(&before, "lost");
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
