//! Services and operations.

use super::{DateTime, Field, Namespace, Object, ObjectType, Slot, Tags, Value, View};
use crate::fault::Fault;
use std::any::Any;
use std::future::{Future, ready};
use std::pin::Pin;

/// A service: one address, one WSDL document.
#[derive(Debug)]
pub struct Service {
    /// Port type name, and the file name before `.svc`.
    pub name: &'static str,
    /// Name of the WSDL's `service` and `definitions`.
    pub definitions: &'static str,
    /// The header blocks that a request may carry: each field is a block.
    pub request_headers: &'static ObjectType,
    /// The header blocks of an answer.
    pub response_headers: &'static ObjectType,
    /// In the order of the WSDL.
    pub operations: &'static [&'static Operation],
    /// What it is for, for people.
    pub doc: &'static str,
}

impl Service {
    /// The index of an operation in [`operations`](Self::operations), which is also that of its
    /// handler.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.operations
            .iter()
            .position(|operation| operation.name == name)
    }

    /// Whether a text is the SOAP action of one of its operations.
    pub fn is_action(&self, operation: &Operation, text: &str) -> bool {
        let rest = text.strip_prefix(Namespace::Services88.uri());
        let rest = rest.and_then(|rest| rest.strip_prefix('/')?.strip_prefix(self.name));
        rest.and_then(|rest| rest.strip_prefix('/')) == Some(operation.name)
    }

    /// The SOAP action of one of its operations.
    pub fn action(&self, operation: &Operation) -> String {
        format!(
            "{}/{}/{}",
            Namespace::Services88.uri(),
            self.name,
            operation.name
        )
    }
}

/// What a service promises about one operation.
#[derive(Debug)]
pub struct Operation {
    /// Name; the request element has it too.
    pub name: &'static str,
    /// Content of the request element.
    pub request: &'static ObjectType,
    /// The response element and its content.
    pub response: &'static ObjectType,
    /// A blank request, to be filled by a reader.
    pub new_request: fn() -> Box<dyn Object>,
    /// The response in which all is nil or default, for answers that report an error.
    pub nil_response: fn() -> Box<dyn Object>,
    /// Who may call it.
    pub access: Access,
    /// Whom it may be about then.
    pub reach: Reach,
    /// How the REST twin takes its arguments.
    pub rest: Rest,
    /// Where REST has it when it is no operation of an agent; such a one is unknown to SOAP.
    pub route: Option<Route>,
    /// The release that brought it.
    pub since: Edition,
    /// What it does, for people.
    pub doc: &'static str,
}

impl Operation {
    /// An operation of the 2023 WSDL in the plainest style: the declarations say in what theirs
    /// differ. Names and types are always overwritten.
    pub const fn ordinary(access: Access) -> Self {
        static NOTHING: ObjectType = ObjectType {
            name: "",
            namespace: Namespace::Services88,
            fields: &[],
            inherited: 0,
            value_type: false,
            tags: Tags::NONE,
            doc: "",
        };
        fn empty() -> Box<dyn Object> {
            unreachable!("every declared operation has types of its own")
        }
        Self {
            name: "",
            request: &NOTHING,
            response: &NOTHING,
            new_request: empty,
            nil_response: empty,
            access,
            reach: Reach::All,
            rest: Rest::Arguments,
            route: None,
            since: Edition::Wsdl2023,
            doc: "",
        }
    }
}

/// What an operation asks of its caller, before its handler looks at whom or what the call is
/// about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nothing, not even a ticket.
    Anybody,
    /// A valid ticket.
    Ticket,
    /// An employee: no external or anonymous user.
    Employee,
    /// An employee who looks after users.
    UserAdministrator,
    /// An employee or an external user who looks after external users.
    ExternalUserAdministrator,
    /// An employee who looks after roles and their rights.
    RoleAdministrator,
    /// An employee who looks after the installation.
    Administrator,
}

impl Access {
    /// Code names of the functional rights of which a caller needs one. Empty where none is
    /// asked for.
    pub const fn rights(self) -> &'static [&'static str] {
        match self {
            Self::Anybody | Self::Ticket | Self::Employee => &[],
            Self::UserAdministrator => &["admin-all", "admin-users"],
            Self::ExternalUserAdministrator => &["admin-all", "admin-users", "admin-audience"],
            Self::RoleAdministrator => &["admin-all", "admin-role"],
            Self::Administrator => &["admin-all"],
        }
    }
}

