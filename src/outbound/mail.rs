//! Sending mails through the operator's SMTP server.

use crate::config::{MailSettings, MailTls};
use lettre::address::AddressError;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::{Message, SmtpTransport, Transport};
use std::time::Duration;
use url::Url;

/// For connecting, and for each answer of the mail server.
const PATIENCE: Duration = Duration::from_secs(15);

/// The way to the mail server.
#[derive(Debug)]
pub struct Mailer {
    transport: SmtpTransport,
    from: Mailbox,
    /// Where people reach this server, without a slash at the end.
    pub base_url: String,
    /// How long a link for a new password is good.
    pub link_minutes: u32,
}

/// Why mails cannot be sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("setting mail.from: expected ADDRESS or NAME <ADDRESS>: {0}")]
    From(#[source] AddressError),
    #[error(
        "setting mail.base_url: expected the address of this server, like https://crm.example.com"
    )]
    BaseUrl,
    #[error("setting mail.tls: {0}")]
    Tls(#[source] lettre::transport::smtp::Error),
    /// The address of the receiver is none.
    #[error("the address of the receiver is no address")]
    To(#[source] AddressError),
    #[error("the mail cannot be put together")]
    Message(#[source] lettre::error::Error),
    #[error("the mail server did not take the mail")]
    Smtp(#[source] lettre::transport::smtp::Error),
}

impl Mailer {
    /// The mail server of the settings; `None` when they name none. Nothing is sent yet.
    pub fn new(settings: &MailSettings) -> Result<Option<Self>, MailError> {
        if settings.host.is_empty() {
            return Ok(None);
        }
        let url = Url::parse(&settings.base_url).map_err(|_| MailError::BaseUrl)?;
        if !matches!(url.scheme(), "http" | "https") || url.query().or(url.fragment()).is_some() {
            return Err(MailError::BaseUrl);
        }
        let secured = || TlsParameters::new(settings.host.clone()).map_err(MailError::Tls);
        let tls = match settings.tls {
            MailTls::None => Tls::None,
            MailTls::StartTls => Tls::Required(secured()?),
            MailTls::Tls => Tls::Wrapper(secured()?),
        };
        // Whether it is dangerous is what the operator has just said.
        let mut transport = SmtpTransport::builder_dangerous(&settings.host)
            .port(settings.port)
            .timeout(Some(PATIENCE))
            .tls(tls);
        if !settings.user.is_empty() {
            let (user, password) = (settings.user.clone(), settings.password.clone());
            transport = transport.credentials(Credentials::new(user, password));
        }
        Ok(Some(Self {
            transport: transport.build(),
            from: settings.from.parse().map_err(MailError::From)?,
            base_url: settings.base_url.trim_end_matches('/').to_owned(),
            link_minutes: settings.link_minutes,
        }))
    }

    /// Sends a plain text to one address, and returns when the mail server has taken it. Blocks,
    /// for some minutes at worst.
    pub fn send(&self, to: &str, subject: &str, text: String) -> Result<(), MailError> {
        let to = Mailbox::new(None, to.trim().parse().map_err(MailError::To)?);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(subject)
            .message_id(None)
            .header(ContentType::TEXT_PLAIN)
            .body(text)
            .map_err(MailError::Message)?;
        self.transport.send(&message).map_err(MailError::Smtp)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> MailSettings {
        MailSettings {
            host: "mail.example.com".into(),
            from: "CRM <crm@example.com>".into(),
            base_url: "https://crm.example.com/".into(),
            ..MailSettings::default()
        }
    }

    #[test]
    fn without_a_server_there_is_nothing_to_send_with() {
        assert!(
            Mailer::new(&MailSettings::default())
                .expect("none")
                .is_none()
        );
    }

    #[test]
    fn links_begin_with_an_address_without_a_slash_at_the_end() {
        let mailer = Mailer::new(&settings()).expect("good").expect("a server");
        assert_eq!(mailer.base_url, "https://crm.example.com");
    }

    #[test]
    fn settings_that_cannot_work_are_refused() {
        for (base_url, from) in [
            ("", "crm@example.com"),
            ("crm.example.com", "crm@example.com"),
            ("ftp://crm.example.com", "crm@example.com"),
            ("https://crm.example.com/?a", "crm@example.com"),
            ("https://crm.example.com", ""),
            ("https://crm.example.com", "crm"),
        ] {
            let wrong = MailSettings {
                base_url: base_url.into(),
                from: from.into(),
                ..settings()
            };
            assert!(Mailer::new(&wrong).is_err(), "{base_url} {from}");
        }
    }

    #[test]
    fn an_address_cannot_bring_headers_of_its_own() {
        let mailer = Mailer::new(&settings()).expect("good").expect("a server");
        for to in ["", "ann", "ann@example.com\r\nBcc: bob@example.com"] {
            let refused = mailer.send(to, "x", "x".into()).expect_err("refused");
            assert!(matches!(refused, MailError::To(_)), "{refused:?}");
        }
    }
}
