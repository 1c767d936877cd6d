//! The WSDL documents that were asked for lately.
//!
//! A document is half a megabyte and depends on nothing but the address by which the client knows
//! the server, which is the same for nearly all of them.

use crate::format::wsdl;
use crate::model::Service;
use hyper::body::Bytes;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Documents that are kept. A client may call the server what it likes, so they are few.
const KEPT: usize = 8;

/// Documents by the address in them, the newest first.
#[derive(Default)]
pub struct Descriptions(Mutex<VecDeque<(String, Bytes)>>);

impl Descriptions {
    /// The WSDL of a service that is reached at this address, which no other service has.
    pub fn wsdl(&self, service: &'static Service, address: &str) -> Bytes {
        let is_it = |(known, _): &&(String, Bytes)| known == address;
        if let Some((_, document)) = self.kept().iter().find(is_it) {
            return document.clone();
        }
        // Outside of the lock: it takes milliseconds.
        let document = Bytes::from(wsdl::document(service, address));
        let mut kept = self.kept();
        kept.push_front((address.to_owned(), document.clone()));
        kept.truncate(KEPT);
        document
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(String, Bytes)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{principal_service, user_service};

    #[test]
    fn each_address_has_its_own_and_few_are_kept() {
        let descriptions = Descriptions::default();
        for number in 0..KEPT + 2 {
            for (service, name) in [
                (&user_service::SERVICE, "User"),
                (&principal_service::SERVICE, "SoPrincipal"),
            ] {
                let address = format!("http://host{number}/{name}.svc");
                for _ in 0..2 {
                    let document = descriptions.wsdl(service, &address);
                    assert_eq!(document, wsdl::document(service, &address));
                }
            }
        }
        assert_eq!(descriptions.kept().len(), KEPT);
    }
}
