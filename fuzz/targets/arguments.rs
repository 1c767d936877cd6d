//! Any text as a request of any operation. The arguments that can be read can be written and read
//! again, and are the same then.

#![no_main]

use libfuzzer_sys::fuzz_target;
use services88::config::MessageLimits;
use services88::contract::SERVICES;
use services88::fault::Fault;
use services88::format::soap::Incoming;
use services88::format::xml::{decode, write};
use services88::model::{Object, Operation};

fuzz_target!(|request: &str| {
    let Some(operation) = named(request) else {
        return;
    };
    let Ok(first) = read(operation, request) else {
        return;
    };
    let written = text(operation.name, first.as_ref());
    let mut declarations = String::new();
    write::push_declarations(&mut declarations);
    let envelope = format!(
        "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"{declarations}>\
         <s:Body>{written}</s:Body></s:Envelope>"
    );
    let again = read(operation, &envelope).expect("what we write can be read");
    assert_eq!(written, text(operation.name, again.as_ref()));
});

/// The operation that the Body names.
fn named(request: &str) -> Option<&'static Operation> {
    let text = decode::decode(request.as_bytes(), None).ok()?;
    let incoming = Incoming::open(&text, MessageLimits::default()).ok()?;
    let name = incoming.operation()?;
    SERVICES
        .iter()
        .find_map(|service| service.operations.get(service.position(name)?).copied())
}

fn read(operation: &Operation, envelope: &str) -> Result<Box<dyn Object>, Fault> {
    let text = decode::decode(envelope.as_bytes(), None)?;
    let incoming = Incoming::open(&text, MessageLimits::default()).map_err(|(_, fault)| fault)?;
    let mut request = (operation.new_request)();
    incoming.read(request.as_mut())?;
    Ok(request)
}

fn text(name: &str, object: &dyn Object) -> String {
    let mut out = String::new();
    write::element(&mut out, name, object);
    out
}
