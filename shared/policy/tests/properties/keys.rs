use event::KeyId;
use policy::{ApiKey, KeyFormatError, KeyKind, SecretHash};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use rand::SeedableRng;
use rand::rngs::StdRng;

pub(crate) fn any_kind() -> impl Strategy<Value = KeyKind> {
    select(KeyKind::ALL.as_slice())
}

pub(crate) fn any_key() -> impl Strategy<Value = ApiKey> {
    (any_kind(), any::<u64>()).prop_map(|(kind, seed)| generated(kind, seed))
}

fn generated(kind: KeyKind, seed: u64) -> ApiKey {
    ApiKey::generate(kind, &mut StdRng::seed_from_u64(seed))
}

proptest! {
    #[test]
    fn a_generated_key_parses_back_to_itself(key in any_key()) {
        let parsed = ApiKey::parse(key.expose()).unwrap();
        prop_assert_eq!(parsed.kind(), key.kind());
        prop_assert_eq!(parsed.id(), key.id());
        prop_assert_eq!(parsed.expose(), key.expose());
        prop_assert_eq!(parsed.secret_hash(), key.secret_hash());
    }

    #[test]
    fn a_key_with_one_wrong_character_is_refused(
        key in any_key(),
        position in any::<Index>(),
        character in any::<char>(),
    ) {
        let mut characters: Vec<char> = key.expose().chars().collect();
        let position = position.index(characters.len());
        prop_assume!(characters[position] != character);
        characters[position] = character;
        let text: String = characters.into_iter().collect();
        prop_assert!(ApiKey::parse(&text).is_err());
    }

    #[test]
    fn a_key_cut_short_or_grown_is_refused(
        key in any_key(),
        length in any::<Index>(),
        more in "[0-9A-Za-z_ ]{1,8}",
    ) {
        let text = key.expose();
        prop_assert!(ApiKey::parse(&text[..length.index(text.len())]).is_err());
        let grown = format!("{text}{more}");
        prop_assert!(ApiKey::parse(&grown).is_err());
        let moved = format!("{more}{text}");
        prop_assert!(ApiKey::parse(&moved).is_err());
    }

    #[test]
    fn two_neighbouring_characters_swapped_are_noticed(key in any_key(), position in any::<Index>()) {
        let mut bytes = key.expose().as_bytes().to_vec();
        let position = position.index(bytes.len() - 1);
        prop_assume!(bytes[position] != bytes[position + 1]);
        bytes.swap(position, position + 1);
        prop_assert!(ApiKey::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
    }

    #[test]
    fn any_text_is_parsed_or_refused_without_a_panic(
        text in prop_oneof![any::<String>(), "weir_.{0,80}", "weir_(wo|rw|sa)_\\PC{45,55}"],
    ) {
        if let Ok(key) = ApiKey::parse(&text) {
            prop_assert_eq!(key.expose(), text);
        }
    }

    #[test]
    fn debug_shows_nothing_of_the_secret(key in any_key()) {
        let debug = format!("{key:?} {:?}", key.secret_hash());
        let secret = key.expose().rsplit('_').next().unwrap();
        prop_assert!(!debug.contains(&secret[..8]));
        prop_assert!(debug.contains(key.id().as_str()));
    }

    #[test]
    fn a_hash_survives_storage_as_text(bytes in any::<[u8; 32]>()) {
        let hash = SecretHash::from_bytes(bytes);
        let text = serde_json::to_string(&hash).unwrap();
        prop_assert_eq!(text.len(), 66);
        prop_assert_eq!(serde_json::from_str::<SecretHash>(&text).unwrap(), hash);
    }
}

#[test]
fn a_rotated_key_keeps_its_id_and_gets_another_secret() {
    let mut rng = StdRng::seed_from_u64(7);
    let old = ApiKey::generate(KeyKind::WriteOnly, &mut rng);
    let new = ApiKey::generate_with_id(old.kind(), old.id().clone(), &mut rng);
    assert_eq!(new.id(), old.id());
    assert_ne!(new.secret_hash(), old.secret_hash());
}

/// Keys that were issued must parse for ever: this text never changes.
#[test]
fn the_text_of_a_key_keeps_its_form() {
    let id = KeyId::parse("0123456789ab").unwrap();
    let key = ApiKey::generate_with_id(KeyKind::WriteOnly, id, &mut StdRng::seed_from_u64(1));
    let (body, secret) = key.expose().rsplit_once('_').unwrap();
    assert_eq!(body, "weir_wo_0123456789ab");
    assert_eq!(secret.len(), 38);
    let issued = "weir_rw_K7mPq2Xz9LbT_3fG8hJ1kM5nP7qR9sT2uV4wX6yZ0aB3c0gXg8L";
    assert!(ApiKey::parse(issued).is_ok());
}

#[test]
fn each_way_to_be_no_key_has_its_own_error() {
    let table = [
        ("", KeyFormatError::Brand),
        ("sk_live_1234", KeyFormatError::Brand),
        ("Bearer weir_wo_0123456789ab", KeyFormatError::Brand),
        ("weir_", KeyFormatError::Tag),
        ("weir_xx_0123456789ab", KeyFormatError::Tag),
        ("weir_wo_0123456789ab", KeyFormatError::Length),
    ];
    for (text, error) in table {
        assert_eq!(ApiKey::parse(text).unwrap_err(), error, "{text}");
    }
    let valid = generated(KeyKind::Rum, 3);
    let dashed = valid.expose().replace(valid.id().as_str(), "0123-56789ab");
    assert_eq!(
        ApiKey::parse(&dashed).unwrap_err(),
        KeyFormatError::Alphabet
    );
    let other_kind = valid.expose().replace("weir_rum_", "weir_rw_");
    assert_eq!(
        ApiKey::parse(&other_kind).unwrap_err(),
        KeyFormatError::Checksum
    );
}

#[test]
fn a_stored_hash_that_is_no_hash_is_refused_without_repeating_it() {
    for text in ["\"\"", "\"zz\"", &format!("\"{}\"", "g".repeat(64)), "42"] {
        let error = serde_json::from_str::<SecretHash>(text)
            .unwrap_err()
            .to_string();
        assert!(!error.contains("zz") && !error.contains("gg"), "{error}");
    }
}
