//! Tokens that come by way of the access gateway: as a code that its provider exchanges, or
//! encrypted for the installation. They are kept like those that callers have in clear.

use super::external_tokens::{self, TOKEN_LIMIT};
use super::findings::Findings;
use super::{Call, gateway_client};
use crate::contract::credential::TokenManagementInfo;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::outbound::openid::Grant;
use serde_json::json;

/// Characters of a PKCE verifier (RFC 7636).
const VERIFIER_LIMIT: usize = 128;

/// The answer is a JSON object: `key` is the key of the tokens, `claims` what the id token says of
/// the user.
impl Handler<Call> for ExchangeCodeAndSaveTokens {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let Some(gateway) = &call.installation.gateway else {
            let reason = "There is no identity provider to exchange codes with.";
            return Err(Fault::service(Exception::NotSupported, reason));
        };
        let Some(registration) = gateway.registration(call)? else {
            let reason = "The installation is not registered with the identity provider.";
            return Err(Fault::service(Exception::IllegalOperation, reason));
        };
        let text = Option::unwrap_or_default;
        let (name, code, nonce) = (
            text(self.provider),
            text(self.authorization_code),
            text(self.nonce),
        );
        let (verifier, redirect_uri) = (text(self.pkce_verifier), text(self.redirect_uri));
        let mut findings = Findings::default();
        if !gateway.provider.is_called(&name) {
            findings.add("Provider", "Not the identity provider that is known here.");
        }
        if code.is_empty() {
            findings.add("AuthorizationCode", "There is no code.");
        }
        for (field, what, text, limit) in [
            ("AuthorizationCode", "The code", &code, TOKEN_LIMIT),
            ("Nonce", "The nonce", &nonce, TOKEN_LIMIT),
            ("PkceVerifier", "The verifier", &verifier, VERIFIER_LIMIT),
        ] {
            findings.check_length(field, what, Some(text), limit);
        }
        if !registration.redirect_uris.contains(&redirect_uri) {
            findings.add("RedirectUri", "The address is not registered.");
        }
        findings.into_result()?;

        let grant = Grant {
            code: &code,
            redirect_uri: &redirect_uri,
            verifier: &verifier,
            nonce: &nonce,
        };
        let client = gateway.client(call, &registration)?;
        let now = call.installation.clock.unix_seconds();
        let tokens = gateway
            .provider
            .exchange(&client, grant, now)
            .map_err(gateway_client::declined)?;
        let issuer = || gateway.provider.issuer().to_owned();
        let given = TokenManagementInfo {
            provider: Some(name)
                .filter(|name| !name.is_empty())
                .or_else(|| Some(issuer())),
            access_token: Some(tokens.access_token.reveal().to_owned()),
            refresh_token: Some(tokens.refresh_token.reveal().to_owned()),
            ..TokenManagementInfo::default()
        };
        let claims = json!(tokens.claims);
        let key = external_tokens::keep(call, given, claims.to_string())?;
        Ok(Some(json!({ "key": key, "claims": claims }).to_string()))
    }
}

