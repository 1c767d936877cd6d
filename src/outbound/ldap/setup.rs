//! Making sense of the settings, before anybody is asked.

use super::{LdapDirectory, holding};
use crate::config::DirectorySettings;
use crate::outbound::tls;
use ldap3::parse_filter;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};
use rustls::{ClientConfig, RootCertStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use url::Url;

/// Why the settings of a directory make no sense.
#[derive(Debug, thiserror::Error)]
pub enum LdapSettingError {
    #[error("setting directory.url: expected ldap://HOST:PORT or ldaps://HOST:PORT")]
    Url,
    #[error("setting directory.starttls: an ldaps connection is encrypted from the start")]
    StartTls,
    #[error("setting directory.bind_password: a directory takes a log-in without one for nobody")]
    BindPassword,
    #[error("setting directory.user_base: expected an entry, like ou=people,dc=example,dc=com")]
    UserBase,
    #[error("setting directory.{0}: expected a filter, like (objectClass=person)")]
    Filter(&'static str),
    #[error("setting directory.{0}: expected the name of an attribute")]
    Attribute(&'static str),
    #[error("setting directory.ca_file: cannot read certificates from {}: {source}", path.display())]
    CaFile { path: PathBuf, source: pem::Error },
    #[error("setting directory.ca_file: {}: {source}", path.display())]
    Certificate {
        path: PathBuf,
        source: rustls::Error,
    },
    #[error("setting directory.ca_file: TLS cannot be set up: {0}")]
    Tls(#[source] rustls::Error),
}

impl LdapDirectory {
    /// The directory of the settings; `None` when they name none. Nobody is asked yet.
    pub fn new(settings: &DirectorySettings) -> Result<Option<Self>, LdapSettingError> {
        if settings.url.is_empty() {
            return Ok(None);
        }
        let url = url(&settings.url).ok_or(LdapSettingError::Url)?;
        if settings.starttls && url.scheme() == "ldaps" {
            return Err(LdapSettingError::StartTls);
        }
        if !settings.bind_dn.is_empty() && settings.bind_password.reveal().is_empty() {
            return Err(LdapSettingError::BindPassword);
        }
        if settings.user_base.is_empty() {
            return Err(LdapSettingError::UserBase);
        }
        check_names(settings)?;
        let tls = settings.ca_file.as_deref().map(trusting).transpose()?;
        Ok(Some(Self {
            settings: Arc::new(settings.clone()),
            url,
            tls,
        }))
    }
}

/// The address of a server and nothing more.
fn url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let fits = matches!(url.scheme(), "ldap" | "ldaps")
        && url.host_str().is_some_and(|host| !host.is_empty())
        && matches!(url.path(), "" | "/")
        && url.query().or(url.fragment()).is_none()
        && url.username().is_empty()
        && url.password().is_none();
    fits.then_some(url)
}

/// Whether every filter that is made of the settings is one.
fn check_names(it: &DirectorySettings) -> Result<(), LdapSettingError> {
    for (name, filter) in [
        ("user_filter", &it.user_filter),
        ("group_filter", &it.group_filter),
    ] {
        let in_brackets = filter.starts_with('(') && filter.ends_with(')');
        if !in_brackets || parse_filter(filter).is_err() {
            return Err(LdapSettingError::Filter(name));
        }
    }
    for (name, attribute) in [
        ("value", &it.value),
        ("account", &it.account),
        ("display", &it.display),
        ("first_name", &it.first_name),
        ("last_name", &it.last_name),
        ("mail", &it.mail),
        ("group_name", &it.group_name),
        ("member", &it.member),
        ("member_key", &it.member_key),
    ] {
        let is_name = attribute
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-;".contains(c));
        let filter = holding(&[attribute], "x").unwrap_or_default();
        if !is_name || parse_filter(filter).is_err() {
            return Err(LdapSettingError::Attribute(name));
        }
    }
    // A rule for matching may stand behind this one, which also finds groups within groups.
    let member_of = format!("({}=x)", it.member_of);
    if !it.member_of.is_empty() && parse_filter(member_of).is_err() {
        return Err(LdapSettingError::Attribute("member_of"));
    }
    Ok(())
}

/// TLS that trusts those whose certificates are in a file, and nobody else.
fn trusting(path: &Path) -> Result<Arc<ClientConfig>, LdapSettingError> {
    let unreadable = |source| LdapSettingError::CaFile {
        path: path.to_owned(),
        source,
    };
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
        let certificate = certificate.map_err(unreadable)?;
        let added = roots.add(certificate);
        added.map_err(|source| LdapSettingError::Certificate {
            path: path.to_owned(),
            source,
        })?;
    }
    if roots.is_empty() {
        return Err(unreadable(pem::Error::NoItemsFound));
    }
    tls::trusting(roots)
        .map(Arc::new)
        .map_err(LdapSettingError::Tls)
}
