//! Who uses the admin API: the gate before a whole Weir.

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use edge::{Admin, AdminGate, Connection, Gate, Oidc, Problem};
    use event::Clock as _;
    use http::{HeaderMap, HeaderName, HeaderValue};
    use policy::{Actor, ApiKey, KeyKind, Policy, Role};
    use testkit::{Fault, Service, TestApp};

    fn gate(app: &TestApp) -> Gate {
        let runtime = &app.runtime;
        Gate::new(
            runtime.store.clone(),
            runtime.metrics.clone(),
            runtime.tally.clone(),
        )
    }

    struct Setting {
        app: TestApp,
        gate: AdminGate,
    }

    impl Setting {
        async fn start() -> Self {
            let app = TestApp::start().await;
            let keys = gate(&app);
            let oidc = app.runtime.config.oidc.as_ref().map(Oidc::new);
            let gate = AdminGate::new(keys, oidc);
            Self { app, gate }
        }

        async fn admit(&self, headers: &[(&'static str, &str)]) -> Result<Admin, Problem> {
            let headers: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    let name = HeaderName::from_static(name);
                    (name, HeaderValue::from_str(value).unwrap())
                })
                .collect();
            let connection = Connection {
                source_ip: "203.0.113.7".parse().unwrap(),
                request_id: "request-1".into(),
            };
            let now = self.app.clock.now();
            self.gate.admit(&headers, None, &connection, now).await
        }

        async fn bearer(&self, text: &str) -> Result<Admin, Problem> {
            self.admit(&[("authorization", &format!("Bearer {text}"))])
                .await
        }

        async fn refused(&self, text: &str) -> String {
            let problem = self.bearer(text).await.unwrap_err();
            format!("{} {}", problem.status().as_u16(), problem.code())
        }
    }

    #[tokio::test]
    async fn a_service_account_and_a_person_come_in_with_their_roles() {
        let setting = Setting::start().await;
        for role in Role::ALL {
            let key = setting.app.admin_key(role).await;
            let account = setting.bearer(key.expose()).await.unwrap();
            let by_key = Actor::ServiceAccount {
                name: format!("test {role}"),
                key: key.id().clone(),
            };
            assert_eq!((account.role, account.actor), (role, by_key));

            let person = setting.bearer(&setting.app.token(role)).await.unwrap();
            let by_token = Actor::Person {
                subject: format!("subject-of-{role}"),
                name: role.to_string(),
            };
            assert_eq!((person.role, &person.actor), (role, &by_token));
            assert_eq!(person.workspace, setting.app.workspace);
            assert_eq!(person.source_ip.to_string(), "203.0.113.7");
            assert_eq!(&*person.request_id, "request-1");
            for needed in Role::ALL {
                let verdict = person.require(needed);
                assert_eq!(verdict.is_ok(), role >= needed, "{role} {needed}");
            }
        }
    }

    #[tokio::test]
    async fn a_key_of_a_service_account_is_taken_from_every_header_and_revoked_at_once() {
        let setting = Setting::start().await;
        let key = setting.app.admin_key(Role::Admin).await;
        assert!(setting.admit(&[("apikey", key.expose())]).await.is_ok());
        assert!(
            setting
                .admit(&[("authorization", key.expose())])
                .await
                .is_ok()
        );
        setting.app.revoke(&key).await;
        assert_eq!(setting.refused(key.expose()).await, "403 key_revoked");
    }

    #[tokio::test]
    async fn who_has_no_role_is_refused() {
        let setting = Setting::start().await;
        let without_role = setting.app.key(KeyKind::ServiceAccount).await;
        assert_eq!(
            setting.refused(without_role.expose()).await,
            "403 role_missing"
        );
        for kind in KeyKind::ALL {
            if kind != KeyKind::ServiceAccount {
                let key = setting.app.key(kind).await;
                assert_eq!(setting.refused(key.expose()).await, "403 scope_missing");
            }
        }
        // Not even where the record says so.
        let change = |record: &mut policy::KeyRecord| record.role = Some(Role::Admin);
        let kind = KeyKind::ReadWrite;
        let key = setting.app.issue(kind, Policy::default(), change).await;
        assert_eq!(setting.refused(key.expose()).await, "403 scope_missing");
        let stranger = setting.app.token_of("eve", &["staff"]);
        assert_eq!(setting.refused(&stranger).await, "403 role_missing");
    }

    #[tokio::test]
    async fn what_is_no_key_and_no_token_is_nobody() {
        let setting = Setting::start().await;
        let nobody = setting.admit(&[]).await.unwrap_err();
        assert_eq!(nobody.code(), "key_missing");
        let unknown = ApiKey::generate(KeyKind::ServiceAccount, &mut rand::rng());
        assert_eq!(setting.refused(unknown.expose()).await, "401 key_unknown");
        assert_eq!(setting.refused("weir_sa_short").await, "401 key_malformed");
        assert_eq!(setting.refused("garbage").await, "401 token_invalid");
        let token = setting.app.token(Role::Admin);
        let bare = setting.admit(&[("authorization", &token)]).await;
        assert_eq!(bare.unwrap_err().code(), "key_malformed");
    }

    #[tokio::test]
    async fn a_token_is_good_for_an_hour_and_a_minute_of_grace() {
        let setting = Setting::start().await;
        let token = setting.app.token(Role::Viewer);
        let second = Duration::from_secs(1);
        setting.app.clock.advance(Duration::from_secs(61 * 60 - 1));
        assert!(setting.bearer(&token).await.is_ok());
        setting.app.clock.advance(second);
        assert_eq!(setting.refused(&token).await, "401 token_expired");
    }

    #[tokio::test]
    async fn a_person_of_two_workspaces_says_which_one_and_sees_no_third() {
        let setting = Setting::start().await;
        let token = setting.app.token_of("ann", &["acme:viewer", "beta:admin"]);
        let bearer = format!("Bearer {token}");
        let asking = async |workspace: &str| {
            let headers = [
                ("authorization", bearer.as_str()),
                ("x-weir-workspace", workspace),
            ];
            setting.admit(&headers).await
        };
        let in_beta = asking("beta").await.unwrap();
        assert_eq!(
            (in_beta.workspace.as_str(), in_beta.role),
            ("beta", Role::Admin)
        );
        assert_eq!(in_beta.sees(&setting.app.workspace), Err(Problem::NotFound));
        assert_eq!(asking("acme").await.unwrap().role, Role::Viewer);
        assert_eq!(asking("test").await.unwrap_err(), Problem::NotFound);
        assert_eq!(setting.refused(&token).await, "400 invalid_parameter");
    }

    #[tokio::test]
    async fn a_service_account_stays_in_its_workspace() {
        let setting = Setting::start().await;
        let key = setting.app.admin_key(Role::Admin).await;
        let asking = async |workspace: &str| {
            let headers = [("apikey", key.expose()), ("x-weir-workspace", workspace)];
            setting.admit(&headers).await
        };
        assert!(asking("test").await.is_ok());
        assert_eq!(asking("beta").await.unwrap_err(), Problem::NotFound);
    }

    #[tokio::test]
    async fn an_outage_of_the_provider_stops_people_without_its_keys_and_no_service_account() {
        let setting = Setting::start().await;
        let token = setting.app.token(Role::Admin);
        let faults = setting.app.stand_in.faults();
        let outage = faults.inject(Fault::refused().on_service(Service::Issuer));
        assert_eq!(setting.refused(&token).await, "503 unavailable");
        let key = setting.app.admin_key(Role::Admin).await;
        assert!(setting.bearer(key.expose()).await.is_ok());
        outage.clear();
        setting.app.clock.advance(Duration::from_secs(2));
        assert!(setting.bearer(&token).await.is_ok());
        faults.inject(Fault::refused().on_service(Service::Issuer));
        assert!(setting.bearer(&token).await.is_ok());
    }

    #[tokio::test]
    async fn without_a_provider_every_bearer_is_a_key() {
        let setting = Setting::start().await;
        let gate = AdminGate::new(gate(&setting.app), None);
        let setting = Setting { gate, ..setting };
        let token = setting.app.token(Role::Admin);
        assert_eq!(setting.refused(&token).await, "401 key_malformed");
        let key = setting.app.admin_key(Role::Viewer).await;
        assert!(setting.bearer(key.expose()).await.is_ok());
    }

    #[tokio::test]
    async fn neither_address_nor_person_is_in_debug_output() {
        let setting = Setting::start().await;
        let admin = setting.bearer(&setting.app.token(Role::Admin)).await;
        let shown = format!("{:?}", admin.unwrap());
        assert!(
            !shown.contains("203.0.113.7") && !shown.contains("subject"),
            "{shown}"
        );
    }
}
