//! Access tokens for applications that act for the caller.

use super::Call;
use crate::config::Mode;
use crate::contract::user_service::GetAccessToken;
use crate::fault::Fault;
use crate::model::Handler;
use crate::session::application;

impl Handler<Call> for GetAccessToken {
    /// The application that is to act has to be registered where applications are told apart.
    /// Onsite any token of one will do.
    fn handle(self, call: &Call) -> Result<Option<String>, Fault> {
        let installation = &call.installation;
        let application = match (installation.mode, self.app_token.as_deref()) {
            (Mode::Onsite, _) | (Mode::Online, None | Some("")) => call.application.clone(),
            (mode, token) => application::check(&installation.store, mode, "User", token)?,
        };
        let service_session = self.include_cs_session.then_some(call.remote);
        installation
            .sessions
            .issue_access_token(call.caller()?, application, service_session)
            .map(Some)
    }
}
