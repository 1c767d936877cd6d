//! Any bytes as the JSON of any request. What can be read can be written and read again, and is
//! the same then.

#![no_main]

use libfuzzer_sys::fuzz_target;
use services88::config::MessageLimits;
use services88::contract::SERVICES;
use services88::format::json::{Json, read};
use services88::model::{Dates, Object, Slot, View};

fuzz_target!(|input: (u8, &[u8])| {
    let (choice, json) = input;
    let operations = SERVICES.iter().flat_map(|service| service.operations.iter());
    let blanks: Vec<_> = operations.map(|operation| operation.new_request).collect();
    let blank = blanks[usize::from(choice) % blanks.len()];
    let limits = MessageLimits::default();
    let mut first = blank();
    if read::read(json, limits, &Dates::BASE, || Slot::Object(first.as_mut())).is_err() {
        return;
    }
    let written = text(first.as_ref());
    let mut again = blank();
    let result = read::read(&written, limits, &Dates::BASE, || Slot::Object(again.as_mut()));
    result.expect("what we write can be read");
    assert_eq!(written, text(again.as_ref()));
});

fn text(object: &dyn Object) -> Vec<u8> {
    serde_json::to_vec(&Json(View::Object(object))).expect("JSON")
}
