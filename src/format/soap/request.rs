//! Reading an envelope, in two steps: up to the operation, and then its arguments, so that the
//! caller can be checked in between.

use super::Version;
use crate::config::MessageLimits;
use crate::contract::headers::{SoCredentials, SoTimeZone, UserRequestHeaders};
use crate::fault::{Fault, Protocol};
use crate::format::xml::{Ns, Scanner, Tag, Token, read};
use crate::model::{Namespace, Object};

/// The header blocks of the services, from wherever a client may put them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Blocks {
    /// `ApplicationToken`.
    pub application_token: Option<String>,
    /// `Credentials/Ticket`.
    pub ticket: Option<String>,
    /// `TimeZone`.
    pub time_zone: Option<SoTimeZone>,
}

/// An envelope read up to the start tag of the operation.
pub struct Incoming<'a> {
    scanner: Scanner<'a>,
    version: Version,
    blocks: Blocks,
    operation: Tag<'a>,
}

impl<'a> Incoming<'a> {
    /// Reads an envelope as far as the child of its Body. Header blocks that are not the
    /// services' own are passed over unless they are mandatory.
    ///
    /// On failure also says in which version to answer, as far as that is known by then.
    pub fn open(text: &'a str, limits: MessageLimits) -> Result<Self, (Option<Version>, Fault)> {
        let mut scanner = Scanner::new(text, limits);
        let version = envelope(&mut scanner)?;
        let mut head = Head {
            scanner,
            version,
            blocks: Blocks::default(),
            unknown: Vec::new(),
        };
        match head.read_to_operation() {
            Ok(operation) => Ok(Self {
                scanner: head.scanner,
                version,
                blocks: head.blocks,
                operation,
            }),
            Err(fault) => Err((Some(version), fault)),
        }
    }

    /// The version to answer in.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The header blocks.
    pub fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// The name of the operation; `None` when it is not in the namespace of the services.
    pub fn operation(&self) -> Option<&'a str> {
        (self.operation.ns == SERVICES).then_some(self.operation.local)
    }

    /// Reads the arguments into a request and the rest of the envelope, which must hold
    /// nothing more.
    pub fn read(mut self, request: &mut dyn Object) -> Result<(), Fault> {
        if self.operation.nil {
            self.scanner.skip()?;
        } else {
            read::object(&mut self.scanner, request)?;
        }
        for parent in ["Body", "Envelope"] {
            match self.scanner.next_tag()? {
                Token::End => {}
                _ => {
                    return Err(self
                        .scanner
                        .fault(format_args!("{parent} holds more than it may")));
                }
            }
        }
        match self.scanner.next_tag()? {
            Token::Eof => Ok(()),
            _ => Err(self.scanner.fault("something follows the Envelope")),
        }
    }
}

const SERVICES: Ns = Ns::Contract(Namespace::Services88);

/// Reads the root start tag.
fn envelope(scanner: &mut Scanner<'_>) -> Result<Version, (Option<Version>, Fault)> {
    match scanner.next_tag().map_err(|fault| (None, fault))? {
        Token::Start(Tag {
            ns: Ns::Soap11,
            local: "Envelope",
            ..
        }) => Ok(Version::Soap11),
        Token::Start(Tag {
            ns: Ns::Soap12,
            local: "Envelope",
            ..
        }) => Ok(Version::Soap12),
        Token::Start(Tag {
            local: "Envelope", ..
        }) => Err((
            None,
            Fault::protocol(
                Protocol::VersionMismatch,
                "The envelope is neither that of SOAP 1.1 nor that of SOAP 1.2.",
            ),
        )),
        _ => Err((
            None,
            scanner.fault("the root element is not a SOAP Envelope"),
        )),
    }
}

/// A fault names so many mandatory blocks that are not understood, however many there are.
const UNKNOWN_NAMED: usize = 32;

/// The part of an envelope before the operation.
struct Head<'a> {
    scanner: Scanner<'a>,
    version: Version,
    blocks: Blocks,
    /// Mandatory blocks that are not understood, the first [`UNKNOWN_NAMED`] of them.
    unknown: Vec<(String, String)>,
}

