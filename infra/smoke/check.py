"""Uses a stack on the emulator as its operator and its clients would, and deletes it.

    python check.py STACK EVENTS

EVENTS is the folder of the sample invocations.
"""

import json
import secrets
import sys
import time

import boto3

PATIENCE_SECONDS = 60
RINGS = ["SealingKeys", "SessionKeys", "TokenSigningKeys"]
# What stands in the samples for something of the caller's.
PLACEHOLDERS = {
    "KEY": "<KEY>",
    "CLIENT_SECRET": "<CLIENT SECRET>",
    "KEY_ID": "3fYx9QkLm2Ab",
    "WORKFLOW_ID": "9kLAb7Qm2fYx",
    "TRIGGER_ID": "0b6e9c0a-3a62-4a53-9d0e-0a3a62d3f5c1",
}
TABLES = ["ControlTable", "EventsTable", "ProfilesTable", "ActivityTable", "RunsTable"]


class Stack:
    def __init__(self, name: str, events: str):
        self.name, self.events = name, events
        self.cloudformation = boto3.client("cloudformation")
        self.functions = boto3.client("lambda")
        self.tables = boto3.client("dynamodb")
        self.secrets = boto3.client("secretsmanager")
        pages = self.cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        resources = [it for page in pages for it in page["StackResourceSummaries"]]
        self.resources = {it["LogicalResourceId"]: it for it in resources}

    def id_of(self, logical: str) -> str:
        return self.resources[logical]["PhysicalResourceId"]

    def of_type(self, kind: str) -> list:
        return [name for name, it in self.resources.items() if it["ResourceType"] == kind]

    def invoke(self, function: str, event: dict) -> dict:
        answer = self.functions.invoke(
            FunctionName=self.id_of(function), Payload=json.dumps(event).encode()
        )
        text = answer["Payload"].read().decode()
        if answer.get("FunctionError"):
            sys.exit(f"{function} failed: {text}")
        return json.loads(text)

    def send(self, sample: str, key: str, status: int, body=None, **ids: str) -> dict:
        """Sends a sample with a key, with another body and other ids where they are given; the JSON of
        an answer that must have that status."""
        with open(f"{self.events}/{sample}.json", encoding="utf-8") as file:
            text = file.read()
        for placeholder, value in {"KEY": key, **ids}.items():
            text = text.replace(PLACEHOLDERS[placeholder], value)
        event = json.loads(text)
        if body is not None:
            event["body"] = json.dumps(body)
        answer = self.invoke(function_of(sample), event)
        if answer["statusCode"] != status:
            sys.exit(f"{sample}: {answer['statusCode']} instead of {status}: {answer.get('body')}")
        print(f"  {sample}: {status}")
        text = answer.get("body") or ""
        return json.loads(text) if text.startswith("{") else {}

    def items(self, table: str, begins: str) -> int:
        """How many items of a table have sort keys that begin so."""
        pages = self.tables.get_paginator("scan").paginate(TableName=self.id_of(table))
        items = (it for page in pages for it in page["Items"])
        return sum(it["sk"]["S"].startswith(begins) for it in items)


def eventually(what: str, look):
    """What `look` sees, once it is something."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (seen := look()):
        if time.monotonic() > deadline:
            sys.exit(f"not within {PATIENCE_SECONDS} s: {what}")
        time.sleep(0.5)
    print(f"  {what}")
    return seen


def function_of(sample: str) -> str:
    """The function that a sample is for: its name is the beginning of the sample's."""
    words = sample.split("-")
    words = words[:2] if words[0] == "metrics" else words[:1]
    return "".join(word.capitalize() for word in words) + "Function"


def use(stack: Stack) -> None:
    # The emulator makes other random texts than the template asks for.
    for ring in RINGS:
        keys = {"current": "first", "first": secrets.token_hex(32)}
        stack.secrets.put_secret_value(SecretId=stack.id_of(ring), SecretString=json.dumps(keys))

    made = stack.invoke("KeysFunction", {"bootstrap": {"workspace": "main", "name": "Main"}})
    admin = made["adminApiKey"]
    print("  the first workspace and its admin")
    key = stack.send("keys-create", admin, 201, {"name": "Smoke", "kind": "read_write"})["key"]
    for sample in ["ingest-event", "ingest-batch", "ingest-profile"]:
        stack.send(sample, key, 204)
    chunks = stack.items("EventsTable", "")
    if chunks < 3:
        sys.exit(f"{chunks} chunks in the log")
    print(f"  {chunks} chunks in the log")
    profile = stack.send("profiles-read", key, 200)
    if profile["id"] != "ada" or not profile["properties"]:
        sys.exit(f"another profile: {profile}")
    eventually("from the log's stream to timelines", lambda: stack.items("ProfilesTable", "T"))
    if not stack.send("profiles-timeline", key, 200)["events"]:
        sys.exit("an empty timeline")

    metrics = stack.send("keys-reveal", admin, 200, KEY_ID=made["metricsKeyId"])["key"]
    secret = made["metricsClientSecret"]
    token = stack.send("metrics-token", metrics, 200, CLIENT_SECRET=secret)["accessToken"]
    if not stack.send("metrics-query", token, 200)["rows"]:
        sys.exit("SQL finds no events")

    ends = {"name": "Smoke", "trigger": {"type": "api"}, "steps": [{"id": "end", "type": "stop"}]}
    workflow = stack.send("keys-create-workflow", admin, 201, ends)
    stack.send("ingest-workflow-trigger", key, 204, TRIGGER_ID=workflow["triggerId"])

    def is_completed() -> bool:
        runs = stack.send("keys-workflow-runs", admin, 200, WORKFLOW_ID=workflow["id"])["runs"]
        return [run["state"] for run in runs] == ["completed"]

    eventually("from the log's stream to a run, and from that of the runs to its end", is_completed)
    stack.send("dashboard-home", "", 200)


def tear_down(stack: Stack) -> None:
    stack.cloudformation.delete_stack(StackName=stack.name)
    stack.cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack.name)
    left = stack.functions.list_functions()["Functions"]
    if left:
        sys.exit(f"functions are left: {[it['FunctionName'] for it in left]}")
    names = stack.tables.list_tables()["TableNames"]
    lost = [table for table in TABLES if stack.id_of(table) not in names]
    if lost:
        sys.exit(f"tables are lost: {lost}")
    names = [it["Name"] for it in stack.secrets.list_secrets()["SecretList"]]
    if [ring for ring in RINGS if any(ring in name for name in names)] != ["SealingKeys"]:
        sys.exit(f"other rings are left than the sealing keys: {names}")
    print("  the tables and the sealing keys are left, and no function")


def main(name: str, events: str) -> None:
    stack = Stack(name, events)
    count, routes = len(stack.resources), boto3.client("apigatewayv2").get_routes(
        ApiId=stack.id_of("Api")
    )
    print(f"the stack: {count} resources, {len(routes['Items'])} routes")
    print("in use:")
    use(stack)
    print("deleted:")
    tear_down(stack)


if __name__ == "__main__":
    main(*sys.argv[1:])
