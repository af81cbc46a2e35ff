"""Answers tests/grocery/oracles.sql over examples/grocery/data with DuckDB: prints one JSON object, segment name -> number of households."""

import json
import pathlib
import re
import sys

import duckdb

HERE = pathlib.Path(__file__).resolve().parent
DATA = HERE.parents[1] / "examples/grocery/data"


def main() -> int:
    db = duckdb.connect()
    db.execute("set TimeZone = 'UTC'")
    for file in sorted(DATA.iterdir()):
        db.execute(f"create view {file.stem} as select * from '{file}'")
    setup, *queries = re.split(r"^-- id: *(\w+)$", (HERE / "oracles.sql").read_text(), flags=re.M)
    db.execute(setup)
    answers = {name: db.execute(query).fetchone()[0] for name, query in zip(queries[::2], queries[1::2])}
    json.dump(answers, sys.stdout, indent=1)
    print()
    return 0


if __name__ == "__main__":
    sys.exit(main())
