//! Sealing: AES-256-GCM with a random nonce, the API key's id as associated data.
//!
//! With random nonces of 96 bits one sealing key is good for 2^32 texts; there are not that many
//! API keys. The associated data ties a sealed text to its API key: moved to another one's item, it
//! does not open.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use event::KeyId;
use policy::ApiKey;
use rand::{CryptoRng, RngExt};
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;

use crate::SecretsError;
use crate::ring::SealingKey;

/// Length of a nonce, in bytes.
const NONCE: usize = 12;

/// The nonce and, behind it, the key's text, encrypted and authenticated.
pub(crate) fn seal(
    key: &ApiKey,
    under: &SealingKey,
    rng: &mut impl CryptoRng,
) -> Result<Vec<u8>, SecretsError> {
    let nonce: [u8; NONCE] = rng.random();
    let payload = Payload {
        msg: key.expose().as_bytes(),
        aad: key.id().as_str().as_bytes(),
    };
    let cipher = Aes256Gcm::new(under.expose_secret().into());
    let sealed = cipher.encrypt(&Nonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| SecretsError::Corrupt)?;
    Ok([nonce.as_slice(), &sealed].concat())
}

/// The key that was sealed.
pub(crate) fn unseal(
    id: &KeyId,
    sealed: &[u8],
    under: &SealingKey,
) -> Result<ApiKey, SecretsError> {
    let (nonce, sealed) = sealed
        .split_first_chunk::<NONCE>()
        .ok_or(SecretsError::NotGenuine)?;
    let payload = Payload {
        msg: sealed,
        aad: id.as_str().as_bytes(),
    };
    let cipher = Aes256Gcm::new(under.expose_secret().into());
    let text = cipher
        .decrypt(&Nonce::from(*nonce), payload)
        .map(Zeroizing::new);
    let text = text.map_err(|_| SecretsError::NotGenuine)?;
    let text = std::str::from_utf8(&text).map_err(|_| SecretsError::NotGenuine)?;
    ApiKey::parse(text)
        .ok()
        .filter(|key| key.id() == id)
        .ok_or(SecretsError::NotGenuine)
}

#[cfg(test)]
mod tests {
    use policy::KeyKind;
    use secrecy::SecretBox;

    use super::*;

    fn sealing_key(byte: u8) -> SealingKey {
        SecretBox::new(Box::new([byte; 32]))
    }

    #[test]
    fn a_sealed_key_opens_to_the_same_text_and_does_not_contain_it() {
        let key = ApiKey::generate(KeyKind::WriteOnly, &mut rand::rng());
        let sealed = seal(&key, &sealing_key(1), &mut rand::rng()).unwrap();
        let opened = unseal(key.id(), &sealed, &sealing_key(1)).unwrap();
        assert_eq!(opened.expose(), key.expose());
        let text = key.expose().as_bytes();
        assert!(
            !sealed
                .windows(8)
                .any(|window| text.windows(8).any(|part| part == window))
        );
        let again = seal(&key, &sealing_key(1), &mut rand::rng()).unwrap();
        assert_ne!(sealed, again, "every sealing takes a new nonce");
    }

    #[test]
    fn a_changed_text_a_wrong_key_and_another_id_do_not_open() {
        let key = ApiKey::generate(KeyKind::Rum, &mut rand::rng());
        let other = ApiKey::generate(KeyKind::Rum, &mut rand::rng());
        let sealed = seal(&key, &sealing_key(1), &mut rand::rng()).unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            let opened = unseal(key.id(), &changed, &sealing_key(1));
            assert_eq!(opened.unwrap_err(), SecretsError::NotGenuine);
        }
        for (id, under) in [(key.id(), sealing_key(2)), (other.id(), sealing_key(1))] {
            assert_eq!(
                unseal(id, &sealed, &under).unwrap_err(),
                SecretsError::NotGenuine
            );
        }
        assert_eq!(
            unseal(key.id(), &[1, 2], &sealing_key(1)).unwrap_err(),
            SecretsError::NotGenuine
        );
    }
}
