"""Loads a project's `[data]` into a database, so that what Segma emits can be run there.

    load.py PROJECT duckdb FILE        makes the DuckDB database FILE
    load.py PROJECT postgres DATABASE  makes the database DATABASE on the server that PGHOST, PGPORT and PGUSER name

Parquet knows its types. For CSV they are taken from the project's catalog, read here with regular expressions and not by Segma, so that
a mistake of Segma's reader cannot hide itself; a column that the catalog does not declare gets the type that DuckDB sees in its cells.
"""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

import duckdb

TYPES = {
    "text": "VARCHAR",
    "version": "VARCHAR",
    "boolean": "BOOLEAN",
    "integer": "BIGINT",
    "decimal": "DECIMAL(24,6)",
    "money": "DECIMAL(24,6)",
    "probability": "DECIMAL(24,6)",
    "date": "DATE",
    "timestamp": "TIMESTAMP WITH TIME ZONE",
    "uuid": "UUID",
}
POSTGRES = {"VARCHAR": "text", "DOUBLE": "double precision", "FLOAT": "real", "TINYINT": "smallint", "VARCHAR[]": "text[]"}


def declared(project: pathlib.Path) -> dict[str, dict[str, str]]:
    """table name -> column -> DuckDB type, for what the catalog says."""
    tables: dict[str, dict[str, str]] = {}
    for file in sorted(project.rglob("*.seg")):
        text = re.sub(r"//.*", "", file.read_text())
        for head, body in re.findall(r"^(\w+) [^{\n]*\{(.*?)^\}|\Z", text, flags=re.M | re.S):
            table = re.search(r"\btable\s+([\w.]+)", body)
            if not table:
                continue
            columns = tables.setdefault(table.group(1), {})
            if key := re.search(r"\bkey\s+(\w+)\s+(integer|text|uuid)\b", body):
                columns[key.group(1)] = TYPES[key.group(2)]
            for name, physical, kind, zone in re.findall(
                r'^\s*field\s+`?(\w+)`?(?:\s+"([^"]+)")?\s+(list of \w+|\w+)(?:\(\w+\))?(\s+in zone)?', body, flags=re.M
            ):
                if kind in TYPES:
                    columns[physical or name] = "TIMESTAMP" if zone else TYPES[kind]
            for name, zone in re.findall(r'\b(?:at|until|arrived|by|since)\s+(\w+)\s+(date\b|in zone)', body):
                columns[name] = "DATE" if zone == "date" else "TIMESTAMP"
            if head == "ledger":
                for name in re.findall(r"^\s*(?:purposes|states|version|evidence)\s+(\w+)", body, flags=re.M):
                    columns[name] = "VARCHAR"
    return tables


def quoted(name: str) -> str:
    return ".".join('"' + part.replace('"', '""') + '"' for part in name.split("."))


def literal(text: object) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def open_tables(project: pathlib.Path, database: str) -> tuple[duckdb.DuckDBPyConnection, list[str]]:
    """The project's tables in a DuckDB database, and their names."""
    config = tomllib.loads((project / "segma.toml").read_text())
    types = declared(project)
    # The library that answers over ADBC is of an older version: the file is written so that it can be read there.
    db = duckdb.connect(database, config={"storage_compatibility_version": "v1.2.0"})
    db.execute("set TimeZone = 'UTC'")
    for name, path in config["data"].items():
        if "." in name:
            db.execute(f"create schema if not exists {quoted(name.rsplit('.', 1)[0])}")
        file = project / path
        if file.suffix == ".parquet":
            rows = f"read_parquet({literal(file)})"
        else:
            header = file.read_text().split("\n", 1)[0].strip().split(",")
            known = {column: kind for column, kind in types.get(name, {}).items() if column in header}
            kinds = ", ".join(f"{literal(column)}: {literal(kind)}" for column, kind in known.items())
            rows = f"read_csv({literal(file)}, header = true, sample_size = -1" + (f", types = {{{kinds}}})" if kinds else ")")
        db.execute(f"create table {quoted(name)} as select * from {rows}")
    return db, list(config["data"])


def psql(database: str, script: str) -> None:
    run = ["psql", "--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", database, "--file", "-"]
    subprocess.run(run, input=script, text=True, check=True, env={**os.environ, "PGOPTIONS": "-c client_min_messages=warning"})


def copy_to_postgres(db: duckdb.DuckDBPyConnection, names: list[str], database: str) -> None:
    psql("postgres", f"drop database if exists {quoted(database)}; create database {quoted(database)};")
    with tempfile.TemporaryDirectory() as scratch:
        script = []
        for number, name in enumerate(names):
            columns = db.execute(f"describe {quoted(name)}").fetchall()
            listed = ", ".join(f"{quoted(column)} {POSTGRES.get(kind, kind)}" for column, kind, *_ in columns)
            file = pathlib.Path(scratch) / f"{number}.csv"
            db.execute(f"copy {quoted(name)} to {literal(file)} (format csv, header true, nullstr '\\N')")
            if "." in name:
                script.append(f"create schema if not exists {quoted(name.rsplit('.', 1)[0])};")
            script.append(f"create table {quoted(name)} ({listed});")
            script.append(f"\\copy {quoted(name)} from {literal(file)} with (format csv, header true, null '\\N')")
        script.append("analyze;")
        psql(database, "\n".join(script) + "\n")


def main() -> int:
    if len(sys.argv) != 4 or sys.argv[2] not in ("duckdb", "postgres"):
        print(__doc__, file=sys.stderr)
        return 2
    project = pathlib.Path(sys.argv[1]).resolve()
    if sys.argv[2] == "duckdb":
        file = pathlib.Path(sys.argv[3])
        file.unlink(missing_ok=True)
        db, _ = open_tables(project, str(file))
        db.close()
    else:
        db, names = open_tables(project, ":memory:")
        copy_to_postgres(db, names, sys.argv[3])
    return 0


if __name__ == "__main__":
    sys.exit(main())
