//! The page behind a link for a new password: the only form that this server has.
//!
//! The secret part of the link is what proves who asks, so that no other site can send the form
//! on somebody's behalf. It is told to nobody else: no script, no picture, no referrer.

use super::answer::Answer;
use crate::fault::{self, Fault, Kind, Protocol};
use crate::service::Installation;
use crate::service::password_links::{self, PATH, Redeemed};
use hyper::StatusCode;
use hyper::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use url::form_urlencoded;

/// Bytes of a filled-in form at most.
pub const LONGEST_FORM: usize = 16 * 1024;
/// Media type of a filled-in form.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// The form, if the link is good. Blocks.
pub fn show(installation: &Installation, query: &str) -> Answer {
    let token = parameter(query.as_bytes(), "token");
    match password_links::holder(installation, &token) {
        Ok(Some(name)) => form(StatusCode::OK, &token, &name, ""),
        Ok(None) => gone(),
        Err(fault) => failed(&fault),
    }
}

/// Sets the password that a filled-in form brings. Blocks.
pub fn submit(installation: &Installation, body: &[u8]) -> Answer {
    let token = parameter(body, "token");
    let password = parameter(body, "password");
    let name = match password_links::holder(installation, &token) {
        Ok(Some(name)) => name,
        Ok(None) => return gone(),
        Err(fault) => return failed(&fault),
    };
    let again = |reason: &str| form(StatusCode::UNPROCESSABLE_ENTITY, &token, &name, reason);
    if password != parameter(body, "again") {
        return again("The two passwords differ.");
    }
    match password_links::redeem(installation, &token, &password) {
        Ok(Redeemed::Done) => page(
            StatusCode::OK,
            "password set",
            "<p>The new password is set. You can log in with it now.</p>",
        ),
        Ok(Redeemed::Gone) => gone(),
        Ok(Redeemed::Refused(reason)) => again(&reason),
        Err(fault) => failed(&fault),
    }
}

fn parameter(form: &[u8], wanted: &str) -> String {
    let mut parameters = form_urlencoded::parse(form);
    let found = parameters.find(|(name, _)| name == wanted);
    found
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}

fn form(status: StatusCode, token: &str, name: &str, reason: &str) -> Answer {
    // The address of the page without the query: below whatever prefix a proxy puts before it.
    let action = PATH.trim_start_matches('/');
    let [token, name, reason] = [token, name, reason].map(escaped);
    page(
        status,
        "password form",
        &format!(
            "<p>A new password for <strong>{name}</strong>:</p><p role=\"alert\">{reason}</p>\
             <form method=\"post\" action=\"{action}\">\
             <input type=\"hidden\" name=\"token\" value=\"{token}\">\
             <p><label>Password <input type=\"password\" name=\"password\" required \
             autocomplete=\"new-password\"></label></p>\
             <p><label>Once more <input type=\"password\" name=\"again\" required \
             autocomplete=\"new-password\"></label></p>\
             <p><button>Set the password</button></p></form>"
        ),
    )
}

fn gone() -> Answer {
    page(
        StatusCode::GONE,
        "password link gone",
        "<p>This link is not good, or not any more. Please ask for a new one.</p>",
    )
}

/// The page when something went wrong.
pub fn failed(fault: &Fault) -> Answer {
    const LATER: &str = "<p>Something went wrong here. Please try again later.</p>";
    if *fault.kind() == Kind::Protocol(Protocol::Busy) {
        return page(StatusCode::SERVICE_UNAVAILABLE, "busy", LATER).busy();
    }
    let cause = fault::chain(fault);
    tracing::error!(cause = %cause.escape_debug(), "a new password could not be set");
    page(
        StatusCode::INTERNAL_SERVER_ERROR,
        "password page failed",
        LATER,
    )
}

fn page(status: StatusCode, outcome: &'static str, content: &str) -> Answer {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <title>New password</title></head>\n<body><h1>New password</h1>\n{content}\n\
         </body></html>\n"
    );
    Answer::new(status, "text/html; charset=utf-8", html, outcome)
        .with(CACHE_CONTROL, "no-store")
        .with(REFERRER_POLICY, "no-referrer")
        .with(X_FRAME_OPTIONS, "DENY")
        .with(X_CONTENT_TYPE_OPTIONS, "nosniff")
        .with(
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        )
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_the_first_counts() {
        let form = "a=1&password=%C3%A5+%26b&password=2&c".as_bytes();
        assert_eq!(parameter(form, "password"), "å &b");
        assert_eq!(parameter(form, "c"), "");
        assert_eq!(parameter(form, "d"), "");
    }

    #[test]
    fn texts_cannot_break_out_of_the_page() {
        assert_eq!(
            escaped("<b a=\"1\" c='2'>&amp;"),
            "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;amp;"
        );
    }
}
