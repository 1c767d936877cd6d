//! Answers as a reader sees them that shares no code with the server.

use crate::support::{Caller, PRINCIPAL, Response, SERVICES88, Soap, TestServer, USER};
use std::fmt;
use xml::reader::{EventReader, XmlEvent};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element.
#[derive(Clone, Default)]
pub struct Node {
    pub namespace: String,
    pub local: String,
    /// Local names and values.
    pub attributes: Vec<(String, String)>,
    pub nil: bool,
    pub text: String,
    pub children: Vec<Node>,
    /// Prefixes in scope.
    scope: Vec<(String, String)>,
}

/// Prefixes do not count.
impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.local == other.local
            && self.namespace == other.namespace
            && self.nil == other.nil
            && self.text == other.text
            && self.attributes == other.attributes
            && self.children == other.children
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.nil, &self.children[..]) {
            (true, _) => write!(out, "{}=nil", self.local),
            (false, []) => write!(out, "{}={:?}", self.local, self.text),
            (false, children) => write!(out, "{}{children:?}", self.local),
        }
    }
}

impl Node {
    /// Reads a document, which has to be well-formed.
    pub fn parse(text: &str) -> Self {
        let mut open = vec![Self::default()];
        for event in EventReader::from_str(text) {
            match event.unwrap_or_else(|error| panic!("{error}\n{text}")) {
                XmlEvent::StartElement {
                    name,
                    attributes,
                    namespace,
                } => open.push(Self {
                    namespace: name.namespace.unwrap_or_default(),
                    local: name.local_name,
                    nil: attributes.iter().any(|it| {
                        it.name.local_name == "nil"
                            && it.name.namespace.as_deref() == Some(XSI)
                            && it.value == "true"
                    }),
                    attributes: attributes
                        .into_iter()
                        .map(|it| (it.name.local_name, it.value))
                        .collect(),
                    scope: namespace.0.into_iter().collect(),
                    ..Self::default()
                }),
                XmlEvent::EndElement { .. } => {
                    let node = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(node);
                }
                XmlEvent::Characters(text) | XmlEvent::CData(text) | XmlEvent::Whitespace(text) => {
                    open.last_mut().unwrap().text.push_str(&text);
                }
                _ => {}
            }
        }
        let mut document = open.pop().unwrap();
        assert_eq!((open.len(), document.children.len()), (0, 1), "{text}");
        document.children.remove(0)
    }

    /// The first child with this name.
    pub fn find(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.local == name)
    }

    /// The element at a path like `Role/Id`.
    #[track_caller]
    pub fn at(&self, path: &str) -> &Self {
        path.split('/').fold(self, |node, name| {
            let found = node.find(name);
            found.unwrap_or_else(|| panic!("no {name} of {path} in {node:?}"))
        })
    }

    /// The text at a path.
    #[track_caller]
    pub fn text_at(&self, path: &str) -> &str {
        &self.at(path).text
    }

    /// Names of the children.
    pub fn names(&self) -> Vec<&str> {
        self.children
            .iter()
            .map(|child| child.local.as_str())
            .collect()
    }

    /// The text as a qualified name: namespace and local name.
    pub fn qname(&self) -> (&str, &str) {
        self.resolve(&self.text)
    }

    /// A qualified name as it is meant here.
    pub fn resolve<'a>(&'a self, name: &'a str) -> (&'a str, &'a str) {
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let uri = self.scope.iter().find(|(known, _)| known == prefix);
        (uri.map_or("", |(_, uri)| uri.as_str()), local)
    }

    /// An attribute by its local name.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        attributes
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }
}

/// What an operation answered.
pub struct Answer {
    /// The element in the Body.
    pub response: Node,
    pub exception: Option<Exception>,
}

/// Why an operation was not carried out.
#[derive(Debug)]
pub struct Exception {
    /// Class without namespace.
    pub class: String,
    pub message: String,
    pub parameters: Vec<(String, String)>,
}

