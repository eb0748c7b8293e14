//! Who can sign in on this machine.

use event::WorkspaceId;
use local::issuer::{CLIENT_ID, Issuer, Person};
use policy::Role;
use serde::Serialize;

/// How a script gets an access token.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Oidc {
    issuer: String,
    client_id: &'static str,
    token_url: String,
    users: Vec<User>,
}

/// A person, by the name to sign in with.
#[derive(Serialize)]
struct User {
    username: &'static str,
    role: Role,
}

/// Lets one person of each role in the workspace sign in.
pub(crate) fn let_in(issuer: &Issuer, workspace: &WorkspaceId) -> Oidc {
    let users = Role::ALL.map(|role| {
        let username = role.as_str();
        issuer.add_person(Person {
            username: username.to_owned(),
            subject: format!("local-{username}"),
            email: format!("{username}@example.com"),
            groups: vec![format!("{workspace}:{role}")],
        });
        User { username, role }
    });
    Oidc {
        issuer: issuer.url().to_owned(),
        client_id: CLIENT_ID,
        token_url: issuer.token_url(),
        users: users.into(),
    }
}
