//! Passwords: argon2id, kept as PHC strings (`$argon2id$v=19$…`).
//!
//! One computation takes 19 MiB of memory and some tens of milliseconds of one core. No more of
//! them run at a time than there are cores: more would gain nothing and let a flood of log-ins
//! exhaust the memory. Nothing here ever writes a password or a hash to a log.

use crate::fault::Fault;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::password_hash::{
    CustomizedPasswordHasher, Error, PasswordHasher, PasswordVerifier, Result as Hashed,
};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::hint::black_box;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;

/// Hashes a password with a fresh salt.
pub fn hash(password: &str) -> Result<String, Fault> {
    let _turn = Turn::wait();
    let hash: PasswordHash = Argon2Id
        .hash_password(password.as_bytes())
        .map_err(Fault::internal)?;
    Ok(hash.to_string())
}

/// Whether a password is the one behind a PHC string. A string that is none fits no password.
pub fn verify(password: &str, phc: &str) -> bool {
    let Ok(hash) = PasswordHash::new(phc) else {
        verify_nobody(password);
        return false;
    };
    let _turn = Turn::wait();
    Argon2Id.verify_password(password.as_bytes(), &hash).is_ok()
}

/// Spends as much as [`verify`] does, so that the time of an answer does not tell whether
/// a user exists.
pub fn verify_nobody(password: &str) {
    let _turn = Turn::wait();
    let hash: Result<PasswordHash, _> =
        Argon2Id.hash_password_with_salt(password.as_bytes(), &[0; 16]);
    let _ = black_box(hash);
}

/// Argon2id in memory that goes back to the system after each computation.
struct Argon2Id;

/// glibc takes what is larger than this from the system and gives it back when it is freed. What is
/// smaller it may keep, for each of the threads that have ever checked a password.
const NEVER_KEPT: usize = 32 * 1024 * 1024;

/// Room for so many blocks in an allocation that is never kept. What is not used of it takes no
/// memory.
fn blocks(count: usize) -> Vec<Block> {
    let mut blocks = Vec::with_capacity(count.max(NEVER_KEPT / Block::SIZE + 1));
    blocks.resize(count, Block::new());
    blocks
}

impl PasswordHasher<PasswordHash> for Argon2Id {
    fn hash_password_with_salt(&self, password: &[u8], salt: &[u8]) -> Hashed<PasswordHash> {
        self.hash_password_customized(password, salt, None, None, Params::default())
    }
}

/// As in the library, apart from the memory.
impl CustomizedPasswordHasher<PasswordHash> for Argon2Id {
    type Params = Params;

    fn hash_password_customized(
        &self,
        password: &[u8],
        salt: &[u8],
        algorithm: Option<&str>,
        version: Option<u32>,
        params: Params,
    ) -> Hashed<PasswordHash> {
        let algorithm = algorithm.map(Algorithm::try_from).transpose()?;
        let algorithm = algorithm.unwrap_or_default();
        let version = version.map(Version::try_from).transpose()?;
        let version = version.unwrap_or_default();
        let salt = Salt::new(salt)?;
        let length = params.output_len().unwrap_or(Params::DEFAULT_OUTPUT_LEN);
        let mut output = [0; Output::MAX_LENGTH];
        let output = output.get_mut(..length).ok_or(Error::OutputSize)?;
        let memory = blocks(params.block_count());
        let argon2 = Argon2::new(algorithm, version, params);
        argon2.hash_password_into_with_memory(password, &salt, output, memory)?;
        Ok(PasswordHash {
            algorithm: algorithm.ident(),
            version: Some(version.into()),
            params: ParamsString::try_from(argon2.params())?,
            salt: Some(salt),
            hash: Some(Output::new(output)?),
        })
    }
}

/// How many computations run in this process.
static RUNNING: Mutex<usize> = Mutex::new(0);
static FREED: Condvar = Condvar::new();

/// The permission to compute, given back when dropped.
struct Turn;

impl Turn {
    fn wait() -> Self {
        let cores = available_parallelism().map_or(1, usize::from);
        let mut running = FREED
            .wait_while(Self::running(), |running| *running >= cores)
            .unwrap_or_else(PoisonError::into_inner);
        *running += 1;
        Self
    }

    fn running() -> MutexGuard<'static, usize> {
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *Self::running() -= 1;
        FREED.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::{PasswordHash, PasswordHasher, PasswordVerifier, hash, verify, verify_nobody};
    use std::time::{Duration, Instant};

    #[test]
    fn fits_its_own_hash_only() {
        let phc = hash("påske☃ egg").expect("hash");
        assert!(phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{phc}");
        assert!(verify("påske☃ egg", &phc));
        for other in ["påske☃ Egg", "påske☃ egg ", "påske☃", ""] {
            assert!(!verify(other, &phc), "{other:?}");
        }
    }

    #[test]
    fn is_the_librarys_own_but_for_the_memory() {
        let argon2 = argon2::Argon2::default();
        let theirs: PasswordHash = argon2.hash_password(b"right").expect("hash");
        assert!(verify("right", &theirs.to_string()));
        let ours = PasswordHash::new(&hash("right").expect("hash")).expect("PHC");
        assert_eq!(argon2.verify_password(b"right", &ours), Ok(()));
        assert!(argon2.verify_password(b"wrong", &ours).is_err());
    }

    #[test]
    fn salts_every_hash() {
        assert_ne!(hash("same").expect("hash"), hash("same").expect("hash"));
    }

    #[test]
    fn an_unreadable_hash_fits_nothing() {
        for phc in ["", "plain", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1"] {
            assert!(!verify("", phc), "{phc}");
            assert!(!verify(phc, phc), "{phc}");
        }
    }

    #[test]
    fn nobody_costs_as_much_as_somebody() {
        let phc = hash("right").expect("hash");
        let time = |work: &dyn Fn()| {
            let start = Instant::now();
            work();
            start.elapsed()
        };
        // Other work on the machine only ever adds time, so the fastest runs are compared.
        let mut fastest = (Duration::MAX, Duration::MAX);
        for _ in 0..30 {
            let somebody = time(&|| assert!(!verify("wrong", &phc)));
            let nobody = time(&|| verify_nobody("wrong"));
            fastest = (fastest.0.min(somebody), fastest.1.min(nobody));
            let ratio = fastest.1.as_secs_f64() / fastest.0.as_secs_f64();
            if (0.7..1.4).contains(&ratio) {
                return;
            }
        }
        panic!("{fastest:?}");
    }

    #[test]
    fn many_at_once_all_get_their_turn() {
        let phc = hash("right").expect("hash");
        std::thread::scope(|scope| {
            for _ in 0..12 {
                scope.spawn(|| assert!(verify("right", &phc)));
            }
        });
    }
}
