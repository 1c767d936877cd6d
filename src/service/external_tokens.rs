//! Tokens of other identity providers, kept for the user who had them stored.
//!
//! The key that is answered is a secret of its own: the database has a hash of it only, and it is
//! of no use to other users.

use super::findings::Findings;
use super::{Call, access};
use crate::contract::credential::TokenManagementInfo;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::Handler;
use crate::session::digest;
use crate::store::external_tokens::{self as rows, ExternalTokenRow};
use crate::store::secrets;
use crate::vault::Place;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Characters of the provider's name.
const PROVIDER_LIMIT: usize = 254;
/// Characters of a token.
pub const TOKEN_LIMIT: usize = 65_536;
/// Pairs of tokens that are kept for a user. When they end is known to their provider only, and no
/// operation takes them away.
const KEPT: i32 = 100;
/// 64 characters of base64.
const KEY_BYTES: usize = 48;

const ACCESS: &str = secrets::ACCESS_TOKEN.name;
const REFRESH: &str = secrets::REFRESH_TOKEN.name;

impl Handler<Call> for SaveExternalTokens {
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let given = given(self.token_management_info)?;
        keep(call, given, String::new()).map(Some)
    }
}

/// Nil when the key is not known, or is another user's.
impl Handler<Call> for GetExternalTokens {
    fn handle(self, call: &Call) -> Result<Option<TokenManagementInfo>, Fault> {
        let caller = call.caller()?;
        let hash = digest(&self.key.unwrap_or_default());
        let found = call
            .installation
            .store
            .read(|tx| Ok(rows::find(tx, &hash)?))?;
        let allowed = |row: &ExternalTokenRow| {
            row.associate_id == caller.associate_id || access::is_system(caller)
        };
        let Some(row) = found.filter(allowed) else {
            return Ok(None);
        };
        let open = |column, text: &str| {
            let vault = &call.installation.vault;
            vault.open_sealed(place(column, &row), text).map(Some)
        };
        Ok(Some(TokenManagementInfo {
            access_token: open(ACCESS, &row.access_token)?,
            refresh_token: open(REFRESH, &row.refresh_token)?,
            provider: row.provider,
            ..TokenManagementInfo::default()
        }))
    }
}

/// The tokens of an argument, which may not be nil.
pub fn given(argument: Option<TokenManagementInfo>) -> Result<TokenManagementInfo, Fault> {
    argument.ok_or_else(|| {
        let reason = "The argument TokenManagementInfo is nil.";
        Fault::service(Exception::InvalidArgument, reason)
    })
}

/// Keeps tokens for the caller, and gives the key to them. The claims are JSON, or empty.
pub fn keep(call: &Call, given: TokenManagementInfo, claims: String) -> Result<String, Fault> {
    let (access_token, refresh_token) = (
        given.access_token.unwrap_or_default(),
        given.refresh_token.unwrap_or_default(),
    );
    let mut findings = Findings::default();
    let provider = given.provider;
    findings.check_length("Provider", "The name", provider.as_deref(), PROVIDER_LIMIT);
    for (field, token) in [
        ("AccessToken", &access_token),
        ("RefreshToken", &refresh_token),
    ] {
        findings.check_length(field, "The token", Some(token), TOKEN_LIMIT);
    }
    if access_token.is_empty() && refresh_token.is_empty() {
        findings.add("AccessToken", "There is no token to keep.");
    }
    findings.into_result()?;

    let key = new_key()?;
    let mut row = ExternalTokenRow {
        key_hash: digest(&key),
        provider,
        access_token: String::new(),
        refresh_token: String::new(),
        claims,
        associate_id: call.caller()?.associate_id,
    };
    let seal = |column, token: &str| match token {
        "" => Ok(String::new()),
        token => call.installation.vault.seal(place(column, &row), token),
    };
    let (sealed_access, sealed_refresh) =
        (seal(ACCESS, &access_token)?, seal(REFRESH, &refresh_token)?);
    (row.access_token, row.refresh_token) = (sealed_access, sealed_refresh);
    let now = call.installation.clock.now();
    call.installation.store.write(move |tx| {
        rows::keep_newest(tx, row.associate_id, KEPT - 1)?;
        Ok(rows::insert(tx, &row, now)?)
    })?;
    Ok(key)
}

fn place<'a>(column: &'static str, row: &'a ExternalTokenRow) -> Place<'a> {
    Place {
        column,
        associate_id: row.associate_id,
        row: &row.key_hash,
    }
}

