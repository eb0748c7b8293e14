//! How large the functions' resource policies get: every permission to invoke is a statement of one.

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value, json};

use super::Template;
use super::reading::logical_name;

/// Lambda takes no larger policy, in bytes.
const LIMIT: usize = 20_480;
/// The characters of a stack's name that are made room for.
const STACK_CHARS: usize = 32;
/// The longest name of a region.
const REGION: &str = "ap-southeast-2";
const ACCOUNT: &str = "123456789012";
const PARTITION: &str = "aws";
const API_ID: &str = "a1b2c3d4e5";
/// What `CloudFormation` puts behind names, at its longest.
const RANDOM: &str = "1A2B3C4D5E6F7";
/// A function and a rule have no longer name.
const NAME_CHARS: usize = 64;
/// A statement has no longer id.
const SID_CHARS: usize = 100;

/// The functions whose policy would be refused in a stack of a long name, which would roll it back.
pub(super) fn too_large(template: &Template) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for (function, _) in template.of_type("AWS::Lambda::Function") {
        let size = policy(template, function)?.to_string().len();
        if size > LIMIT {
            found.push(format!(
                "the resource policy of {function} gets {size} bytes: Lambda takes {LIMIT}"
            ));
        }
    }
    Ok(found)
}

/// The policy as Lambda keeps it.
fn policy(template: &Template, function: &str) -> Result<Value> {
    let mut statements = Vec::new();
    for (logical, permission) in template.of_type("AWS::Lambda::Permission") {
        let properties = &permission.properties;
        if properties.get("FunctionName").and_then(logical_name) != Some(function) {
            continue;
        }
        let text = |name: &str| properties.get(name).map(|value| resolved(template, value));
        let mut condition = Map::new();
        if let Some(account) = text("SourceAccount") {
            condition.insert(
                "StringEquals".to_owned(),
                json!({"AWS:SourceAccount": account?}),
            );
        }
        if let Some(arn) = text("SourceArn") {
            condition.insert("ArnLike".to_owned(), json!({"AWS:SourceArn": arn?}));
        }
        statements.push(json!({
            "Sid": physical(logical, SID_CHARS),
            "Effect": "Allow",
            "Principal": {"Service": text("Principal").context("a permission for nobody")??},
            "Action": text("Action").context("a permission for nothing")??,
            "Resource": arn("lambda", "function:", function),
            "Condition": condition,
        }));
    }
    Ok(json!({"Version": "2012-10-17", "Id": "default", "Statement": statements}))
}

/// A text of the template as it is in the account.
fn resolved(template: &Template, value: &Value) -> Result<String> {
    if let Some(text) = value.as_str() {
        return Ok(text.to_owned());
    }
    if let Some(substitution) = value.get("Fn::Sub") {
        return substituted(template, substitution);
    }
    let name = logical_name(value).with_context(|| format!("{value} is not read"))?;
    let kind = template.resources.get(name).map(|it| it.kind.as_str());
    Ok(match (name, kind) {
        ("AWS::AccountId", _) => ACCOUNT.to_owned(),
        ("AWS::Partition", _) => PARTITION.to_owned(),
        ("AWS::Region", _) => REGION.to_owned(),
        (_, Some("AWS::ApiGatewayV2::Api")) => API_ID.to_owned(),
        (_, Some("AWS::Events::Rule")) => arn("events", "rule/", name),
        (other, _) => bail!("how long {other} gets is not known"),
    })
}

/// The text of a `Fn::Sub`, alone or with its own names.
fn substituted(template: &Template, substitution: &Value) -> Result<String> {
    let text = substitution.get(0).unwrap_or(substitution);
    let own = substitution.get(1);
    let mut parts = text.as_str().context("Fn::Sub has no text")?.split("${");
    let mut found = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (name, rest) = part.split_once('}').context("a name has no end")?;
        let value = own.and_then(|own| own.get(name)).cloned();
        let value = value.unwrap_or_else(|| json!({ "Ref": name }));
        found.push_str(&resolved(template, &value)?);
        found.push_str(rest);
    }
    Ok(found)
}

fn arn(service: &str, kind: &str, logical: &str) -> String {
    let name = physical(logical, NAME_CHARS);
    format!("arn:{PARTITION}:{service}:{REGION}:{ACCOUNT}:{kind}{name}")
}

/// The name that `CloudFormation` makes of a logical one.
fn physical(logical: &str, chars: usize) -> String {
    let mut name = format!("{}-{logical}-{RANDOM}", "s".repeat(STACK_CHARS));
    name.truncate(chars);
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(routes: usize) -> Template {
        let mut resources = json!({
            "Api": {"Type": "AWS::ApiGatewayV2::Api"},
            "Tick": {"Type": "AWS::Events::Rule"},
            "KeysFunction": {"Type": "AWS::Lambda::Function"},
            "WorkflowsFunction": {"Type": "AWS::Lambda::Function"},
            "TickPermission": {"Type": "AWS::Lambda::Permission", "Properties": {
                "FunctionName": {"Ref": "WorkflowsFunction"},
                "Action": "lambda:InvokeFunction",
                "Principal": "events.amazonaws.com",
                "SourceArn": {"Fn::GetAtt": ["Tick", "Arn"]},
            }},
        });
        for route in 0..routes {
            resources[format!("Route{route:02}Permission")] = json!({"Type": "AWS::Lambda::Permission", "Properties": {
                "FunctionName": {"Ref": "KeysFunction"},
                "Action": "lambda:InvokeFunction",
                "Principal": "apigateway.amazonaws.com",
                "SourceArn": {"Fn::Sub": [
                    "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${__ApiId__}/${__Stage__}/GET/admin/*",
                    {"__ApiId__": {"Ref": "Api"}, "__Stage__": "*"},
                ]},
            }});
        }
        serde_json::from_value(json!({ "Resources": resources })).unwrap()
    }

    #[test]
    fn a_policy_is_what_lambda_keeps_of_the_permissions() {
        let stack = "ssssssssssssssssssssssssssssssss";
        let expected = format!(
            r#"{{"Version":"2012-10-17","Id":"default","Statement":[{{"Sid":"{stack}-Route00Permission-1A2B3C4D5E6F7","Effect":"Allow","Principal":{{"Service":"apigateway.amazonaws.com"}},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:ap-southeast-2:123456789012:function:{stack}-KeysFunction-1A2B3C4D5E6F7","Condition":{{"ArnLike":{{"AWS:SourceArn":"arn:aws:execute-api:ap-southeast-2:123456789012:a1b2c3d4e5/*/GET/admin/*"}}}}}}]}}"#
        );
        let found = policy(&template(1), "KeysFunction").unwrap();
        assert_eq!(found, serde_json::from_str::<Value>(&expected).unwrap());
        assert_eq!(found.to_string().len(), expected.len());
        let tick = policy(&template(0), "WorkflowsFunction").unwrap();
        let source = tick.pointer("/Statement/0/Condition/ArnLike/AWS:SourceArn");
        let arn =
            format!("arn:aws:events:ap-southeast-2:123456789012:rule/{stack}-Tick-1A2B3C4D5E6F7");
        assert_eq!(source, Some(&json!(arn)));
    }

    #[test]
    fn a_function_with_too_many_routes_is_named() {
        assert_eq!(too_large(&template(30)).unwrap(), Vec::<String>::new());
        let found = too_large(&template(50)).unwrap();
        let [found] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert!(
            found.starts_with("the resource policy of KeysFunction gets 2"),
            "{found}"
        );
    }
}
