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
