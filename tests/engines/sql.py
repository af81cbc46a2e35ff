"""Runs SQL for tests: one request as JSON per line in, one answer as JSON per line out, until the input ends.

    {"engine": "duckdb" | "postgres", "setup": ["…"], "queries": ["…"]}
    {"version": "…", "setup": null | "error", "results": [{"rows": [{…}, …]} | {"error": "…"}, …]}
    {"engine": "sqlglot", "dialect": "snowflake" | "bigquery" | …, "statements": ["…"]}
    {"results": [null | "error", …]}

Every request has a database of its own: DuckDB in memory, PostgreSQL one that is made and dropped on the server that PGHOST, PGPORT
and PGUSER name. `script` among the queries' keys runs statements between queries; a query is a SELECT.
"""

import json
import os
import subprocess
import sys

COUNT = 0


def duckdb_answer(request: dict) -> dict:
    import duckdb

    db = duckdb.connect(":memory:")
    answer: dict = {"version": db.execute("select version()").fetchone()[0], "setup": None, "results": []}
    try:
        for statement in request["setup"]:
            db.execute(statement)
    except Exception as error:  # whatever the engine says is the answer
        return {**answer, "setup": str(error)}
    for query in request["queries"]:
        try:
            found = db.execute(f"select to_json(q)::varchar from ({query}\n) as q").fetchall() if query.lstrip().lower().startswith(("select", "with")) else db.execute(query).fetchall() and []
            answer["results"].append({"rows": [json.loads(row[0]) for row in found]})
        except Exception as error:
            answer["results"].append({"error": str(error)})
    db.close()
    return answer


def psql(database: str, script: str) -> tuple[str, str]:
    run = ["psql", "--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--dbname", database, "--file", "-"]
    done = subprocess.run(run, input=script, text=True, capture_output=True, env={**os.environ, "PGOPTIONS": "-c client_min_messages=error"})
    return done.stdout, done.stderr


def postgres_answer(request: dict) -> dict:
    global COUNT
    COUNT += 1
    database = f"segma_test_{os.getpid()}_{COUNT}"
    psql("postgres", f"create database {database};")
    try:
        return postgres_run(request, database)
    finally:
        psql("postgres", f"drop database if exists {database} with (force);")


MARK = "--- segma answer ---"


def postgres_run(request: dict, database: str) -> dict:
    version, _ = psql(database, "show server_version;")
    answer: dict = {"version": version.strip(), "setup": None, "results": []}
    parts = ["\\set ON_ERROR_STOP 1", *(statement.rstrip().rstrip(";") + ";" for statement in request["setup"]), "\\set ON_ERROR_STOP 0", "\\set VERBOSITY terse"]
    for query in request["queries"]:
        select = query.lstrip().lower().startswith(("select", "with"))
        parts.append(f"\\echo '{MARK}'")
        parts.append(f"select to_json(q) from (\n{query}\n) as q;" if select else query.rstrip().rstrip(";") + ";")
        parts.append("\\if :ERROR\n\\echo error :LAST_ERROR_MESSAGE\n\\endif")
    parts.append(f"\\echo '{MARK}'")
    out, err = psql(database, "\n".join(parts) + "\n")
    # What follows the last mark is nothing: without that mark the connection was lost, and the last answer would look like no rows.
    *blocks, _ = out.split(MARK + "\n")[1:] or [""]
    if len(blocks) < len(request["queries"]):
        return {**answer, "setup": err or "psql stopped"}
    for block in blocks:
        lines = block.splitlines()
        if lines and lines[-1].startswith("error "):
            answer["results"].append({"error": lines[-1][6:]})
        else:
            answer["results"].append({"rows": [json.loads(line) for line in lines if line.startswith("{")]})
    return answer


def sqlglot_answer(request: dict) -> dict:
    import sqlglot

    results = []
    for statement in request["statements"]:
        try:
            trees = sqlglot.parse(statement, read=request["dialect"], error_level=sqlglot.ErrorLevel.RAISE)
            odd = [tree for tree in trees if tree is None or isinstance(tree, sqlglot.exp.Command)]
            results.append(f"read as {len(trees)} statements, {len(odd)} of them unread" if odd or len(trees) != 1 else None)
        except Exception as error:
            results.append(str(error))
    return {"results": results}


ANSWERS = {"duckdb": duckdb_answer, "postgres": postgres_answer, "sqlglot": sqlglot_answer}

for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(ANSWERS[request["engine"]](request)), flush=True)
