//! What can go wrong, in one type that every floor can make and no floor here renders.
//!
//! A [`Fault`] has a kind, a message for the caller, and a cause that is only logged. Which of
//! the many shapes it takes on the wire (an in-band header, a SOAP 1.1 or 1.2 fault, JSON) is
//! decided by the format that answers.

use std::error::Error;
use std::fmt;

/// An error on its way to the caller.
#[derive(Debug)]
pub struct Fault {
    kind: Kind,
    message: String,
    friendly: Option<String>,
    parameters: Vec<(String, String)>,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

/// Who is at fault, and in which vocabulary that is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The service declines; SOAP reports it in-band.
    Service(Exception),
    /// The message could not be understood, or the server failed; SOAP reports a fault.
    Protocol(Protocol),
}

macro_rules! exceptions {
    ($($(#[doc = $doc:literal])+ $name:ident = $class:literal,)+) => {
        /// The vendor's exception classes that clients may meet.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Exception {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Exception {
            /// The class name without its namespace, as REST reports it.
            pub const fn class(self) -> &'static str {
                match self {
                    $(Self::$name => $class,)+
                }
            }

            /// The class name with its namespace, as SOAP reports it.
            pub const fn full_name(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("SuperOffice.Exceptions.", $class),)+
                }
            }
        }
    };
}

exceptions! {
    /// No valid ticket, or an application that is not known.
    Session = "SoSessionException",
    /// The caller's role does not give the right.
    Sentry = "SoSentryException",
    /// The operation does not apply to this user, whoever asks.
    IllegalOperation = "SoIllegalOperationException",
    /// What was named does not exist.
    NotFound = "SoNotFoundException",
    /// An argument is missing or makes no sense.
    InvalidArgument = "SoInvalidArgumentException",
    /// A password breaks the rules.
    InvalidPassword = "SoInvalidPasswordException",
    /// A text holds a character that it may not.
    InvalidCharacter = "SoInvalidCharacterException",
    /// Fields of a carrier are not acceptable; the parameters say which and why.
    Validation = "SoValidationException",
    /// A name is taken.
    Duplicate = "SoDuplicateException",
    /// A licence is missing or used up.
    License = "SoLicenseException",
    /// The installation does not offer this.
    NotSupported = "SoNotSupportedException",
    /// The store could not do its work.
    DbAccess = "SoDbAccessException",
    /// Anything else that went wrong inside the service.
    Server = "SoServerException",
}

/// Errors of the message rather than of the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Not well-formed, or not an envelope as the specification has it.
    Malformed,
    /// The root element is an `Envelope` of an unknown version.
    VersionMismatch,
    /// Mandatory header blocks that are not understood: namespace and local name of each.
    MustUnderstand(Vec<(String, String)>),
    /// The operation is in an encoding that is not spoken here.
    DataEncodingUnknown,
    /// No such operation, or an action that names another one than the Body holds.
    ActionNotSupported,
    /// An argument cannot be read.
    DeserializationFailed,
    /// Larger than the configured limit.
    TooLarge,
    /// A media type, character set or encoding that is not spoken here.
    UnsupportedMedia,
    /// The message took too long to arrive.
    Timeout,
    /// A patch says what the document has to be like, and it is not.
    Conflict,
    /// Something has been changed since the moment after which it must not have been.
    PreconditionFailed,
    /// More is asked for than can be done now. Nothing was changed, and the same request may
    /// succeed later.
    Busy,
    /// The server failed; the caller is told no more than that.
    Internal,
}

impl Fault {
    /// The service declines. The message is shown to the caller as it is.
    pub fn service(exception: Exception, message: impl Into<String>) -> Self {
        Self::new(Kind::Service(exception), message.into())
    }

    /// The message is at fault. The text is shown to the caller as it is.
    pub fn protocol(error: Protocol, message: impl Into<String>) -> Self {
        Self::new(Kind::Protocol(error), message.into())
    }

    /// The server failed. The cause is logged; the caller learns only that it happened.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::protocol(
            Protocol::Internal,
            "The server was unable to process the request due to an internal error.",
        )
        .caused_by(cause)
    }

    /// The fields of a carrier that are not acceptable: name and reason of each.
    pub fn validation(fields: Vec<(String, String)>) -> Self {
        let list: Vec<_> = fields
            .iter()
            .map(|(field, reason)| format!("{field}: {reason}"))
            .collect();
        let mut fault = Self::service(Exception::Validation, list.join("; "));
        fault.parameters = fields;
        fault
    }

    fn new(kind: Kind, message: String) -> Self {
        Self {
            kind,
            message,
            friendly: None,
            parameters: Vec::new(),
            cause: None,
        }
    }

    /// Adds a text for people who are no developers.
    #[must_use]
    pub fn friendly(mut self, text: impl Into<String>) -> Self {
        self.friendly = Some(text.into());
        self
    }

    /// Adds a named detail.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Adds what is to be logged and never shown.
    #[must_use]
    pub fn caused_by(mut self, cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// What went wrong.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What the caller is told.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// What people are told; the message where nothing friendlier was given.
    pub fn friendly_text(&self) -> &str {
        self.friendly.as_deref().unwrap_or(&self.message)
    }

    /// Named details, in the order in which they were given.
    pub fn parameters(&self) -> &[(String, String)] {
        &self.parameters
    }

    /// What is to be logged.
    pub fn cause(&self) -> Option<&(dyn Error + Send + Sync)> {
        self.cause.as_deref()
    }

    /// The vendor's class when the service declined.
    pub fn exception(&self) -> Option<Exception> {
        match self.kind {
            Kind::Service(exception) => Some(exception),
            Kind::Protocol(_) => None,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause
            .as_deref()
            .map(|cause| cause as &(dyn Error + 'static))
    }
}

/// An error with all that caused it, for the log.
pub fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(deeper) = next {
        text.push_str(": ");
        text.push_str(&deeper.to_string());
        next = deeper.source();
    }
    text
}
