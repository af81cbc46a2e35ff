#!/usr/bin/env python3
"""Writes docs/evidence.md from the figures that tests left behind; `tests/evidence --page` runs those tests and this.

Every figure is one JSON line: `figure`, `n` (cases), `failures`, and where they are known `nonvacuous` (cases in which something could
have gone wrong), `seeds` and `detail` or `note`. Figures of one name add up. A line with `run` says on what everything ran. A group of
the table without figures, or a figure with failures, ends the run with 1 and nothing is written: the page must not claim what was not
tried, or pass over what failed.

    evidence_page.py FOLDER PAGE [LONG]   writes the page from a folder of figures, and of long runs if there is another folder
    evidence_page.py --check PAGE    whether a page has the form that this script gives to its numbers
"""

import json
import pathlib
import re
import sys

# Each group of the table, and the names of its figures.
GROUPS = [
    ("Whoever leaves may be reached", r"S1 "),
    ("What may not be read changes nothing", r"S2 "),
    ("The same people everywhere", r"S3|reference and embedded|hand-written|audiences of real"),
    ("Every history of consent", r"(pairs of )?histories"),
    ("What must follow from a change", r"MR\d"),
    ("Violations and their lookalikes, by family", r"(violations|lookalikes) of"),
    ("What is accepted and what is refused", r"accepted|refused"),
    ("Emitted SQL, read again", r"SQL of"),
    ("Hostile inputs", r"inputs run|names and texts"),
    ("Invented and mutated bytes", r"fuzz"),
    ("Seeded faults", r"F\d|seeded faults|faults of the test"),
    ("What the build stands on", r"packages|lines of"),
]
# Figures of long runs, where they are asked for: one line for what an ordinary run has under the same name.
LONG = "Long runs, with seeds of their own"
OTHERS = "Others"
IN_LONG = ", long runs"

# Groups that came after the page was last written. A page without their figures is of that time: its table is held to its form, not its prose.
LATER: set[str] = {"What the build stands on"}

# The one figure whose failures are no fault: programs that the generator should not have made. Its test holds them under one in twenty.
MAY_FAIL = {"accepted programs"}

COLUMNS = "| what | tried | failed | could have failed | at most | seeds | more |\n| --- | ---: | ---: | ---: | ---: | --- | --- |\n"

