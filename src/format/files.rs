//! Committed files that are made from the contract.

use std::path::Path;
use std::{fs, io};

/// A file to be written: its path below some directory, with `/` between names, and its text.
pub struct File {
    pub path: String,
    pub text: String,
}

/// Writes files below a directory, over those that are there; directories are made.
pub(super) fn write_all(directory: &Path, files: Vec<File>) -> io::Result<()> {
    for file in files {
        let path = directory.join(file.path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, file.text)?;
    }
    Ok(())
}

/// Fails unless a directory of the project holds these files, and no others beside them that
/// are named like them.
#[cfg(test)]
pub(super) fn assert_committed(directory: &str, files: &[File], command: &str) {
    use std::collections::BTreeSet;

    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let made: BTreeSet<_> = files.iter().map(|file| root.join(&file.path)).collect();
    let stale: Vec<_> = files
        .iter()
        .filter(|file| fs::read_to_string(root.join(&file.path)).ok().as_ref() != Some(&file.text))
        .map(|file| file.path.as_str())
        .collect();
    assert!(
        stale.is_empty(),
        "{directory}/ is stale, run `{command}`: {stale:?}"
    );
    let folders: BTreeSet<_> = made.iter().filter_map(|path| path.parent()).collect();
    let left: Vec<_> = folders
        .into_iter()
        .flat_map(|folder| fs::read_dir(folder).into_iter().flatten().flatten())
        .map(|entry| entry.path())
        .filter(|path| !made.contains(path))
        .filter(|path| made.iter().any(|made| made.extension() == path.extension()))
        .collect();
    assert!(left.is_empty(), "no longer made, delete them: {left:?}");
}
