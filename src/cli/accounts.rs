//! Users, applications and tickets from the command line. It works on the database, so it may run
//! beside a server.

use super::{AppToken, Failure, Secret, Ticket, User, open};
use services88::service::administration::{self, NewUser};
use services88::service::{Installation, generate_password};
use services88::session::application;

/// `services88 user …`
pub fn user(command: User) -> Result<(), Failure> {
    match command {
        User::Add {
            name,
            role,
            administrator,
            secret,
            place,
        } => {
            let installation = open(&place)?;
            let password = secret.read(&installation)?;
            let new = NewUser {
                name,
                password: password.text.clone(),
                role,
                administrator,
            };
            administration::add_user(&installation, new)?;
            password.show();
        }
        User::List { place } => {
            for user in administration::list_users(&open(&place)?)? {
                let state = if user.deleted { "deleted" } else { "active" };
                println!("{}\t{}\t{}\t{state}", user.id, user.name, user.role);
            }
        }
        User::Passwd {
            name,
            secret,
            place,
        } => {
            let installation = open(&place)?;
            let password = secret.read(&installation)?;
            administration::set_password(&installation, &name, &password.text)?;
            password.show();
        }
    }
    Ok(())
}

/// A password to be set.
struct Password {
    text: String,
    generated: bool,
}

impl Secret {
    fn read(&self, installation: &Installation) -> Result<Password, Failure> {
        if !self.password_stdin {
            return Ok(Password {
                text: generate_password(&installation.store)?,
                generated: true,
            });
        }
        let mut line = String::new();
        std::io::stdin()
            .read_line(&mut line)
            .map_err(|error| Failure::other("cannot read the password", error))?;
        Ok(Password {
            text: line.trim_end_matches(['\r', '\n']).to_owned(),
            generated: false,
        })
    }
}

impl Password {
    /// Prints what nobody but us knows.
    fn show(&self) {
        if self.generated {
            println!("{}", self.text);
        }
    }
}

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
