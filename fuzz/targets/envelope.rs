//! Any bytes as a request: character set, XML, envelope, header blocks, and the arguments of
//! whatever operation the Body names. Nothing panics, and what is refused says why.

#![no_main]

use libfuzzer_sys::fuzz_target;
use services88::config::MessageLimits;
use services88::contract::SERVICES;
use services88::format::soap::{self, Incoming, Version};
use services88::format::xml::decode;

fuzz_target!(|body: &[u8]| {
    let fault = match read(body) {
        Ok(()) => return,
        Err(fault) => fault,
    };
    assert!(!fault.message().is_empty());
    for version in [Version::Soap11, Version::Soap12] {
        let (status, answer) = soap::fault(version, &fault);
        assert!((400..=500).contains(&status), "{status}");
        // Our own answer is a document that we take ourselves.
        let text = decode::decode(answer.as_bytes(), None).expect("characters");
        assert!(Incoming::open(&text, MessageLimits::default()).is_ok(), "{answer}");
    }
});

fn read(body: &[u8]) -> Result<(), services88::fault::Fault> {
    let text = decode::decode(body, None)?;
    let incoming =
        Incoming::open(&text, MessageLimits::default()).map_err(|(_, fault)| fault)?;
    let Some(name) = incoming.operation() else {
        return Ok(());
    };
    let found = SERVICES
        .iter()
        .find_map(|service| service.operations.get(service.position(name)?));
    match found {
        Some(operation) => incoming.read((operation.new_request)().as_mut()),
        None => Ok(()),
    }
}
