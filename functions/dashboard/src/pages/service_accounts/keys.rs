//! The API keys of an account: shown once, disabled for good.

use axum::extract::State;
use control::{AccountKeyDraft, ControlError, FieldError};
use edge::path::{AccountId, AccountKeyId};
use event::{Day, KeyId};
use policy::ApiKey;
use serde::Deserialize;

use super::account::{Sent, render};
use super::page_of;
use crate::Dashboard;
use crate::frame::{Answer, Viewing};
use crate::member::Admin;
use crate::moment::NO_DAY;
use crate::notice::{Notice, done};
use crate::refused::Refused;
use crate::request::Fields;
use crate::shown_once::{Secret, or_alone};

/// A key as somebody typed it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct KeyForm {
    pub(super) name: String,
    /// The last day on which it works, in UTC; empty: it works for ever.
    pub(super) last_day: String,
    /// Addresses and CIDR ranges, one a line; empty: it works from anywhere.
    #[serde(default)]
    pub(super) addresses: String,
}

/// The id that the key will have, beside what somebody typed: a form that is sent twice makes one key.
#[derive(Debug, Deserialize)]
pub(super) struct NewKey {
    once: KeyId,
    #[serde(flatten)]
    form: KeyForm,
}

/// A key that was made just now: the only page that has its text.
#[derive(Debug)]
pub(super) struct Issued {
    pub(super) name: String,
    pub(super) key: ApiKey,
}

impl KeyForm {
    fn draft(&self) -> Result<AccountKeyDraft, FieldError> {
        let expires_at = match self.last_day.as_str() {
            "" => None,
            date => {
                let day = Day::parse(date);
                let day = day.ok_or_else(|| FieldError::new("expiresAt", NO_DAY))?;
                Some(day.next().start())
            }
        };
        Ok(AccountKeyDraft {
            name: self.name.trim().to_owned(),
            expires_at,
            addresses: self
                .addresses
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        })
    }
}

pub(super) async fn create(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    AccountId(id): AccountId,
    viewing: Viewing,
    Fields(NewKey { once, form }): Fields<NewKey>,
) -> Answer {
    let made = match form.draft() {
        Ok(draft) => {
            let accounts = &dashboard.0.use_cases.accounts;
            accounts
                .create_key_as(&admin.workspace, &admin.by, &id, &once, &draft)
                .await
        }
        Err(error) => Err(ControlError::Invalid(vec![error])),
    };
    let mut alone = Vec::new();
    let sent = match made {
        Ok(issued) => {
            alone.push(Secret {
                id: "api-key",
                name: "API key",
                hint: "It is not shown again: keep it where your secrets are.".to_owned(),
                text: issued.key.expose().to_owned(),
            });
            Sent {
                issued: Some(Issued {
                    name: issued.entry.name,
                    key: issued.key,
                }),
                ..Sent::default()
            }
        }
        Err(error) => Sent {
            new_key: Some(form),
            key_refused: Refused::of(in_one_field(error), "")?,
            ..Sent::default()
        },
    };
    let page = render(&dashboard, &admin, &viewing, &id, sent).await;
    or_alone(page, &viewing, &page_of(&id), &alone)
}

/// What is wrong with an address, as something that is wrong with the field of all of them.
fn in_one_field(error: ControlError) -> ControlError {
    let ControlError::Invalid(errors) = error else {
        return error;
    };
    let errors = errors.into_iter().map(|error| {
        let index = error.path.strip_prefix("addresses[");
        let index = index.and_then(|rest| rest.strip_suffix(']')?.parse::<usize>().ok());
        match index {
            Some(index) => FieldError::new(
                "addresses",
                format!("{} (number {})", error.message, index + 1),
            ),
            None => error,
        }
    });
    ControlError::Invalid(errors.collect())
}

pub(super) async fn disable(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    AccountKeyId(account, key): AccountKeyId,
) -> Answer {
    let accounts = &dashboard.0.use_cases.accounts;
    let disabled = accounts.revoke_key(&admin.workspace, &admin.by, &account, &key);
    disabled.await?;
    Ok(done(&page_of(&account), Notice::ChangesSaved))
}
