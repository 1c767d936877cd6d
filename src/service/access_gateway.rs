//! Registration with the access gateway: an OpenID Connect provider, or, where none is configured,
//! a registry of the installation's own.
//!
//! There is one registration, with one or more redirect URIs, the last of which to be asked for is
//! in force. In the own registry its client id is made at the first one and stays.

use super::Call;
use super::gateway_client::Others;
use crate::contract::credential::AccessGatewayInfo;
use crate::contract::user_service::*;
use crate::fault::Fault;
use crate::model::{Effort, Handler};
use crate::store::Tx;
use crate::store::access_gateway::{self, Registration};
use std::sync::Arc;
use url::Url;

/// Characters of a redirect URI.
const URI_LIMIT: usize = 2048;

impl Handler<Call> for GetAccessGatewayInfo {
    const EFFORT: Effort = Effort::Short;

    fn handle(self, call: &Call) -> Result<Option<AccessGatewayInfo>, Fault> {
        let registered = registered(call)?;
        Ok(Some(info(registered.as_ref().as_ref())))
    }
}

impl Handler<Call> for CheckAccessGatewayRegistration {
    fn handle(self, call: &Call) -> Result<bool, Fault> {
        match &call.installation.gateway {
            Some(gateway) => gateway.check(call),
            None => Ok(registered(call)?.is_some()),
        }
    }
}

/// The address takes the place of all others.
impl Handler<Call> for RegisterWithAccessGateway {
    const EFFORT: Effort = Effort::Short;

    fn handle(self, call: &Call) -> Result<Option<AccessGatewayInfo>, Fault> {
        register(call, &self.redirect_uri.unwrap_or_default(), Others::Drop).map(Some)
    }
}

/// The address comes beside others. Without one it only tells what is registered.
impl Handler<Call> for GetOrRegisterAccessGatewayInfo {
    const EFFORT: Effort = Effort::Short;

    fn handle(self, call: &Call) -> Result<Option<AccessGatewayInfo>, Fault> {
        match self.redirect_uri.filter(|uri| !uri.is_empty()) {
            Some(uri) => register(call, &uri, Others::Keep).map(Some),
            None => GetAccessGatewayInfo {}.handle(call),
        }
    }
}

/// The registration with what is configured now, if there is one.
fn registered(call: &Call) -> Result<Arc<Option<Registration>>, Fault> {
    let installation = &call.installation;
    let remembered = &installation.gateway_registration;
    remembered.get(&installation.store, |tx| stored(call, tx))
}

/// The same as a transaction sees it.
fn stored(call: &Call, tx: &Tx<'_>) -> Result<Option<Registration>, Fault> {
    let stored = access_gateway::find(tx)?;
    Ok(stored.filter(|row| match &call.installation.gateway {
        Some(gateway) => gateway.is_ours(row),
        None => row.issuer.is_empty(),
    }))
}

fn register(call: &Call, uri: &str, others: Others) -> Result<AccessGatewayInfo, Fault> {
    if let Some(reason) = unusable(uri, call.installation.gateway.is_none()) {
        let finding = ("RedirectUri".into(), reason.into());
        return Err(Fault::validation(vec![finding]));
    }
    if let Some(gateway) = &call.installation.gateway {
        return gateway
            .register(call, uri, others)
            .map(|row| info(Some(&row)));
    }
    // What is remembered is not enough here: another process may have replaced the address, and
    // the caller relies on it from now on.
    if let Some(known) = call.installation.store.read(|tx| stored(call, tx))?
        && known.redirect_uri == uri
        && others.are_settled(uri, &known.redirect_uris)
    {
        return Ok(info(Some(&known)));
    }
    let (uri, new_id, stamp) = (uri.to_owned(), random_id()?, call.stamp()?);
    call.installation.store.write(move |tx| {
        let before = access_gateway::find(tx)?;
        let known = before.as_ref().filter(|row| row.issuer.is_empty());
        let mut redirect_uris = others.beside(&uri, known.map_or(&[], |row| &row.redirect_uris));
        redirect_uris.sort_unstable();
        let next = Registration {
            client_id: known.map_or(new_id, |row| row.client_id.clone()),
            redirect_uri: uri,
            redirect_uris,
            ..Registration::default()
        };
        if before.as_ref() != Some(&next) {
            access_gateway::save(tx, &next, stamp)?;
        }
        Ok(info(Some(&next)))
    })
}

