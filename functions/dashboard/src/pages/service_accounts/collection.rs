//! The accounts of the workspace, and a new one.

use askama::Template;
use axum::extract::State;
use control::AccountDraft;
use policy::Role;
use serde::Deserialize;
use store::ServiceAccount;

use super::{ENTRY, page_of};
use crate::Dashboard;
use crate::frame::{Answer, Frame, Viewing};
use crate::member::{Admin, Member};
use crate::notice::{Notice, done};
use crate::refused::Refused;
use crate::request::Fields;

#[derive(Template)]
#[template(path = "service_accounts.html")]
struct AccountsPage<'a> {
    frame: Frame,
    accounts: Vec<ServiceAccount>,
    form: AccountForm,
    refused: &'a Refused,
    roles: [Role; 3],
}

/// An account as somebody typed it.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct AccountForm {
    pub(super) name: String,
    pub(super) role: Role,
}

impl AccountForm {
    pub(super) fn draft(&self) -> AccountDraft {
        AccountDraft {
            name: self.name.trim().to_owned(),
            role: self.role,
        }
    }
}

pub(super) async fn show(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
) -> Answer {
    let form = AccountForm {
        name: String::new(),
        role: Role::Viewer,
    };
    render(&dashboard, &admin, &viewing, form, Refused::default()).await
}

pub(super) async fn create(
    State(dashboard): State<Dashboard>,
    Admin(admin): Admin,
    viewing: Viewing,
    Fields(form): Fields<AccountForm>,
) -> Answer {
    let accounts = &dashboard.0.use_cases.accounts;
    let draft = form.draft();
    let made = accounts.create(&admin.workspace, &admin.by, &draft);
    match made.await {
        Ok(account) => Ok(done(&page_of(&account.id), Notice::ChangesSaved)),
        Err(error) => {
            let refused = Refused::of(error, "")?;
            render(&dashboard, &admin, &viewing, form, refused).await
        }
    }
}

async fn render(
    dashboard: &Dashboard,
    member: &Member,
    viewing: &Viewing,
    form: AccountForm,
    refused: Refused,
) -> Answer {
    let accounts = &dashboard.0.use_cases.accounts;
    let accounts = accounts.list(&member.workspace, true).await;
    Ok(refused.page(&AccountsPage {
        frame: Frame::new(ENTRY.title, viewing),
        accounts: accounts?,
        form,
        refused: &refused,
        roles: Role::ALL,
    }))
}
