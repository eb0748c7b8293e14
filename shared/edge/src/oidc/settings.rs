//! Which provider is trusted, and what its tokens look like.

use std::net::IpAddr;

use http::Uri;

use crate::ConfigError;

const ISSUER: &str = "WEIR_OIDC_ISSUER";
const AUDIENCE: &str = "WEIR_OIDC_AUDIENCE";
const ALGORITHM: &str = "WEIR_OIDC_ALGORITHM";
const GROUPS_CLAIM: &str = "WEIR_OIDC_GROUPS_CLAIM";
const JWKS_URL: &str = "WEIR_OIDC_JWKS_URL";
/// Where Cognito lists a person's groups.
const COGNITO_GROUPS: &str = "cognito:groups";

/// The provider, as the environment names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OidcSettings {
    /// `WEIR_OIDC_ISSUER`: the claim `iss` of its tokens, to the letter. An `https` address, or an
    /// `http` one on loopback.
    pub issuer: String,
    /// `WEIR_OIDC_AUDIENCE`: the claim `aud` of its tokens, or the `client_id` where they have no
    /// `aud`.
    pub audience: String,
    /// `WEIR_OIDC_ALGORITHM`: how tokens are signed, `RS256` (default) or `ES256`.
    pub algorithm: SigningAlgorithm,
    /// `WEIR_OIDC_GROUPS_CLAIM`: the claim that lists groups of the form `<workspace>:<role>`.
    /// Default `cognito:groups`.
    pub groups_claim: String,
    /// `WEIR_OIDC_JWKS_URL`: where the keys are; else the provider's discovery document says it.
    pub jwks_url: Option<String>,
}

/// How tokens are signed. The configuration decides, never a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SigningAlgorithm {
    /// RSA PKCS #1 v1.5 with SHA-256 and keys of 2,048 to 8,192 bits.
    Rs256,
    /// ECDSA on the curve P-256 with SHA-256.
    Es256,
}

impl SigningAlgorithm {
    /// The name in tokens and keys.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rs256 => "RS256",
            Self::Es256 => "ES256",
        }
    }
}

impl OidcSettings {
    /// Reads the settings; none where no variable is set.
    pub(crate) fn read(
        optional: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Option<Self>, ConfigError> {
        let all = [ISSUER, AUDIENCE, ALGORITHM, GROUPS_CLAIM, JWKS_URL];
        if all.into_iter().all(|name| optional(name).is_none()) {
            return Ok(None);
        }
        let address = |name| {
            optional(name).map_or(Ok(None), |text| {
                let expected = "an https address, or an http one on loopback";
                let invalid = ConfigError::Invalid { name, expected };
                is_trustworthy(&text).then_some(Some(text)).ok_or(invalid)
            })
        };
        Ok(Some(Self {
            issuer: address(ISSUER)?.ok_or(ConfigError::Missing(ISSUER))?,
            audience: optional(AUDIENCE).ok_or(ConfigError::Missing(AUDIENCE))?,
            algorithm: match optional(ALGORITHM).as_deref() {
                None | Some("RS256") => SigningAlgorithm::Rs256,
                Some("ES256") => SigningAlgorithm::Es256,
                Some(_) => {
                    return Err(ConfigError::Invalid {
                        name: ALGORITHM,
                        expected: "RS256 or ES256",
                    });
                }
            },
            groups_claim: optional(GROUPS_CLAIM).unwrap_or_else(|| COGNITO_GROUPS.to_owned()),
            jwks_url: address(JWKS_URL)?,
        }))
    }
}

/// Whether nobody on the way can change what is fetched from the address.
pub(crate) fn is_trustworthy(address: &str) -> bool {
    let Ok(uri) = address.parse::<Uri>() else {
        return false;
    };
    let Some(host) = uri.host().filter(|host| !host.is_empty()) else {
        return false;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_loopback =
        || host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    let has_user = uri.authority().is_some_and(|it| it.as_str().contains('@'));
    match uri.scheme_str() {
        Some("https") => !has_user,
        Some("http") => !has_user && is_loopback(),
        Some(_) | None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &[(&str, &str)]) -> Result<Option<OidcSettings>, String> {
        let settings = OidcSettings::read(|name| {
            let found = given.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| (*value).to_owned())
        });
        settings.map_err(|error| error.to_string())
    }

    #[test]
    fn without_any_variable_there_is_no_provider() {
        assert_eq!(read(&[]), Ok(None));
    }

    #[test]
    fn issuer_and_audience_are_enough() {
        let settings = read(&[(ISSUER, "https://id.example/pool"), (AUDIENCE, "weir")]);
        let settings = settings.unwrap().unwrap();
        assert_eq!(settings.algorithm, SigningAlgorithm::Rs256);
        assert_eq!(settings.groups_claim, "cognito:groups");
        assert_eq!(settings.jwks_url, None);
    }

    #[test]
    fn half_a_provider_is_none_and_the_error_says_what_is_wrong() {
        let error = |given: &[(&str, &str)]| read(given).unwrap_err();
        let issuer = (ISSUER, "https://id.example");
        insta::assert_snapshot!(error(&[issuer]), @"the environment variable WEIR_OIDC_AUDIENCE is not set");
        insta::assert_snapshot!(error(&[(AUDIENCE, "weir")]), @"the environment variable WEIR_OIDC_ISSUER is not set");
        insta::assert_snapshot!(error(&[(GROUPS_CLAIM, "groups")]), @"the environment variable WEIR_OIDC_ISSUER is not set");
        insta::assert_snapshot!(error(&[issuer, (AUDIENCE, "weir"), (ALGORITHM, "HS256")]), @"the environment variable WEIR_OIDC_ALGORITHM must be RS256 or ES256");
        insta::assert_snapshot!(error(&[(ISSUER, "http://id.example"), (AUDIENCE, "weir")]), @"the environment variable WEIR_OIDC_ISSUER must be an https address, or an http one on loopback");
        insta::assert_snapshot!(error(&[issuer, (AUDIENCE, "weir"), (JWKS_URL, "jwks.json")]), @"the environment variable WEIR_OIDC_JWKS_URL must be an https address, or an http one on loopback");
    }

    #[test]
    fn only_addresses_that_nobody_can_stand_between_are_trusted() {
        for good in [
            "https://id.example",
            "http://localhost:8000/x",
            "http://127.0.0.1:1",
            "http://[::1]:1/",
        ] {
            assert!(is_trustworthy(good), "{good}");
        }
        for bad in [
            "",
            "id.example",
            "/jwks",
            "ftp://id.example",
            "http://id.example",
            "http://127.0.0.1@id.example",
            "http://localhost.id.example",
            "https://user@id.example",
            "http://0.0.0.0/",
        ] {
            assert!(!is_trustworthy(bad), "{bad}");
        }
    }
}