/// Why a redirect URI cannot be used, if so. The own registry, which sends nobody anywhere, also
/// takes what is relative, as the documentation prints it.
fn unusable(uri: &str, own_registry: bool) -> Option<&'static str> {
    if uri.chars().count() > URI_LIMIT {
        return Some("The address is longer than 2048 characters.");
    }
    match Url::parse(uri) {
        Ok(url) if !matches!(url.scheme(), "http" | "https") || !url.has_host() => {
            Some("The address has to begin with http:// or https:// and to name a host.")
        }
        Ok(url) if url.fragment().is_some() => Some("The address may have no fragment."),
        Ok(_) => None,
        Err(_) if own_registry && is_relative(uri) => None,
        Err(_) => Some("Not an absolute address."),
    }
}

/// Whether it names something below whatever address it is taken for.
fn is_relative(uri: &str) -> bool {
    const BASE: &str = "https://base.invalid/";
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"<>\"\\".contains(c);
    let joined = Url::parse(BASE).and_then(|base| base.join(uri));
    !uri.is_empty()
        && uri.chars().all(plain)
        && joined.is_ok_and(|url| url.as_str().starts_with(BASE) && url.fragment().is_none())
}

/// 128 random bits as 32 hexadecimal digits.
fn random_id() -> Result<String, Fault> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(Fault::internal)?;
    Ok(format!("{:032x}", u128::from_be_bytes(bytes)))
}

