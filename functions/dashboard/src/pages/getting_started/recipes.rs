//! What to type or to paste, by the kind of key.

use policy::KeyKind;

/// One way to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Recipe {
    /// Its place on the page.
    pub(super) id: &'static str,
    pub(super) title: &'static str,
    /// What must be known before.
    pub(super) about: &'static str,
    /// What to copy.
    pub(super) text: String,
}

/// The ways to send with a key of that kind. `origin` is the address of this Weir.
pub(super) fn recipes(kind: KeyKind, origin: &str, key: &str) -> Vec<Recipe> {
    match kind {
        KeyKind::WriteOnly => vec![
            event(origin, key),
            backend_sdk(origin, key),
            browser_sdk(origin, key),
        ],
        // It reads and deletes profiles, and a page would show it to everybody.
        KeyKind::ReadWrite => vec![
            event(origin, key),
            backend_sdk(origin, key),
            profile(origin, key),
        ],
        KeyKind::Rum => vec![snippet(origin, key)],
        KeyKind::Sensor | KeyKind::ThirdParty => vec![log(origin, key), otlp(origin, key)],
        KeyKind::Metrics | KeyKind::ServiceAccount => Vec::new(),
    }
}

fn event(origin: &str, key: &str) -> Recipe {
    Recipe {
        id: "curl",
        title: "One event, by curl",
        about: "The answer 204 means: stored.",
        text: format!(
            r#"curl -i '{origin}/event/ingest' \
  -H 'Authorization: Bearer {key}' \
  -H 'Content-Type: application/json' \
  -d '{{"name": "signed_up", "userId": "ada", "properties": {{"plan": "team"}}}}'"#
        ),
    }
}

fn profile(origin: &str, key: &str) -> Recipe {
    Recipe {
        id: "profile",
        title: "What is known of a user, by curl",
        about: "The properties of the profile. For servers alone: with this key anybody reads it.",
        text: format!(
            r"curl '{origin}/profile/ada' \
  -H 'Authorization: Bearer {key}'"
        ),
    }
}

/// The SDK's host is fixed, so its requests are led elsewhere.
fn backend_sdk(origin: &str, key: &str) -> Recipe {
    Recipe {
        id: "backend-sdk",
        title: "The UserFlux SDK, on a server",
        about: "npm install @userflux/backend-js axios. The SDK knows one address: the interceptor leads \
                its requests to this Weir.",
        text: format!(
            r#"const axios = require("axios");
const UserFlux = require("@userflux/backend-js");

axios.interceptors.request.use((request) => {{
  const url = request.url.replace("https://integration-api.userflux.co", "{origin}");
  return {{ ...request, url }};
}});

const userflux = new UserFlux("{key}");
userflux.track({{ event: "signed_up", userId: "ada", properties: {{ plan: "team" }} }});"#
        ),
    }
}

fn browser_sdk(origin: &str, key: &str) -> Recipe {
    Recipe {
        id: "browser-sdk",
        title: "The UserFlux SDK, in a page",
        about: "From its version 1.7 on. A page shows its key to everybody: name the few events that it may \
                send.",
        text: format!(
            r#"import UserFlux from "@userflux/browser-js";

UserFlux.initialize("{key}", {{ endpoint: "{origin}" }});
UserFlux.track({{ event: "page_seen", properties: {{ plan: "team" }} }});"#
        ),
    }
}

fn snippet(origin: &str, key: &str) -> Recipe {
    Recipe {
        id: "snippet",
        title: "One tag in your pages",
        about: "Page views, web vitals, errors and marked clicks are sent by themselves.",
        text: format!(r#"<script src="{origin}/rum.js" data-key="{key}" async></script>"#),
    }
}

fn log(origin: &str, key: &str) -> Recipe {
    Recipe {
        id: "curl",
        title: "One log record, by curl",
        about: "The answer 204 means: stored.",
        text: format!(
            r#"curl -i '{origin}/json/logs' \
  -H 'apikey: {key}' \
  -H 'Content-Type: application/json' \
  -d '{{"message": "hello, Weir", "level": "info"}}'"#
        ),
    }
}

fn otlp(origin: &str, key: &str) -> Recipe {
    Recipe {
        id: "otlp",
        title: "OpenTelemetry",
        about: "The environment of any program with an OpenTelemetry SDK, for traces, logs and metrics.",
        text: format!(
            "OTEL_EXPORTER_OTLP_ENDPOINT={origin}\n\
             OTEL_EXPORTER_OTLP_HEADERS=apikey={key}\n\
             OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n\
             OTEL_EXPORTER_OTLP_COMPRESSION=gzip"
        ),
    }
}
