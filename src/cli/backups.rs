//! `services88 backup` and `services88 restore`.

use super::{Backup, Failure, Restore};
use services88::service::administration::backups::{self, BackupError, Written};

/// `services88 backup`
pub fn backup(command: &Backup) -> Result<(), Failure> {
    let settings = command.place.load(Vec::new())?.settings;
    let written = backups::back_up(&settings, &command.file, command.replace)?;
    show(&written);
    if let Some(keys) = written.keys {
        println!("its secrets open with the keys in {keys}, which are not in it: keep them, too");
    }
    Ok(())
}

/// `services88 restore`
pub fn restore(command: &Restore) -> Result<(), Failure> {
    let settings = command.place.load(Vec::new())?.settings;
    let written = backups::restore(&settings, &command.file)?;
    show(&written);
    if let Some(keys) = written.keys {
        println!("its secrets open with the keys of before: put them into {keys}");
    }
    Ok(())
}

fn show(written: &Written) {
    let (path, copied) = (written.path.display(), written.copied);
    println!(
        "{path}\t{} bytes\t{} users\tversion {}",
        copied.bytes, copied.users, copied.version
    );
}

impl From<BackupError> for Failure {
    fn from(error: BackupError) -> Self {
        Self::Other(error.to_string())
    }
}
