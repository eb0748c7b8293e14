//! Requests that real SDKs made, recorded and replayed to the byte but for address and key.

use std::net::TcpStream;

use api::{Tenant, Weir};
use serde_json::{Value, json};

/// A recorded request.
struct Capture(&'static str);

impl Capture {
    /// Sends it over a connection of its own; gives the whole answer as text.
    async fn replay(&self, tenant: &Tenant<'_>, authority: &str) -> String {
        use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

        let (head, body) = self.0.split_once("\r\n\r\n").unwrap();
        let mut request = String::new();
        for line in head.split("\r\n") {
            let line = match line.split_once(": ") {
                Some(("Host", _)) => format!("Host: {authority}"),
                Some(("Connection", _)) => "Connection: close".to_owned(),
                _ => line.replace("{KEY}", &tenant.write_only.text),
            };
            request += &line;
            request += "\r\n";
        }
        request += "\r\n";
        request += body;
        let stream = TcpStream::connect(authority).unwrap();
        stream.set_nonblocking(true).unwrap();
        let mut stream = tokio::net::TcpStream::from_std(stream).unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer.to_ascii_lowercase()
    }

    fn body(&self) -> Value {
        serde_json::from_str(self.0.split_once("\r\n\r\n").unwrap().1).unwrap()
    }
}

const BACKEND_TRACK: Capture = Capture(include_str!("../../fixtures/userflux/backend-track.http"));
const BACKEND_TRACK_ANONYMOUS: Capture = Capture(include_str!(
    "../../fixtures/userflux/backend-track-anonymous.http"
));
const BACKEND_TRACK_ENRICHED: Capture = Capture(include_str!(
    "../../fixtures/userflux/backend-track-enriched.http"
));
const BACKEND_IDENTIFY: Capture = Capture(include_str!(
    "../../fixtures/userflux/backend-identify.http"
));
const BROWSER_PAGE_VIEW: Capture = Capture(include_str!(
    "../../fixtures/userflux/browser-page-view.http"
));
const BROWSER_PAGE_VIEW_PREFLIGHT: Capture = Capture(include_str!(
    "../../fixtures/userflux/browser-page-view-preflight.http"
));
const BROWSER_IDENTIFY_PREFLIGHT: Capture = Capture(include_str!(
    "../../fixtures/userflux/browser-identify-preflight.http"
));

/// Each member that was sent and is not null, as the timeline gives it back.
fn came_back(sent: &Value, event: &Value) {
    for (member, value) in sent.as_object().unwrap() {
        if !value.is_null() {
            assert_eq!(event.get(member), Some(value), "{member} of {event}");
        }
    }
}

#[tokio::test]
async fn what_the_backend_sdk_sends_is_stored_and_read_back_equal() {
    let weir = Weir::shared().await;
    let tenant = weir.tenant().await;
    let tracks = [
        &BACKEND_TRACK,
        &BACKEND_TRACK_ANONYMOUS,
        &BACKEND_TRACK_ENRICHED,
    ];
    for capture in tracks.into_iter().chain([&BACKEND_IDENTIFY]) {
        let answer = capture.replay(&tenant, &weir.authority()).await;
        assert!(answer.starts_with("http/1.1 204"), "{answer}");
    }
    let timeline = tenant.timeline_of("user_1", 2).await;
    assert_eq!(timeline.texts("name"), ["login", "order_placed"]);
    came_back(&BACKEND_TRACK_ENRICHED.body(), &timeline.events[0]);
    came_back(&BACKEND_TRACK.body(), &timeline.events[1]);
    assert_eq!(
        tenant.profile("user_1").await.json(),
        json!({
            "id": "user_1",
            "anonymousIds": ["anon_1"],
            "properties": {"email": "a@example.com", "name": "Ann"},
            "computedProperties": {},
            "segments": [],
        })
    );
    // The device that nobody is known behind, linked now.
    tenant
        .identify(&json!({"userId": "user_2", "anonymousId": "anon_2"}))
        .await;
    let timeline = tenant.timeline_of("user_2", 1).await;
    came_back(&BACKEND_TRACK_ANONYMOUS.body(), &timeline.events[0]);
}

#[tokio::test]
async fn what_the_browser_sdk_sends_is_stored_once_though_it_is_sent_again() {
    let weir = Weir::shared().await;
    let tenant = weir.tenant().await;
    for _ in 0..2 {
        // A page that is left before the answer came sends its queue again.
        let answer = BROWSER_PAGE_VIEW.replay(&tenant, &weir.authority()).await;
        assert!(answer.starts_with("http/1.1 204"), "{answer}");
        assert!(
            answer.contains("access-control-allow-origin: http://127.0.0.1:8800"),
            "{answer}"
        );
    }
    assert_eq!(tenant.chunks().await, 1);
    let sent = &BROWSER_PAGE_VIEW.body()["events"][0];
    let device = sent["anonymousId"].as_str().unwrap();
    tenant
        .identify(&json!({"userId": "ann", "anonymousId": device}))
        .await;
    tenant.projected().await;
    let timeline = tenant.timeline_of("ann", 1).await;
    assert_eq!(timeline.events.len(), 1);
    came_back(sent, &timeline.events[0]);
}

#[tokio::test]
async fn the_preflights_of_a_browser_are_answered_so_that_it_goes_on() {
    let weir = Weir::shared().await;
    let tenant = weir.tenant().await;
    for capture in [BROWSER_PAGE_VIEW_PREFLIGHT, BROWSER_IDENTIFY_PREFLIGHT] {
        let answer = capture.replay(&tenant, &weir.authority()).await;
        assert!(answer.starts_with("http/1.1 204"), "{answer}");
        let header = |name: &str| {
            let line = answer
                .lines()
                .find_map(|line| line.strip_prefix(&format!("{name}: ")));
            line.unwrap_or_default().to_owned()
        };
        assert_eq!(
            header("access-control-allow-origin"),
            "http://127.0.0.1:8800"
        );
        let headers = header("access-control-allow-headers");
        assert!(
            headers.contains("authorization") && headers.contains("content-type"),
            "{headers}"
        );
        assert!(
            header("access-control-allow-methods").contains("post"),
            "{answer}"
        );
        assert_eq!(header("access-control-max-age"), "7200");
    }
}
