//! The identity provider, as an application and a verifier see it.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use local::issuer::{CLIENT_ID, Person};
use local::{Fault, Ports, Service, StandIn};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

const RETURN_TO: &str = "http://127.0.0.1:9000/signed-in?from=1";
const VERIFIER: &str = "a-verifier-of-the-application-that-nobody-else-knows";

async fn start() -> (StandIn, Client) {
    let stand_in = StandIn::memory().await.unwrap();
    stand_in.issuer().add_person(ann());
    (stand_in, client())
}

fn client() -> Client {
    Client::builder().redirect(Policy::none()).build().unwrap()
}

fn ann() -> Person {
    Person {
        username: "ann".to_owned(),
        subject: "subject-1".to_owned(),
        email: "ann@example.com".to_owned(),
        groups: vec!["acme:admin".to_owned()],
    }
}

fn challenge() -> String {
    BASE64_URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()))
}

/// An address below the provider's.
fn at(stand_in: &StandIn, path: &str, query: &[(&str, &str)]) -> String {
    let query = form(query);
    format!("{}{path}?{query}", stand_in.endpoints().issuer)
}

fn form(members: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(members)
        .finish()
}

async fn tokens(stand_in: &StandIn, client: &Client, members: &[(&str, &str)]) -> Response {
    let request = client.post(stand_in.issuer().token_url());
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let body = form(&[members, &[("client_id", CLIENT_ID)]].concat());
    request.body(body).send().await.unwrap()
}

/// The claims, if the provider's published key signed them.
async fn verified(stand_in: &StandIn, client: &Client, token: &Value) -> Option<Value> {
    let get =
        async |url: &str| -> Value { client.get(url).send().await.unwrap().json().await.unwrap() };
    let discovery = format!(
        "{}/.well-known/openid-configuration",
        stand_in.issuer().url()
    );
    let discovery = get(&discovery).await;
    assert_eq!(discovery["issuer"], stand_in.issuer().url());
    let keys = get(discovery["jwks_uri"].as_str().unwrap()).await;
    let decode = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).unwrap();
    let part = |name: &str| decode(keys["keys"][0][name].as_str().unwrap());
    let point = [vec![4], part("x"), part("y")].concat();
    let (signed, signature) = token.as_str()?.rsplit_once('.')?;
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decode(signature)).ok()?;
    let (header, payload) = signed.split_once('.')?;
    let header: Value = serde_json::from_slice(&decode(header)).unwrap();
    assert_eq!(
        (&header["alg"], &header["kid"]),
        (&json!("ES256"), &keys["keys"][0]["kid"])
    );
    serde_json::from_slice(&decode(payload)).ok()
}

#[tokio::test]
async fn a_script_gets_a_token_like_cognitos_for_a_named_person() {
    let (stand_in, client) = start().await;
    let answer = tokens(
        &stand_in,
        &client,
        &[("grant_type", "password"), ("username", "ann")],
    )
    .await;
    assert_eq!(answer.headers()["cache-control"], "no-store");
    let answer: Value = answer.json().await.unwrap();
    let claims = verified(&stand_in, &client, &answer["access_token"])
        .await
        .unwrap();
    assert_eq!(claims["iss"], stand_in.endpoints().issuer);
    assert_eq!(claims["sub"], "subject-1");
    assert_eq!(claims["token_use"], "access");
    assert_eq!(claims["client_id"], CLIENT_ID);
    assert_eq!(claims["username"], "ann");
    assert_eq!(claims["cognito:groups"], json!(["acme:admin"]));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        3_600
    );
    assert_eq!(answer["expires_in"], 3_600);
}

#[tokio::test]
async fn what_is_no_grant_is_refused_by_name() {
    let (stand_in, client) = start().await;
    for (members, expected) in [
        (
            vec![("grant_type", "password"), ("username", "bob")],
            "invalid_grant",
        ),
        (vec![("grant_type", "password")], "invalid_request"),
        (
            vec![("grant_type", "client_credentials")],
            "unsupported_grant_type",
        ),
        (vec![], "unsupported_grant_type"),
        (
            vec![("grant_type", "refresh_token"), ("refresh_token", "x")],
            "invalid_grant",
        ),
        (
            vec![
                ("grant_type", "authorization_code"),
                ("code", "x"),
                ("code_verifier", "y"),
            ],
            "invalid_grant",
        ),
    ] {
        let answer = tokens(&stand_in, &client, &members).await;
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
        assert_eq!(
            answer.json::<Value>().await.unwrap()["error"],
            expected,
            "{members:?}"
        );
    }
    let url = stand_in.issuer().token_url();
    let other = client
        .post(url)
        .body("client_id=other&grant_type=password&username=ann");
    let other: Value = other.send().await.unwrap().json().await.unwrap();
    assert_eq!(other["error"], "invalid_client");
}

