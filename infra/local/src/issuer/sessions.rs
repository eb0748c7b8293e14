//! Codes that wait for their exchange, and refresh tokens.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rand::distr::{Alphanumeric, SampleString as _};

/// How long a code waits, in seconds.
const CODE_LIFETIME: i64 = 300;
/// How long a refresh token is good, in seconds: 30 days.
const REFRESH_LIFETIME: i64 = 30 * 24 * 3_600;
/// Length of a code and of a refresh token, in characters.
const CHARS: usize = 43;

/// A sign-in whose tokens were not fetched yet.
#[derive(Debug, Clone)]
pub(super) struct Pending {
    pub(super) username: String,
    pub(super) redirect_uri: String,
    /// SHA-256 of the verifier, in base64.
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
}

/// In memory: a restart signs everybody out.
#[derive(Debug, Default)]
pub(super) struct Sessions {
    codes: Mutex<HashMap<String, (Pending, i64)>>,
    refresh: Mutex<HashMap<String, (String, i64)>>,
}

impl Sessions {
    /// A code for the sign-in.
    pub(super) fn wait(&self, pending: Pending, now: i64) -> String {
        let mut codes = lock(&self.codes);
        codes.retain(|_, (_, ends_at)| now < *ends_at);
        let code = random();
        codes.insert(code.clone(), (pending, now + CODE_LIFETIME));
        code
    }

    /// The sign-in of a code, once.
    pub(super) fn take(&self, code: &str, now: i64) -> Option<Pending> {
        let (pending, ends_at) = lock(&self.codes).remove(code)?;
        (now < ends_at).then_some(pending)
    }

    /// A refresh token of the person.
    pub(super) fn refreshable(&self, username: &str, now: i64) -> String {
        let token = random();
        let entry = (username.to_owned(), now + REFRESH_LIFETIME);
        lock(&self.refresh).insert(token.clone(), entry);
        token
    }

    /// Whose refresh token it is.
    pub(super) fn of_refresh(&self, token: &str, now: i64) -> Option<String> {
        let (username, ends_at) = lock(&self.refresh).get(token)?.clone();
        (now < ends_at).then_some(username)
    }
}

fn random() -> String {
    Alphanumeric.sample_string(&mut rand::rng(), CHARS)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
