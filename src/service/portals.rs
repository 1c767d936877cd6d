//! Agents of agencies who register themselves in a portal, and confirm that.
//!
//! The key of an agency is what opens a portal: without a good one nothing is told of who is
//! registered there. A registration makes an external user of the agency's company, who waits for
//! approval until it is confirmed.

use super::allowances::Allowances;
use super::user_guard::Author;
use super::user_names::free_name_like;
use super::{Installation, guid, password_rules, user_licenses, users as saving};
use crate::config::RegistrationSettings;
use crate::contract::portal::{
    AgentRegistration, Link, REGISTRATION_RULES, UserConfirmationViewModel, UserViewModel,
};
use crate::contract::user::{Person, User, UserType};
use crate::fault::{Exception, Fault};
use crate::model::{DateTime, Object, View};
use crate::session::news::{News, Topic};
use crate::session::{self, digest, password};
use crate::store::registrations::{NewRegistration, PortalUser};
use crate::store::{Stamp, Tx, licenses, persons, portals, registrations};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Where registrations are confirmed; the request's unique identifier follows.
pub const CONFIRMATION: &str = "/api/v1/registration/confirmation/";

/// How often registrations may be tried.
pub struct Limits {
    addresses: Allowances,
    /// By portal, of attempts with the key of an agency.
    portals: Allowances,
    confirmation_hours: u32,
}

impl Limits {
    /// As the settings have it.
    pub fn new(settings: RegistrationSettings, news: &Arc<News>) -> Self {
        let allowed = |hourly, topic| Allowances::new(hourly, topic, news);
        Self {
            addresses: allowed(settings.address_per_hour, Topic::PortalAddress),
            portals: allowed(settings.portal_per_hour, Topic::Portal),
            confirmation_hours: settings.confirmation_hours,
        }
    }
}

