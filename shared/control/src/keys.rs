//! The keys of a workspace: made, listed, changed, shown, ended.

mod audited;
mod change;
mod create;
mod draft;
mod issue;
mod list;
mod read;
mod reveal;
mod revoke;
mod rotate;

pub use change::{KeyPatch, NewExpiry, ReplacedPolicy};
pub use create::CreatedKey;
pub use draft::{KeyDraft, MAX_NAME_CHARS, MAX_TAG_CHARS, MAX_TAGS};
pub(crate) use issue::{Order, issue};
pub use list::{KeyPage, KeyQuery, KeySort, ListedKey};
pub use read::KeyView;
pub use rotate::{MAX_OVERLAP, RotatedKey, Rotation};

use secrets::Secrets;
use store::Store;

/// The use cases of keys. Clones share the connections.
#[derive(Debug, Clone)]
pub struct Keys {
    store: Store,
    secrets: Secrets,
}

impl Keys {
    /// On this store and these secrets.
    pub const fn new(store: Store, secrets: Secrets) -> Self {
        Self { store, secrets }
    }
}
