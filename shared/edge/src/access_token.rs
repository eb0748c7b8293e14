//! Access tokens of the Metrics API: what they say, and whether they are ours.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use event::{KeyId, Timestamp, WorkspaceId};
use policy::KeyRecord;
use secrets::SigningKey;
use serde::Deserialize;
use serde_json::json;
use store::Store;
use tokio::sync::Mutex;

use crate::jwt::{self, Token, VerifyingKey};
use crate::{Problem, TokenError};

/// The one algorithm: nothing else is signed, and nothing else verified.
const ALGORITHM: &str = "EdDSA";
/// Who makes the tokens, and for whom. The names never change.
const ISSUER: &str = "weir";
const AUDIENCE: &str = "weir/metrics";
/// How far the clocks of two processes may be apart.
const LEEWAY: Duration = Duration::from_mins(1);
/// After this long the keys are read anew: one that was withdrawn serves no longer.
const FRESH: Duration = Duration::from_hours(1);
/// Tokens with unknown keys have the keys read anew at most so often: anybody can make up such tokens.
const PAUSE: Duration = Duration::from_secs(1);

/// What an access token says.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessToken {
    /// The metrics key that it was given out for.
    pub key: KeyId,
    /// The tenant.
    pub workspace: WorkspaceId,
    /// The version of the client secret that it was given out for.
    pub client_secret: String,
    /// When it was given out.
    pub issued_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// The payload. Times are in seconds since the epoch.
#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: KeyId,
    workspace: WorkspaceId,
    #[serde(rename = "clientSecret")]
    client_secret: String,
    iat: i64,
    exp: i64,
}

impl AccessToken {
    /// How long a token is good: fifteen minutes.
    pub const LIFETIME: Duration = Duration::from_mins(15);

    /// A token for the key's workspace, by the client secret of that version.
    pub fn granted(record: &KeyRecord, client_secret: String, now: Timestamp) -> Self {
        // Tokens say seconds.
        let issued_at = Timestamp::from_millis(now.as_secs().saturating_mul(1_000));
        Self {
            key: record.id.clone(),
            workspace: record.workspace.clone(),
            client_secret,
            issued_at,
            expires_at: issued_at.plus(Self::LIFETIME),
        }
    }

    /// The text, signed.
    pub fn sign(&self, key: &SigningKey) -> String {
        let header = json!({"alg": ALGORITHM, "typ": "JWT", "kid": key.id()});
        let payload = json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": self.key,
            "workspace": self.workspace,
            "clientSecret": self.client_secret,
            "iat": self.issued_at.as_secs(),
            "exp": self.expires_at.as_secs(),
        });
        jwt::encode(&header, &payload, |message| key.sign(message))
    }

    /// Whether what the token was given out for still counts: the key is of its workspace, and the
    /// client secret is one of those that do. Whether the key is in use is another question.
    pub fn counts_for(&self, record: &KeyRecord, now: Timestamp) -> bool {
        record.id == self.key
            && record.workspace == self.workspace
            && record
                .client_secret_slot(&self.client_secret, now)
                .is_some()
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken")
            .field("key", &self.key)
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}

/// Verifies access tokens. Clones share the public keys.
#[derive(Debug, Clone)]
pub struct AccessTokens(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    store: Store,
    keys: RwLock<Keys>,
    /// Held while the keys are read; when that began last.
    last_read: Mutex<Option<Timestamp>>,
}

#[derive(Debug, Default)]
struct Keys {
    /// Each with the moment from which on it counts no more.
    by_id: HashMap<String, (VerifyingKey, Timestamp)>,
    read_at: Option<Timestamp>,
}

impl AccessTokens {
    /// A verifier that has no keys yet: the first token makes it read them.
    pub fn new(store: Store) -> Self {
        Self(Arc::new(Inner {
            store,
            keys: RwLock::default(),
            last_read: Mutex::default(),
        }))
    }

    /// What the token says, if it is one of ours and in its time. Whether its key is still in use, and
    /// may be used from here, is to be judged by the key's record.
    pub async fn verify(&self, text: &str, now: Timestamp) -> Result<AccessToken, Problem> {
        let token = Token::parse(text, ALGORITHM)?;
        let key = self.key(token.key_id(), now).await?;
        let claims = token.payload(&key)?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| TokenError::Malformed)?;
        Ok(claims.judge(now)?)
    }

    async fn key(&self, id: &str, now: Timestamp) -> Result<VerifyingKey, Problem> {
        if let Some(key) = self.known(id, now) {
            return Ok(key);
        }
        let mut last_read = self.0.last_read.lock().await;
        // Another request may have read it while this one waited.
        if let Some(key) = self.known(id, now) {
            return Ok(key);
        }
        if last_read.is_none_or(|last| now.since(last) >= PAUSE) {
            self.read(now).await?;
            *last_read = Some(now);
        }
        let key = self.known(id, now);
        Ok(key.ok_or(TokenError::KeyUnknown)?)
    }

    async fn read(&self, now: Timestamp) -> Result<(), Problem> {
        let published = self.0.store.token_keys().await?;
        let by_id = published
            .into_iter()
            .filter_map(|key| Some((key.id, (VerifyingKey::ed25519(&key.public)?, key.until))))
            .collect();
        let keys = Keys {
            by_id,
            read_at: Some(now),
        };
        *self.0.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    fn known(&self, id: &str, now: Timestamp) -> Option<VerifyingKey> {
        let keys = self.0.keys.read().unwrap_or_else(PoisonError::into_inner);
        let is_fresh = keys.read_at.is_some_and(|at| now.since(at) < FRESH);
        let (key, until) = keys.by_id.get(id)?;
        (is_fresh && now < *until).then(|| key.clone())
    }
}

impl Claims {
    fn judge(self, now: Timestamp) -> Result<AccessToken, TokenError> {
        let moment = |seconds: i64| Timestamp::from_millis(seconds.saturating_mul(1_000));
        if self.iss != ISSUER {
            return Err(TokenError::Issuer);
        }
        if self.aud != AUDIENCE {
            return Err(TokenError::Audience);
        }
        let (issued_at, expires_at) = (moment(self.iat), moment(self.exp));
        if now >= expires_at {
            return Err(TokenError::Expired);
        }
        if now.plus(LEEWAY) < issued_at {
            return Err(TokenError::NotYetValid);
        }
        Ok(AccessToken {
            key: self.sub,
            workspace: self.workspace,
            client_secret: self.client_secret,
            issued_at,
            expires_at,
        })
    }
}