/// Whom a call may be about when its caller fulfils [`Access`]. The handler holds to it, since it
/// knows whom the arguments mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Everybody, or it is about nobody.
    All,
    /// The caller.
    Own,
    /// The caller; others when this is fulfilled as well.
    Others(Access),
    /// Everybody; for external callers, those of their own company.
    Company,
}

/// How the REST twin of an operation takes its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rest {
    /// An object with one property per argument; no body where there is no argument.
    Arguments,
    /// The only argument is the body itself: a carrier or an array.
    Bare,
    /// The only argument stands in the query string.
    Query,
}

/// Where REST has an operation on a resource. Arguments that the path names are taken from it,
/// carriers, arrays and dictionaries from the body, all others from the query, where they may be
/// missing if they may be nil; one that is called like a header field comes from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Route {
    /// What is to be done.
    pub method: Method,
    /// The path below `/api`, with the names of arguments in braces: `/v1/User/{id}`.
    pub path: &'static str,
}

impl Route {
    /// The segments of the path.
    pub fn segments(&self) -> impl Iterator<Item = &'static str> {
        self.path.split('/').filter(|segment| !segment.is_empty())
    }

    /// The name of the argument that a segment of the path stands for, if it stands for one.
    pub fn argument(segment: &str) -> Option<&str> {
        segment.strip_prefix('{')?.strip_suffix('}')
    }
}

/// The methods of HTTP that resources have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Reads; HEAD does the same without the body.
    Get,
    /// Creates, or does something else that is no plain change.
    Post,
    /// Replaces.
    Put,
    /// Changes some of it.
    Patch,
    /// Deletes.
    Delete,
}

impl Method {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// Releases of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Edition {
    /// The last published WSDL.
    Wsdl2023,
    /// Known from the newer REST description only.
    Rest2026,
}

/// A request type: the arguments of one operation.
pub trait Request: Object + Sized {
    /// What the operation answers.
    type Reply: Reply;
    /// The operation.
    const OPERATION: &'static Operation;
}

/// The behaviour behind an operation. `C` is what a handler knows of the call.
pub trait Handler<C>: Request {
    /// How long it keeps its thread.
    const EFFORT: Effort = Effort::MayWait;

    /// Runs the operation.
    fn handle(self, call: &C) -> Result<Self::Reply, Fault>;

    /// The same for a thread that must not wait: what is given may be awaited, and goes on if it is
    /// not. Gives the request back when it takes more than a change that waits to be stored.
    fn begin(self: Box<Self>, _call: &C) -> Result<Later<Self::Reply>, Box<Self>> {
        Err(self)
    }
}

/// What is known when something has been stored.
pub type Later<T> = Pin<Box<dyn Future<Output = Result<T, Fault>> + Send>>;

/// How long a handler keeps the thread that runs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effort {
    /// A few rows by their keys, or nothing but memory. What it does beyond that in rare cases
    /// steps aside by itself, as writing does.
    Short,
    /// Little, and then it waits for its own change, mostly for nothing else: it can
    /// [`begin`](Handler::begin).
    Stores,
    /// It may wait for the disk, a password's hash or another system, or go through many rows.
    MayWait,
}

/// Runs a handler whose types have been erased, on a request that was made by its operation's
/// `new_request`.
pub type Invoke<C> = fn(&C, Box<dyn Object>) -> Result<Box<dyn Object>, Fault>;

/// Begins an operation whose types have been erased, or gives the request back.
pub type Begin<C> = fn(&C, Box<dyn Object>) -> Result<Later<Box<dyn Object>>, Box<dyn Object>>;

/// A handler at the same index as its operation in the service.
#[derive(Debug)]
pub struct Handling<C> {
    /// The handler.
    pub invoke: Invoke<C>,
    /// The handler for a thread that must not wait.
    pub begin: Begin<C>,
    /// How long it keeps its thread.
    pub effort: Effort,
}

impl<C> Handling<C> {
    /// The handler of `R`.
    pub const fn of<R: Handler<C>>() -> Self {
        Self {
            invoke: invoke::<C, R>,
            begin: begin::<C, R>,
            effort: R::EFFORT,
        }
    }
}

/// Runs the handler of `R` on a request that was made by its operation's `new_request`.
fn invoke<C, R: Handler<C>>(call: &C, request: Box<dyn Object>) -> Result<Box<dyn Object>, Fault> {
    let request: Box<dyn Any> = request;
    match request.downcast::<R>() {
        Ok(request) => request
            .handle(call)
            .map(|reply| reply.into_object(R::OPERATION)),
        Err(_) => Err(stranger::<R>()),
    }
}

