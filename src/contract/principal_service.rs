//! `SoPrincipal.svc`: logging in.
//!
//! From the WSDL of 2023, operations in its order. None needs a ticket; an online installation
//! wants the `ApplicationToken` block.

use super::headers::{PrincipalRequestHeaders, ResponseHeaders};
use super::principal::{AuthenticateResponse, AuthenticationGenericData, GetSystemInfoResponse};
use crate::model::{Access, Operation, Service, operations};

/// The service.
pub static SERVICE: Service = Service {
    name: "SoPrincipal",
    definitions: "WcfSoPrincipalService",
    request_headers: PrincipalRequestHeaders::TYPE,
    response_headers: ResponseHeaders::TYPE,
    operations: OPERATIONS,
    doc: "Logging in, and what is told before it.",
};

const ORDINARY: Operation = Operation::ordinary(Access::Anybody);

operations! {
    /// Tells what runs here: product, licence, database.
    GetSystemInfo {} -> GetSystemInfoResponse;

    /// Logs in with the identity that the network connection proves, which on Windows it may. This
    /// server sees no such identity and refuses.
    AuthenticateImplicit {} -> AuthenticateResponse;

    /// Logs in by user ID or user name and password, and answers a ticket. A ticket in place of the
    /// name logs in its owner, whatever the password. Unknown name and wrong password look the
    /// same.
    AuthenticateUsernamePassword {
        user_name "UserName": Option<String>,
        password "Password": Option<String>,
    } -> AuthenticateResponse;

    /// Logs in with named data of a kind that a plug-in understands. Without one the log-in fails.
    AuthenticateGeneric {
        authentication_data "AuthenticationData": Option<AuthenticationGenericData>,
    } -> AuthenticateResponse;

    /// Logs in with an access token, `8A:…`, as `GetAccessToken` makes it; good for one hour.
    AuthenticateWithAccessToken {
        access_token "AccessToken": Option<String>,
    } -> AuthenticateResponse;
}
