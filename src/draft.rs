//! Files that stand under their name as a whole and on disk, or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// A file that is yet to get its name. It is beside the place where it goes, for its owner's eyes
/// only, and is removed when it is dropped without having been published. Only a program that is
/// killed leaves one behind.
#[derive(Debug)]
pub struct Draft {
    path: PathBuf,
    target: PathBuf,
}

impl Draft {
    /// An empty file for a place.
    ///
    /// # Errors
    /// The path names no file, or its folder cannot be written to.
    pub fn of(target: &Path) -> io::Result<Self> {
        let name = target
            .file_name()
            .ok_or_else(|| io::Error::new(ErrorKind::InvalidInput, "the path names no file"))?;
        let mut random = [0; 4];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let number = u32::from_ne_bytes(random);
        let name = format!(".{}.{number:08x}.draft", name.to_string_lossy());
        let path = target.with_file_name(name);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&path)?;
        Ok(Self {
            path,
            target: target.to_owned(),
        })
    }

    /// Where it is until then.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Gives the file its name once all of it is on disk; returns when that is on disk, too.
    ///
    /// # Errors
    /// `AlreadyExists` when there is a file of that name, which stays, unless it is to be replaced.
    pub fn publish(self, replace: bool) -> io::Result<()> {
        File::options().write(true).open(&self.path)?.sync_all()?;
        if replace {
            fs::rename(&self.path, &self.target)?;
        } else {
            match fs::hard_link(&self.path, &self.target) {
                // Not every file system has links.
                Err(error) if error.kind() != ErrorKind::AlreadyExists => {
                    if self.target.symlink_metadata().is_ok() {
                        return Err(ErrorKind::AlreadyExists.into());
                    }
                    fs::rename(&self.path, &self.target)?;
                }
                linked => linked?,
            }
        }
        sync_folder(folder_of(&self.target))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The folder that a file is in.
pub fn folder_of(file: &Path) -> &Path {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be opened.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let mut names: Vec<_> = entries
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_gets_its_name_or_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("file");
        let written = |text: &str| {
            let draft = Draft::of(&target).unwrap();
            fs::write(draft.path(), text).unwrap();
            assert_eq!(names(folder.path()).len(), 1 + usize::from(target.exists()));
            draft
        };
        drop(written("given up"));
        assert!(names(folder.path()).is_empty());
        written("first").publish(false).unwrap();
        let error = written("second").publish(false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::AlreadyExists);
        assert_eq!(fs::read_to_string(&target).unwrap(), "first");
        written("third").publish(true).unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "third");
        assert_eq!(names(folder.path()), ["file"]);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&target).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn a_path_without_a_name_or_folder_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        for path in ["..", "/", "no/where"] {
            assert!(Draft::of(&folder.path().join(path)).is_err(), "{path}");
        }
    }
}