impl Handler<Call> for DecryptAndSaveExternalTokens {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let given = external_tokens::given(self.token_management_info)?;
        let Some(key) = &call.installation.gateway_key else {
            let reason = "The access gateway has no key to decrypt tokens with.";
            return Err(Fault::service(Exception::NotSupported, reason));
        };
        let decrypt = |field: &str, token: Option<String>| match token.as_deref() {
            None | Some("") => Ok(token),
            Some(token) => key.open(token).map(Some).ok_or_else(|| {
                let reason = format!("{field} cannot be decrypted.");
                Fault::service(Exception::InvalidArgument, reason)
            }),
        };
        let given = TokenManagementInfo {
            access_token: decrypt("AccessToken", given.access_token)?,
            refresh_token: decrypt("RefreshToken", given.refresh_token)?,
            ..given
        };
        external_tokens::keep(call, given, String::new()).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AccessGatewaySettings, Secret, Settings};
    use crate::contract::user::UserType;
    use crate::service::testing::{Office, caller, fields, refusal};

    /// `one` and `two`, encrypted with the key of [`office`] by the npm package jose.
    const ONE: &str =
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..Og5mJagOQmEQthkz.RCsG.pXTXxtsMtuInpt3qdENfXw";
    const TWO: &str =
        "eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..EzVOr8e4FnR3NMqy.rOx8.z75DbC_ZaC3SRyTeJV7JFA";

    fn office(access_gateway: AccessGatewaySettings) -> Office {
        Office::with(&Settings {
            access_gateway,
            ..Settings::default()
        })
    }

    fn with_key() -> Office {
        office(AccessGatewaySettings {
            decryption_key: Secret::new("07".repeat(32)),
            ..AccessGatewaySettings::default()
        })
    }

    fn decrypt(office: &Office, access: &str, refresh: &str) -> Result<String, Fault> {
        let token_management_info = Some(TokenManagementInfo {
            access_token: Some(access.to_owned()),
            refresh_token: Some(refresh.to_owned()),
            ..TokenManagementInfo::default()
        });
        let key = office.call(DecryptAndSaveExternalTokens {
            token_management_info,
        })?;
        Ok(key.expect("a key"))
    }

    #[test]
    fn encrypted_tokens_come_back_in_clear() {
        let office = with_key();
        let key = decrypt(&office, ONE, TWO).expect("kept");
        let found = office.call(GetExternalTokens { key: Some(key) });
        let found = found.expect("read").expect("tokens");
        assert_eq!(found.access_token.as_deref(), Some("one"));
        assert_eq!(found.refresh_token.as_deref(), Some("two"));
        decrypt(&office, "", TWO).expect("kept");
        assert_eq!(fields(decrypt(&office, "", "")), ["AccessToken"]);
    }

    #[test]
    fn tokens_that_do_not_decrypt_are_not_kept() {
        let office = with_key();
        let clear = "in-clear-4711";
        for (access, refresh) in [(clear, ""), (ONE, clear), (&ONE[1..], TWO)] {
            let refused = decrypt(&office, access, refresh).expect_err("refused");
            assert_eq!(refused.exception(), Some(Exception::InvalidArgument));
            assert!(!refused.to_string().contains("4711"), "{refused}");
        }
        let other = office_without_key();
        assert_eq!(refusal(decrypt(&other, ONE, TWO)), Exception::NotSupported);
        for office in [office, other] {
            let nothing = DecryptAndSaveExternalTokens {
                token_management_info: None,
            };
            assert_eq!(refusal(office.call(nothing)), Exception::InvalidArgument);
            assert_eq!(office.number("SELECT count(*) FROM external_token"), 0);
        }
    }

    fn office_without_key() -> Office {
        office(AccessGatewaySettings::default())
    }

    fn exchange(provider: &str) -> ExchangeCodeAndSaveTokens {
        ExchangeCodeAndSaveTokens {
            provider: Some(provider.to_owned()),
            authorization_code: None,
            nonce: None,
            pkce_verifier: Some("x".repeat(VERIFIER_LIMIT + 1)),
            redirect_uri: Some("https://evil.example/".to_owned()),
        }
    }

    #[test]
    fn a_code_needs_a_provider_and_a_registration_with_it() {
        let refused = refusal(office_without_key().call(exchange("")));
        assert_eq!(refused, Exception::NotSupported);
        let office = office(AccessGatewaySettings {
            issuer: "https://id.example".to_owned(),
            ..AccessGatewaySettings::default()
        });
        assert_eq!(
            refusal(office.call(exchange(""))),
            Exception::IllegalOperation
        );
        // In the registry of the database, which the provider knows nothing of.
        let register = |issuer: &'static str| {
            office.execute("DELETE FROM accessgateway_registration");
            office.execute(
                "INSERT INTO accessgateway_registration
                     (id, client_id, client_secret, redirect_uri, registered, updated)
                 VALUES (1, 'c', '', 'https://a.example/', '', '')",
            );
            office.execute(issuer);
        };
        register("UPDATE accessgateway_registration SET issuer = ''");
        assert_eq!(
            refusal(office.call(exchange(""))),
            Exception::IllegalOperation
        );
        register("UPDATE accessgateway_registration SET issuer = 'https://id.example'");
        let found = fields(office.call(exchange("Google")));
        let expected = [
            "Provider",
            "AuthorizationCode",
            "PkceVerifier",
            "RedirectUri",
        ];
        assert_eq!(found, expected);
        let customer = caller(9_001, UserType::ExternalAssociate, &["admin-all"]);
        let refused = refusal(office.call_as(&customer, exchange("")));
        assert_eq!(refused, Exception::IllegalOperation);
    }
}
