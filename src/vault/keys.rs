//! Keys, and where the operator keeps them.

use crate::draft::Draft;
use crate::fault::Fault;
use sha2::{Digest, Sha256};
use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// 256 bits, written as 64 hexadecimal digits.
#[derive(Clone, PartialEq, Eq)]
pub struct Key([u8; 32]);

impl Key {
    /// A new key.
    pub fn random() -> Result<Self, Fault> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(Fault::internal)?;
        Ok(Self(bytes))
    }

    /// Reads a key from its digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        for (index, byte) in bytes.iter_mut().enumerate() {
            let digits = text.get(index * 2..index * 2 + 2)?;
            *byte = u8::from_str_radix(digits, 16).ok()?;
        }
        Some(Self(bytes))
    }

    fn digits(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Tells keys apart without telling anything of them: eight digits of a hash.
    pub fn id(&self) -> String {
        let hash = Sha256::new()
            .chain_update("services88 key id")
            .chain_update(self.0)
            .finalize();
        hash.iter().take(4).map(|b| format!("{b:02x}")).collect()
    }
}

/// Never shows the key.
impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Key({})", self.id())
    }
}

/// Where keys are taken from.
#[derive(Clone, PartialEq, Eq)]
pub enum KeySource {
    /// A file with a key on each line; blank lines and those that begin with `#` do not count.
    File(PathBuf),
    /// The text of such a file, which may have commas for line ends.
    Text(String),
}

/// Never shows a key.
impl fmt::Debug for KeySource {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "File({})", path.display()),
            Self::Text(_) => write!(out, "Text"),
        }
    }
}

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("the key file {} cannot be read or made: {source}", path.display())]
    File {
        path: PathBuf,
        source: std::io::Error,
    },
    #[error(
        "the key file {} is missing, and the database holds secrets that only its keys open: \
         put it back, or give the keys in SERVICES88_KEY",
        .0.display()
    )]
    Missing(PathBuf),
    #[error("{0}: a key is 64 hexadecimal digits, and there has to be one")]
    Form(String),
    #[error("the system gives no random numbers")]
    Random(#[from] Fault),
}

impl KeySource {
    /// The keys, the one that encrypts first. A missing file is made, for its owner's eyes only,
    /// where that is allowed.
    pub fn read(&self, may_create: bool) -> Result<Vec<Key>, KeyError> {
        match self {
            Self::Text(text) => keys(text, || "SERVICES88_KEY".to_owned()),
            Self::File(path) => {
                let failed = |source| KeyError::File {
                    path: path.clone(),
                    source,
                };
                let read = || std::fs::read_to_string(path);
                let text = match read() {
                    Err(error) if error.kind() == ErrorKind::NotFound && may_create => {
                        create(path, &Key::random()?).map_err(failed)?;
                        tracing::info!(file = %path.display(), "key file made: keep a copy apart from the database's");
                        read()
                    }
                    Err(error) if error.kind() == ErrorKind::NotFound => {
                        return Err(KeyError::Missing(path.clone()));
                    }
                    text => text,
                };
                keys(&text.map_err(failed)?, || {
                    format!("the key file {}", path.display())
                })
            }
        }
    }
}

/// The keys in a text, each once.
fn keys(text: &str, name: impl FnOnce() -> String) -> Result<Vec<Key>, KeyError> {
    let lines = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    let words = lines
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|word| !word.is_empty());
    match words.map(Key::parse).collect::<Option<Vec<_>>>() {
        Some(keys) if !keys.is_empty() => Ok(keys),
        _ => Err(KeyError::Form(name())),
    }
}

/// Puts a key file where none is. It appears as a whole and on disk, so that neither a crash nor
/// another process that starts at the same moment ever uses a key that is lost later; when
/// another process came first, its file stays.
fn create(path: &Path, key: &Key) -> std::io::Result<()> {
    let draft = Draft::of(path)?;
    let text = format!(
        "# Keys of services88, one a line. The first encrypts, all of them decrypt.\n{}\n",
        key.digits()
    );
    std::fs::write(draft.path(), text)?;
    match draft.publish(false) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    fn read(text: &str) -> Result<Vec<Key>, KeyError> {
        KeySource::Text(text.to_owned()).read(true)
    }

    #[test]
    fn keys_stand_in_lines_or_between_commas() {
        let two = "ff".repeat(32);
        let expected = vec![
            Key::parse(ONE).expect("key"),
            Key::parse(&two).expect("key"),
        ];
        for text in [
            format!("{ONE},{two}"),
            format!("# first\r\n {ONE} \r\n\r\n# second\n{two}\n"),
        ] {
            assert_eq!(read(&text).expect("keys"), expected);
        }
        assert_ne!(expected[0].id(), expected[1].id());
        assert_eq!(Key::parse(&expected[0].digits()), Some(expected[0].clone()));
    }

    #[test]
    fn anything_else_is_refused_and_not_repeated() {
        let long = format!("{ONE}0");
        let foreign = "é".repeat(32);
        for text in ["", "#", "secret", &long, &ONE[1..], &foreign, "-"] {
            let error = read(text).expect_err("no key").to_string();
            assert!(text.len() < 2 || !error.contains(text), "{error}");
        }
        assert!(!format!("{:?}", KeySource::Text(ONE.into())).contains("0011"));
        assert!(!format!("{:?}", Key::parse(ONE)).contains("0011"));
    }

    #[test]
    fn a_missing_file_is_made_once_for_its_owner_only() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("own.key");
        let source = KeySource::File(path.clone());
        let error = source.read(false).expect_err("not to be made");
        assert!(matches!(error, KeyError::Missing(_)), "{error}");
        assert!(!path.exists());
        let made: Vec<_> = std::thread::scope(|scope| {
            let start = || scope.spawn(|| source.read(true).expect("made"));
            let started: Vec<_> = (0..8).map(|_| start()).collect();
            started
                .into_iter()
                .map(|it| it.join().expect("ran"))
                .collect()
        });
        assert!(made.iter().all(|keys| *keys == made[0] && keys.len() == 1));
        assert_eq!(source.read(false).expect("there"), made[0]);
        assert_eq!(std::fs::read_dir(folder.path()).expect("list").count(), 1);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("file").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let nowhere = folder.path().join("no").join("own.key");
        let error = KeySource::File(nowhere).read(true).expect_err("no folder");
        assert!(error.to_string().contains("own.key"), "{error}");
    }
}
