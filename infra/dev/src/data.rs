//! The folder that outlives a run.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};

const LOCK: &str = "lock";

/// A folder that no other process of this kind uses at the same time.
pub(crate) struct Data {
    folder: PathBuf,
    // Held until the process ends.
    _lock: File,
}

impl Data {
    /// Makes the folder if it is missing and takes it; a fresh one is emptied.
    pub(crate) fn claim(folder: &Path, fresh: bool) -> Result<Self> {
        std::fs::create_dir_all(folder)
            .with_context(|| format!("{} cannot be created", folder.display()))?;
        let lock = File::create(folder.join(LOCK)).context("the data cannot be locked")?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!(
                    "{} is in use by another run; end that one first",
                    folder.display()
                )
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).context("the data cannot be locked");
            }
        }
        if fresh {
            empty(folder).with_context(|| format!("{} cannot be emptied", folder.display()))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            _lock: lock,
        })
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Removes everything but the lock.
fn empty(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else if entry.file_name() != LOCK {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Data;

    #[test]
    fn a_folder_in_use_is_refused_and_left_as_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let first = Data::claim(folder.path(), false).unwrap();
        std::fs::write(first.path("table"), "rows").unwrap();
        let refused = Data::claim(folder.path(), true).err().unwrap();
        assert!(
            refused.to_string().contains("in use by another run"),
            "{refused}"
        );
        assert!(first.path("table").exists());
    }

    #[test]
    fn what_a_run_stored_is_there_for_the_next_unless_that_wants_a_fresh_start() {
        let folder = tempfile::tempdir().unwrap();
        let claim = |fresh| Data::claim(folder.path(), fresh).unwrap();
        std::fs::create_dir(claim(false).path("secrets")).unwrap();
        assert!(claim(false).path("secrets").exists());
        assert!(!claim(true).path("secrets").exists());
    }
}
