//! All secrets, in memory and, where there is a file, on disk.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::Answer;
use super::refusal::Refusal;
use super::secret::Secret;
use crate::{Error, Result, clock, files};

type Secrets = BTreeMap<String, Secret>;

/// The secrets by name.
#[derive(Debug)]
pub(crate) struct Vault {
    secrets: Mutex<Secrets>,
    file: Option<PathBuf>,
}

impl Vault {
    pub(crate) const fn memory() -> Self {
        Self {
            secrets: Mutex::new(Secrets::new()),
            file: None,
        }
    }

    /// Reads the file, where there is one, and keeps it up to date.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let secrets = match files::read(path)? {
            Some(text) => serde_json::from_slice(&text).map_err(|error| Error::Damaged {
                path: path.to_owned(),
                // Only the place: the text of the error could quote a value.
                reason: format!("no valid JSON at line {}", error.line()),
            })?,
            None => Secrets::new(),
        };
        Ok(Self {
            secrets: Mutex::new(secrets),
            file: Some(path.to_owned()),
        })
    }

    /// The secret with this name, ARN, or ARN without its random end.
    pub(super) fn read<T>(
        &self,
        id: &str,
        read: impl FnOnce(&mut Secret) -> std::result::Result<T, Refusal>,
    ) -> std::result::Result<T, Refusal> {
        let mut secrets = self.current();
        let name = name_of(&secrets, id).ok_or_else(Refusal::not_found)?;
        read(secrets.get_mut(&name).ok_or_else(Refusal::not_found)?)
    }

    /// Changes one secret; a refusal leaves everything as it was.
    pub(super) fn change(&self, id: &str, change: impl FnOnce(&mut Secret) -> Answer) -> Answer {
        self.change_all(|secrets| {
            let name = name_of(secrets, id).ok_or_else(Refusal::not_found)?;
            change(secrets.get_mut(&name).ok_or_else(Refusal::not_found)?)
        })
    }

    /// Changes the collection; a refusal leaves everything as it was.
    pub(super) fn change_all(&self, change: impl FnOnce(&mut Secrets) -> Answer) -> Answer {
        let mut secrets = self.current();
        let before = secrets.clone();
        let answer = change(&mut secrets).and_then(|answer| {
            self.save(&secrets).map_err(|error| {
                tracing::error!(%error, "cannot save the secrets");
                Refusal::new(
                    "InternalServiceError",
                    "An error occurred on the server side.",
                )
            })?;
            Ok(answer)
        });
        if answer.is_err() {
            *secrets = before;
        }
        answer
    }

    pub(super) fn all<T>(&self, read: impl FnOnce(&Secrets) -> T) -> T {
        read(&self.current())
    }

    pub(super) fn name_of(&self, id: &str) -> Option<String> {
        name_of(&self.current(), id)
    }

    /// The secrets, without those whose recovery window has passed.
    fn current(&self) -> MutexGuard<'_, Secrets> {
        let mut secrets = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        let now = clock::now_secs_f64();
        secrets.retain(|_, secret| secret.deletion.is_none_or(|deletion| deletion.due > now));
        secrets
    }

    fn save(&self, secrets: &Secrets) -> std::io::Result<()> {
        let Some(path) = &self.file else {
            return Ok(());
        };
        let text = serde_json::to_vec_pretty(secrets)?;
        files::replace(path, |file| file.write_all(&text))
    }
}

/// The name of the secret meant by a name, an ARN, or an ARN without its random end.
pub(super) fn name_of(secrets: &Secrets, id: &str) -> Option<String> {
    if secrets.contains_key(id) {
        return Some(id.to_owned());
    }
    let (_, rest) = id.strip_prefix("arn:")?.split_once(":secret:")?;
    let named = rest.rsplit_once('-').map(|(name, _)| name);
    [named, Some(rest)].into_iter().flatten().find_map(|name| {
        let secret = secrets.get(name)?;
        let whole = secret.arn == id;
        let without_end = secret
            .arn
            .rsplit_once('-')
            .is_some_and(|(start, _)| start == id);
        (whole || without_end).then(|| name.to_owned())
    })
}
