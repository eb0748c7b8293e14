//! Every route, in two workspaces, for every role. The routes come from the OpenAPI document: one that
//! is added is walked too.

mod objects;
mod operation;
pub(crate) mod runs;

use std::time::Duration;

use event::{Clock as _, WorkspaceId};
use policy::{ApiKey, KeyKind, KeyRecord, Policy, Role};
use store::{AuditAction, WorkspaceSettings};
use testkit::{Answer, Call, TestApp};

use objects::Objects;
use operation::Operation;

/// Another workspace than the one of the test.
const ELSEWHERE: &str = "elsewhere";

/// What a request presents.
#[derive(Debug, Clone)]
enum Credential {
    Key(ApiKey),
    Token(String),
}

impl Credential {
    /// A service account and a person with that role in the workspace of the test.
    async fn both(app: &TestApp, role: Role) -> [Self; 2] {
        let key = app.admin_key(role).await;
        [Self::Key(key), Self::Token(app.token(role))]
    }

    /// A service account and a person who are admins elsewhere.
    async fn strangers(app: &TestApp) -> [Self; 2] {
        let workspace = WorkspaceId::parse(ELSEWHERE).unwrap();
        let change = |record: &mut KeyRecord| {
            record.workspace = workspace.clone();
            record.role = Some(Role::Admin);
        };
        let kind = KeyKind::ServiceAccount;
        let key = app.issue(kind, Policy::default(), change).await;
        let settings = WorkspaceSettings::new("Elsewhere", app.clock.now());
        let audit = app.audit(AuditAction::WorkspaceCreated, &key);
        let made = app.store.create_workspace(&workspace, &settings, &audit);
        made.await.unwrap();
        let token = app.token_of("stranger", &["elsewhere:admin"]);
        [Self::Key(key), Self::Token(token)]
    }

    fn present(&self, call: Call) -> Call {
        match self {
            Self::Key(key) => call.key(key),
            Self::Token(token) => call.token(token),
        }
    }
}

/// Status and code.
fn outcome(answer: &Answer) -> String {
    format!("{} {}", answer.status, answer.code())
}

/// The operations on an object of that path, or on what lies in it.
fn operations_on(path: &str) -> Vec<Operation> {
    let mut operations = Operation::all();
    operations.retain(|operation| operation.path.starts_with(path));
    assert!(!operations.is_empty(), "{path}");
    operations
}

