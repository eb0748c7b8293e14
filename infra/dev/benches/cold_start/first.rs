//! The first request of each function, and what has to be in its answer. Each is served, not refused:
//! the answer needs all that the function reads of keys, secrets and tables.

use serde_json::{Value, json};

use crate::world::World;

/// What a function is invoked with.
pub(crate) struct First {
    pub(crate) event: Value,
    /// Members of the answer.
    pub(crate) expected: Value,
}

/// Those of all functions.
pub(crate) fn functions(world: &World) -> [(&'static str, First); 9] {
    let exchange = json!({
        "clientSecret": world.client_secret,
        "environmentApiKey": world.metrics_key,
    });
    let sql = json!({"query": "SELECT 1"});
    let step = json!({
        "Step": "createSecret",
        "SecretId": secrets::SESSION_KEYS,
        "ClientRequestToken": "5f0c2a1e-7f0e-4f43-9b43-0b7a7d1a6a51",
    });
    [
        ("ingest", event(world)),
        ("profiles", get("/profile/u", &world.key, 404)),
        ("keys", get("/admin/v1/keys", &world.admin_key, 200)),
        ("dashboard", get("/dashboard", "", 200)),
        (
            "metrics-token",
            post("/metrics/auth/token", "", &exchange, 200),
        ),
        (
            "metrics-query",
            post("/metrics/query", &world.token, &sql, 200),
        ),
        (
            "projector",
            First {
                event: json!({"Records": []}),
                expected: json!({"batchItemFailures": []}),
            },
        ),
        (
            "workflows",
            First {
                event: json!({"sweep": {"seconds": 1}}),
                expected: json!({"worked": 0}),
            },
        ),
        (
            "rotation",
            First {
                event: step,
                expected: json!({"step": "createSecret"}),
            },
        ),
    ]
}

/// An event is sent: what the handlers in other languages do, too.
pub(crate) fn event(world: &World) -> First {
    let body = json!({"name": "x", "userId": "u"});
    post("/event/ingest", &world.key, &body, 204)
}

fn get(path: &str, bearer: &str, status: u16) -> First {
    request("GET", path, bearer, &Value::Null, status)
}

fn post(path: &str, bearer: &str, body: &Value, status: u16) -> First {
    request("POST", path, bearer, &json!(body.to_string()), status)
}

fn request(method: &str, path: &str, bearer: &str, body: &Value, status: u16) -> First {
    let mut headers = json!({"content-type": "application/json", "host": "weir.example"});
    if !bearer.is_empty() {
        headers["authorization"] = json!(format!("Bearer {bearer}"));
    }
    let event = json!({
        "version": "2.0",
        "rawPath": path,
        "rawQueryString": "",
        "headers": headers,
        "requestContext": {
            "requestId": "bench",
            "http": {"method": method, "path": path, "sourceIp": "203.0.113.7"}
        },
        "body": body,
        "isBase64Encoded": false
    });
    First {
        event,
        expected: json!({"statusCode": status}),
    }
}
