//! A provider that does what a test wants, and signers that sign what it wants.

use std::sync::{Arc, Mutex};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use axum::Json;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use http::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::super::SigningAlgorithm;

pub(super) fn base64(bytes: impl AsRef<[u8]>) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// A private key of the provider, or of somebody who wants to be it.
pub(super) struct Signer {
    pub(super) id: &'static str,
    key: PrivateKey,
}

enum PrivateKey {
    Rsa(RsaKeyPair),
    EllipticCurve(EcdsaKeyPair),
}

impl Signer {
    pub(super) fn rsa(id: &'static str) -> Self {
        let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let key = PrivateKey::Rsa(key);
        Self { id, key }
    }

    pub(super) fn elliptic_curve(id: &'static str) -> Self {
        let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let key = PrivateKey::EllipticCurve(key);
        Self { id, key }
    }

    pub(super) fn algorithm(&self) -> SigningAlgorithm {
        match self.key {
            PrivateKey::Rsa(_) => SigningAlgorithm::Rs256,
            PrivateKey::EllipticCurve(_) => SigningAlgorithm::Es256,
        }
    }

    /// The public key as bytes that anybody can have.
    pub(super) fn public(&self) -> Vec<u8> {
        match &self.key {
            PrivateKey::Rsa(key) => key.public_key().as_ref().to_vec(),
            PrivateKey::EllipticCurve(key) => key.public_key().as_ref().to_vec(),
        }
    }

    pub(super) fn jwk(&self) -> Value {
        let public = self.public();
        match self.key {
            // After the headers of the sequence and its first number; 65537 is the second.
            PrivateKey::Rsa(_) => json!({
                "kty": "RSA", "kid": self.id, "use": "sig", "alg": "RS256",
                "n": base64(&public[9..265]), "e": "AQAB",
            }),
            PrivateKey::EllipticCurve(_) => json!({
                "kty": "EC", "kid": self.id, "use": "sig", "crv": "P-256",
                "x": base64(&public[1..33]), "y": base64(&public[33..]),
            }),
        }
    }

    /// A token with these claims.
    pub(super) fn token(&self, claims: &Value) -> String {
        let header = json!({"alg": self.algorithm().as_str(), "kid": self.id, "typ": "JWT"});
        self.token_with(&header, claims)
    }

    /// A token with this header, too.
    pub(super) fn token_with(&self, header: &Value, claims: &Value) -> String {
        let signed = unsigned(header, claims);
        let signature = self.sign(signed.as_bytes());
        format!("{signed}.{}", base64(signature))
    }

    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &self.key {
            PrivateKey::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
                    .unwrap();
                signature
            }
            PrivateKey::EllipticCurve(key) => key.sign(&random, message).unwrap().as_ref().to_vec(),
        }
    }
}

/// Header and payload.
pub(super) fn unsigned(header: &Value, claims: &Value) -> String {
    format!(
        "{}.{}",
        base64(header.to_string()),
        base64(claims.to_string())
    )
}

/// What the provider answers.
pub(super) struct Served {
    pub(super) status: StatusCode,
    pub(super) keys: Vec<Value>,
    /// How often the keys were asked for.
    pub(super) fetches: usize,
    /// The discovery document.
    pub(super) document: Value,
}

pub(super) struct Provider {
    pub(super) issuer: String,
    served: Arc<Mutex<Served>>,
    task: JoinHandle<()>,
}

impl Provider {
    /// Serves these keys until dropped.
    pub(super) async fn start(signers: &[&Signer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/pool", listener.local_addr().unwrap());
        let served = Arc::new(Mutex::new(Served {
            status: StatusCode::OK,
            keys: signers.iter().map(|signer| signer.jwk()).collect(),
            fetches: 0,
            document: json!({"issuer": issuer, "jwks_uri": format!("{issuer}/jwks")}),
        }));
        let routes = Router::new()
            .route("/pool/.well-known/openid-configuration", get(document))
            .route("/pool/jwks", get(keys))
            .with_state(Arc::clone(&served));
        let task = tokio::spawn(async move { axum::serve(listener, routes).await.unwrap() });
        Self {
            issuer,
            served,
            task,
        }
    }

    pub(super) fn change(&self, change: impl FnOnce(&mut Served)) {
        change(&mut self.served.lock().unwrap());
    }

    pub(super) fn fetches(&self) -> usize {
        self.served.lock().unwrap().fetches
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.task.abort();
    }
}

type Shared = State<Arc<Mutex<Served>>>;

async fn document(State(served): Shared) -> Json<Value> {
    Json(served.lock().unwrap().document.clone())
}

async fn keys(State(served): Shared) -> (StatusCode, Json<Value>) {
    let mut served = served.lock().unwrap();
    served.fetches += 1;
    (served.status, Json(json!({"keys": served.keys})))
}
