//! The cookies of a browser that has logged in: one with the ticket, which no script can read, and
//! one with the value that scripts of our own pages show in X-XSRF-TOKEN.

use super::content::Cookies;
use super::header;
use crate::session::xsrf;
use hyper::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE};

const TICKET: &str = "services88-session";
const XSRF: &str = "XSRF-TOKEN";

/// The ticket in the cookie of a request, if the header field that belongs to it is there.
pub fn ticket(headers: &HeaderMap) -> Option<String> {
    let shown = header(headers, "x-xsrf-token")?;
    let pairs = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|it| it.to_str().ok());
    let mut tickets = pairs
        .flat_map(|pairs| pairs.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(|(name, _)| *name == TICKET)
        .map(|(_, value)| value.to_owned());
    // Of two, one would be somebody else's.
    let ticket = tickets.next().filter(|_| tickets.next().is_none())?;
    xsrf::fits(&ticket, shown.trim()).then_some(ticket)
}

/// Adds to an answer what becomes of the cookies. They end with the browser's own session, and go
/// to nobody but this server; by `https` only, where the browser came by that.
pub fn apply(cookies: &Cookies, secure: bool, headers: &mut HeaderMap) {
    let (ticket, xsrf, age) = match cookies {
        Cookies::Kept => return,
        Cookies::Set(ticket) => (ticket.clone(), xsrf::token(ticket), ""),
        Cookies::Cleared => (String::new(), String::new(), "; Max-Age=0"),
    };
    let secure = if secure { "; Secure" } else { "" };
    for cookie in [
        format!("{TICKET}={ticket}; Path=/; HttpOnly; SameSite=Strict{secure}{age}"),
        format!("{XSRF}={xsrf}; Path=/; SameSite=Strict{secure}{age}"),
    ] {
        if let Ok(value) = HeaderValue::try_from(cookie) {
            headers.append(SET_COOKIE, value);
        }
    }
}
