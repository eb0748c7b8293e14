//! Rotations as Secrets Manager asks for them, against the stand-in.
#![expect(
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use event::Clock as _;
use local::{Fault, Service};
use policy::{ApiKey, KeyKind};
use rotation::{Request, Rings, Settings};
use secrets::{SESSION_KEYS, SecretNames, Secrets, SessionKeys};
use serde_json::{Value, json};
use testkit::TestApp;

const DAY: Duration = Duration::from_hours(24);
const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];

struct Fixture {
    app: TestApp,
    rings: Rings,
    client: Client,
    versions: u32,
}

impl Fixture {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let mut runtime = app.runtime.clone();
        let endpoint = &app.stand_in.endpoints().secrets_manager;
        runtime.aws = runtime.aws.to_builder().endpoint_url(endpoint).build();
        let settings = Settings {
            session_keys: Some(SESSION_KEYS.to_owned()),
        };
        Self {
            rings: Rings::new(&runtime, settings),
            client: secrets::client(&runtime.aws),
            app,
            versions: 0,
        }
    }

    fn sealing_keys() -> String {
        SecretNames::default().sealing_keys
    }

    /// As a process has them that starts now.
    fn secrets(&self) -> Secrets {
        Secrets::new(self.client.clone(), SecretNames::default())
    }

    fn sessions(&self) -> SessionKeys {
        SessionKeys::new(self.client.clone(), SESSION_KEYS)
    }

    async fn step(&self, secret: &str, step: &str) -> Result<(), String> {
        let request = json!({
            "Step": step,
            "SecretId": secret,
            "ClientRequestToken": format!("{:032}", self.versions),
            "RotationToken": "not of interest",
        });
        let request: Request = serde_json::from_value(request).unwrap();
        let done = self.rings.handle(request).await;
        done.map(drop).map_err(|error| error.to_string())
    }

    async fn rotate(&mut self, secret: &str) {
        self.versions += 1;
        for step in STEPS {
            self.step(secret, step).await.unwrap();
        }
        self.app.clock.advance(DAY);
    }

    async fn ring(&self, secret: &str) -> Value {
        let call = self.client.get_secret_value().secret_id(secret);
        let output = call.send().await.unwrap();
        serde_json::from_str(output.secret_string().unwrap()).unwrap()
    }
}

#[tokio::test]
async fn whatever_was_sealed_opens_after_any_number_of_rotations() {
    let mut fixture = Fixture::new().await;
    let mut sealed = Vec::new();
    for _ in 0..5 {
        let key = ApiKey::generate(KeyKind::ReadWrite, &mut rand::rng());
        let text = fixture.secrets().seal(&key).await.unwrap();
        sealed.push((key, text));
        fixture.rotate(&Fixture::sealing_keys()).await;
    }
    let under: std::collections::BTreeSet<_> = sealed
        .iter()
        .map(|(_, text)| text.ring_key.clone())
        .collect();
    assert_eq!(under.len(), 4, "the first rotation only makes a key known");
    for (key, text) in &sealed {
        let opened = fixture.secrets().unseal(key.id(), text).await.unwrap();
        assert_eq!(opened.expose(), key.expose());
    }
}

#[tokio::test]
async fn a_process_that_fetched_the_ring_before_a_rotation_opens_what_is_sealed_after_it() {
    let mut fixture = Fixture::new().await;
    fixture.rotate(SESSION_KEYS).await;
    let before = fixture.sessions();
    before.warm_up().await.unwrap();
    fixture.rotate(SESSION_KEYS).await;
    let sealed = fixture.sessions().seal("session", b"ann").await.unwrap();
    let fetches = fixture.app.stand_in.recorded().len();
    let opened = before.open("session", &sealed).await.unwrap();
    assert_eq!(opened.as_deref(), Some(&b"ann"[..]));
    assert_eq!(fixture.app.stand_in.recorded().len(), fetches);
}