/// The same for a thread that must not wait.
fn begin<C, R: Handler<C>>(
    call: &C,
    request: Box<dyn Object>,
) -> Result<Later<Box<dyn Object>>, Box<dyn Object>> {
    let request: Box<dyn Any> = request;
    let Ok(request) = request.downcast::<R>() else {
        return Ok(Box::pin(ready(Err(stranger::<R>()))));
    };
    match request.begin(call) {
        Ok(later) => Ok(Box::pin(async move {
            let reply = later.await?;
            Ok(reply.into_object(R::OPERATION))
        })),
        Err(request) => Err(request),
    }
}

fn stranger<R: Request>() -> Fault {
    Fault::internal(format!("the request is not that of {}", R::OPERATION.name))
}

/// What a handler may answer: a value (which the wire puts into an element `Response`), nothing,
/// or a message with members of its own.
pub trait Reply: Default + Sized {
    /// Name of the response element where it is not the operation's with `Response` appended.
    const ELEMENT: Option<&'static str> = None;
    /// Members of the response element.
    const FIELDS: &'static [Field];

    /// Wraps the reply for the encoders.
    fn into_object(self, operation: &'static Operation) -> Box<dyn Object>;
}

impl<T: Value> Reply for T {
    const FIELDS: &'static [Field] = &[Field::of::<T>("Response", "What the operation answers.")];

    fn into_object(self, operation: &'static Operation) -> Box<dyn Object> {
        Box::new(Response {
            object_type: operation.response,
            value: self,
        })
    }
}

impl Reply for () {
    const FIELDS: &'static [Field] = &[];

    fn into_object(self, operation: &'static Operation) -> Box<dyn Object> {
        Box::new(Empty {
            object_type: operation.response,
        })
    }
}

/// A value together with when it was last changed: the answers of resources have that as a header
/// field. Nil when not known.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Dated<T> {
    /// What is answered.
    pub value: T,
    /// When it was last changed.
    pub last_modified: Option<DateTime>,
}

impl<T: Value> Reply for Dated<T> {
    const FIELDS: &'static [Field] = &[
        Field::of::<T>("Response", "What the operation answers."),
        Field::of::<Option<DateTime>>("Last-Modified", "When it was last changed."),
    ];

    fn into_object(self, operation: &'static Operation) -> Box<dyn Object> {
        Box::new(DatedResponse {
            object_type: operation.response,
            content: self,
        })
    }
}

struct DatedResponse<T> {
    object_type: &'static ObjectType,
    content: Dated<T>,
}

impl<T: Value> Object for DatedResponse<T> {
    fn object_type(&self) -> &'static ObjectType {
        self.object_type
    }
    fn field(&self, index: usize) -> View<'_> {
        match index {
            0 => self.content.value.view(),
            _ => self.content.last_modified.view(),
        }
    }
    fn field_mut(&mut self, index: usize) -> Slot<'_> {
        match index {
            0 => self.content.value.slot(),
            _ => self.content.last_modified.slot(),
        }
    }
}

struct Response<T> {
    object_type: &'static ObjectType,
    value: T,
}

impl<T: Value> Object for Response<T> {
    fn object_type(&self) -> &'static ObjectType {
        self.object_type
    }
    fn field(&self, _: usize) -> View<'_> {
        self.value.view()
    }
    fn field_mut(&mut self, _: usize) -> Slot<'_> {
        self.value.slot()
    }
}

struct Empty {
    object_type: &'static ObjectType,
}

impl Object for Empty {
    fn object_type(&self) -> &'static ObjectType {
        self.object_type
    }
    fn field(&self, index: usize) -> View<'_> {
        unreachable!("field {index} of an empty response")
    }
    fn field_mut(&mut self, index: usize) -> Slot<'_> {
        unreachable!("field {index} of an empty response")
    }
}

impl ObjectType {
    /// The content of a response element.
    pub const fn response<R: Reply>(derived_name: &'static str) -> Self {
        Self {
            name: match R::ELEMENT {
                Some(name) => name,
                None => derived_name,
            },
            namespace: Namespace::Services88,
            fields: R::FIELDS,
            inherited: 0,
            value_type: false,
            tags: Tags::NONE,
            doc: "",
        }
    }
}
