//! A directory that speaks LDAP, such as OpenLDAP or Active Directory.

mod entry;
mod setup;

pub use setup::LdapSettingError;

use super::directory::{Directory, DirectoryGroup, DirectoryUser, MOST};
use crate::config::DirectorySettings;
use crate::fault::{Exception, Fault};
use entry::{Entry, escaped_value};
use ldap3::{Ldap, LdapConnAsync, LdapConnSettings, LdapResult, Scope, SearchOptions, ldap_escape};
use rustls::ClientConfig;
use std::sync::Arc;
use url::Url;

/// Characters of what is searched for; nobody's name is longer.
const LONGEST: usize = 254;

/// Members of a group that are looked up with one question.
const MEMBERS_AT_A_TIME: usize = 50;

// Result codes of RFC 4511.
const SUCCESS: u32 = 0;
const SIZE_LIMIT_EXCEEDED: u32 = 4;
const NO_SUCH_OBJECT: u32 = 32;
const INVALID_DN_SYNTAX: u32 = 34;

/// The way to an LDAP server. Every look-up has a connection of its own, so that there is none to
/// be kept alive.
#[derive(Clone, Debug)]
pub struct LdapDirectory {
    settings: Arc<DirectorySettings>,
    url: Url,
    /// Whom to trust; none are those whom the system trusts.
    tls: Option<Arc<ClientConfig>>,
}

