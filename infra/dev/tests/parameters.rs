//! What the parameters of template.yaml may be: nothing that the functions would refuse when they start.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::collections::BTreeMap;

use edge::{Config, is_dashboard_url};
use regex_automata::meta::Regex;
use serde_yaml_ng::Value;

fn template() -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    serde_yaml_ng::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The values of the parameters that are texts.
type Values<'a> = BTreeMap<&'a str, &'a str>;

/// Whether a function takes a value.
type Takes<'a> = &'a dyn Fn(&str) -> bool;

/// A function's variables are those that are given.
fn starts(given: &[(&str, &str)]) -> bool {
    let read = Config::read(|name| {
        let is_needed = name.starts_with("WEIR_TABLE_") || name == "AWS_REGION";
        let found = given.iter().find(|(it, _)| *it == name);
        let found = found.map(|(_, value)| (*value).to_owned());
        found.or_else(|| is_needed.then(|| name.to_owned()))
    });
    read.is_ok()
}

/// What a condition such as `!Not [!Equals [!Ref DomainName, ""]]` says of the parameters.
fn holds(condition: &Value, values: &Values<'_>) -> bool {
    let Value::Tagged(tagged) = condition else {
        panic!("{condition:?} is no condition");
    };
    let parts = tagged.value.as_sequence().unwrap();
    let mut of_parts = parts.iter().map(|part| holds(part, values));
    match tagged.tag.to_string().as_str() {
        "!Not" => !holds(&parts[0], values),
        "!And" => of_parts.all(|it| it),
        "!Or" => of_parts.any(|it| it),
        "!Equals" => text(&parts[0], values) == text(&parts[1], values),
        other => panic!("{other} is not read"),
    }
}

fn text<'a>(value: &'a Value, values: &Values<'a>) -> &'a str {
    if let Value::Tagged(reference) = value {
        return values[reference.value.as_str().unwrap()];
    }
    value.as_str().unwrap()
}

