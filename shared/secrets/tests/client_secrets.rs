//! Client secrets against a Secrets Manager of its own for each test.

#[cfg(test)]
mod tests {
    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_sdk_secretsmanager::config::{Credentials, SharedCredentialsProvider};
    use event::{Timestamp, WorkspaceId};
    use local::{Fault, Service, StandIn};
    use policy::{ApiKey, KeyKind, KeyRecord, PreviousClientSecret, SecretSlot};
    use secrets::{ClientSecret, SecretNames, Secrets, SecretsError, client};

    struct Fixture {
        stand_in: StandIn,
        secrets: Secrets,
        acme: WorkspaceId,
        record: KeyRecord,
    }

    fn secret() -> ClientSecret {
        ClientSecret::generate(&mut rand::rng())
    }

    fn record() -> KeyRecord {
        let key = ApiKey::generate(KeyKind::Metrics, &mut rand::rng());
        KeyRecord::issued(&key, WorkspaceId::parse("acme").unwrap())
    }

    impl Fixture {
        async fn new() -> Self {
            let stand_in = StandIn::memory().await.unwrap();
            let config = SdkConfig::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new("us-east-1"))
                .credentials_provider(SharedCredentialsProvider::new(Credentials::for_tests()))
                .endpoint_url(&stand_in.endpoints().secrets_manager)
                .build();
            Self {
                secrets: Secrets::new(client(&config), SecretNames::default()),
                stand_in,
                acme: WorkspaceId::parse("acme").unwrap(),
                record: record(),
            }
        }

        async fn set(&self, secret: &ClientSecret) {
            let key = &self.record.id;
            let made = self.secrets.create_client_secret(&self.acme, key, secret);
            assert!(made.await.unwrap());
        }

        async fn current(&self) -> Option<String> {
            let key = &self.record.id;
            let version = self.secrets.client_secret_version(&self.acme, key);
            version.await.unwrap()
        }

        /// Rotates to the secret, and returns the version before it.
        async fn rotate(&self, secret: &ClientSecret) -> String {
            let (acme, key) = (&self.acme, &self.record.id);
            let from = self.current().await.unwrap();
            let to = self.secrets.stage_client_secret(acme, key, secret);
            let to = to.await.unwrap();
            let promoted = self.secrets.promote_client_secret(acme, &from, &to);
            promoted.await.unwrap();
            from
        }

        async fn check(&self, record: &KeyRecord, secret: &ClientSecret) -> Option<SecretSlot> {
            let now = Timestamp::from_millis(0);
            let checked = self.secrets.check_client_secret(Some(record), secret, now);
            checked.await.unwrap().map(|accepted| accepted.slot)
        }
    }

    fn with_previous(record: &KeyRecord, version: String) -> KeyRecord {
        KeyRecord {
            previous_client_secret: Some(PreviousClientSecret {
                version,
                expires_at: Timestamp::from_millis(1),
            }),
            ..record.clone()
        }
    }

    #[tokio::test]
    async fn a_client_secret_is_good_for_its_key_alone() {
        let fixture = Fixture::new().await;
        let mine = secret();
        assert_eq!(fixture.check(&fixture.record, &mine).await, None);
        fixture.set(&mine).await;
        let good = fixture.check(&fixture.record, &mine).await;
        assert_eq!(good, Some(SecretSlot::Current));
        assert_eq!(fixture.check(&fixture.record, &secret()).await, None);
        assert_eq!(fixture.check(&record(), &mine).await, None);
        let mut elsewhere = fixture.record.clone();
        elsewhere.workspace = WorkspaceId::parse("other").unwrap();
        assert_eq!(fixture.check(&elsewhere, &mine).await, None);
    }

    #[tokio::test]
    async fn of_a_rotation_both_are_good_as_long_as_the_key_says_so() {
        let fixture = Fixture::new().await;
        let (old, new) = (secret(), secret());
        fixture.set(&old).await;
        let version = fixture.rotate(&new).await;
        let rotated = with_previous(&fixture.record, version.clone());
        let current = Some(SecretSlot::Current);
        assert_eq!(fixture.check(&rotated, &new).await, current);
        let previous = Some(SecretSlot::Previous);
        assert_eq!(fixture.check(&rotated, &old).await, previous);
        let deadline = Timestamp::from_millis(1);
        let late = fixture
            .secrets
            .check_client_secret(Some(&rotated), &old, deadline);
        assert_eq!(late.await.unwrap(), None);
        assert_eq!(fixture.check(&fixture.record, &old).await, None);
        let newest = secret();
        fixture.rotate(&newest).await;
        assert_eq!(fixture.check(&fixture.record, &newest).await, current);
        assert_eq!(fixture.check(&fixture.record, &new).await, None);
    }

    #[tokio::test]
    async fn a_staged_secret_does_not_count_and_of_two_rotations_at_a_time_one_wins() {
        let fixture = Fixture::new().await;
        let (old, one, two) = (secret(), secret(), secret());
        fixture.set(&old).await;
        let (acme, key) = (&fixture.acme, &fixture.record.id);
        let from = fixture.current().await.unwrap();
        let stage = async |secret| {
            let staged = fixture.secrets.stage_client_secret(acme, key, secret);
            staged.await.unwrap()
        };
        let (one_staged, two_staged) = (stage(&one).await, stage(&two).await);
        assert_eq!(fixture.check(&fixture.record, &one).await, None);
        let promote = async |to: &str| fixture.secrets.promote_client_secret(acme, &from, to).await;
        assert_eq!(promote(&one_staged).await, Ok(()));
        assert_eq!(promote(&two_staged).await, Err(SecretsError::Contended));
        let current = Some(SecretSlot::Current);
        assert_eq!(fixture.check(&fixture.record, &one).await, current);
        assert_eq!(fixture.check(&fixture.record, &two).await, None);
    }

    #[tokio::test]
    async fn a_forgotten_secret_is_good_for_nothing_and_the_next_key_gets_its_own() {
        let fixture = Fixture::new().await;
        let (old, new) = (secret(), secret());
        fixture.set(&old).await;
        let version = fixture.current().await.unwrap();
        let (acme, key) = (&fixture.acme, &fixture.record.id);
        fixture
            .secrets
            .forget_client_secret(acme, key)
            .await
            .unwrap();
        assert_eq!(fixture.current().await, None);
        let again = fixture.secrets.forget_client_secret(acme, key).await;
        assert_eq!(again, Ok(()));
        let next = with_previous(&record(), version);
        let made = fixture.secrets.create_client_secret(acme, &next.id, &new);
        assert!(made.await.unwrap());
        let again = secret();
        let made = fixture.secrets.create_client_secret(acme, &next.id, &again);
        assert!(!made.await.unwrap(), "a key keeps what it has");
        assert_eq!(fixture.check(&next, &new).await, Some(SecretSlot::Current));
        assert_eq!(fixture.check(&next, &old).await, None);
        assert_eq!(fixture.check(&fixture.record, &old).await, None);
    }

    #[tokio::test]
    async fn a_secrets_manager_that_is_away_admits_nobody() {
        let fixture = Fixture::new().await;
        let mine = secret();
        fixture.set(&mine).await;
        let away = Fault::server_error().on_service(Service::SecretsManager);
        fixture.stand_in.faults().inject(away);
        let checked =
            fixture
                .secrets
                .check_client_secret(Some(&fixture.record), &mine, Timestamp::default());
        assert_eq!(checked.await, Err(SecretsError::Unavailable));
    }
}
