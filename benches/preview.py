#!/usr/bin/env python3
"""How fast the embedded engine counts every segment of a project, against DuckDB running the SQL emitted for them.

    tests/run --shell python3 benches/preview.py PROJECT [--as-of INSTANT] [RUNS]

Both start from the same files and end with the same counts, in processes of their own, in turn, so that the ratio holds on a noisy
machine. DuckDB is also timed without loading. Needs `cargo build --release`; the interpreter is the one of tests/engines
(SEGMA_TEST_PYTHON), as it has duckdb.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SEGMA = ROOT / "target" / "release" / "segma"

DUCKDB = """
import pathlib, sys, time
sys.path.insert(0, sys.argv[4])
import load
start = time.perf_counter()
con, _ = load.open_tables(pathlib.Path(sys.argv[1]), sys.argv[2])
con.execute('create schema if not exists "audiences"')
loaded = time.perf_counter()
total = 0
for file in sorted(pathlib.Path(sys.argv[3]).glob("*.sql")):
    con.execute(file.read_text())
    total += con.execute(f'select count(*) from "audiences"."{file.stem}"').fetchone()[0]
print(loaded - start, time.perf_counter() - loaded, total)
"""


def timed(command: list[str]) -> tuple[float, str]:
    start = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 1):
        sys.exit(f"{command[0]} failed: {done.stderr}")
    return time.perf_counter() - start, done.stdout


def main() -> None:
    arguments = sys.argv[1:]
    as_of = []
    if "--as-of" in arguments:
        at = arguments.index("--as-of")
        as_of = arguments[at : at + 2]
        del arguments[at : at + 2]
    project, runs = pathlib.Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 5
    python = os.environ.get("SEGMA_TEST_PYTHON", sys.executable)
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "out"
        subprocess.run([SEGMA, "build", project, "--out", out, *as_of], check=True, stdout=subprocess.DEVNULL)
        segments = len(list((out / "sql" / "duckdb").glob("*.sql")))
        ours, theirs, asking = [], [], []
        for i in range(runs + 1):
            mine, _ = timed([SEGMA, "preview", project, *as_of])
            database = pathlib.Path(folder) / f"{i}.duckdb"
            whole, said = timed([python, "-c", DUCKDB, project, database, out / "sql" / "duckdb", ROOT / "tests" / "engines"])
            if i:  # the first run warms caches
                ours.append(mine)
                theirs.append(whole)
                asking.append(float(said.split()[1]))
    print(f"segments: {segments}; {runs} runs each, medians")
    print(f"segma preview, files to counts   {statistics.median(ours):8.2f} s")
    print(f"DuckDB, files to counts          {statistics.median(theirs):8.2f} s")
    print(f"DuckDB, the emitted SQL alone    {statistics.median(asking):8.2f} s")
    print(f"ratio segma / DuckDB             {statistics.median(a / b for a, b in zip(ours, theirs)):8.2f}")
    print(f"ratio segma / emitted SQL alone  {statistics.median(a / b for a, b in zip(ours, asking)):8.2f}")


main()
