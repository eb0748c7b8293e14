"""Asks DuckDB each query over compressed lines of JSON, each event once; prints rows and CPU seconds."""

import datetime
import json
import sys
import time

import duckdb

LINES, TEXTS = sys.argv[1], json.loads(sys.argv[2])
VIEW = f"""
CREATE VIEW events AS SELECT * EXCLUDE (t, properties), make_timestamptz(t * 1000) AS timestamp, properties AS p
FROM (
  SELECT DISTINCT ON (id) id, name, userId, anonymousId, sessionId, "timestamp" AS t, properties
  FROM read_ndjson('{LINES}', compression = 'zstd', columns = {{id: 'VARCHAR', name: 'VARCHAR', userId: 'VARCHAR',
    anonymousId: 'VARCHAR', sessionId: 'VARCHAR', "timestamp": 'BIGINT', properties: 'JSON'}})
)
"""


def plain(value):
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [plain(it) for it in value]
    return value


def measured(database, text):
    least = float("inf")
    for _ in range(3):
        before, runs = time.process_time(), 0
        while runs == 0 or time.process_time() - before < 0.5:
            rows = database.execute(text).fetchall()
            runs += 1
        least = min(least, (time.process_time() - before) / runs)
    return {"rows": plain(rows), "cpu": least}


database = duckdb.connect()
database.execute("SET threads = 2")
database.execute("SET TimeZone = 'UTC'")
database.execute(VIEW)
print(json.dumps({name: measured(database, text) for name, text in TEXTS.items()}))
