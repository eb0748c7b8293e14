//! The first workspace, against an AWS of its own for each test.

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use KeyKind::{ReadWrite, Rum, Sensor, ThirdParty, WriteOnly};
    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_sdk_dynamodb::config::{Credentials, SharedCredentialsProvider};
    use control::{Bootstrapped, ControlError, bootstrap};
    use event::{Clock, Timestamp, WorkspaceId};
    use local::{Fault, StandIn};
    use policy::{ApiKey, KeyKind, KeyState};
    use secrets::{SecretNames, Secrets, SecretsError};
    use store::{Store, Tables, create_tables};
    use telemetry::{Metrics, Sink};

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
            let metrics = Metrics::new(Sink::Discard, Duration::from_secs(1));
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

    fn all(made: &Bootstrapped) -> [&ApiKey; 5] {
        let keys = &made.keys;
        [
            &keys.write_only,
            &keys.read_write,
            &keys.sensor,
            &keys.rum,
            &keys.third_party,
        ]
    }

    fn texts(made: &Bootstrapped) -> [&str; 5] {
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
        assert_eq!(kinds, [WriteOnly, ReadWrite, Sensor, Rum, ThirdParty]);
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
            5
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
            5
        );
    }

    #[tokio::test]
    async fn an_interrupted_start_is_finished_by_the_next() {
        let fixture = Fixture::new().await;
        let fault = Fault::server_error()
            .on_action("TransactWriteItems")
            .skip(2);
        let fault = fixture.stand_in.faults().inject(fault);
        assert!(fixture.bootstrap().await.is_err());
        fault.clear();
        fixture.bootstrap().await.unwrap();
        assert_eq!(
            fixture
                .store
                .list_keys(&fixture.workspace)
                .await
                .unwrap()
                .len(),
            5
        );
    }

    #[tokio::test]
    async fn a_revoked_key_is_replaced_and_a_lost_ring_is_said() {
        let fixture = Fixture::new().await;
        let first = fixture.bootstrap().await.unwrap();
        fixture.store.revoke(first.keys.rum.id()).await.unwrap();
        let again = fixture.bootstrap().await.unwrap();
        assert_ne!(first.keys.rum.expose(), again.keys.rum.expose());
        assert_eq!(first.keys.sensor.expose(), again.keys.sensor.expose());
        let names = SecretNames {
            sealing_keys: "weir/other".to_owned(),
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
