//! The page of the documentation that benchmarks write parts of.

use std::path::Path;

/// Puts a text between the lines that are called so, in the place of what stands there.
pub fn replace(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/performance.md");
    let page = std::fs::read_to_string(&path).expect("the page");
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->\n"));
    let (before, rest) = page.split_once(&begin).expect("the line before");
    let (_, after) = rest.split_once(&end).expect("the line after");
    std::fs::write(&path, format!("{before}{begin}{text}{end}{after}")).expect("written");
}
