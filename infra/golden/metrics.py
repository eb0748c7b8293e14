"""The golden answers of the Metrics API: events, queries, and what DuckDB answers.

`cargo xtask test golden` runs it with `--check`, which asks DuckDB again and fails where it answers
otherwise than functions/metrics-query/tests/fixtures/golden.json says. After a change of the queries,

    target/tools/golden/bin/python infra/golden/metrics.py

writes that file, and events.ndjson beside it. The test `golden` sends the events, some of them twice, and
holds Weir's answers against these.
"""

import datetime
import json
import math
import pathlib
import random
import sys

import duckdb

from queries import QUERIES

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "functions/metrics-query/tests/fixtures"
# 2026-11-21T06:00:00Z, where every test begins.
NOW = 1_795_240_800_000
HOUR = 3_600_000
NAMES = ["page_view"] * 5 + ["click"] * 3 + ["login", "add_to_cart", "add_to_cart", "checkout"]
COUNTRIES = ["AT", "DE", "DE", "US", None]


def events(count):
    dice = random.Random(7)
    for number in range(count):
        user = dice.randrange(40)
        name = dice.choice(NAMES)
        time = NOW - dice.randrange(6 * 24 * HOUR)
        properties = {"path": f"/{dice.choice(['', 'shop', 'blog', 'shop/sale'])}"}
        country = dice.choice(COUNTRIES)
        if dice.random() < 0.8:
            properties["geo"] = {"country": country, "city": {"code": dice.randrange(9)}}
        if dice.random() < 0.7:
            properties["durationMs"] = dice.randrange(3, 4000)
        if name in ("add_to_cart", "checkout"):
            items = [{"sku": f"s{dice.randrange(12)}", "quantity": dice.randrange(1, 4)} for _ in range(dice.randrange(1, 4))]
            properties["cart"] = {"total": dice.randrange(100, 20000) / 100, "items": items}
        if name == "checkout":
            properties["revenue"] = properties["cart"]["total"]
            properties["first"] = dice.random() < 0.4
        yield {
            "id": f"e{number:04}",
            "name": name,
            "userId": f"u{user:02}" if user % 4 else None,
            "anonymousId": f"a{user:02}",
            "sessionId": f"s{user:02}-{time // (8 * HOUR)}",
            "timestamp": time,
            "properties": properties,
        }


def plain(value):
    """As Weir's JSON has it."""
    if isinstance(value, datetime.datetime):
        value = value.replace(tzinfo=value.tzinfo or datetime.timezone.utc)
        return value.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03}Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(it) for it in value]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return float(value)


def is_same(one, other):
    """Sums of fractions differ in their last digits, as their order does."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(is_same, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=1e-9)
    return one == other


def check(lines, golden):
    if (FIXTURES / "events.ndjson").read_text() != lines:
        sys.exit("events.ndjson is not what the script makes")
    stored = json.loads((FIXTURES / "golden.json").read_text())
    if [it["sql"] for it in stored] != [it["sql"] for it in golden]:
        sys.exit("golden.json holds other queries than queries.py")
    wrong = [now["name"] for was, now in zip(stored, golden) if not is_same(was["rows"], now["rows"])]
    if wrong:
        sys.exit(f"DuckDB answers otherwise than golden.json says: {', '.join(wrong)}")


def main():
    rows = list(events(600))
    lines = "".join(json.dumps(row, separators=(",", ":")) + "\n" for row in rows)
    database = duckdb.connect()
    database.execute("SET TimeZone = 'UTC'")
    database.execute(
        "CREATE TABLE events (id VARCHAR, name VARCHAR, userId VARCHAR, anonymousId VARCHAR,"
        " sessionId VARCHAR, timestamp TIMESTAMPTZ, p JSON)"
    )
    for row in rows:
        database.execute(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, make_timestamptz(CAST(? AS BIGINT) * 1000), ?)",
            [row["id"], row["name"], row["userId"], row["anonymousId"], row["sessionId"], row["timestamp"], json.dumps(row["properties"])],
        )
    golden = []
    for name, ours, theirs in QUERIES:
        answer = database.execute(theirs or ours).fetchall()
        assert answer, f"{name} answers nothing"
        golden.append({"name": name, "sql": " ".join(ours.split()), "rows": plain(answer)})
    print(f"{len(golden)} queries, {len(rows)} events")
    if sys.argv[1:] == ["--check"]:
        check(lines, golden)
        return
    FIXTURES.mkdir(parents=True, exist_ok=True)
    (FIXTURES / "events.ndjson").write_text(lines)
    text = "[\n" + ",\n".join(json.dumps(it, ensure_ascii=False) for it in golden) + "\n]\n"
    (FIXTURES / "golden.json").write_text(text)


main()