/// Without a registration both members are empty.
fn info(registration: Option<&Registration>) -> AccessGatewayInfo {
    let text = |member: fn(&Registration) -> &String| {
        Some(registration.map(member).cloned().unwrap_or_default())
    };
    AccessGatewayInfo {
        client_id: text(|row| &row.client_id),
        redirect_uri: text(|row| &row.redirect_uri),
        ..AccessGatewayInfo::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::user::UserType;
    use crate::fault::Exception;
    use crate::service::testing::{Office, caller, fields, refusal};

    fn register(office: &Office, uri: &str) -> Result<AccessGatewayInfo, Fault> {
        let redirect_uri = Some(uri.to_owned());
        let answer = office.call(RegisterWithAccessGateway { redirect_uri })?;
        Ok(answer.expect("what is registered"))
    }

    fn shown(office: &Office) -> AccessGatewayInfo {
        let answer = office.call(GetAccessGatewayInfo {}).expect("read");
        answer.expect("what is registered")
    }

    #[test]
    fn a_later_registration_keeps_the_client_and_replaces_the_address() {
        let office = Office::open();
        let check = || office.call(CheckAccessGatewayRegistration {});
        assert_eq!(shown(&office).client_id.as_deref(), Some(""));
        assert_eq!(shown(&office).redirect_uri.as_deref(), Some(""));
        assert!(!check().expect("checked"));

        let first = register(&office, "https://crm.example.com/callback").expect("registered");
        let client_id = first.client_id.clone().expect("client");
        assert_eq!(client_id.len(), 32);
        assert!(client_id.bytes().all(|byte| byte.is_ascii_hexdigit()));
        assert_eq!(shown(&office), first);
        assert!(check().expect("checked"));

        let second = register(&office, "http://localhost:8080/?a=b").expect("registered");
        assert_eq!(second.client_id, first.client_id);
        assert_eq!(
            second.redirect_uri.as_deref(),
            Some("http://localhost:8080/?a=b")
        );
        assert_eq!(shown(&office), second);
        let known = "SELECT count(*) FROM accessgateway_redirect_uri";
        assert_eq!(office.number(known), 1);
        let elsewhere = register(&Office::open(), "http://localhost/").expect("registered");
        assert_ne!(elsewhere.client_id, first.client_id);
    }

    #[test]
    fn an_address_that_is_registered_already_is_not_written_again() {
        let office = Office::open();
        let uri = "https://crm.example.com/";
        let first = register(&office, uri).expect("registered");
        office.installation.clock.advance(1000);
        assert_eq!(register(&office, uri).expect("registered"), first);
        let untouched = "SELECT registered = updated FROM accessgateway_registration";
        assert_eq!(office.number(untouched), 1);
    }

    #[test]
    fn an_address_that_another_process_has_replaced_is_registered_again() {
        let office = Office::open();
        let uri = "https://crm.example.com/";
        let first = register(&office, uri).expect("registered");
        assert_eq!(shown(&office), first);
        let replaced = office.elsewhere().write(|tx| {
            let other = "UPDATE accessgateway_registration SET redirect_uri = 'https://b.example/'";
            Ok(tx.execute(other, &[])?)
        });
        assert_eq!(replaced.expect("written"), 1);
        assert_eq!(register(&office, uri).expect("registered"), first);
        let in_force = "SELECT redirect_uri = 'https://crm.example.com/'
             FROM accessgateway_registration";
        assert_eq!(office.number(in_force), 1);
    }

    #[test]
    fn get_or_register_registers_only_with_an_address() {
        let office = Office::open();
        let call = |uri: Option<&str>| {
            let redirect_uri = uri.map(Into::into);
            let answer = office.call(GetOrRegisterAccessGatewayInfo { redirect_uri });
            answer.map(|info| info.expect("what is registered"))
        };
        for uri in [None, Some("")] {
            assert_eq!(call(uri).expect("read").client_id.as_deref(), Some(""));
        }
        let first = call(Some("https://a.example/")).expect("registered");
        assert_eq!(call(None).expect("read"), first);
        let second = call(Some("https://b.example/")).expect("registered");
        assert_eq!(second.client_id, first.client_id);
        assert_eq!(second.redirect_uri.as_deref(), Some("https://b.example/"));
        assert_eq!(call(Some("https://a.example/")).expect("added"), first);
        let known = "SELECT count(*) FROM accessgateway_redirect_uri";
        assert_eq!(office.number(known), 2);
        assert_eq!(fields(call(Some("b c"))), ["RedirectUri"]);
    }

    #[test]
    fn an_address_that_no_browser_can_be_sent_to_is_refused() {
        let office = Office::open();
        let long = format!("https://a.example/{}", "x".repeat(2048));
        for uri in [
            "",
            " ",
            "call back",
            "//a.example/",
            "callback#x",
            "ftp://a.example/",
            "javascript:alert(1)",
            "http://",
            "https://a b/",
            "https://a.example/#x",
            &long,
        ] {
            assert_eq!(fields(register(&office, uri)), ["RedirectUri"], "{uri}");
        }
    }

    #[test]
    fn employees_read_and_administrators_register() {
        let office = Office::open();
        let employee = caller(1, UserType::InternalAssociate, &["admin-users"]);
        let external = caller(2, UserType::ExternalAssociate, &["admin-all"]);
        let register = || RegisterWithAccessGateway {
            redirect_uri: Some("https://a.example/".into()),
        };
        office
            .call_as(&employee, GetAccessGatewayInfo {})
            .expect("read");
        assert_eq!(
            refusal(office.call_as(&employee, register())),
            Exception::Sentry
        );
        assert_eq!(
            refusal(office.call_as(&external, register())),
            Exception::IllegalOperation
        );
        assert_eq!(
            refusal(office.call_as(&external, CheckAccessGatewayRegistration {})),
            Exception::IllegalOperation
        );
    }
}