#[tokio::test]
async fn a_session_outlives_rotations_and_its_key_leaves_when_no_session_can_be_under_it() {
    let mut fixture = Fixture::new().await;
    let sealed = fixture.sessions().seal("session", b"ann").await.unwrap();
    for _ in 0..2 {
        fixture.rotate(SESSION_KEYS).await;
        let opened = fixture.sessions().open("session", &sealed).await.unwrap();
        assert_eq!(opened.as_deref(), Some(&b"ann"[..]));
    }
    fixture.rotate(SESSION_KEYS).await;
    let opened = fixture.sessions().open("session", &sealed).await.unwrap();
    assert_eq!(opened, None);
    let ring = fixture.ring(SESSION_KEYS).await;
    assert_eq!(
        ring.as_object().unwrap().len(),
        4,
        "three keys and the current one's name"
    );
}

#[tokio::test]
async fn a_step_that_is_asked_twice_is_done_once() {
    let fixture = Fixture::new().await;
    let secret = Fixture::sealing_keys();
    for step in STEPS {
        fixture.step(&secret, step).await.unwrap();
        let once = fixture.ring(&secret).await;
        fixture.step(&secret, step).await.unwrap();
        assert_eq!(fixture.ring(&secret).await, once, "{step}");
    }
    assert_eq!(fixture.ring(&secret).await.as_object().unwrap().len(), 3);
}

#[tokio::test]
async fn a_step_that_tells_others_changes_nothing_and_asks_nobody() {
    let fixture = Fixture::new().await;
    let before = fixture.ring(SESSION_KEYS).await;
    fixture.app.stand_in.clear_recorded();
    fixture.step(SESSION_KEYS, "setSecret").await.unwrap();
    assert!(fixture.app.stand_in.recorded().is_empty());
    assert_eq!(fixture.ring(SESSION_KEYS).await, before);
}

#[tokio::test]
async fn a_rotation_that_breaks_off_leaves_the_ring_that_counts() {
    let mut fixture = Fixture::new().await;
    let secret = Fixture::sealing_keys();
    let before = fixture.ring(&secret).await;
    fixture.step(&secret, "createSecret").await.unwrap();
    let outage = Fault::refused().on_service(Service::SecretsManager);
    let outage = fixture.app.stand_in.faults().inject(outage);
    let error = fixture.step(&secret, "finishSecret").await.unwrap_err();
    assert_eq!(error, "the secrets are not available");
    drop(outage);
    fixture.app.stand_in.faults().clear();
    assert_eq!(fixture.ring(&secret).await, before);
    fixture.rotate(&secret).await;
    assert_ne!(fixture.ring(&secret).await, before);
}

#[tokio::test]
async fn a_ring_that_lacks_a_key_in_use_is_never_made_current() {
    let fixture = Fixture::new().await;
    let secret = Fixture::sealing_keys();
    let other = json!({"current": "other", "other": "0a".repeat(32)});
    let put = fixture.client.put_secret_value().secret_id(&secret);
    let put = put
        .client_request_token(format!("{:032}", 0))
        .secret_string(other.to_string())
        .version_stages("AWSPENDING");
    put.send().await.unwrap();
    fixture.step(&secret, "createSecret").await.unwrap();
    let error = fixture.step(&secret, "testSecret").await.unwrap_err();
    assert_eq!(
        error,
        "the new version of the ring does not continue the one that is in use"
    );
}

#[tokio::test]
async fn a_ring_turns_at_most_once_in_ten_minutes() {
    let mut fixture = Fixture::new().await;
    let secret = Fixture::sealing_keys();
    fixture.rotate(&secret).await;
    fixture.app.clock.advance(Duration::from_mins(9));
    fixture.rotate(&secret).await;
    let just_made = fixture.app.clock.now().minus(DAY);
    fixture
        .app
        .clock
        .set(just_made.plus(Duration::from_mins(9)));
    fixture.versions += 1;
    let error = fixture.step(&secret, "createSecret").await.unwrap_err();
    assert!(error.contains("less than ten minutes ago"), "{error}");
}

#[tokio::test]
async fn another_secret_is_not_touched() {
    let fixture = Fixture::new().await;
    let error = fixture
        .step("weir/other", "createSecret")
        .await
        .unwrap_err();
    assert_eq!(error, "the secret is none that this function rotates");
}
