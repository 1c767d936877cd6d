//! Header blocks of requests and answers.

use crate::model::{carrier, dictionary};

carrier! {
    /// SoCredentials
    SoCredentials {
        ticket "Ticket": Option<String>,
    }
}

carrier! {
    /// SoTimeZone
    SoTimeZone {
        so_time_zone_id "SoTimeZoneId": i32,
        so_time_zone_location_code "SoTimeZoneLocationCode": Option<String>,
    }
}

carrier! {
    /// SoExceptionInfo
    SoExceptionInfo {
        message "Message": Option<String>,
        stack_trace "StackTrace": Option<String>,
        friendly_text "FriendlyText": Option<String>,
        exception_type "ExceptionType": Option<String>,
        source "Source": Option<String>,
        inner_exception "InnerException": Option<Box<SoExceptionInfo>>,
        parameters "Parameters": Option<SoExceptionInfoParameters>,
    }
}

dictionary! {
    /// SoExceptionInfoParameters
    SoExceptionInfoParameters "SoExceptionInfoParametersKeyValuePair": Option<String>;
}

dictionary! {
    /// SoExtraInfo
    SoExtraInfo "ExtraInfoNameValuePair": Option<String>;
}

carrier! {
    /// The header blocks of a request to `User.svc`: each member is a block of its own.
    UserRequestHeaders {
        /// Names the calling application; checked in online mode only.
        application_token "ApplicationToken": Option<String>,
        /// The ticket of the session on whose behalf the call is made.
        credentials "Credentials": Option<SoCredentials>,
        /// The zone in which the client wants its dates.
        time_zone "TimeZone": Option<SoTimeZone>,
    }
}

carrier! {
    /// The header blocks of a request to `SoPrincipal.svc`.
    PrincipalRequestHeaders {
        /// Names the calling application; checked in online mode only.
        application_token "ApplicationToken": Option<String>,
    }
}

carrier! {
    /// The header blocks of every answer: each member is a block of its own.
    ResponseHeaders {
        /// What went wrong; absent or nil when nothing did.
        exception_info "ExceptionInfo": Option<SoExceptionInfo>,
        /// Further information; the services have none to give.
        extra_info "ExtraInfo": Option<SoExtraInfo>,
        /// Whether the operation was carried out.
        succeeded "Succeeded": bool,
        /// The zone in which the dates of this answer are.
        time_zone "TimeZone": Option<SoTimeZone>,
    }
}
