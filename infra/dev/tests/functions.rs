//! What every function of template.yaml has, every stream and ring that it is about, and the API's log.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says by panicking what went wrong"
)]

use std::collections::BTreeSet;

use serde_yaml_ng::Value;

/// Logical name and properties of all resources of that type.
fn resources(kind: &str) -> Vec<(String, Value)> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../template.yaml");
    let text = std::fs::read_to_string(path).unwrap();
    let template: Value = serde_yaml_ng::from_str(&text).unwrap();
    let resources = template["Resources"].as_mapping().unwrap();
    let of_kind = resources.iter().filter(|(_, it)| it["Type"] == kind);
    of_kind
        .map(|(name, it)| (name.as_str().unwrap().to_owned(), it["Properties"].clone()))
        .collect()
}

/// What a tag such as `!Ref` or `!GetAtt` is about.
fn reference(value: &Value) -> &str {
    let Value::Tagged(tagged) = value else {
        panic!("{value:?} refers to nothing");
    };
    tagged.value.as_str().unwrap()
}

#[test]
fn every_function_has_a_role_a_log_and_a_concurrency_of_its_own() {
    let functions = resources("AWS::Serverless::Function");
    let own = |member: fn(&Value) -> &Value| -> BTreeSet<String> {
        let own = functions
            .iter()
            .map(|(_, it)| reference(member(it)).to_owned());
        own.collect()
    };
    assert_eq!(own(|it| &it["Role"]).len(), functions.len());
    assert_eq!(
        own(|it| &it["LoggingConfig"]["LogGroup"]).len(),
        functions.len()
    );
    for (name, function) in &functions {
        let reserved = &function["ReservedConcurrentExecutions"];
        assert!(!reserved.is_null(), "{name}");
    }
}

#[test]
fn every_stream_brings_new_items_alone_and_loses_none_that_fails() {
    let mut streams = 0;
    for (name, function) in resources("AWS::Serverless::Function") {
        let Some(events) = function["Events"].as_mapping() else {
            continue;
        };
        for event in events.values().filter(|event| event["Type"] == "DynamoDB") {
            streams += 1;
            let mapping = &event["Properties"];
            let pattern = mapping["FilterCriteria"]["Filters"][0]["Pattern"].as_str();
            assert!(
                pattern.unwrap().contains(r#""eventName": ["INSERT"]"#),
                "{name}"
            );
            assert_eq!(
                mapping["FunctionResponseTypes"][0], "ReportBatchItemFailures",
                "{name}"
            );
            assert_eq!(mapping["BisectBatchOnFunctionError"], true, "{name}");
            assert!(!mapping["MaximumRecordAgeInSeconds"].is_null(), "{name}");
            let failed = &mapping["DestinationConfig"]["OnFailure"]["Destination"];
            assert!(reference(failed).ends_with("DeadLetters.Arn"), "{name}");
        }
    }
    assert!(streams >= 2);
}

#[test]
fn every_secret_of_the_stack_is_rotated_by_the_function_that_may() {
    let secrets = resources("AWS::SecretsManager::Secret");
    let schedules = resources("AWS::SecretsManager::RotationSchedule");
    let rotated: BTreeSet<_> = schedules
        .iter()
        .map(|(_, it)| reference(&it["SecretId"]).to_owned())
        .collect();
    let secrets: BTreeSet<_> = secrets.into_iter().map(|(name, _)| name).collect();
    assert_eq!(rotated, secrets);

    let roles = resources("AWS::IAM::Role");
    let (_, role) = roles
        .iter()
        .find(|(name, _)| name == "RotationRole")
        .unwrap();
    let statements = &role["Policies"][0]["PolicyDocument"]["Statement"];
    let mut statements = statements.as_sequence().unwrap().iter();
    let turn = statements.find(|it| it["Sid"] == "TurnRings").unwrap();
    let allowed = turn["Resource"].as_sequence().unwrap().iter();
    let allowed: BTreeSet<_> = allowed.map(|it| reference(it).to_owned()).collect();
    assert_eq!(allowed, secrets);
}

#[test]
fn no_deployment_puts_a_new_ring_over_one_that_is_in_use() {
    // CloudFormation does that whenever anything of this changes, even a blank.
    let sealing: Value = serde_yaml_ng::from_str(
        r#"
        SecretStringTemplate: '{"current":"first"}'
        GenerateStringKey: first
        PasswordLength: 64
        ExcludePunctuation: true
        ExcludeUppercase: true
        ExcludeCharacters: ghijklmnopqrstuvwxyz
        RequireEachIncludedType: false
        "#,
    )
    .unwrap();
    let mut other = sealing.clone();
    other["SecretStringTemplate"] = r#"{"current": "first"}"#.into();
    for (name, secret) in resources("AWS::SecretsManager::Secret") {
        let first = if name == "SealingKeys" {
            &sealing
        } else {
            &other
        };
        assert_eq!(secret["GenerateSecretString"], *first, "{name}");
        assert!(secret["SecretString"].is_null(), "{name}");
        assert!(secret["Name"].is_null(), "{name}");
    }
}

#[test]
fn what_the_clock_starts_is_neither_kept_nor_tried_again() {
    let mut clocks = 0;
    for (name, function) in resources("AWS::Serverless::Function") {
        let mut events = function["Events"].as_mapping().into_iter().flatten();
        if events.any(|(_, event)| event["Type"] == "Schedule") {
            clocks += 1;
            let invoked = &function["EventInvokeConfig"];
            assert_eq!(invoked["MaximumEventAgeInSeconds"], 60, "{name}");
            assert_eq!(invoked["MaximumRetryAttempts"], 0, "{name}");
        }
    }
    assert_eq!(clocks, 1);
}

#[test]
fn a_line_of_the_access_log_is_json_also_when_there_was_an_error() {
    let apis = resources("AWS::Serverless::HttpApi");
    let format = apis[0].1["AccessLogSettings"]["Format"].as_str().unwrap();
    // The gateway quotes this one itself.
    assert!(!format.contains("messageString"));
    let line = format.replace("$context.error.message", "Internal Server Error");
    let line: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["error"], "Internal Server Error");
    assert!(
        line.as_object()
            .unwrap()
            .values()
            .all(serde_json::Value::is_string)
    );
}
