#!/usr/bin/env python3
"""Builds every mutant of cargo-mutants at once: the same changes in the same places, each behind a number that is chosen when it runs.

One compilation for all of them in place of one for each. A function with mutants becomes a choice between its own body and one copy of it
for every mutant; `src/mutants.rs`, which stands in the copy of the project alone, says which is chosen and remembers which functions ran.

    switch.py write LIST TREE [NUMBER…]    LIST is what `cargo mutants --list --json` said; without the mutants of these numbers
    switch.py dropped TREE < MESSAGES      the numbers that a compiler's messages (--message-format=json) speak of

Numbers are places in the list, from 1; 0 is the program as it is. A mutant outside functions cannot be switched and is told as such.
"""

import json
import pathlib
import re
import sys

CHOICE = """//! Which mutant is chosen, and which functions that have any were entered.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

static CHOSEN: AtomicUsize = AtomicUsize::new(usize::MAX);
static ENTERED: [AtomicBool; SIZE] = [const { AtomicBool::new(false) }; SIZE];

/// Called by every function with mutants, of which `first` is the least: the mutant that is chosen, 0 for none.
pub fn entered(first: usize) -> usize {
    if let Some(entered) = ENTERED.get(first) {
        entered.store(true, Relaxed);
    }
    match CHOSEN.load(Relaxed) {
        usize::MAX => {
            let said = std::env::var("SEGMA_MUTANT").ok().and_then(|number| number.parse().ok()).unwrap_or(0);
            choose(said);
            said
        }
        chosen => chosen,
    }
}

/// Runs this mutant from now on.
pub fn choose(mutant: usize) {
    CHOSEN.store(mutant, Relaxed);
}

/// The least mutants of all functions that were entered since this was asked last.
pub fn taken() -> std::collections::BTreeSet<usize> {
    (0..ENTERED.len()).filter(|at| ENTERED.get(*at).is_some_and(|entered| entered.swap(false, Relaxed))).collect()
}
"""


def masked(text):
    """The text with comments, strings and characters as blanks, so that braces in them are none."""
    pieces = r'//[^\n]*|/\*.*?\*/|r(#*)".*?"\1|b?"(?:\\.|[^"\\])*"|b?\'(?:\\.[^\']*|[^\\\'])\''
    blank = lambda found: re.sub(r"[^\n]", " ", found.group())
    return re.sub(pieces, blank, text, flags=re.S)


def offsets(text, span):
    """A span's two places in the text; lines and columns are told from 1, columns in characters."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    return tuple(starts[span[end]["line"] - 1] + span[end]["column"] - 1 for end in ("start", "end"))


def body(text, start, end):
    """What stands between the outermost braces of a function, as two places."""
    plain = masked(text[start:end])
    depth, at = 0, re.search(r"\bfn\s+\w+", plain).end()
    while not (plain[at] == "{" and depth == 0):
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(plain[at], 0)
        at += 1
    return start + at + 1, start + plain.rindex("}")


def switched(text, mutants):
    """A file's text in which each function chooses among its mutants, (number, mutant); and those that stand outside functions."""
    functions, outside = {}, []
    for number, mutant in mutants:
        if mutant["function"]:
            functions.setdefault(offsets(text, mutant["function"]["span"]), []).append((number, mutant))
        else:
            outside.append(number)
    outermost = [one for one in functions if not any(o != one and o[0] <= one[0] and one[1] <= o[1] for o in functions)]
    for outer in sorted(outermost, reverse=True):
        own = sorted(
            (entry for inner, entries in functions.items() if outer[0] <= inner[0] and inner[1] <= outer[1] for entry in entries),
            key=lambda entry: entry[0],
        )
        start, end = body(text, *outer)
        numbers = [number for number, _ in own]
        among = " | ".join(map(str, numbers))
        arms = [f"chosen if !matches!(chosen, {among}) => {{{text[start:end]}\n}}"]
        for number, mutant in own:
            low, high = offsets(text, mutant["span"])
            changed = text[start:low] + mutant["replacement"] + text[high:end]
            pattern = "_" if number == numbers[-1] else str(number)
            arms.append(f"{pattern} => {{ // mutant {number}\n{changed}\n}} // end")
        choice = f"\nmatch crate::mutants::entered({numbers[0]}) {{\n" + "\n".join(arms) + "\n}\n"
        text = text[:start] + choice + text[end:]
    return text, outside


def write(mutants, tree, without):
    kept = [(number, mutant) for number, mutant in enumerate(mutants, 1) if number not in without]
    outside, first = [], {}
    for name in sorted({mutant["file"] for mutant in mutants}):
        path = tree / name
        plain = tree / "plain" / name
        if not plain.exists():
            plain.parent.mkdir(parents=True, exist_ok=True)
            plain.write_text(path.read_text())
        text, alone = switched(plain.read_text(), [entry for entry in kept if entry[1]["file"] == name])
        outside += alone
        path.write_text(text)
        for found in re.finditer(r"mutants::entered\((\d+)\)", text):
            until = text.find("mutants::entered(", found.end())
            for number in re.findall(r"// mutant (\d+)\n", text[found.end() : until if until >= 0 else len(text)]):
                first[int(number)] = int(found.group(1))
    (tree / "src/mutants.rs").write_text(CHOICE.replace("SIZE", str(len(mutants) + 1)))
    library = tree / "src/lib.rs"
    if "pub mod mutants;" not in library.read_text():
        text = library.read_text().replace("pub mod model;", "pub mod model;\npub mod mutants;", 1)
        # What always overflows is a mutant that panics, which is for the tests to see.
        library.write_text("#![allow(arithmetic_overflow, unconditional_panic)]\n" + text)
    manifest = tree / "Cargo.toml"
    # A changed body is not held to the project's lints.
    manifest.write_text(re.sub(r"\[lints\.\w+\]\n(?:.+\n)*\n?", "", manifest.read_text()))
    rows = [
        {"number": number, "first": first[number], "file": mutant["file"], "name": mutant["name"]}
        for number, mutant in kept
        if number in first
    ]
    (tree / "mutants.json").write_text(json.dumps(rows, indent=0))
    print(f"{len(rows)} mutants are built, {len(without)} do not compile, {len(outside)} stand outside functions", file=sys.stderr)


def dropped(tree):
    """Mutants in whose copies the compiler found errors; what it found elsewhere is told and ends this."""
    found, elsewhere = set(), []
    for line in sys.stdin:
        message = json.loads(line).get("message") if line.startswith("{") else None
        if not message or message.get("level") != "error" or not message.get("spans"):
            continue
        for span in (span for span in message["spans"] if span["is_primary"]):
            number = mutant_at((tree / span["file_name"]).read_text().splitlines(), span["line_start"])
            if number:
                found.add(number)
            else:
                elsewhere.append(f"{span['file_name']}:{span['line_start']}: {message['message']}")
    if elsewhere and not found:
        sys.exit("\n".join(elsewhere[:20]))
    print(" ".join(map(str, sorted(found))))


def mutant_at(lines, line):
    """Whose copy a line, told from 1, stands in."""
    for text in reversed(lines[:line]):
        if text == "} // end":
            return None
        if started := re.search(r"=> \{ // mutant (\d+)$", text):
            return int(started.group(1))
    return None


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", listed, tree, *without]:
            write(json.loads(pathlib.Path(listed).read_text()), pathlib.Path(tree), set(map(int, without)))
        case ["dropped", tree]:
            dropped(pathlib.Path(tree))
        case _:
            sys.exit(__doc__)