HEAD = """# Evidence

A bug in Segma means that somebody is contacted who said no. Texts of SQL that look right prove nothing against it; rows do: members by
their keys, found in more than one way, on real engines. This page is written by

```sh
tests/evidence --page
```

which runs the tests named below once, with fixed seeds, and puts down what they counted. A failure among them ends the command, and the
page stays as it was.

## What is claimed

Whatever program the compiler accepts, whatever a database of the declared types holds (contradictory ledgers, missing keys, times of the
future, people linked in circles), and at whatever instant:

1. **Permission.** Whoever is in an audience may be reached then, for its purpose, over its channel: a grant that counts is there, with
   a known time, not too old, and no denial of theirs or of anybody linked to them stands against it. Grants need evidence; denials win
   every doubt. A ledger that is missing, stale or unreadable empties the audience.
2. **No interference.** Rows past their retention, rows that arrive after the instant, and rows whose subject does not allow this purpose
   change nothing, whether they are scrambled, doubled or deleted. Not knowing never adds anybody: a missing cell can only take people out.
3. **One meaning.** The reference interpreter, the embedded engine, the JSON rules, DuckDB and PostgreSQL select the same people: nobody
   more, which is the side of safety, and nobody less.
4. **Refusal.** A program that breaks a rule is refused with the code of that rule, and one that keeps it by a day is not.

## How it is tried

| claim | by | with |
| --- | --- | --- |
| permission | a guard specified a second time, in `tests/generators/permit.rs`, asked of every member that an engine gives for invented programs over invented databases | `tests/evidence` |
| permission | every history of up to three decisions, and every pair of histories of two people who share an address, against a third specification | `tests/run histor` |
| no interference | the same query before and after everything that may not be read was changed; an engine that fails over it has failed the claim | `tests/evidence` |
| one meaning | invented programs and databases, with placements, and with tables that engines have to compute by queries; worlds written by hand with their members; restated audiences of real products | `tests/evidence`, `tests/run world`, `tests/run wanted` |
| all of them | relations between two runs, one of which had its program or its database changed; MR and a number are their names | `tests/evidence` |
| refusal | single edits that make an accepted program unacceptable; for every class that the files decide, programs that break it openly, through a reference and in disguise, and lookalikes that must pass; the pages of the rules, whose examples run | `tests/evidence`, `tests/run violations`, `tests/run pages` |
| that emitted SQL holds its guard | a reader with a parser of its own, in every build; here on everything that is at hand | `tests/run proved` |
| that nothing breaks the compiler | hostile inputs with their outcome; mutated and invented bytes | `tests/run hostile`, `tests/run mutated` |
| that the tests would notice | faults that a compiler of this kind could have, built in under a feature of tests; each must be noticed by rows | see below |
| that the tests would notice | every small change that cargo-mutants knows of guard, cutting of rows and printers, all compiled at once | `tests/mutants` |
| that the tests themselves are not faulty | mistakes planted in right answers, and specifications, comparisons and generators that are made faulty on purpose; each must be noticed | `tests/evidence`, and with the seeded faults |

Databases are invented around the program's own borders: an instant before, on and after each, its own constants, missing cells, keys
that nobody has. Between 35 and 65 of a hundred people who are wanted are kept out by the guard alone; other shares fail the tests. Worlds written by hand, restated audiences and the pages of
the rules hold or fail as a whole in every run of the tests; they have no line below.

Relations are asked of the embedded engine, of the reference for every fourth segment, each compared with itself, and of DuckDB for a few
segments of one case; *segments asked of duckdb* counts those. 31, 35, 39 and 40 are asked of DuckDB and PostgreSQL alone. A case of a
relation could have failed where the segment reads what was changed, and that is tried: the same change is made once more such that it
matters (the rows that may not be read are such as may be, a negation is lost, an offset is forgotten), and the case counts if the answer
is another then. What is changed in a place that a segment does not read counts as tried and no more. *Rewrites refused* counts segments
that the compiler no longer accepts once they are rewritten; where a rewrite must be accepted, a refusal is a failure.

That all engines say the same (34) is one meaning; the line of that number is about rules that were written as JSON and read again. Some
relations hold of less than they might: 3 excepts grants with an end, which are denials to come; 6 moves denials later, as who enters
when one goes is known from the specification of the guard; 20 asks for rows, as counts that a preview hides are asked of the command (fault
31) and pages know no rows; 22 doubles rows that have versions, as rows without are counted each; ranks
and samples are excepted wherever somebody else's row may move a place or a draw hangs on keys.

"""

TABLE = """## Figures

*Tried* counts cases. *Could have failed* counts those in which a fault would have shown: somebody was a member or was kept out by the
guard alone; of relations and of what may not be read, the segment reads what was changed; of mutated bytes, the input was accepted, as
what is refused can fail by a panic alone. *At most* is the share of failures that so many clean cases leave possible, three divided by their number, with 95 %
confidence and for cases made in this way only: it says nothing about what the generators do not make. Where all cases of a kind were
tried there is no such figure.

"""