impl Answer {
    /// Takes an answer apart and checks all that is the same in every one of them. `element` is
    /// the name of the element in the Body.
    #[track_caller]
    pub fn of(soap: Soap, element: &str, response: &Response) -> Self {
        assert_eq!(response.status, 200, "{}", response.body);
        let envelope = envelope(soap, response);
        assert_eq!(envelope.names(), ["Header", "Body"]);
        let [header, body] = &envelope.children[..] else {
            panic!("{envelope:?}");
        };
        assert!(
            [header, body]
                .iter()
                .all(|it| it.namespace == soap.namespace())
        );
        assert!(header.children.iter().all(|it| it.namespace == SERVICES88));
        assert_eq!(body.names(), [element]);
        assert_eq!(body.children[0].namespace, SERVICES88);

        let succeeded = header.text_at("Succeeded") == "true";
        let blocks = ["ExceptionInfo", "ExtraInfo", "Succeeded", "TimeZone"];
        assert_eq!(header.names(), blocks[usize::from(succeeded)..]);
        assert!(header.at("ExtraInfo").nil);
        assert_eq!(header.text_at("TimeZone/SoTimeZoneLocationCode"), "UTC");
        let response = body.children[0].clone();
        let exception = header.find("ExceptionInfo").map(Exception::of);
        if exception.is_some() {
            assert_eq!(header.text_at("Succeeded"), "false");
            for member in &response.children {
                let value_type = ["false", "0"].contains(&&*member.text);
                assert!(member.nil || value_type, "{member:?}");
            }
        }
        Self {
            response,
            exception,
        }
    }

    /// What a carried out operation returned.
    #[track_caller]
    pub fn result(self) -> Node {
        if let Some(exception) = self.exception {
            panic!("{exception:?}");
        }
        self.response.at("Response").clone()
    }

    /// The class of the exception.
    #[track_caller]
    pub fn refused(self) -> Exception {
        self.exception.unwrap()
    }
}

impl Exception {
    fn of(info: &Node) -> Self {
        let members = [
            "Message",
            "StackTrace",
            "FriendlyText",
            "ExceptionType",
            "Source",
            "InnerException",
            "Parameters",
        ];
        assert_eq!(info.names(), members);
        assert!(!info.text_at("Message").is_empty());
        assert!(!info.text_at("FriendlyText").is_empty());
        assert!(!info.text_at("Source").is_empty());
        assert!(info.at("StackTrace").text.is_empty() && !info.at("StackTrace").nil);
        assert!(info.at("InnerException").nil);
        let class = info.text_at("ExceptionType");
        let class = class.strip_prefix("SuperOffice.Exceptions.").unwrap();
        let parameters = info.at("Parameters").children.iter().map(|pair| {
            assert_eq!(pair.names(), ["Key", "Value"]);
            let [key, value] = ["Key", "Value"].map(|name| pair.text_at(name).to_owned());
            (key, value)
        });
        Self {
            class: class.to_owned(),
            message: info.text_at("Message").to_owned(),
            parameters: parameters.collect(),
        }
    }
}

/// The envelope of any answer, fault or not.
#[track_caller]
pub fn envelope(soap: Soap, response: &Response) -> Node {
    assert_eq!(response.field("content-type"), Some(soap.content_type()));
    for inside in [".rs:", "panicked", "   at ", "sqlite", "SELECT ", "/src/"] {
        assert!(!response.body.contains(inside), "{}", response.body);
    }
    let envelope = Node::parse(&response.body);
    assert_eq!(envelope.local, "Envelope");
    assert_eq!(envelope.namespace, soap.namespace());
    envelope
}

impl TestServer {
    /// Calls an operation of `User.svc` and takes the answer apart.
    #[track_caller]
    pub fn user(&self, soap: Soap, caller: &Caller, operation: &str, arguments: &str) -> Answer {
        let response = self.call(soap, USER, caller, operation, arguments);
        Answer::of(soap, &format!("{operation}Response"), &response)
    }

    /// Tries to log in; gives the ticket when that succeeds.
    #[track_caller]
    pub fn log_in(&self, soap: Soap, name: &str, password: &str) -> Option<String> {
        let response = self.call(
            soap,
            PRINCIPAL,
            &Caller::Anonymous,
            "AuthenticateUsernamePassword",
            &(text("UserName", name) + &text("Password", password)),
        );
        let answer = Answer::of(soap, "AuthenticateResponse", &response);
        assert!(answer.exception.is_none(), "a failed log-in is an answer");
        let answer = answer.response;
        let succeeded = answer.text_at("AuthenticationSucceeded") == "true";
        assert_eq!(answer.at("Response").nil, !succeeded);
        succeeded.then(|| answer.text_at("Credentials/Ticket").to_owned())
    }
}

/// An element with children.
pub fn element(name: &str, content: &str) -> String {
    format!("<{name}>{content}</{name}>")
}

/// An element with text, which comes to the other side as it is here.
pub fn text(name: &str, text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('\r', "&#13;");
    element(name, &text)
}
