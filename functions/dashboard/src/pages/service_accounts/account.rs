//! One account: its name and role, its end, its API keys.

use askama::Template;
use axum::extract::State;
use axum::response::Redirect;
use control::ServiceAccounts;
use edge::path::AccountId;
use event::{KeyId, ServiceAccountId, Timestamp};
use policy::{AddressRules, Role};
use serde::Deserialize;
use store::{AccountKey, MAX_LIVING_KEYS, ServiceAccount};

use super::collection::AccountForm;
use super::keys::{Issued, KeyForm};
use super::{ENTRY, page_of};
use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing};
use crate::member::{Admin, Member};
use crate::notice::{Notice, done};
use crate::refused::Refused;
use crate::request::Fields;

const STALE: &str = "Somebody else changed the account meanwhile. Its name and role are now those above: look \
     at them before you save yours.";

/// What a form that was sent comes back with; without one, the page as it is.
#[derive(Debug, Default)]
pub(super) struct Sent {
    pub(super) change: Option<AccountForm>,
    pub(super) refused: Refused,
    pub(super) new_key: Option<KeyForm>,
    pub(super) key_refused: Refused,
    pub(super) issued: Option<Issued>,
}

#[derive(Template)]
#[template(path = "service_account.html")]
struct AccountPage<'a> {
    frame: Frame,
    account: ServiceAccount,
    here: String,
    roles: [Role; 3],
    /// Name and role as typed.
    form: AccountForm,
    keys: Vec<KeyLine>,
    new_key: KeyForm,
    /// The id that the next key will have.
    once: KeyId,
    issued: Option<Issued>,
    refused: &'a Refused,
    key_refused: &'a Refused,
    is_full: bool,
}

/// An API key in the list.
struct KeyLine {
    key: AccountKey,
    is_expired: bool,
    /// When it was used last; to the hour where that is longer than a day ago.
    last_used: Option<Timestamp>,
}

/// The version of the account that somebody saw beside what they typed.
#[derive(Debug, Deserialize)]
pub(super) struct Change {
    version: u64,
    #[serde(flatten)]
    form: AccountForm,
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    AccountId(id): AccountId,
    viewing: Viewing,
) -> Answer {
    render(&dashboard, &admin, &viewing, &id, Sent::default()).await
}

/// A page that shows a key once cannot be come back to.
pub(super) async fn instead(AccountId(id): AccountId) -> Redirect {
    Redirect::to(&page_of(&id))
}

pub(super) async fn change(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    AccountId(id): AccountId,
    viewing: Viewing,
    Fields(Change { version, form }): Fields<Change>,
) -> Answer {
    let accounts = &dashboard.0.use_cases.accounts;
    let draft = form.draft();
    let changed = accounts.change(&admin.workspace, &admin.by, &id, version, &draft);
    match changed.await {
        Ok(_) => Ok(done(&page_of(&id), Notice::ChangesSaved)),
        Err(error) => {
            let sent = Sent {
                change: Some(form),
                refused: Refused::of(error, STALE)?,
                ..Sent::default()
            };
            render(&dashboard, &admin, &viewing, &id, sent).await
        }
    }
}

pub(super) async fn delete(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    AccountId(id): AccountId,
) -> Answer {
    let accounts = &dashboard.0.use_cases.accounts;
    let deleted = accounts.delete(&admin.workspace, &admin.by, &id).await;
    deleted?;
    Ok(done(ENTRY.path, Notice::ChangesSaved))
}

pub(super) async fn render(
    dashboard: &Dashboard,
    member: &Member,
    viewing: &Viewing,
    id: &ServiceAccountId,
    sent: Sent,
) -> Answer {
    let accounts = &dashboard.0.use_cases.accounts;
    let account = accounts.read(&member.workspace, id).await?;
    let keys = accounts.keys(&member.workspace, id).await?;
    let store = &dashboard.0.use_cases.store;
    // On the heap: it is too large for the futures around it.
    let used = Box::pin(control::summaries(store, &member.workspace, member.by.at)).await?;
    let as_it_is = || AccountForm {
        name: account.name.clone(),
        role: account.role,
    };
    let (refused, key_refused) = (sent.refused, sent.key_refused);
    // One form is sent at a time.
    let wrong = if refused.is_any() {
        &refused
    } else {
        &key_refused
    };
    Ok(wrong.page(&AccountPage {
        frame: Frame::new(ENTRY.title, viewing),
        here: page_of(id),
        roles: Role::ALL,
        form: sent.change.unwrap_or_else(as_it_is),
        keys: keys
            .into_iter()
            .map(|key| {
                let used = used.get(&key.id).and_then(|used| used.last_used);
                KeyLine::new(key, used, member.by.at)
            })
            .collect(),
        new_key: sent.new_key.unwrap_or_default(),
        once: ServiceAccounts::new_key_id(),
        issued: sent.issued,
        is_full: account.living_keys >= MAX_LIVING_KEYS,
        account,
        refused: &refused,
        key_refused: &key_refused,
    }))
}

impl KeyLine {
    fn new(key: AccountKey, last_used: Option<Timestamp>, now: Timestamp) -> Self {
        Self {
            is_expired: key.expires_at.is_some_and(|at| at <= now),
            key,
            last_used,
        }
    }
}