#[test]
fn the_routes_and_their_roles() {
    let table: Vec<_> = Operation::all().iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(table.join("\n"), @"
    admin  GET    /admin/v1/audit
    viewer GET    /admin/v1/keys
    editor POST   /admin/v1/keys
    viewer GET    /admin/v1/keys/{keyId}
    editor PATCH  /admin/v1/keys/{keyId}
    admin  DELETE /admin/v1/keys/{keyId}
    admin  DELETE /admin/v1/keys/{keyId}/client-secret/previous
    admin  POST   /admin/v1/keys/{keyId}/client-secret/rotate
    editor POST   /admin/v1/keys/{keyId}/disable
    editor POST   /admin/v1/keys/{keyId}/enable
    editor PUT    /admin/v1/keys/{keyId}/policy
    viewer POST   /admin/v1/keys/{keyId}/policy/check
    editor DELETE /admin/v1/keys/{keyId}/previous
    admin  POST   /admin/v1/keys/{keyId}/reveal
    editor POST   /admin/v1/keys/{keyId}/rotate
    viewer GET    /admin/v1/keys/{keyId}/suggestions
    viewer GET    /admin/v1/keys/{keyId}/usage
    viewer GET    /admin/v1/remote-config
    admin  PUT    /admin/v1/remote-config
    admin  POST   /admin/v1/remote-config/rollback
    viewer GET    /admin/v1/remote-config/versions
    viewer GET    /admin/v1/remote-config/versions/{version}
    admin  GET    /admin/v1/service-accounts
    admin  POST   /admin/v1/service-accounts
    admin  GET    /admin/v1/service-accounts/{accountId}
    admin  PUT    /admin/v1/service-accounts/{accountId}
    admin  DELETE /admin/v1/service-accounts/{accountId}
    admin  GET    /admin/v1/service-accounts/{accountId}/keys
    admin  POST   /admin/v1/service-accounts/{accountId}/keys
    admin  DELETE /admin/v1/service-accounts/{accountId}/keys/{keyId}
    viewer GET    /admin/v1/settings
    admin  PUT    /admin/v1/settings
    viewer GET    /admin/v1/workflow-destinations
    editor POST   /admin/v1/workflow-destinations/resume
    viewer GET    /admin/v1/workflow-runs
    viewer GET    /admin/v1/workflow-runs/{runId}
    editor POST   /admin/v1/workflow-runs/{runId}/cancel
    editor POST   /admin/v1/workflow-runs/{runId}/replay
    editor POST   /admin/v1/workflow-runs/{runId}/rerun
    viewer GET    /admin/v1/workflows
    editor POST   /admin/v1/workflows
    viewer GET    /admin/v1/workflows/{workflowId}
    editor PUT    /admin/v1/workflows/{workflowId}
    editor POST   /admin/v1/workflows/{workflowId}/pause
    editor POST   /admin/v1/workflows/{workflowId}/resume
    viewer GET    /admin/v1/workflows/{workflowId}/runs
    editor POST   /admin/v1/workflows/{workflowId}/secret/rotate
    viewer GET    /admin/v1/workflows/{workflowId}/versions
    viewer GET    /admin/v1/workflows/{workflowId}/versions/{version}
    ");
}

#[tokio::test]
async fn without_a_good_credential_no_route_answers() {
    let app = TestApp::start().await;
    let unknown = ApiKey::generate(KeyKind::ServiceAccount, &mut rand::rng());
    let expired = app.token(Role::Admin);
    app.clock.advance(Duration::from_hours(2));
    for operation in Operation::all() {
        let objects = Objects::make(&app, &operation).await;
        let call = objects.ask(&app, &operation).await;
        for (call, expected) in [
            (call.clone(), "401 key_missing"),
            (call.clone().key(&unknown), "401 key_unknown"),
            (call.clone().token(&expired), "401 token_expired"),
            (call.token("a.b.c"), "401 token_invalid"),
        ] {
            assert_eq!(outcome(&call.send().await), expected, "{operation}");
        }
    }
}

#[tokio::test]
async fn no_key_that_sends_or_reads_data_opens_a_route() {
    let app = TestApp::start().await;
    let mut keys = Vec::new();
    let data = KeyKind::ALL.into_iter();
    for kind in data.filter(|kind| *kind != KeyKind::ServiceAccount) {
        keys.push((kind, app.key(kind).await));
    }
    for operation in Operation::all() {
        let objects = Objects::make(&app, &operation).await;
        let call = objects.ask(&app, &operation).await;
        for (kind, key) in &keys {
            let answer = call.clone().key(key).send().await;
            assert_eq!(outcome(&answer), "403 scope_missing", "{kind}: {operation}");
        }
    }
}

#[tokio::test]
async fn a_role_opens_what_the_document_says_and_nothing_else() {
    let app = TestApp::start().await;
    for role in Role::ALL {
        for credential in Credential::both(&app, role).await {
            for operation in Operation::all() {
                let objects = Objects::make(&app, &operation).await;
                let call = objects.ask(&app, &operation).await;
                let answer = credential.present(call).send().await;
                if role >= operation.role {
                    let works = (200..300).contains(&answer.status);
                    assert!(works, "{role}: {operation}: {}", answer.shown());
                } else {
                    assert_eq!(outcome(&answer), "403 role_missing", "{role}: {operation}");
                }
            }
        }
    }
}

#[tokio::test]
async fn an_object_of_another_workspace_does_not_exist_and_stays_as_it_is() {
    let app = TestApp::start().await;
    let strangers = Credential::strangers(&app).await;
    for operation in Operation::all() {
        let objects = Objects::make(&app, &operation).await;
        let readable = operation.names_an_object().then(|| read_path(&operation));
        let readable = readable.map(|path| objects.fill(path));
        let read = async || match &readable {
            Some(path) => Some(objects::get(&app, path).await),
            None => None,
        };
        let before = read().await;
        assert!(before.as_ref().is_none_or(|answer| answer.status == 200));
        for credential in &strangers {
            let call = objects.ask(&app, &operation).await;
            let answer = credential.present(call).send().await;
            if operation.names_an_object() {
                assert_eq!(outcome(&answer), "404 not_found", "{operation}");
            }
            assert!(!objects.show_in(&answer), "{operation}: {}", answer.shown());
        }
        assert_eq!(read().await, before, "{operation}");
    }
}

/// Where the object that the operation names, or what it lies in, can be read.
fn read_path(operation: &Operation) -> &'static str {
    let readable = [
        "/admin/v1/keys/{keyId}",
        "/admin/v1/service-accounts/{accountId}",
        "/admin/v1/remote-config/versions/{version}",
        "/admin/v1/workflows/{workflowId}",
        "/admin/v1/workflow-runs/{runId}",
    ];
    let mut readable = readable.into_iter();
    let found = readable.find(|path| operation.path.starts_with(path));
    found.unwrap_or_else(|| panic!("{operation}: where is it read?"))
}

