//! Any text as the arguments of any operation. What can be read can be written and read again,
//! and is the same then.

#![no_main]

use libfuzzer_sys::fuzz_target;
use services88::config::MessageLimits;
use services88::contract::SERVICES;
use services88::fault::Fault;
use services88::format::soap::Incoming;
use services88::format::xml::{decode, write};
use services88::model::{Object, Operation};

fuzz_target!(|input: (u8, &str)| {
    let (choice, arguments) = input;
    let operations: Vec<&Operation> = SERVICES
        .iter()
        .flat_map(|service| service.operations.iter().copied())
        .collect();
    let operation = operations[usize::from(choice) % operations.len()];
    let mut declarations = String::new();
    write::push_declarations(&mut declarations);
    let envelope = |operation: &str| {
        format!(
            "<s:Envelope xmlns:s=\"http://www.w3.org/2003/05/soap-envelope\"{declarations}>\
             <s:Body>{operation}</s:Body></s:Envelope>"
        )
    };
    let name = operation.name;
    let Ok(first) = read(operation, &envelope(&format!("<{name}>{arguments}</{name}>"))) else {
        return;
    };
    let written = text(name, first.as_ref());
    let again = read(operation, &envelope(&written)).expect("what we write can be read");
    assert_eq!(written, text(name, again.as_ref()));
});

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
