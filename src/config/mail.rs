//! Settings of the mail server.

use std::fmt;

/// How mails are sent.
#[derive(Clone, PartialEq, Eq)]
pub struct MailSettings {
    /// Name or address of the SMTP server; empty when there is none.
    pub host: String,
    pub port: u16,
    pub tls: MailTls,
    /// To log in with there; empty to do without.
    pub user: String,
    pub password: String,
    /// The sender: an address, or `Name <address>`.
    pub from: String,
    /// Where people reach this server, without a slash at the end; links begin with it.
    pub base_url: String,
    /// How long a link for a new password is good.
    pub link_minutes: u32,
}

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailTls {
    /// Not at all.
    None,
    /// It begins in clear and has to switch to TLS.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            host: String::new(),
            port: 587,
            tls: MailTls::StartTls,
            user: String::new(),
            password: String::new(),
            from: String::new(),
            base_url: String::new(),
            link_minutes: 60,
        }
    }
}

/// Never shows the password.
impl fmt::Debug for MailSettings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("MailSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("tls", &self.tls)
            .field("user", &self.user)
            .field("from", &self.from)
            .field("base_url", &self.base_url)
            .field("link_minutes", &self.link_minutes)
            .finish_non_exhaustive()
    }
}
