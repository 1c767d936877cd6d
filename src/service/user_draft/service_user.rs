//! The Service user beside a user, and its ticket categories.

use super::Draft;
use crate::contract::list::MDOListItem;
use crate::contract::user::User;
use crate::fault::Fault;
use crate::service::limits;
use crate::service::user_kinds::kind_of;
use crate::store::service_users::ServiceUser;
use crate::store::users::UserRecord;
use crate::store::{Tx, service_users, users};

/// The highest number that a new Service user may be given, which leaves numbers for those who
/// are numbered here.
const ID_LIMIT: i32 = 1_000_000_000;

impl Draft {
    /// The Service user, made as soon as one of its fields is given.
    pub(super) fn service_user(
        &mut self,
        tx: &Tx<'_>,
        user: &User,
        before: Option<&UserRecord>,
    ) -> Result<(), Fault> {
        let mut service = self.record.service_user.take();
        let known = service.as_ref().map_or(0, |service| service.id);
        if user.ej_user_id != 0 && user.ej_user_id != known {
            if !(0..=ID_LIMIT).contains(&user.ej_user_id) {
                self.findings
                    .add("EjUserId", format!("The number is not in 0 to {ID_LIMIT}."));
            } else if users::service_user_taken(tx, user.ej_user_id, self.record.id)? {
                self.findings
                    .add("EjUserId", "Another user has this Service user.");
            }
            service = service_users::find(tx, user.ej_user_id)?.or(Some(ServiceUser {
                id: user.ej_user_id,
                ..ServiceUser::default()
            }));
        }
        let mut categories = None;
        if let Some(given) = &user.ticket_categories {
            categories = Some(self.categories(tx, given)?);
        }
        let is_given = |text: &Option<String>| text.as_ref().is_some_and(|text| !text.is_empty());
        let needed = is_given(&user.nick_name)
            || is_given(&user.request_signature)
            || categories.as_ref().is_some_and(|list| !list.is_empty());
        let Some(mut service) = service.or_else(|| needed.then(ServiceUser::default)) else {
            return Ok(());
        };
        let nick_name_changed = service.nick_name != user.nick_name;
        service.nick_name.clone_from(&user.nick_name);
        service.signature.clone_from(&user.request_signature);
        if let Some(categories) = categories {
            service.categories = categories;
        }
        let nick_name = service.nick_name.as_deref().unwrap_or_default();
        self.findings
            .check_length("NickName", "The name", Some(nick_name), limits::NICK_NAME);
        if nick_name_changed && service_users::nick_name_taken(tx, nick_name, service.id)? {
            self.findings
                .add("NickName", "Another user has this nick name.");
        }
        // A new log-on name is the Service user's too, and fills a nick name that is blank.
        let name = &self.record.name;
        let renamed = before.is_none_or(|before| before.name != *name);
        if renamed && name.chars().count() <= limits::NICK_NAME {
            service.login_name = Some(name.clone());
            if nick_name.is_empty() && !service_users::nick_name_taken(tx, name, service.id)? {
                service.nick_name = Some(name.clone());
            }
        }
        self.record.service_user = Some(service);
        Ok(())
    }

    fn categories(&mut self, tx: &Tx<'_>, given: &[MDOListItem]) -> Result<Vec<i32>, Fault> {
        let mut ids = Vec::new();
        for item in given {
            let name = item.name.as_deref().unwrap_or_default();
            let found = match (item.id, name) {
                (0, "") => continue,
                (0, name) => service_users::category_by_name(tx, name)?,
                (id, _) => service_users::category(tx, id)?,
            };
            match found {
                Some(category) if ids.contains(&category.id) => {}
                Some(category) => ids.push(category.id),
                // As printed requests have them, beside a type that handles no requests.
                None if !kind_of(self.record.user_type).has_groups => {}
                None => self.findings.add(
                    "TicketCategories",
                    format!("There is no category {} {name}.", item.id),
                ),
            }
        }
        Ok(ids)
    }
}