/// Why a registration or its confirmation is refused. Nothing has changed then.
#[derive(Debug)]
pub enum Refusal {
    /// Texts that are not acceptable: path, like `registration.Email`, and reason of each.
    Invalid(Vec<(String, String)>),
    /// What is named does not exist, in words.
    NotFound(&'static str),
    /// The e-mail address is registered in the portal.
    Repeated,
    /// The registration cannot be confirmed, or not any more, in words.
    Gone(&'static str),
    /// Too many attempts; the next one may be made after this time.
    TooOften(Duration),
    /// There are no licences left for external users.
    NoLicense,
    /// The server failed.
    Failed(Fault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Failed(fault)
    }
}

/// Lets an attempt in, or refuses it for having come too often from there.
pub fn admit(installation: &Installation, remote: IpAddr) -> Result<(), Refusal> {
    let addresses = &installation.registration.addresses;
    addresses
        .take(&session::network(remote).to_string())
        .map_err(Refusal::TooOften)
}

/// The portal of a unique identifier.
pub fn find(installation: &Installation, uid: &str) -> Result<i32, Refusal> {
    let uid = parsed(uid, "portalUid")?;
    let found = installation
        .store
        .read(|tx| Ok(portals::id_of_uid(tx, &uid)?))?;
    found.ok_or(Refusal::NotFound("There is no such portal."))
}

/// Registers an agent in a portal. Links in the answer begin with the origin. Blocks: the password
/// is hashed before the e-mail address is looked at, so that no time tells about the latter.
pub fn register(
    installation: &Installation,
    portal: i32,
    registration: AgentRegistration,
    origin: &str,
) -> Result<UserConfirmationViewModel, Refusal> {
    let broken = broken_rules(&registration);
    if !broken.is_empty() {
        return Err(Refusal::Invalid(broken));
    }
    let Installation {
        store,
        clock,
        registration: limits,
        ..
    } = installation;
    let new_password = registration.password.as_deref().unwrap_or_default();
    let key = registration.agency_key.as_deref().unwrap_or_default();
    let key_hash = digest(key.trim());
    let (agency, weakness) = store.read(|tx| {
        let agency = portals::agency_of_key(tx, portal, &key_hash)?;
        let weakness = password_rules::broken_rule_but_longest(tx, new_password)?;
        Ok((agency, weakness))
    })?;
    if agency.is_none() {
        return Err(unknown_key());
    }
    if let Some(reason) = weakness {
        return Err(Refusal::Invalid(vec![(path("Password"), reason)]));
    }
    let in_portal = limits.portals.take(&portal.to_string());
    in_portal.map_err(Refusal::TooOften)?;

    let hash = password::hash(new_password)?;
    let now = clock.now();
    let lifetime = i64::from(limits.confirmation_hours) * 60 * 60;
    let draft = Draft {
        portal,
        key_hash,
        password_hash: hash,
        uid: guid::new()?,
        request: guid::new()?,
        now,
        expires: DateTime::from_unix_seconds(now.unix_seconds() + lifetime),
        registration,
    };
    let request = draft.request.clone();
    let stored = store.write(move |tx| draft.store(tx));
    let user = stored.map_err(|fault| match fault.exception() {
        // Another process has been faster with the same address.
        Some(Exception::Duplicate) => Refusal::Repeated,
        Some(Exception::License) => Refusal::NoLicense,
        _ => Refusal::Failed(fault),
    })??;
    let email = user.email.clone();
    let link = confirmation_link(origin, &request);
    Ok(UserConfirmationViewModel {
        user: Some(view(user, link.into_iter().collect())),
        email: Some(email),
        request_guid: request,
        candidate_reference: None,
    })
}

/// Confirms a registration, once.
pub fn confirm(installation: &Installation, request_uid: &str) -> Result<UserViewModel, Refusal> {
    let request_hash = digest(&parsed(request_uid, "requestUid")?);
    let now = installation.clock.now();
    let (id, user) = installation.store.write(move |tx| {
        let Some(found) = registrations::find(tx, &request_hash)? else {
            return Ok(Err(Refusal::NotFound("There is no such registration.")));
        };
        if found.confirmed {
            let reason = "The registration has been confirmed already.";
            return Ok(Err(Refusal::Gone(reason)));
        }
        if found.expires <= now || found.retired {
            let reason = "The registration cannot be confirmed any more.";
            return Ok(Err(Refusal::Gone(reason)));
        }
        registrations::confirm(tx, found.associate_id, Stamp { at: now, by: 0 })?;
        let user = stored_user(tx, found.associate_id)?;
        Ok(Ok((found.associate_id, user)))
    })??;
    installation.sessions.forget_user(id);
    Ok(view(user, Vec::new()))
}

fn parsed(uid: &str, parameter: &str) -> Result<String, Refusal> {
    guid::parse(uid).ok_or_else(|| {
        let reason = "This is no unique identifier.".to_owned();
        Refusal::Invalid(vec![(parameter.to_owned(), reason)])
    })
}

fn path(member: &str) -> String {
    format!("registration.{member}")
}

fn unknown_key() -> Refusal {
    let reason = "The portal knows no agency with this key.".to_owned();
    Refusal::Invalid(vec![(path("AgencyKey"), reason)])
}

/// What the contract forbids.
fn broken_rules(registration: &AgentRegistration) -> Vec<(String, String)> {
    let mut broken = Vec::new();
    for (index, rule) in REGISTRATION_RULES.iter().enumerate() {
        let text = match registration.field(index) {
            View::Text(text) => text,
            _ => "",
        };
        let member = rule.member;
        if rule.required && text.trim().is_empty() {
            broken.push((path(member), format!("{member} is required.")));
        } else if text.encode_utf16().count() > rule.longest {
            let reason = format!("{member} may have {} characters at most.", rule.longest);
            broken.push((path(member), reason));
        }
    }
    broken
}

/// All that a registration stores.
struct Draft {
    portal: i32,
    key_hash: String,
    password_hash: String,
    /// Of the user.
    uid: String,
    /// What confirms the registration. Only a hash of it is stored.
    request: String,
    now: DateTime,
    expires: DateTime,
    registration: AgentRegistration,
}

impl Draft {
    fn store(&self, tx: &Tx<'_>) -> Result<Result<PortalUser, Refusal>, Fault> {
        let email = self
            .registration
            .email
            .as_deref()
            .unwrap_or_default()
            .trim();
        let Some((agency, company)) = portals::agency_of_key(tx, self.portal, &self.key_hash)?
        else {
            return Ok(Err(unknown_key()));
        };
        registrations::forget_ended(tx, self.portal, email, self.now)?;
        if registrations::is_registered(tx, self.portal, email)? {
            return Ok(Err(Refusal::Repeated));
        }
        let author = Author::installation(Stamp {
            at: self.now,
            by: 0,
        });
        let person_id = persons::insert(tx, &self.person(company), author.stamp)?;
        let modules = licenses::user_modules(tx)?;
        let user_type = UserType::ExternalAssociate;
        let user = User {
            name: Some(self.log_on_name(tx, email)?),
            user_name: Some(String::new()),
            tooltip: Some(String::new()),
            r#type: user_type,
            waiting_for_approval: true,
            person: Some(Person {
                person_id,
                ..Person::default()
            }),
            license_owners: Some(user_licenses::log_in(&modules, user_type)),
            ..User::default()
        };
        let id = saving::save_in(tx, &user, None, None, &author)?.id();
        session::set_password(tx, id, &self.password_hash, None, self.now)?;
        let new = NewRegistration {
            portal_id: self.portal,
            agency_id: agency,
            associate_id: id,
            uid: &self.uid,
            email,
            request_hash: &digest(&self.request),
            expires: self.expires,
        };
        registrations::insert(tx, &new, self.now)?;
        Ok(Ok(stored_user(tx, id)?))
    }

    /// The person is stored by itself, since texts may be longer here than elsewhere.
    fn person(&self, company: i32) -> Person {
        let AgentRegistration {
            email,
            forename,
            surname,
            job_title,
            telephone,
            mobile,
            ..
        } = self.registration.clone();
        Person {
            contact_id: company,
            firstname: forename,
            lastname: surname,
            title: job_title,
            email: email.map(|email| email.trim().to_owned()),
            direct_phone: telephone,
            mobile_phone: mobile,
            ..Person::default()
        }
    }

    /// A name with something random in it: one that is only the address, or has a number behind it
    /// where that is taken, would tell strangers who is a user already.
    fn log_on_name(&self, tx: &Tx<'_>, email: &str) -> Result<String, Fault> {
        let local = email.split('@').next().unwrap_or_default();
        let local: String = local.chars().take(64).collect();
        let random: String = self.uid.chars().take(8).collect();
        let name = free_name_like(tx, &format!("{local}-{random}"), 0)?;
        name.ok_or_else(|| Fault::internal("no log-on name is left"))
    }
}

fn stored_user(tx: &Tx<'_>, id: i32) -> Result<PortalUser, Fault> {
    let user = registrations::user(tx, id)?;
    user.ok_or_else(|| Fault::internal("a registered user is not there"))
}

fn confirmation_link(origin: &str, request: &str) -> Option<Link> {
    let href = url::Url::parse(&format!("{origin}{CONFIRMATION}{request}")).ok()?;
    Some(Link {
        href: Some(href.into()),
        method: Some("POST".into()),
        rel: Some("confirmation".into()),
        title: Some("Confirms the registration".into()),
        r#type: Some("application/json".into()),
    })
}

fn view(user: PortalUser, links: Vec<Link>) -> UserViewModel {
    UserViewModel {
        uid: user.uid,
        links: Some(links),
        date_updated: format!("{}+00:00", user.updated),
        updated_by: Some(user.updated_by.unwrap_or_else(|| user.name.clone())),
        logon: Some(user.name),
        forename: user.first_name,
        surname: user.last_name,
        other_names: user.middle_name.filter(|names| !names.is_empty()),
        is_confirmed: !user.waiting,
        ..UserViewModel::default()
    }
}

#[cfg(test)]
mod tests;