TAIL = """
## Commands

```sh
tests/run                       # every test, the engines included
tests/evidence                  # invented programs and databases, once
tests/evidence --long 8         # the same with new seeds for eight hours; figures add up in target/evidence-long
tests/evidence --page --with-long   # this page, with the figures of long runs in a group of their own
tests/run --shell cargo test --features seeded-faults --test faults -- --nocapture
cargo test --test violations -- --nocapture   # recall and false positives by family, as a table
cargo test --test fuzz          # seconds; SEGMA_TEST_CASES=200 for longer
cargo +nightly fuzz run parse   # in fuzz/: as long as you like, with coverage (needs cargo-fuzz and a C++ compiler)
tests/mutants                   # changes to guard, cutting of rows and printers, all compiled at once (needs cargo-mutants); --shard 1/8 for a part
```

## What this does not show

- These figures are not measured: coverage of lines and branches; hours and edges of
  `cargo fuzz`; pairs of constructs that no program has on either side; worst times and memory of parsing, of which `cargo bench` times the check
  of a cold project; builds on other systems, as 37 compares two surroundings of one; every point at which writing files may be cut short, as
  39 cuts deployments only; bugs of engines that were reported to their makers; and mistakes that users found, of which there is no release yet.
- Snowflake and BigQuery: their SQL is emitted, proved by the reader and parsed by a second parser, and never run.
- Mutants (`tests/mutants`) are no part of this run. Of the 1,039 changes that cargo-mutants 27.1 lists for guard, cutting of rows and printers, 165
  do not compile. All 335 others of the embedded engine (`src/run`) were tried: 314 are noticed by hand-written worlds (305 by rows, nine by a panic), and 21
  select the same people, each with its reason in `tests/mutated/equivalent.txt`. All 75 of the plan's guard (`src/plan/build/guard.rs`) were
  tried, with SQL for half a minute each: 72 are noticed by them, one is a seeded fault's, and two are still missed.
  The first run missed 27 of these 410 that are noticed now, by the worlds of `guard_notices`, `guard_reach`,
  `guard_choices`, `guard_ids` and the last one of `guard`. Of the 119 of the
  SQL's guard (`src/emit/sql/lower/guard`) 90 were tried for half a minute each: 56 are refused by the reader of the SQL, 13 caught by rows of
  DuckDB, and 21 undecided, with few of their worlds asked. The rest of what lowers and prints SQL was not tried.
- Long runs of `cargo fuzz` with coverage are no part of this run either, and no figure of theirs stands here.
- Sessions of DuckDB with a `default_collation` that ignores accents, or with a `Calendar` that is not Gregorian: conditions on texts and times
  compare otherwise there. Words and keys of ledgers do not, and where capitals are ignored every audience is empty (`tests/sql_types.rs`).
  Relation 31 turns other settings.
- Tables that queries compute are invented for sources alone; entities, ledgers and identities of that kind stand in worlds written by hand.
- That records of consent are truthful, that nobody edits the views, that an engine evaluates what it is given otherwise than it does in
  these tests, and that a destination removes whom it is told to remove.
- Faults 19, 32, 39, 45 and 50 of the list are not built in; `tests/faults.rs` gives the reason for each.
"""


def lines(folder):
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text().splitlines():
            if line.strip():
                yield json.loads(line)


def total(found):
    """Figures by name, added up, in the order of the numbers in their names."""
    added = {}
    for figure in found:
        own = added.setdefault(figure["figure"], {"n": 0, "failures": 0, "nonvacuous": None, "seeds": [], "more": []})
        own["n"] += figure["n"]
        own["failures"] += figure["failures"]
        if figure.get("nonvacuous") is not None:
            own["nonvacuous"] = (own["nonvacuous"] or 0) + figure["nonvacuous"]
        if figure.get("seeds"):
            own["seeds"].append(str(figure["seeds"]))
        own["more"].append(shown(figure.get("detail") or figure.get("note") or ""))
    for own in added.values():
        own["seeds"] = ", ".join(dict.fromkeys(own["seeds"]))
        own["more"] = "; ".join(dict.fromkeys(filter(None, own["more"])))
    natural = lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)]
    return {name: added[name] for name in sorted(added, key=natural)}


def of_long_runs(folder):
    """Figures of long runs under names of their own, with the number of rounds in place of their seeds and details."""
    found = [line for line in lines(folder) if line.get("seeds")]
    if not found:
        sys.exit(f"evidence: {folder} holds no figures of long runs")
    rounds = {}
    for line in found:
        rounds.setdefault(line["figure"], set()).add(line["seeds"])
    added = total({**line, "detail": "", "note": ""} for line in found)
    return {name + IN_LONG: {**own, "seeds": f"{len(rounds[name])} rounds"} for name, own in added.items()}


def shown(detail):
    if isinstance(detail, dict):
        parts = ((key, value) for key, value in sorted(detail.items()) if key not in ("nonvacuous_percent", "engine") and value not in ([], ""))
        return "; ".join(f"{key.replace('_', ' ')}: {shown(value)}" for key, value in parts)
    if isinstance(detail, list):
        return ", ".join(shown(part) for part in detail)
    return f"{detail:.3g}" if isinstance(detail, float) else str(detail)


def cell(text):
    return re.sub(r"([\\|<>`*_\[\]])", r"\\\1", " ".join(text.split()))


