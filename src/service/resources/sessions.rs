//! `/api/v1/Session`.

use crate::contract::session_resources::*;
use crate::fault::Fault;
use crate::model::Handler;
use crate::service::Call;
use crate::session::{no_session, xsrf};

impl Handler<Call> for OpenSession {
    /// A name and a password that do not belong together are answered like a missing ticket.
    fn handle(self, call: &Call) -> Result<SessionOpened, Fault> {
        let form = self.log_in.unwrap_or_default();
        let name = form.user_name.unwrap_or_default();
        let sessions = &call.installation.sessions;
        let log_in = sessions
            .log_in(&name, form.password.as_deref(), call.remote)?
            .ok_or_else(no_session)?;
        Ok(SessionOpened {
            response: Some(BrowserSession {
                xsrf_token: Some(xsrf::token(&log_in.ticket)),
                associate_id: log_in.caller.associate_id,
                name: Some(log_in.caller.name.clone()),
            }),
            ticket: Some(log_in.ticket),
        })
    }
}

impl Handler<Call> for CloseSession {
    fn handle(self, call: &Call) -> Result<SessionClosed, Fault> {
        call.installation.sessions.end(call.caller()?)?;
        Ok(SessionClosed::default())
    }
}
