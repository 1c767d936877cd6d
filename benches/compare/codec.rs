//! Reading and writing the SaveUser envelope on one thread.

use crate::bare::scan;
use crate::envelopes;
use crate::results::{Results, What};
use services88::config::MessageLimits;
use services88::contract::user_service::SaveUser;
use services88::format::soap::{self, Incoming};
use services88::format::xml::decode;
use services88::model::{Object, Reply, Request};
use std::hint::black_box;
use std::time::{Duration, Instant};

pub const SCAN: &str = "quick-xml, events and attributes";
pub const READ: &str = "into typed carriers";
pub const READ_BACK: &str = "what was written, into typed carriers";
pub const WRITE: &str = "typed carriers to bytes";
/// The texts: as printed, all strings are empty.
pub const TEXTS: [&str; 2] = ["as printed", "filled"];
/// Turns that each piece of work gets in a round.
const TURNS: u32 = 8;

pub struct Codec {
    documents: Vec<Document>,
}

struct Document {
    name: &'static str,
    text: String,
    carriers: Box<dyn Object>,
    /// What was written, as a request.
    written_back: String,
}

impl Codec {
    pub fn new() -> Self {
        let printed = envelopes::printed("SaveUser", "7T:any");
        let filled = envelopes::fill(&printed).replace("{number}", "00000001");
        let documents = TEXTS.into_iter().zip([printed, filled]);
        Self {
            documents: documents.map(|(name, text)| document(name, text)).collect(),
        }
    }

    /// What is done to a document of a name: how it is called, the bytes, the work.
    pub fn round(&self, time: Duration, results: &mut Results) {
        for document in &self.documents {
            let (text, back) = (&document.text, &document.written_back);
            let carriers = document.carriers.as_ref();
            let written = write(carriers).len();
            let works: [(&str, usize, &dyn Fn()); 4] = [
                (SCAN, text.len(), &|| scan(text)),
                (READ, text.len(), &|| drop(black_box(read(text)))),
                (READ_BACK, back.len(), &|| drop(black_box(read(back)))),
                (WRITE, written, &|| drop(black_box(write(carriers)))),
            ];
            // Small turns, so that a disturbance meets all alike; the fastest turn of each counts.
            let mut best = [f64::INFINITY; 4];
            for _ in 0..TURNS {
                for (best, (_, _, work)) in best.iter_mut().zip(&works) {
                    *best = best.min(seconds_of(work, time / 4 / TURNS));
                }
            }
            for (best, (name, bytes, _)) in best.into_iter().zip(works) {
                results.add(name, document.name, What::Rate, bytes as f64 / best / 1e6);
            }
        }
    }
}

fn document(name: &'static str, text: String) -> Document {
    let carriers = read(&text).user.into_object(SaveUser::OPERATION);
    let written = write(carriers.as_ref());
    let body = written.split_once("</s:Header>").expect("header blocks").1;
    let head = written.split_once("<s:Header>").expect("header blocks").0;
    let written_back = format!("{head}{body}")
        .replace("SaveUserResponse>", "SaveUser>")
        .replace("<Response>", "<User>")
        .replace("</Response>", "</User>");
    assert!(read(&written_back).user.is_some());
    Document {
        name,
        text,
        carriers,
        written_back,
    }
}

/// Seconds that it takes once, on average over some time.
fn seconds_of(work: &dyn Fn(), time: Duration) -> f64 {
    const AT_ONCE: u32 = 8;
    let mut done = 0;
    let start = Instant::now();
    loop {
        (0..AT_ONCE).for_each(|_| work());
        done += AT_ONCE;
        let taken = start.elapsed();
        if taken >= time {
            return taken.as_secs_f64() / f64::from(done);
        }
    }
}

/// As the server does: characters, envelope, operation, arguments.
pub fn read(text: &str) -> SaveUser {
    let text = decode::decode(text.as_bytes(), Some("utf-8")).expect("UTF-8");
    let incoming = Incoming::open(&text, MessageLimits::default())
        .map_err(|(_, fault)| fault)
        .expect("an envelope");
    let mut request = SaveUser::default();
    incoming.read(&mut request).expect("a request");
    request
}

pub fn write(carriers: &dyn Object) -> String {
    soap::success(soap::Version::Soap11, SaveUser::OPERATION, carriers)
}