def uncell(text):
    return re.sub(r"\\([\\|<>`*_\[\]])", r"\1", text)


def row(name, own):
    could = own["nonvacuous"]
    bound = f"{3 / could:.1e}" if could and own["seeds"] and not own["failures"] else ""
    numbers = f"{own['n']:,} | {own['failures']:,} | {'' if could is None else f'{could:,}'} | {bound}"
    return f"| {cell(name)} | {numbers} | {cell(own['seeds'])} | {cell(own['more'])} |\n"


def groups(figures):
    """Each group's title with its figures; what no group claims comes last."""
    left = {name: own for name, own in figures.items() if not name.endswith(IN_LONG)}
    for title, pattern in GROUPS:
        mine = {name: own for name, own in left.items() if re.match(pattern, name)}
        for name in mine:
            del left[name]
        yield title, mine
    if left:
        yield OTHERS, left
    long = {name: own for name, own in figures.items() if name.endswith(IN_LONG)}
    if long:
        yield LONG, long


def table(ran_on, figures, without=()):
    out = TABLE + ran_on + "\n\n" + COLUMNS
    for title, mine in groups(figures):
        # Each seeded fault has a line in the test's own output; here they are one.
        mine = {name: own for name, own in mine.items() if not re.fullmatch(r"F\d+", name)}
        if title not in without and mine:
            out += f"| **{title}** | | | | | | |\n" + "".join(row(name, own) for name, own in mine.items())
    return out


def page(ran_on, figures):
    return HEAD + table(ran_on, figures) + TAIL


def complaints(figures, excused=()):
    for name, own in figures.items():
        if own["failures"] and name.removesuffix(IN_LONG) not in MAY_FAIL:
            yield f"{name}: {own['failures']} of {own['n']} failed"
    for title, mine in groups(figures):
        if not mine and title not in excused:
            yield f"no figures about “{title}”"


def read(text):
    """On what a page's run ran, and its figures."""
    ran_on = text.split(TABLE)[1].split("\n")[0]
    figures = {}
    for line in text.split(COLUMNS)[1].split("\n\n")[0].splitlines():
        name, n, failures, could, _, seeds, more = re.split(r"(?<!\\) \| ", line.removeprefix("| ").removesuffix(" |"))[:7] if "**" not in line else [None] * 7
        if name is not None:
            number = lambda cell: int(cell.replace(",", ""))
            figures[uncell(name)] = {"n": number(n), "failures": number(failures), "nonvacuous": number(could) if could.strip() else None, "seeds": uncell(seeds.strip()), "more": uncell(more.strip())}
    return ran_on, figures


def check(path):
    text = pathlib.Path(path).read_text()
    try:
        ran_on, figures = read(text)
    except (IndexError, ValueError) as error:
        sys.exit(f"{path} cannot be read back: {error}")
    older = {title for title, mine in groups(figures) if title in LATER and not mine}
    if older:
        text = text[text.index(TABLE) :].split("\n\n## ")[0] + "\n"
        again = table(ran_on, figures, older)
    else:
        again = page(ran_on, figures)
    if again != text:
        at = next((n for n, (a, b) in enumerate(zip(again.splitlines(), text.splitlines()), 1) if a != b), "the end")
        sys.exit(f"{path} is not as tests/evidence --page writes it, from line {at}")
    wrong = list(complaints(figures, older))
    if wrong:
        sys.exit("\n".join(wrong))


def main():
    if sys.argv[1] == "--check":
        return check(sys.argv[2])
    found = list(lines(pathlib.Path(sys.argv[1])))
    ran_on = next(line["run"] for line in found if "run" in line)
    figures = total(line for line in found if "figure" in line)
    if len(sys.argv) > 3:
        figures.update(of_long_runs(pathlib.Path(sys.argv[3])))
    wrong = list(complaints(figures))
    for complaint in wrong:
        print(f"evidence: {complaint}", file=sys.stderr)
    if wrong:
        sys.exit(1)
    place = pathlib.Path(sys.argv[2])
    staged = place.with_suffix(".new")
    staged.write_text(page(ran_on, figures))
    staged.replace(place)
    check(place)
    print(f"{place} is written")


if __name__ == "__main__":
    main()