/// The rules that refuse these parameters, the others being as they are by default.
fn refused_by(given: &[(&str, &str)]) -> Vec<String> {
    let template = template();
    let parameters = template["Parameters"].as_mapping().unwrap().iter();
    let defaults =
        parameters.filter_map(|(name, it)| Some((name.as_str()?, it["Default"].as_str()?)));
    let mut values: Values<'_> = defaults.collect();
    values.extend(given.iter().copied());
    let rules = template["Rules"].as_mapping().unwrap().iter();
    let refuses = |rule: &Value| {
        let mut assertions = rule["Assertions"].as_sequence().unwrap().iter();
        let is_about = holds(&rule["RuleCondition"], &values);
        is_about && !assertions.all(|it| holds(&it["Assert"], &values))
    };
    let refusing = rules.filter(|(_, rule)| refuses(rule));
    refusing
        .map(|(name, _)| name.as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_value_that_a_function_would_refuse_when_it_starts_is_refused_before_anything_is_made() {
    let secret = "s".repeat(32);
    let two = format!("{secret},{secret}");
    let [short, empty, spaced] = [
        format!("{secret},short"),
        format!("{secret},"),
        format!("{secret}, {secret}"),
    ];
    let origin = |value: &str| starts(&[("WEIR_ORIGIN_SECRETS", value)]);
    let issuer =
        |value: &str| starts(&[("WEIR_OIDC_ISSUER", value), ("WEIR_OIDC_AUDIENCE", "weir")]);
    let keys = |value: &str| {
        let provider = [
            ("WEIR_OIDC_ISSUER", "https://id.example"),
            ("WEIR_OIDC_AUDIENCE", "weir"),
        ];
        starts(&[provider[0], provider[1], ("WEIR_OIDC_JWKS_URL", value)])
    };
    let addresses = [
        "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1",
        "https://id.example:8443/realms/x?p=1",
    ];
    let no_addresses = [
        "id.example",
        "http://id.example",
        "https://",
        "https://ann@id.example",
        "https://id.<region>.example",
    ];
    let no_dashboards = [
        "https://weir.example/dashboard/",
        "https://weir.example",
        "https://weir.example/stage/dashboard",
        "weir.example/dashboard",
    ];
    let cases: [(&str, Takes<'_>, &[&str], &[&str]); 4] = [
        (
            "OriginSecrets",
            &origin,
            &[&secret, &two],
            &["short", &short, &empty],
        ),
        ("OidcIssuer", &issuer, &addresses, &no_addresses),
        ("OidcJwksUrl", &keys, &addresses, &no_addresses),
        (
            "DashboardUrl",
            &is_dashboard_url,
            &[
                "https://weir.example/dashboard",
                "https://x.example:8443/dashboard",
            ],
            &no_dashboards,
        ),
    ];
    let template = template();
    for (name, is_taken, good, bad) in cases {
        let parameter = &template["Parameters"][name];
        let pattern = Regex::new(parameter["AllowedPattern"].as_str().unwrap()).unwrap();
        assert!(parameter["ConstraintDescription"].is_string(), "{name}");
        assert!(
            pattern.is_match(parameter["Default"].as_str().unwrap()),
            "{name}"
        );
        for value in good {
            assert!(
                pattern.is_match(*value) && is_taken(value),
                "{name}: {value}"
            );
        }
        for value in bad {
            assert!(
                !pattern.is_match(*value) && !is_taken(value),
                "{name}: {value}"
            );
        }
    }
    // The function takes it, and CloudFront would show another one.
    let pattern = template["Parameters"]["OriginSecrets"]["AllowedPattern"].as_str();
    assert!(!Regex::new(pattern.unwrap()).unwrap().is_match(&spaced));
}

#[test]
fn a_provider_is_whole_or_there_is_none() {
    let parameters = [
        ("OidcIssuer", "WEIR_OIDC_ISSUER", "https://id.example"),
        ("OidcAudience", "WEIR_OIDC_AUDIENCE", "weir"),
        ("OidcAlgorithm", "WEIR_OIDC_ALGORITHM", "ES256"),
        ("OidcGroupsClaim", "WEIR_OIDC_GROUPS_CLAIM", "groups"),
        (
            "OidcJwksUrl",
            "WEIR_OIDC_JWKS_URL",
            "https://id.example/keys",
        ),
    ];
    for set in 0..1_u32 << parameters.len() {
        let given = (0..parameters.len()).filter(|at| set & (1 << at) != 0);
        let given: Vec<_> = given.map(|at| parameters[at]).collect();
        let variables: Vec<_> = given
            .iter()
            .map(|&(_, name, value)| (name, value))
            .collect();
        let mut given: Vec<_> = given
            .iter()
            .map(|&(name, _, value)| (name, value))
            .collect();
        let refused = refused_by(&given);
        assert_eq!(
            refused.is_empty(),
            starts(&variables),
            "{given:?}: {refused:?}"
        );
        // A pool of the stack's own replaces them all.
        given.push(("CreateUserPool", "true"));
        given.push(("DashboardUrl", "https://weir.example/dashboard"));
        assert_eq!(refused_by(&given), Vec::<String>::new());
    }
    assert_eq!(refused_by(&[("OidcClientId", "weir")]), ["ProviderIsWhole"]);
}

#[test]
fn what_would_deploy_no_cloudfront_or_fail_late_is_refused() {
    let secrets = "s".repeat(32);
    let secret = ("OriginSecrets", secrets.as_str());
    let (name, acl) = (("FrontDomainName", "weir.example"), ("WebAclArn", "arn:x"));
    let certificate = ("FrontCertificateArn", "arn:x");
    let none: [&str; 0] = [];
    assert_eq!(refused_by(&[]), none);
    assert_eq!(refused_by(&[secret]), none);
    assert_eq!(refused_by(&[secret, acl, name, certificate]), none);
    assert_eq!(refused_by(&[acl]), ["FrontHasSecret"]);
    assert_eq!(refused_by(&[name, certificate]), ["FrontHasSecret"]);
    assert_eq!(refused_by(&[secret, name]), ["FrontDomainHasCertificate"]);
    assert_eq!(
        refused_by(&[("DomainName", "weir.example")]),
        ["DomainHasCertificate"]
    );
    assert_eq!(
        refused_by(&[("CreateUserPool", "true")]),
        ["UserPoolKnowsWhereToLeadBack"]
    );
}