fn new_key() -> Result<String, Fault> {
    let mut bytes = [0; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(Fault::internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::{User, UserType};
    use crate::service::testing::{Office, caller, fields, refusal};
    use crate::session::Caller;

    fn info(access: &str, refresh: &str) -> TokenManagementInfo {
        TokenManagementInfo {
            provider: Some("Example".into()),
            access_token: Some(access.into()),
            refresh_token: Some(refresh.into()),
            ..TokenManagementInfo::default()
        }
    }

    fn save(office: &Office, given: TokenManagementInfo) -> Result<String, Fault> {
        let token_management_info = Some(given);
        let key = office.call(SaveExternalTokens {
            token_management_info,
        })?;
        Ok(key.expect("a key"))
    }

    fn get(office: &Office, who: &Caller, key: &str) -> Option<TokenManagementInfo> {
        let key = Some(key.to_owned());
        let found = office.call_as(who, GetExternalTokens { key });
        found.expect("read")
    }

    #[test]
    fn tokens_come_back_for_their_key_to_their_user() {
        let office = Office::open();
        let boss = &office.administrator;
        let key = save(&office, info("eyJ.access", "refresh-1")).expect("key");
        let other = save(&office, info("eyJ.access", "")).expect("key");
        assert_eq!(key.len(), 64);
        assert_ne!(key, other);
        assert_eq!(
            get(&office, boss, &key),
            Some(info("eyJ.access", "refresh-1"))
        );
        assert_eq!(get(&office, boss, &other), Some(info("eyJ.access", "")));
        let system = caller(9_001, UserType::SystemAssociate, &[]);
        assert!(get(&office, &system, &key).is_some());
        let stranger = caller(9_002, UserType::InternalAssociate, &["admin-all"]);
        assert_eq!(get(&office, &stranger, &key), None);
        for wrong in ["", &key[1..], &digest(&key)] {
            assert_eq!(get(&office, boss, wrong), None);
        }
        let open = "SELECT count(*) FROM external_token
             WHERE access_token LIKE '%eyJ.access%' OR refresh_token LIKE '%refresh%'";
        assert_eq!(office.number(open), 0);
    }

    #[test]
    fn tokens_do_not_open_in_another_column_or_row() {
        let office = Office::open();
        let key = save(&office, info("one", "two")).expect("key");
        office.execute("UPDATE external_token SET refresh_token = access_token");
        let request = GetExternalTokens { key: Some(key) };
        let fault = office.call(request).expect_err("moved");
        assert!(!fault.to_string().contains("one"), "{fault}");
    }

    #[test]
    fn the_newest_tokens_of_each_user_are_kept_until_the_user_is_deleted() {
        let office = Office::open();
        let ann = office.save(User::default()).expect("saved").associate_id;
        let own = caller(ann, UserType::InternalAssociate, &[]);
        let save_own = || {
            let request = SaveExternalTokens {
                token_management_info: Some(info("one", "two")),
            };
            office.call_as(&own, request).expect("saved").expect("key")
        };
        let other = save(&office, info("others", "too")).expect("key");
        let keys: Vec<_> = (0..KEPT)
            .map(|_| {
                let key = save_own();
                office.installation.clock.advance(1);
                key
            })
            .collect();
        assert!(keys.iter().all(|key| get(&office, &own, key).is_some()));
        let last = save_own();
        assert_eq!(get(&office, &own, &keys[0]), None);
        assert!(get(&office, &own, &keys[1]).is_some());
        office.call(DeleteUser { user_id: ann }).expect("deleted");
        assert_eq!(get(&office, &own, &last), None);
        assert!(get(&office, &office.administrator, &other).is_some());
        assert_eq!(office.number("SELECT count(*) FROM external_token"), 1);
    }

    #[test]
    fn nothing_and_too_much_are_not_kept() {
        let office = Office::open();
        assert_eq!(fields(save(&office, info("", ""))), ["AccessToken"]);
        let mut long = info(&"x".repeat(TOKEN_LIMIT + 1), &"x".repeat(TOKEN_LIMIT + 1));
        long.provider = Some("x".repeat(255));
        let refused = fields(save(&office, long));
        assert_eq!(refused, ["Provider", "AccessToken", "RefreshToken"]);
        let nothing = SaveExternalTokens {
            token_management_info: None,
        };
        assert_eq!(refusal(office.call(nothing)), Exception::InvalidArgument);
        assert_eq!(office.number("SELECT count(*) FROM external_token"), 0);
        save(&office, info(&"x".repeat(TOKEN_LIMIT), "")).expect("kept");
    }
}
