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

/// Fails unless a directory of the project holds these files and no others.
#[cfg(test)]
pub(super) fn assert_committed(directory: &str, files: &[File], command: &str) {
    fn walk(directory: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
            let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{path}/"), found);
            } else {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
    let stale: Vec<_> = files
        .iter()
        .filter(|file| fs::read_to_string(root.join(&file.path)).ok().as_ref() != Some(&file.text))
        .map(|file| file.path.as_str())
        .collect();
    assert!(
        stale.is_empty(),
        "{directory}/ is stale, run `{command}`: {stale:?}"
    );
    let mut found = Vec::new();
    walk(&root, "", &mut found);
    found.retain(|path| !files.iter().any(|file| file.path == *path));
    assert!(
        found.is_empty(),
        "nothing makes these in {directory}/: {found:?}"
    );
}
