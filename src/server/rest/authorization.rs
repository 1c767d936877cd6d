//! Who calls, by the `Authorization` header.

use super::cookies;
use crate::config::Mode;
use crate::fault::{Exception, Fault};
use crate::service::Installation;
use crate::session::{Caller, no_session};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use std::net::IpAddr;
use std::sync::Arc;

/// The value of `WWW-Authenticate`: what a caller may show.
pub const CHALLENGE: &str = "Basic realm=\"services88\", charset=\"UTF-8\", SOTicket, Bearer";

const BASIC: &str = "Basic";

/// What a caller shows.
pub enum Authorization {
    /// Name and password.
    Basic(String, String),
    /// A ticket, `7T:…`.
    Ticket(String),
    /// An access token, `8A:…`.
    Bearer(String),
    /// Nothing.
    Nothing,
}

impl Authorization {
    /// Reads the header.
    ///
    /// # Errors
    ///
    /// It comes twice, or cannot be read.
    pub fn of(headers: &HeaderMap) -> Result<Self, Fault> {
        let mut fields = headers.get_all(AUTHORIZATION).iter();
        let Some(field) = fields.next() else {
            return Ok(cookies::ticket(headers).map_or(Self::Nothing, Self::Ticket));
        };
        let text = match (field.to_str(), fields.next()) {
            (Ok(text), None) => text.trim(),
            _ => return Err(unreadable()),
        };
        let (scheme, shown) = text.split_once(' ').ok_or_else(unreadable)?;
        let shown = shown.trim();
        if scheme.eq_ignore_ascii_case(BASIC) {
            let decoded = STANDARD.decode(shown).map_err(|_| unreadable())?;
            let decoded = String::from_utf8(decoded).map_err(|_| unreadable())?;
            let (name, password) = decoded.split_once(':').ok_or_else(unreadable)?;
            // A ticket in place of the name has a colon of its own.
            if let ("7T", Some((rest, password))) = (name, password.split_once(':')) {
                return Ok(Self::Basic(format!("{name}:{rest}"), password.to_owned()));
            }
            return Ok(Self::Basic(name.to_owned(), password.to_owned()));
        }
        if scheme.eq_ignore_ascii_case("SOTicket") {
            return Ok(Self::Ticket(shown.to_owned()));
        }
        if scheme.eq_ignore_ascii_case("Bearer") {
            return Ok(Self::Bearer(shown.to_owned()));
        }
        Err(unreadable())
    }

    /// Whether a password is shown, which takes long to check on purpose.
    pub fn is_basic(headers: &HeaderMap) -> bool {
        let shown = headers.get(AUTHORIZATION).map(HeaderValue::as_bytes);
        shown.is_some_and(|shown| {
            let scheme = shown.trim_ascii_start().get(..BASIC.len());
            scheme.is_some_and(|scheme| scheme.eq_ignore_ascii_case(BASIC.as_bytes()))
        })
    }

    /// The user behind what is shown. All refusals read alike.
    pub fn caller(
        &self,
        installation: &Installation,
        application: Option<&str>,
        remote: IpAddr,
    ) -> Result<Arc<Caller>, Fault> {
        let sessions = &installation.sessions;
        match self {
            Self::Nothing => Err(no_session()),
            Self::Ticket(ticket) => sessions.authenticate(ticket),
            Self::Bearer(token) => sessions
                .authenticate_access_token(token, application)?
                .ok_or_else(no_session),
            Self::Basic(..) if installation.mode == Mode::Online => Err(no_session()),
            Self::Basic(name, password) => sessions
                .authenticate_password(name, password, remote)?
                .ok_or_else(no_session),
        }
    }
}

fn unreadable() -> Fault {
    Fault::service(
        Exception::Session,
        "The Authorization header must be one of Basic, SOTicket and Bearer, with what belongs to it.",
    )
}
