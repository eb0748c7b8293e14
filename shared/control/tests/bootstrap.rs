//! The first workspace, against an AWS of its own for each test.

#[cfg(test)]
mod tests {
    use KeyKind::{Metrics as MetricsKey, ReadWrite, Rum, Sensor, ThirdParty, WriteOnly};
    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
    use control::{
        Bootstrapped, By, ControlError, Keys, ServiceAccounts, bootstrap, new_admin_key,
    };
    use event::{Clock, Timestamp, WorkspaceId};
    use local::{Fault, StandIn};
    use policy::{Actor, ApiKey, KeyKind, KeyState, Role, SecretSlot};
    use secrets::{SecretNames, Secrets, SecretsError};
    use store::{AuditQuery, Store, Tables, create_tables};
    use telemetry::Metrics;

    #[derive(Debug)]
    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(1_795_262_400_000)
        }
    }

    struct Fixture {
        stand_in: StandIn,
        store: Store,
        secrets: Secrets,
        workspace: WorkspaceId,
    }

    fn config(endpoint: &str) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
            .endpoint_url(endpoint)
            .build()
    }

    impl Fixture {
        async fn new() -> Self {
            let stand_in = StandIn::memory().await.unwrap();
            let endpoints = stand_in.endpoints();
            let client = store::client(&config(&endpoints.dynamodb));
            let tables = Tables::with_prefix("test");
            create_tables(&client, &tables).await.unwrap();
            let metrics = Metrics::off();
            let vault = secrets::client(&config(&endpoints.secrets_manager));
            Self {
                store: Store::new(client, tables, metrics),
                secrets: Secrets::new(vault, SecretNames::default()),
                workspace: WorkspaceId::parse("acme").unwrap(),
                stand_in,
            }
        }

        async fn bootstrap(&self) -> Result<Bootstrapped, ControlError> {
            bootstrap(&self.store, &self.secrets, &Noon, &self.workspace, "Acme").await
        }
    }

    fn all(made: &Bootstrapped) -> [&ApiKey; 6] {
        let keys = &made.keys;
        [
            &keys.write_only,
            &keys.read_write,
            &keys.sensor,
            &keys.rum,
            &keys.third_party,
            &made.metrics.key,
        ]
    }

    fn texts(made: &Bootstrapped) -> [&str; 6] {
        all(made).map(ApiKey::expose)
    }

    #[tokio::test]
    async fn a_workspace_starts_with_a_sealed_key_of_each_kind() {
        let fixture = Fixture::new().await;
        let made = fixture.bootstrap().await.unwrap();
        let settings = fixture
            .store
            .workspace(&made.workspace)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (settings.name.as_str(), settings.created_at),
            ("Acme", Noon.now())
        );
        let kinds = all(&made).map(ApiKey::kind);
        assert_eq!(
            kinds,
            [WriteOnly, ReadWrite, Sensor, Rum, ThirdParty, MetricsKey]
        );
        for key in all(&made) {
            let record = fixture.store.key(key.id()).await.unwrap().unwrap();
            assert_eq!((record.state, record.kind), (KeyState::Enabled, key.kind()));
            assert_eq!(record.secret, key.secret_hash());
            let sealed = fixture
                .store
                .sealed_secret(key.id())
                .await
                .unwrap()
                .unwrap();
            let opened = fixture.secrets.unseal(key.id(), &sealed).await.unwrap();
            assert_eq!(opened.expose(), key.expose());
        }
    }

    #[tokio::test]
    async fn again_gives_the_same_keys() {
        let fixture = Fixture::new().await;
        let first = fixture.bootstrap().await.unwrap();
        let again = fixture.bootstrap().await.unwrap();
        assert_eq!(texts(&first), texts(&again));
        assert_eq!(
            fixture
                .store
                .list_keys(&fixture.workspace)
                .await
                .unwrap()
                .len(),
            6
        );
    }

    #[tokio::test]
    async fn several_at_a_time_get_the_same_keys() {
        let fixture = Fixture::new().await;
        let made = tokio::join!(
            fixture.bootstrap(),
            fixture.bootstrap(),
            fixture.bootstrap()
        );
        let (one, two, three) = (made.0.unwrap(), made.1.unwrap(), made.2.unwrap());
        assert_eq!(texts(&one), texts(&two));
        assert_eq!(texts(&one), texts(&three));
        assert_eq!(
            fixture
                .store
                .list_keys(&fixture.workspace)
                .await
                .unwrap()
                .len(),
            6
        );
    }

    #[tokio::test]
    async fn an_interrupted_start_is_finished_by_the_next() {
        // The workspace, six keys, the first admin.
        for steps in 0..8 {
            let fixture = Fixture::new().await;
            let fault = Fault::server_error()
                .on_action("TransactWriteItems")
                .skip(steps);
            let fault = fixture.stand_in.faults().inject(fault);
            assert!(fixture.bootstrap().await.is_err(), "{steps}");
            fault.clear();
            let made = fixture.bootstrap().await.unwrap();
            assert!(made.admin.key.is_some(), "{steps}");
            let keys = fixture.store.list_keys(&fixture.workspace).await.unwrap();
            assert_eq!(keys.len(), 6);
        }
    }

    #[tokio::test]
    async fn what_is_shown_once_is_shown_to_one_of_several() {
        let fixture = Fixture::new().await;
        let made = tokio::join!(
            fixture.bootstrap(),
            fixture.bootstrap(),
            fixture.bootstrap()
        );
        let made = [made.0.unwrap(), made.1.unwrap(), made.2.unwrap()];
        let admins: Vec<_> = made.iter().flat_map(|made| &made.admin.key).collect();
        let [admin] = admins.as_slice() else {
            panic!("one admin key: {admins:?}")
        };
        let record = fixture.store.key(admin.id()).await.unwrap().unwrap();
        assert_eq!(record.role, Some(Role::Admin));
        let pairs = made.iter().map(|made| &made.metrics);
        let secrets: Vec<_> = pairs.flat_map(|pair| &pair.client_secret).collect();
        let [secret] = secrets.as_slice() else {
            panic!("one client secret: {secrets:?}")
        };
        let key = made[0].metrics.key.id();
        let record = fixture.store.key(key).await.unwrap().unwrap();
        let now = Timestamp::default();
        let checked = fixture
            .secrets
            .check_client_secret(Some(&record), secret, now);
        let slot = checked.await.unwrap().map(|accepted| accepted.slot);
        assert_eq!(slot, Some(SecretSlot::Current));
        let accounts = fixture.store.accounts(&fixture.workspace).await.unwrap();
        assert_eq!(accounts.len(), 1);
    }

    #[tokio::test]
    async fn each_thing_that_is_made_is_in_the_audit_log_once() {
        let fixture = Fixture::new().await;
        fixture.bootstrap().await.unwrap();
        fixture.bootstrap().await.unwrap();
        let query = AuditQuery {
            limit: 100,
            ..AuditQuery::default()
        };
        let page = fixture.store.audit(&fixture.workspace, &query).await;
        let mut made: Vec<_> = page
            .unwrap()
            .entries
            .into_iter()
            .map(|found| {
                assert_eq!(found.entry.actor, Actor::Bootstrap);
                found.entry.action.as_str()
            })
            .collect();
        made.sort_unstable();
        let keys = ["key.created"; 6];
        let first = ["api_key.created"];
        let last = ["service_account.created", "workspace.created"];
        assert_eq!(made, [&first[..], &keys, &last].concat());
    }

    #[tokio::test]
    async fn who_lost_the_admins_key_gets_another_and_a_deleted_admin_is_replaced() {
        let fixture = Fixture::new().await;
        let (store, workspace) = (&fixture.store, &fixture.workspace);
        let missing = new_admin_key(store, &Noon, workspace, "Lost").await;
        assert!(missing.is_err());
        let first = fixture.bootstrap().await.unwrap();
        let other = new_admin_key(store, &Noon, workspace, "Lost")
            .await
            .unwrap();
        let record = store.key(other.id()).await.unwrap().unwrap();
        assert_eq!(record.role, Some(Role::Admin));
        let accounts = ServiceAccounts::new(store.clone());
        let by = By::bootstrap(Noon.now());
        let id = &first.admin.account.id;
        accounts.delete(workspace, &by, id).await.unwrap();
        let again = fixture.bootstrap().await.unwrap();
        assert!(again.admin.key.is_some());
        assert_ne!(&again.admin.account.id, id);
    }

    #[tokio::test]
    async fn a_revoked_key_is_replaced_and_a_lost_ring_is_said() {
        let fixture = Fixture::new().await;
        let first = fixture.bootstrap().await.unwrap();
        let keys = Keys::new(fixture.store.clone(), fixture.secrets.clone());
        let by = By::bootstrap(Noon.now());
        let rum = first.keys.rum.id();
        keys.revoke(&fixture.workspace, &by, rum).await.unwrap();
        let again = fixture.bootstrap().await.unwrap();
        assert_ne!(first.keys.rum.expose(), again.keys.rum.expose());
        assert_eq!(first.keys.sensor.expose(), again.keys.sensor.expose());
        let names = SecretNames {
            sealing_keys: "weir/other".to_owned(),
            ..SecretNames::default()
        };
        let vault = secrets::client(&config(&fixture.stand_in.endpoints().secrets_manager));
        let other = Secrets::new(vault, names);
        let lost = bootstrap(&fixture.store, &other, &Noon, &fixture.workspace, "Acme").await;
        assert_eq!(
            lost.unwrap_err(),
            ControlError::Secrets(SecretsError::UnknownSealingKey)
        );
    }
}
