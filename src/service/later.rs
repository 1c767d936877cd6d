//! Operations without behaviour yet. Each says so in-band; building one starts by taking its
//! name out of this list.

use super::Call;
use crate::contract::user_service::*;
use crate::fault::{Exception, Fault};
use crate::model::{Handler, Request};

macro_rules! later {
    ($($operation:ident,)+) => {
        $(
            impl Handler<Call> for $operation {
                fn handle(self, _: &Call) -> Result<Self::Reply, Fault> {
                    Err(not_available::<Self>())
                }
            }
        )+

        /// Their names.
        #[cfg(test)]
        pub const NOT_AVAILABLE: &[&str] = &[$(stringify!($operation),)+];
    };
}

fn not_available<R: Request>() -> Fault {
    Fault::service(
        Exception::NotImplemented,
        format!("{} is not available yet.", R::OPERATION.name),
    )
}

later! {
    DecryptAndSaveExternalTokens,
    ExchangeCodeAndSaveTokens,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_a_handler() {
        assert_eq!(handlers::<Call>().len(), OPERATIONS.len());
    }

    #[test]
    fn an_operation_without_behaviour_names_itself() {
        let fault = not_available::<DecryptAndSaveExternalTokens>();
        assert_eq!(fault.exception(), Some(Exception::NotImplemented));
        assert_eq!(
            fault.message(),
            "DecryptAndSaveExternalTokens is not available yet."
        );
    }
}