#[tokio::test]
async fn a_service_accounts_key_is_none_of_the_keys_that_editors_manage() {
    let app = TestApp::start().await;
    let in_account = operations_on("/admin/v1/service-accounts/{accountId}/keys/{keyId}");
    let account = Objects::make(&app, &in_account[0]).await;
    let admin = app.token(Role::Admin);
    for operation in operations_on("/admin/v1/keys/{keyId}") {
        let objects = Objects::make(&app, &operation).await;
        let version = objects.version(&app, &operation).await;
        let objects = objects.with("{keyId}", &account);
        let call = objects.ask_for(&app, &operation, version.as_deref());
        let answer = call.token(&admin).send().await;
        assert_eq!(outcome(&answer), "404 not_found", "{operation}");
    }
    let list = objects::get(&app, "/admin/v1/keys").await;
    assert!(!account.show_in(&list), "{}", list.shown());
}

#[tokio::test]
async fn a_key_of_another_account_is_none_of_this_one() {
    let app = TestApp::start().await;
    let admin = app.token(Role::Admin);
    for operation in operations_on("/admin/v1/service-accounts/{accountId}/keys/{keyId}") {
        let other = Objects::make(&app, &operation).await;
        let mixed = Objects::make(&app, &operation)
            .await
            .with("{keyId}", &other);
        let call = mixed.ask(&app, &operation).await;
        let answer = call.token(&admin).send().await;
        assert_eq!(outcome(&answer), "404 not_found", "{operation}");
        let call = other.ask(&app, &operation).await;
        let answer = call.token(&admin).send().await;
        assert!(answer.status < 300, "{operation}: {}", answer.shown());
    }
}

#[tokio::test]
async fn a_person_of_two_workspaces_reaches_each_by_its_name() {
    let app = TestApp::start().await;
    let here = format!("{}:viewer", app.workspace);
    let both = app.token_of("both", &[&here, "elsewhere:admin"]);
    let operations = operations_on("/admin/v1/keys/{keyId}");
    let read = operations.iter().find(|it| it.method == "GET").unwrap();
    let objects = Objects::make(&app, read).await;
    let call = objects.ask(&app, read).await.token(&both);
    let of = |workspace: &str| {
        let call = call.clone().header("x-weir-workspace", workspace);
        call.send()
    };
    assert_eq!(of(app.workspace.as_str()).await.status, 200);
    assert_eq!(outcome(&of(ELSEWHERE).await), "404 not_found");
    assert_eq!(outcome(&of("third").await), "404 not_found");
    let unsaid = call.send().await;
    insta::assert_snapshot!(unsaid.shown(), @r#"400 {"error":{"code":"invalid_parameter","message":"X-Weir-Workspace: is needed: the token is for several workspaces","requestId":"test-request"}}"#);
}