impl<'a> Head<'a> {
    fn read_to_operation(&mut self) -> Result<Tag<'a>, Fault> {
        let soap = match self.version {
            Version::Soap11 => Ns::Soap11,
            Version::Soap12 => Ns::Soap12,
        };
        let mut header_seen = false;
        loop {
            match self.scanner.next_tag()? {
                Token::Start(tag) if tag.ns == soap && tag.local == "Header" && !header_seen => {
                    header_seen = true;
                    self.header()?;
                }
                Token::Start(tag) if tag.ns == soap && tag.local == "Body" => break,
                // The vendor's documentation prints the blocks here.
                Token::Start(tag) if is_known(&tag) => self.block(&tag)?,
                Token::Start(tag) => {
                    return Err(self.scanner.fault(format_args!(
                        "the element '{}' may not stand in the Envelope here",
                        tag.local
                    )));
                }
                _ => return Err(self.scanner.fault("the Envelope has no Body")),
            }
        }
        if !self.unknown.is_empty() {
            return Err(Fault::protocol(
                Protocol::MustUnderstand(std::mem::take(&mut self.unknown)),
                "A mandatory header block is not understood.",
            ));
        }
        match self.scanner.next_tag()? {
            Token::Start(tag) => {
                self.check_encoding()?;
                Ok(tag)
            }
            _ => Err(self.scanner.fault("the Body is empty")),
        }
    }

    /// SOAP 1.2 wants to hear of an encoding that is not spoken. Values look the same in the
    /// encodings of both versions, which toolkits name even where nothing is encoded.
    fn check_encoding(&self) -> Result<(), Fault> {
        const SPOKEN: [&str; 4] = [
            "",
            "http://www.w3.org/2003/05/soap-envelope/encoding/none",
            "http://www.w3.org/2003/05/soap-encoding",
            "http://schemas.xmlsoap.org/soap/encoding/",
        ];
        if self.version == Version::Soap11 {
            return Ok(());
        }
        match self.scanner.attribute(Ns::Soap12, "encodingStyle")? {
            Some(style) if !SPOKEN.contains(&style.trim()) => Err(Fault::protocol(
                Protocol::DataEncodingUnknown,
                "The operation is in an encoding that is not spoken here.",
            )),
            _ => Ok(()),
        }
    }

    fn header(&mut self) -> Result<(), Fault> {
        loop {
            match self.scanner.next_tag()? {
                Token::Start(tag) => {
                    let mandatory = self.is_mandatory()?;
                    if !self.is_for_us()? {
                        self.scanner.skip()?;
                    } else if is_known(&tag) {
                        self.block(&tag)?;
                    } else {
                        if mandatory && self.unknown.len() < UNKNOWN_NAMED {
                            let name = (self.scanner.uri(tag.ns).to_owned(), tag.local.to_owned());
                            self.unknown.push(name);
                        }
                        self.scanner.skip()?;
                    }
                }
                _ => return Ok(()),
            }
        }
    }

    /// Whether the block is addressed to us, and not to some node before us.
    fn is_for_us(&self) -> Result<bool, Fault> {
        const NEXT11: &str = "http://schemas.xmlsoap.org/soap/actor/next";
        const NEXT12: &str = "http://www.w3.org/2003/05/soap-envelope/role/next";
        const LAST12: &str = "http://www.w3.org/2003/05/soap-envelope/role/ultimateReceiver";
        let role = match self.version {
            Version::Soap11 => self.scanner.attribute(Ns::Soap11, "actor")?,
            Version::Soap12 => self.scanner.attribute(Ns::Soap12, "role")?,
        };
        Ok(match (role.as_deref(), self.version) {
            (None | Some(""), _) => true,
            (Some(role), Version::Soap11) => role == NEXT11,
            // Axis names the role of SOAP 1.1 in messages of either version.
            (Some(role), Version::Soap12) => [NEXT12, LAST12, NEXT11].contains(&role),
        })
    }

    fn is_mandatory(&self) -> Result<bool, Fault> {
        let value = match self.version {
            Version::Soap11 => self.scanner.attribute(Ns::Soap11, "mustUnderstand")?,
            Version::Soap12 => self.scanner.attribute(Ns::Soap12, "mustUnderstand")?,
        };
        // White space about a value does not count in XML Schema.
        match value
            .as_deref()
            .map(|it| it.trim_matches([' ', '\t', '\r', '\n']))
        {
            None | Some("0" | "false") => Ok(false),
            Some("1" | "true") => Ok(true),
            Some(_) => Err(self
                .scanner
                .fault("mustUnderstand is neither true nor false")),
        }
    }

    /// Reads a known block. The same one may come again only with the same content: clients
    /// that disagree with themselves about who they are get no answer.
    fn block(&mut self, tag: &Tag<'_>) -> Result<(), Fault> {
        if tag.nil {
            return self.scanner.skip();
        }
        match tag.local {
            "ApplicationToken" => {
                let token = self
                    .scanner
                    .element_text()?
                    .ok_or_else(|| self.scanner.fault("ApplicationToken holds elements"))?;
                self.blocks.application_token = agreed(
                    self.blocks.application_token.take(),
                    Some(token.into_owned()),
                    tag,
                )?;
            }
            "Credentials" => {
                let mut credentials = SoCredentials::default();
                read::object(&mut self.scanner, &mut credentials)?;
                self.blocks.ticket = agreed(self.blocks.ticket.take(), credentials.ticket, tag)?;
            }
            _ => {
                let mut zone = SoTimeZone::default();
                read::object(&mut self.scanner, &mut zone)?;
                self.blocks.time_zone = agreed(self.blocks.time_zone.take(), Some(zone), tag)?;
            }
        }
        Ok(())
    }
}

/// The blocks of `User.svc` are understood by `SoPrincipal.svc` too, since its clients send them.
fn is_known(tag: &Tag<'_>) -> bool {
    let known = UserRequestHeaders::TYPE.fields;
    tag.ns == SERVICES && known.iter().any(|field| field.name == tag.local)
}

fn agreed<T: PartialEq>(
    one: Option<T>,
    other: Option<T>,
    tag: &Tag<'_>,
) -> Result<Option<T>, Fault> {
    match (one, other) {
        (Some(one), Some(other)) if one != other => Err(Fault::protocol(
            Protocol::Malformed,
            format!(
                "The header block '{}' is given more than once, with different values.",
                tag.local
            ),
        )),
        (one, other) => Ok(one.or(other)),
    }
}

#[cfg(test)]
mod tests;
