//! Applications and tickets from the command line. It works on the database, so it may run
//! beside a server.

use super::{AppToken, Failure, Ticket, open};
use services88::session::application;

/// `services88 app-token …`
pub fn app_token(command: AppToken) -> Result<(), Failure> {
    match command {
        AppToken::Add { name, place } => {
            let installation = open(&place)?;
            println!(
                "{}",
                application::add(&installation.store, &installation.clock, &name)?
            );
        }
        AppToken::List { place } => {
            for application in application::list(&open(&place)?.store)? {
                let state = match application.revoked {
                    Some(date) => format!("revoked {date}"),
                    None => "good".to_owned(),
                };
                let (name, agents) = (application.name, application.agents);
                println!("{name}\t{agents}\tadded {}\t{state}", application.created);
            }
        }
        AppToken::Revoke { name, place } => {
            let installation = open(&place)?;
            if !application::revoke(&installation.store, &installation.clock, &name)? {
                let reason = format!("there is no application {name} with a good token");
                return Err(Failure::Other(reason));
            }
        }
    }
    Ok(())
}

/// `services88 ticket …`
pub fn ticket(command: Ticket) -> Result<(), Failure> {
    let Ticket::New { user, place } = command;
    println!("{}", open(&place)?.sessions.issue_ticket_to(&user)?);
    Ok(())
}