/// Why a directory gives no answer.
#[derive(Debug, thiserror::Error)]
pub enum LdapError {
    #[error("the look-up cannot be started")]
    Start(#[source] std::io::Error),
    #[error("the directory cannot be reached")]
    Connect(#[source] ldap3::LdapError),
    #[error("the directory refuses the log-in of this server")]
    LogIn(#[source] LdapResult),
    #[error("the directory refuses the search")]
    Search(#[source] LdapResult),
    #[error("the answer of the directory breaks off")]
    Answer(#[source] ldap3::LdapError),
    #[error("the directory does not answer in time")]
    Late,
}

impl From<LdapError> for Fault {
    fn from(error: LdapError) -> Self {
        let message = format!("Nobody can be looked up: {error}.");
        Self::service(Exception::Server, message).caused_by(error)
    }
}

impl LdapDirectory {
    /// Whether people are named by something else than security identifiers.
    pub fn has_values_of_its_own(&self) -> bool {
        !entry::is_sid(&self.settings.value)
    }

    /// Asks something within the time there is for it.
    fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&mut Ldap) -> Result<T, LdapError>,
    ) -> Result<T, LdapError> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(LdapError::Start)?;
        let answer = runtime.block_on(async {
            let answer = async { question(&mut self.connect().await?).await };
            let answer = tokio::time::timeout(self.settings.patience, answer).await;
            answer.unwrap_or(Err(LdapError::Late))
        });
        // The system may look up the name of the server for longer than anybody waits.
        runtime.shutdown_background();
        answer
    }

    async fn connect(&self) -> Result<Ldap, LdapError> {
        let settings = &self.settings;
        let mut options = LdapConnSettings::new().set_starttls(settings.starttls);
        if let Some(tls) = &self.tls {
            options = options.set_config(Arc::clone(tls));
        }
        let (connection, mut ldap) = LdapConnAsync::from_url_with_settings(options, &self.url)
            .await
            .map_err(LdapError::Connect)?;
        // What goes wrong there is told to whoever waits for an answer.
        tokio::spawn(connection.drive());
        if !settings.bind_dn.is_empty() {
            let answer = ldap.simple_bind(&settings.bind_dn, settings.bind_password.reveal());
            let answer = answer.await.map_err(LdapError::Answer)?;
            if answer.rc != SUCCESS {
                return Err(LdapError::LogIn(answer));
            }
        }
        Ok(ldap)
    }

    /// Entries that fit a filter. Where there are more than [`MOST`], the directory chooses.
    async fn search(
        &self,
        ldap: &mut Ldap,
        (base, scope): (&str, Scope),
        filter: &str,
        attributes: &[&str],
    ) -> Result<Vec<Entry>, LdapError> {
        let (most, seconds) = (MOST, self.settings.patience.as_secs().max(1));
        let options = SearchOptions::new()
            .sizelimit(i32::try_from(most).unwrap_or(i32::MAX))
            .timelimit(i32::try_from(seconds).unwrap_or(i32::MAX));
        let mut answers = ldap
            .with_search_options(options)
            .streaming_search(base, scope, filter, attributes)
            .await
            .map_err(LdapError::Answer)?;
        let mut found = Vec::new();
        while let Some(answer) = answers.next().await.map_err(LdapError::Answer)? {
            found.extend(Entry::of(answer.0));
            if found.len() == most {
                return Ok(found);
            }
        }
        let result = answers.finish().await;
        match result.rc {
            SUCCESS | SIZE_LIMIT_EXCEEDED => Ok(found),
            _ => Err(LdapError::Search(result)),
        }
    }

    async fn find_users(
        &self,
        ldap: &mut Ldap,
        condition: &str,
    ) -> Result<Vec<DirectoryUser>, LdapError> {
        let it = &self.settings;
        let attributes = [
            &it.value,
            &it.account,
            &it.display,
            &it.first_name,
            &it.last_name,
            &it.mail,
        ];
        let attributes = attributes.map(String::as_str);
        let filter = both(&it.user_filter, condition);
        let place = (it.user_base.as_str(), Scope::Subtree);
        let found = self.search(ldap, place, &filter, &attributes).await?;
        Ok(found
            .iter()
            .filter_map(|entry| self.as_user(entry))
            .collect())
    }

    /// An entry as a user; none where it has no value.
    fn as_user(&self, entry: &Entry) -> Option<DirectoryUser> {
        let it = &self.settings;
        let text = |attribute: &str| entry.text(attribute).unwrap_or_default();
        let value = entry.text(&it.value)?;
        let shown = [&it.display, &it.account].map(|attribute| text(attribute));
        let shown = shown.into_iter().find(|text| !text.is_empty());
        Some(DirectoryUser {
            display_value: shown.unwrap_or_else(|| value.clone()),
            value,
            first_name: text(&it.first_name),
            last_name: text(&it.last_name),
            email: text(&it.mail),
        })
    }

    fn group_base(&self) -> &str {
        match self.settings.group_base.as_str() {
            "" => &self.settings.user_base,
            base => base,
        }
    }

    async fn find_members(
        &self,
        ldap: &mut Ldap,
        group: &str,
    ) -> Result<Vec<DirectoryUser>, LdapError> {
        let it = &self.settings;
        if !it.member_of.is_empty() {
            let condition = format!("({}={})", it.member_of, ldap_escape(group));
            return self.find_users(ldap, &condition).await;
        }
        let place = (group, Scope::Base);
        let attributes = [it.member.as_str()];
        let found = self.search(ldap, place, &it.group_filter, &attributes);
        let groups = match found.await {
            Ok(groups) => groups,
            Err(LdapError::Search(result))
                if [NO_SUCH_OBJECT, INVALID_DN_SYNTAX].contains(&result.rc) =>
            {
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let mut users = Vec::new();
        let members: Vec<_> = groups
            .iter()
            .flat_map(|it| it.texts(&self.settings.member))
            .collect();
        for members in members.chunks(MEMBERS_AT_A_TIME) {
            let members = members
                .iter()
                .map(|member| format!("({}={})", it.member_key, ldap_escape(member.as_str())));
            let condition = format!("(|{})", members.collect::<String>());
            users.extend(self.find_users(ldap, &condition).await?);
            if users.len() >= MOST {
                break;
            }
        }
        Ok(users)
    }
}

impl Directory for LdapDirectory {
    fn groups(&self, part: &str) -> Result<Vec<DirectoryGroup>, Fault> {
        let it = &self.settings;
        let Some(condition) = holding(&[&it.group_name], part) else {
            return Ok(Vec::new());
        };
        let filter = both(&it.group_filter, &condition);
        let place = (self.group_base(), Scope::Subtree);
        let attributes = [it.group_name.as_str()];
        let found = self.ask(async |ldap| self.search(ldap, place, &filter, &attributes).await)?;
        let groups = found.into_iter().map(|entry| DirectoryGroup {
            display_name: entry
                .text(&it.group_name)
                .unwrap_or_else(|| entry.dn.clone()),
            name: entry.dn,
        });
        let mut groups: Vec<_> = groups.collect();
        groups.sort_by_cached_key(|group| (group.display_name.to_lowercase(), group.name.clone()));
        Ok(groups)
    }

    fn users(&self, part: &str) -> Result<Vec<DirectoryUser>, Fault> {
        let it = &self.settings;
        let names = [
            &it.display,
            &it.account,
            &it.first_name,
            &it.last_name,
            &it.mail,
        ];
        let Some(condition) = holding(&names.map(String::as_str), part) else {
            return Ok(Vec::new());
        };
        Ok(sorted(self.ask(async |ldap| {
            self.find_users(ldap, &condition).await
        })?))
    }

    fn members(&self, group: &str) -> Result<Vec<DirectoryUser>, Fault> {
        // The empty name is that of the root, which is no group.
        if group.is_empty() {
            return Ok(Vec::new());
        }
        Ok(sorted(
            self.ask(async |ldap| self.find_members(ldap, group).await)?,
        ))
    }

    fn user(&self, value: &str) -> Result<Option<DirectoryUser>, Fault> {
        let attribute = &self.settings.value;
        let Some(escaped) = escaped_value(attribute, value) else {
            return Ok(None);
        };
        let condition = format!("({attribute}={escaped})");
        let found = self.ask(async |ldap| self.find_users(ldap, &condition).await)?;
        // The directory may ignore letter case or white space, which count in a credential.
        Ok(found.into_iter().find(|user| user.value == value))
    }
}

/// A filter that wants both of two; the second may be empty.
fn both(one: &str, other: &str) -> String {
    format!("(&{one}{other})")
}

/// A filter for entries one of whose attributes holds a text: empty for all of them, `None` where
/// there can be none.
fn holding(attributes: &[&str], part: &str) -> Option<String> {
    if part.is_empty() {
        return Some(String::new());
    }
    if part.chars().count() > LONGEST {
        return None;
    }
    let part = ldap_escape(part);
    let each = attributes.iter().map(|name| format!("({name}=*{part}*)"));
    Some(format!("(|{})", each.collect::<String>()))
}

fn sorted(mut users: Vec<DirectoryUser>) -> Vec<DirectoryUser> {
    users.sort_by_cached_key(|user| (user.display_value.to_lowercase(), user.value.clone()));
    users.dedup();
    users.truncate(MOST);
    users
}

#[cfg(test)]
mod tests;
