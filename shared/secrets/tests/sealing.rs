//! Sealing against a Secrets Manager of its own for each test.

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_sdk_secretsmanager::Client;
    use aws_sdk_secretsmanager::config::{Credentials, SharedCredentialsProvider};
    use local::{Fault, Service, StandIn};
    use policy::{ApiKey, KeyKind};
    use secrets::{RING_LIFETIME, SecretNames, Secrets, SecretsError, client};

    struct Fixture {
        stand_in: StandIn,
        client: Client,
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
                client: client(&config),
                stand_in,
            }
        }

        /// As another process has them.
        fn secrets(&self, lifetime: Duration) -> Secrets {
            Secrets::with_lifetime(self.client.clone(), SecretNames::default(), lifetime)
        }

        fn fetches(&self) -> usize {
            let requests = self.stand_in.recorded();
            requests
                .iter()
                .filter(|request| request.action == "GetSecretValue")
                .count()
        }

        async fn ring(&self) -> serde_json::Value {
            let name = SecretNames::default().sealing_keys;
            let secret = self
                .client
                .get_secret_value()
                .secret_id(name)
                .send()
                .await
                .unwrap();
            serde_json::from_str(secret.secret_string().unwrap()).unwrap()
        }

        async fn put_ring(&self, ring: &serde_json::Value) {
            let name = SecretNames::default().sealing_keys;
            let put = self
                .client
                .put_secret_value()
                .secret_id(name)
                .secret_string(ring.to_string());
            put.send().await.unwrap();
        }
    }

    fn key() -> ApiKey {
        ApiKey::generate(KeyKind::ReadWrite, &mut rand::rng())
    }

    #[tokio::test]
    async fn the_ring_is_made_once_also_by_several_at_a_time() {
        let fixture = Fixture::new().await;
        let secrets = fixture.secrets(RING_LIFETIME);
        assert_eq!(
            secrets.seal(&key()).await.unwrap_err(),
            SecretsError::Missing
        );
        let (one, two, three) = tokio::join!(
            secrets.create_if_missing(),
            secrets.create_if_missing(),
            secrets.create_if_missing(),
        );
        assert_eq!([one, two, three], [Ok(()); 3]);
        let ring = fixture.ring().await;
        secrets.create_if_missing().await.unwrap();
        assert_eq!(fixture.ring().await, ring);
    }

    #[tokio::test]
    async fn what_one_process_sealed_another_opens() {
        let fixture = Fixture::new().await;
        let sealing = fixture.secrets(RING_LIFETIME);
        sealing.create_if_missing().await.unwrap();
        let key = key();
        let sealed = sealing.seal(&key).await.unwrap();
        let opened = fixture
            .secrets(RING_LIFETIME)
            .unseal(key.id(), &sealed)
            .await
            .unwrap();
        assert_eq!(opened.expose(), key.expose());
        let shown = format!("{sealing:?} {sealed:?} {opened:?}");
        let ring = fixture.ring().await;
        let current = ring["current"].as_str().unwrap();
        assert!(!shown.contains(ring[current].as_str().unwrap()));
        assert!(!shown.contains(key.expose()));
    }

    #[tokio::test]
    async fn the_ring_is_fetched_once_for_its_lifetime_and_again_after_it() {
        let fixture = Fixture::new().await;
        let secrets = fixture.secrets(RING_LIFETIME);
        secrets.create_if_missing().await.unwrap();
        let key = key();
        let sealed = secrets.seal(&key).await.unwrap();
        for _ in 0..5 {
            secrets.unseal(key.id(), &sealed).await.unwrap();
        }
        assert_eq!(fixture.fetches(), 1);
        let forgetful = fixture.secrets(Duration::ZERO);
        for _ in 0..3 {
            forgetful.seal(&key).await.unwrap();
        }
        assert_eq!(fixture.fetches(), 4);
    }

    #[tokio::test]
    async fn a_new_sealing_key_is_found_at_once_and_the_old_ones_still_open() {
        let fixture = Fixture::new().await;
        let old = fixture.secrets(RING_LIFETIME);
        old.create_if_missing().await.unwrap();
        let key = key();
        let before = old.seal(&key).await.unwrap();
        let mut ring = fixture.ring().await;
        ring["new"] = "0a".repeat(32).into();
        ring["current"] = "new".into();
        fixture.put_ring(&ring).await;
        let after = fixture.secrets(RING_LIFETIME).seal(&key).await.unwrap();
        assert_eq!(after.ring_key, "new");
        for sealed in [&before, &after] {
            let opened = old.unseal(key.id(), sealed).await.unwrap();
            assert_eq!(opened.expose(), key.expose());
        }
        let mut gone = after;
        gone.ring_key = "gone".to_owned();
        let refused = old.unseal(key.id(), &gone).await;
        assert_eq!(refused.unwrap_err(), SecretsError::UnknownSealingKey);
    }

    #[tokio::test]
    async fn a_secrets_manager_that_is_away_is_unavailable_and_a_spoilt_ring_corrupt() {
        let fixture = Fixture::new().await;
        let secrets = fixture.secrets(Duration::ZERO);
        secrets.create_if_missing().await.unwrap();
        let away = Fault::server_error().on_service(Service::SecretsManager);
        let away = fixture.stand_in.faults().inject(away);
        assert_eq!(
            secrets.seal(&key()).await.unwrap_err(),
            SecretsError::Unavailable
        );
        away.clear();
        secrets.seal(&key()).await.unwrap();
        fixture
            .put_ring(&serde_json::json!({ "current": "a" }))
            .await;
        assert_eq!(
            secrets.seal(&key()).await.unwrap_err(),
            SecretsError::Corrupt
        );
    }
}