/// Signs ann in and gives the code that the application gets.
async fn code(stand_in: &StandIn, client: &Client) -> String {
    let query = [
        ("response_type", "code"),
        ("client_id", CLIENT_ID),
        ("redirect_uri", RETURN_TO),
        ("state", "s&1"),
        ("nonce", "n"),
        ("code_challenge", &challenge()),
        ("code_challenge_method", "S256"),
    ];
    let url = at(stand_in, "/oauth2/authorize", &query);
    let page = client.get(&url).send().await.unwrap().text().await.unwrap();
    assert!(
        page.contains(r#"<button name="username" value="ann">"#),
        "{page}"
    );
    let (_, action) = page.split_once("action=\"").unwrap();
    let (action, _) = action.split_once('"').unwrap();
    let action = format!(
        "{}{}",
        stand_in.endpoints().issuer,
        action.replace("&amp;", "&")
    );
    let signed_in = client
        .post(action)
        .body("username=ann")
        .send()
        .await
        .unwrap();
    assert_eq!(signed_in.status(), StatusCode::SEE_OTHER);
    let location = signed_in.headers()["location"].to_str().unwrap();
    let members = location
        .strip_prefix(&format!("{RETURN_TO}&code="))
        .unwrap();
    let (code, state) = members.split_once('&').unwrap();
    assert_eq!(state, "state=s%261");
    code.to_owned()
}

#[tokio::test]
async fn a_person_signs_in_and_the_application_gets_tokens_once() {
    let (stand_in, client) = start().await;
    let code = code(&stand_in, &client).await;
    let exchange = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", RETURN_TO),
        ("code_verifier", VERIFIER),
    ];
    let answer = tokens(&stand_in, &client, &exchange).await;
    let answer: Value = answer.json().await.unwrap();
    let identity = verified(&stand_in, &client, &answer["id_token"])
        .await
        .unwrap();
    assert_eq!(identity["aud"], CLIENT_ID);
    assert_eq!(identity["token_use"], "id");
    assert_eq!(identity["nonce"], "n");
    assert_eq!(identity["email"], "ann@example.com");
    assert!(
        verified(&stand_in, &client, &answer["access_token"])
            .await
            .is_some()
    );
    let again = tokens(&stand_in, &client, &exchange).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);

    let refresh = answer["refresh_token"].as_str().unwrap();
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", refresh)];
    let refreshed: Value = tokens(&stand_in, &client, &refresh)
        .await
        .json()
        .await
        .unwrap();
    let claims = verified(&stand_in, &client, &refreshed["access_token"])
        .await
        .unwrap();
    assert_eq!(claims["sub"], "subject-1");
}

#[tokio::test]
async fn a_code_is_worth_nothing_to_who_did_not_ask_for_it() {
    let (stand_in, client) = start().await;
    for (redirect_uri, verifier) in [
        (RETURN_TO, "another-verifier"),
        ("http://127.0.0.1:9001/", VERIFIER),
    ] {
        let code = code(&stand_in, &client).await;
        let exchange = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        let answer = tokens(&stand_in, &client, &exchange).await;
        assert_eq!(
            answer.json::<Value>().await.unwrap()["error"],
            "invalid_grant"
        );
    }
}

#[tokio::test]
async fn nobody_is_sent_to_another_machine() {
    let (stand_in, client) = start().await;
    for elsewhere in [
        "https://evil.example/",
        "http://127.0.0.1@evil.example/",
        "/x",
        "javascript:x",
    ] {
        let query = [
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", elsewhere),
            ("code_challenge", "x"),
            ("code_challenge_method", "S256"),
        ];
        let url = at(&stand_in, "/oauth2/authorize", &query);
        let sign_in = client.post(url).body("username=ann").send().await.unwrap();
        let query = [("client_id", CLIENT_ID), ("logout_uri", elsewhere)];
        let sign_out = client
            .get(at(&stand_in, "/logout", &query))
            .send()
            .await
            .unwrap();
        let bad = StatusCode::BAD_REQUEST;
        assert_eq!(
            (sign_in.status(), sign_out.status()),
            (bad, bad),
            "{elsewhere}"
        );
    }
    let query = [("client_id", CLIENT_ID), ("logout_uri", RETURN_TO)];
    let out = client
        .get(at(&stand_in, "/logout", &query))
        .send()
        .await
        .unwrap();
    assert_eq!(out.headers()["location"], RETURN_TO);
}

#[tokio::test]
async fn a_token_outlives_a_restart_and_not_a_new_key() {
    let dir = tempfile::tempdir().unwrap();
    let first = StandIn::on_disk(dir.path(), Ports::default())
        .await
        .unwrap();
    first.issuer().add_person(ann());
    let token = json!(first.issuer().access_token("ann", 1_000).unwrap());
    first.shutdown().await;
    let again = StandIn::on_disk(dir.path(), Ports::default())
        .await
        .unwrap();
    let claims = verified(&again, &client(), &token).await.unwrap();
    assert_eq!(claims["iat"], 1_000);
    again.issuer().rotate_key().unwrap();
    assert_eq!(verified(&again, &client(), &token).await, None);
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::tempdir().unwrap();
    let stand_in = StandIn::on_disk(dir.path(), Ports::default())
        .await
        .unwrap();
    let file = std::fs::metadata(dir.path().join("issuer.json")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    assert!(format!("{stand_in:?}").contains("SigningKey { id: "));
}

#[tokio::test]
async fn the_provider_fails_on_demand() {
    let (stand_in, client) = start().await;
    let keys = format!("{}/.well-known/jwks.json", stand_in.endpoints().issuer);
    let status = async || {
        client
            .get(&keys)
            .send()
            .await
            .map(|answer| answer.status().as_u16())
    };
    let error = Fault::server_error().on_service(Service::Issuer).times(1);
    stand_in.faults().inject(error);
    assert_eq!(status().await.unwrap(), 500);
    assert_eq!(status().await.unwrap(), 200);
    let outage = stand_in
        .faults()
        .inject(Fault::refused().on_service(Service::Issuer));
    assert!(status().await.is_err());
    outage.clear();
    assert_eq!(status().await.unwrap(), 200);
    let recorded = stand_in.recorded();
    let asked = recorded
        .iter()
        .filter(|it| it.action == "GET /.well-known/jwks.json");
    assert!(asked.count() >= 3);
}
