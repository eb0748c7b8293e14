//! A public key of the provider, out of its JSON Web Key.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde::Deserialize;

use super::SigningAlgorithm;
use crate::jwt::VerifyingKey;

/// Bytes of a coordinate on P-256.
const COORDINATE_BYTES: usize = 32;

/// A JSON Web Key, as far as it matters for signatures.
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    kid: Option<String>,
    alg: Option<String>,
    #[serde(rename = "use")]
    intended_use: Option<String>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Jwk {
    /// The key and its id; none if it is not for verifying signatures of this algorithm.
    pub(super) fn verifying_key(
        self,
        algorithm: SigningAlgorithm,
    ) -> Option<(String, VerifyingKey)> {
        let is_for = |name: Option<&str>, wanted| name.is_none_or(|name| name == wanted);
        if !is_for(self.alg.as_deref(), algorithm.as_str())
            || !is_for(self.intended_use.as_deref(), "sig")
        {
            return None;
        }
        let parsed = match algorithm {
            SigningAlgorithm::Rs256 if self.kty == "RSA" => self.rsa()?,
            SigningAlgorithm::Es256 if self.kty == "EC" => self.elliptic_curve()?,
            SigningAlgorithm::Rs256 | SigningAlgorithm::Es256 => return None,
        };
        Some((self.kid?, VerifyingKey::new(parsed)))
    }

    fn rsa(&self) -> Option<ParsedPublicKey> {
        let (n, e) = (number(self.n.as_deref())?, number(self.e.as_deref())?);
        RsaPublicKeyComponents { n, e }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .ok()
    }

    fn elliptic_curve(&self) -> Option<ParsedPublicKey> {
        let (x, y) = (bytes(self.x.as_deref())?, bytes(self.y.as_deref())?);
        let is_p256 = self.crv.as_deref() == Some("P-256");
        if !is_p256 || x.len() != COORDINATE_BYTES || y.len() != COORDINATE_BYTES {
            return None;
        }
        // A point in full, as SEC 1 writes it.
        let point = [&[4][..], &x, &y].concat();
        ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()
    }
}

fn bytes(text: Option<&str>) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text?).ok()
}

/// A number without the leading zeros that some providers write.
fn number(text: Option<&str>) -> Option<Vec<u8>> {
    let mut bytes = bytes(text)?;
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    bytes.drain(..zeros);
    Some(bytes)
}
