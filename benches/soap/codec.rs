//! Reading and writing the SaveUser envelope, one thread, beside a bare scan by quick-xml.

use crate::rounds::{Subject, medians};
use quick_xml::events::Event;
use services88::config::MessageLimits;
use services88::contract::user_service::SaveUser;
use services88::format::soap::{self, Incoming};
use services88::format::xml::decode;
use services88::model::{Reply, Request};
use std::hint::black_box;

const REPEATS: usize = 200;

pub fn run(rounds: usize) {
    let printed = crate::exchange::fixture("documentation/User/SaveUser.request.xml");
    let filled = fill(&printed);
    println!("SaveUser envelope, one thread, medians of {rounds} rounds");
    println!(
        "{:<12} {:<28} {:>8} {:>10} {:>8}",
        "text", "work", "bytes", "MB/s", "ratio"
    );
    for (name, text) in [("as printed", &printed), ("filled", &filled)] {
        measure(rounds, name, text);
    }
    println!();
}

fn measure(rounds: usize, name: &str, text: &str) {
    let user = read(text).user;
    let written = write(user.clone()).len();
    let repeat = |work: &dyn Fn()| (0..REPEATS).for_each(|_| work());
    let mut subjects = [
        Subject::new("quick-xml events, attributes", || repeat(&|| scan(text))),
        Subject::new("read into typed carriers", || {
            repeat(&|| drop(black_box(read(text))));
        }),
        Subject::new("clone and write the answer", || {
            repeat(&|| drop(black_box(write(user.clone()))));
        }),
    ];
    let times = medians(rounds, &mut subjects);
    let rate =
        |index: usize, bytes: usize| (bytes * REPEATS) as f64 / times[index].as_secs_f64() / 1e6;
    for (index, subject) in subjects.iter().enumerate() {
        let bytes = if index == 2 { written } else { text.len() };
        let against = if index == 2 {
            rate(1, text.len())
        } else {
            rate(0, text.len())
        };
        let ratio = rate(index, bytes) / against;
        println!(
            "{name:<12} {:<28} {bytes:>8} {:>10.1} {ratio:>8.2}",
            subject.name,
            rate(index, bytes)
        );
    }
}

fn scan(text: &str) {
    let mut reader = quick_xml::Reader::from_str(text);
    loop {
        match reader.read_event() {
            Ok(Event::Eof) => break,
            Ok(Event::Start(tag) | Event::Empty(tag)) => {
                for attribute in tag.attributes() {
                    black_box(attribute.is_ok());
                }
            }
            Ok(event) => drop(black_box(event)),
            Err(error) => panic!("{error}"),
        }
    }
}

fn read(text: &str) -> SaveUser {
    let text = decode::decode(text.as_bytes(), Some("utf-8")).expect("UTF-8");
    let incoming = Incoming::open(&text, MessageLimits::default())
        .map_err(|(_, f)| f)
        .expect("an envelope");
    let mut request = SaveUser::default();
    incoming.read(&mut request).expect("a request");
    request
}

fn write(user: Option<services88::contract::user::User>) -> String {
    let operation = SaveUser::OPERATION;
    soap::success(
        soap::Version::Soap11,
        operation,
        user.into_object(operation).as_ref(),
    )
}

/// The printed strings are all empty; these are not.
pub fn fill(printed: &str) -> String {
    printed.replace(
        "xsi:type=\"xsd:string\"></",
        "xsi:type=\"xsd:string\">Grøn &amp; Söner, 漢字 &lt;sales@example.com&gt; </",
    )
}
