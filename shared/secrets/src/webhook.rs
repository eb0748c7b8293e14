//! Signing secrets of webhooks, as the Standard Webhooks specification has them.
//!
//! A secret is `whsec_` and 32 random bytes in base64. What it signs is the message's id, the moment
//! in seconds and the body, joined by dots, with HMAC-SHA256.

use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use event::{Timestamp, WorkflowId};
use rand::{CryptoRng, RngExt};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

use crate::ring::SealingKey;
use crate::ring_source::Fetched;
use crate::{SealedSecret, Secrets, SecretsError};

/// What every secret begins with.
const BRAND: &str = "whsec_";
/// Length of the random part, in bytes.
const SECRET_BYTES: usize = 32;
/// Length of a nonce, in bytes.
const NONCE: usize = 12;

/// The secret that a workflow's webhooks are signed with. Its `Debug` says nothing; the text is wiped
/// from memory on drop.
#[derive(Clone)]
pub struct WebhookSecret(SecretString);

impl WebhookSecret {
    /// A new random secret.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        let bytes = Zeroizing::new(rng.random::<[u8; SECRET_BYTES]>());
        let encoded = Zeroizing::new(STANDARD.encode(bytes.as_slice()));
        Self(format!("{BRAND}{}", encoded.as_str()).into())
    }

    /// The whole text: for the one who is given it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    fn key(&self) -> Result<hmac::Key, SecretsError> {
        let encoded = self.expose().strip_prefix(BRAND);
        let bytes = encoded.and_then(|text| STANDARD.decode(text).ok());
        let bytes = bytes.map(Zeroizing::new).ok_or(SecretsError::Corrupt)?;
        Ok(hmac::Key::new(hmac::HMAC_SHA256, &bytes))
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret")
    }
}

/// Signs the webhooks of one workflow. Its `Debug` says nothing.
#[derive(Clone)]
pub struct WebhookSigner(Vec<hmac::Key>);

impl WebhookSigner {
    /// The value of `webhook-signature`: one signature per secret, the newest first.
    pub fn sign(&self, id: &str, at: Timestamp, body: &str) -> String {
        let signed = format!("{id}.{}.{body}", at.as_secs());
        let signatures = self.0.iter().map(|key| {
            let tag = hmac::sign(key, signed.as_bytes());
            format!("v1,{}", STANDARD.encode(tag.as_ref()))
        });
        signatures.collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Debug for WebhookSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSigner")
    }
}

impl Secrets {
    /// Seals the signing secret of that workflow under the current sealing key.
    pub async fn seal_webhook(
        &self,
        workflow: &WorkflowId,
        secret: &WebhookSecret,
    ) -> Result<SealedSecret, SecretsError> {
        let Fetched { ring, .. } = self.ring().get(None).await?;
        let (id, key) = ring.current()?;
        Ok(SealedSecret {
            ring_key: id.to_owned(),
            nonce_and_ciphertext: seal(workflow, secret, key)?,
        })
    }

    /// Who signs with these secrets of that workflow, the newest first. A text that was changed or
    /// belongs to another workflow is [`SecretsError::NotGenuine`].
    pub async fn webhook_signer(
        &self,
        workflow: &WorkflowId,
        sealed: &[&SealedSecret],
    ) -> Result<WebhookSigner, SecretsError> {
        let mut fetched = self.ring().get(None).await?;
        let is_known = |fetched: &Fetched| {
            let known = |sealed: &&SealedSecret| fetched.ring.get(&sealed.ring_key).is_some();
            sealed.iter().all(known)
        };
        if !is_known(&fetched) {
            // Younger than what was fetched, perhaps.
            fetched = self.ring().get(Some(fetched.at)).await?;
        }
        let keys = sealed.iter().map(|sealed| {
            let under = fetched.ring.get(&sealed.ring_key);
            let under = under.ok_or(SecretsError::UnknownSealingKey)?;
            unseal(workflow, &sealed.nonce_and_ciphertext, under)?.key()
        });
        Ok(WebhookSigner(keys.collect::<Result<_, _>>()?))
    }
}

/// What ties a sealed secret to its workflow. No API key's id begins so.
fn purpose(workflow: &WorkflowId) -> String {
    format!("webhook:{workflow}")
}

fn seal(
    workflow: &WorkflowId,
    secret: &WebhookSecret,
    under: &SealingKey,
) -> Result<Vec<u8>, SecretsError> {
    let nonce: [u8; NONCE] = rand::rng().random();
    let purpose = purpose(workflow);
    let payload = Payload {
        msg: secret.expose().as_bytes(),
        aad: purpose.as_bytes(),
    };
    let cipher = Aes256Gcm::new(under.expose_secret().into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| SecretsError::Corrupt)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

fn unseal(
    workflow: &WorkflowId,
    sealed: &[u8],
    under: &SealingKey,
) -> Result<WebhookSecret, SecretsError> {
    let (nonce, sealed) = sealed
        .split_first_chunk::<NONCE>()
        .ok_or(SecretsError::NotGenuine)?;
    let purpose = purpose(workflow);
    let payload = Payload {
        msg: sealed,
        aad: purpose.as_bytes(),
    };
    let cipher = Aes256Gcm::new(under.expose_secret().into());
    let text = cipher
        .decrypt(&Nonce::from(*nonce), payload)
        .map(Zeroizing::new);
    let text = text.map_err(|_| SecretsError::NotGenuine)?;
    let text = std::str::from_utf8(&text).map_err(|_| SecretsError::NotGenuine)?;
    Ok(WebhookSecret(text.into()))
}

#[cfg(test)]
mod tests {
    use secrecy::SecretBox;

    use super::*;

    fn workflow(text: &str) -> WorkflowId {
        WorkflowId::parse(text).unwrap()
    }

    #[test]
    fn a_sealed_secret_opens_for_its_workflow_alone() {
        let key: SealingKey = SecretBox::new(Box::new([1; 32]));
        let secret = WebhookSecret::generate(&mut rand::rng());
        assert_eq!(secret.expose().len(), BRAND.len() + 44);
        assert_eq!(format!("{secret:?}"), "WebhookSecret");
        let (own, other) = (workflow("3fYx9QkLm2Ab"), workflow("3fYx9QkLm2Ac"));
        let sealed = seal(&own, &secret, &key).unwrap();
        assert_eq!(
            unseal(&own, &sealed, &key).unwrap().expose(),
            secret.expose()
        );
        assert_eq!(
            unseal(&other, &sealed, &key).unwrap_err(),
            SecretsError::NotGenuine
        );
    }

    #[test]
    fn a_signature_is_the_one_of_the_specification() {
        // The example of the Standard Webhooks specification.
        let secret = WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into());
        let signer = WebhookSigner(vec![secret.key().unwrap(), secret.key().unwrap()]);
        let at = Timestamp::from_millis(1_614_265_330_000);
        let one = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(
            signer.sign(
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                at,
                r#"{"test": 2432232314}"#
            ),
            format!("{one} {one}")
        );
    }
}
