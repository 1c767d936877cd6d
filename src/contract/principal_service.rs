//! `SoPrincipal.svc`: logging in.

use super::headers::{PrincipalRequestHeaders, ResponseHeaders};
use super::principal::{AuthenticateResponse, AuthenticationGenericData, GetSystemInfoResponse};
use crate::model::{Operation, Service, operations};

/// The service.
pub static SERVICE: Service = Service {
    name: "SoPrincipal",
    definitions: "WcfSoPrincipalService",
    request_headers: PrincipalRequestHeaders::TYPE,
    response_headers: ResponseHeaders::TYPE,
    operations: OPERATIONS,
    doc: "logging in.",
};

const ORDINARY: Operation = Operation::ordinary(false);

operations! {
    /// GetSystemInfo
    GetSystemInfo {} -> GetSystemInfoResponse;

    /// AuthenticateImplicit
    AuthenticateImplicit {} -> AuthenticateResponse;

    /// AuthenticateUsernamePassword
    AuthenticateUsernamePassword {
        user_name "UserName": Option<String>,
        password "Password": Option<String>,
    } -> AuthenticateResponse;

    /// AuthenticateGeneric
    AuthenticateGeneric {
        authentication_data "AuthenticationData": Option<AuthenticationGenericData>,
    } -> AuthenticateResponse;

    /// AuthenticateWithAccessToken
    AuthenticateWithAccessToken {
        access_token "AccessToken": Option<String>,
    } -> AuthenticateResponse;
}
