"""Counts what queries return: {"name": "select …", …} as JSON on standard input, {"name": rows, …} on standard output.

    count.py duckdb FILE        in a DuckDB database that load.py made
    count.py postgres DATABASE  in a PostgreSQL database that load.py made; a query that takes five minutes is an error
"""

import json
import subprocess
import sys

import duckdb


def postgres(database: str, query: str) -> int:
    run = ["psql", "--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set", "ON_ERROR_STOP=1", "--dbname", database, "--file", "-"]
    return int(subprocess.run(run, input=f"set statement_timeout = '300s';\n{query};\n", text=True, check=True, stdout=subprocess.PIPE).stdout)


def main() -> int:
    engine, where = sys.argv[1:]
    if engine == "duckdb":
        db = duckdb.connect(where, read_only=True)
        count = lambda query: db.execute(query).fetchone()[0]  # noqa: E731
    else:
        count = lambda query: postgres(where, query)  # noqa: E731
    queries = json.load(sys.stdin)
    json.dump({name: count(f"select count(*) from (\n{query}\n) as q") for name, query in queries.items()}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
