//! Secrets Manager: the only crate that sees a plaintext secret after it was issued.
//!
//! [`Secrets`] seals the text of a key, so that an admin may see it again, and opens it. The sealing
//! keys form a ring under one secret of Secrets Manager, whatever the number of API keys: sealing
//! uses the current one, opening the one that the sealed text names. A sealing key leaves the ring
//! only after everything under it was sealed again.
//!
//! Beside the ring, each workspace has one secret: the client secret of its metrics key.
//! [`SessionKeys`] seals the dashboard's cookies, under a ring of their own. [`TokenKeys`] signs access
//! tokens of the Metrics API, under another. [`Rotation`] turns the rings.
//! [`WebhookSigner`] signs with the secrets of workflows, which are sealed under the first ring, too.

mod client;
mod client_secret;
mod error;
mod ring;
mod ring_source;
mod rotation;
mod seal;
mod session_keys;
mod token_keys;
mod vault;
mod webhook;

pub use client::client;
pub use client_secret::AcceptedClientSecret;
pub use error::SecretsError;
pub use policy::ClientSecret;
pub use ring::Release;
pub use rotation::{Rotation, RotationError, Step};
pub use session_keys::{SESSION_KEYS, SessionKeys};
pub use store::SealedSecret;
pub use token_keys::{PublicKey, SigningKey, TOKEN_SIGNING_KEYS, TokenKeys};
pub use vault::{RING_LIFETIME, SecretNames, Secrets};
pub use webhook::{WebhookSecret, WebhookSigner};
