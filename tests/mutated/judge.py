#!/usr/bin/env python3
"""What `tests/mutants` does once the engines are up: lists, builds and judges mutants, and says who was noticed by what."""

import collections
import hashlib
import json
import os
import pathlib
import resource
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
REPO = HERE.parent.parent
ROOT = pathlib.Path(os.environ["SEGMA_MUTANTS_ROOT"])
TREE = ROOT / "tree"
JUDGED = ROOT / "judged.jsonl"

# Who is asked about a mutant that no world shows, in this order: what is compiled, and which of its tests.
OTHERS = [
    (["--test=ledgers"], []),
    (["--lib"], ["run", "emit", "plan"]),
    (["--test=person"], []),
    (["--test=sql_snapshots"], []),
    (["--test=sql_traps"], []),
    (["--test=json_rules"], []),
    (["--test=promises"], []),
    (["--test=fuzz"], ["mutated_texts"]),
]

# A mutant may neither take all memory nor all time.
MEMORY, SECONDS = 12 << 30, 900


def say(*words):
    print("mutants:", *words, file=sys.stderr, flush=True)


def run(command, **more):
    return subprocess.run(command, cwd=TREE, check=False, **more)


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def sources():
    """Every file of the project that is tracked or new, and what they are as one hash."""
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=REPO, check=True, capture_output=True)
    names = [name for name in listed.stdout.decode().split("\0") if name and (REPO / name).is_file()]
    whole = hashlib.sha256()
    for name in sorted(names):
        if name.startswith(("src/", "grammar/", "Cargo.", ".cargo/")):
            whole.update(name.encode() + b"\0" + (REPO / name).read_bytes())
    return names, whole.hexdigest()


def copy(names):
    """The project's files, those alone that differ, so that nothing is compiled without need."""
    for name in names:
        own, theirs = REPO / name, TREE / name
        written = TREE / "plain" / name if (TREE / "plain" / name).exists() else theirs
        if name in ("src/lib.rs", "Cargo.toml") and written.exists():
            continue
        if not written.exists() or written.read_bytes() != own.read_bytes():
            theirs.parent.mkdir(parents=True, exist_ok=True)
            theirs.write_bytes(own.read_bytes())
            theirs.chmod(own.stat().st_mode)
    (TREE / "tests/judge.rs").write_bytes((HERE / "judge.rs").read_bytes())


def build(names, stamp):
    """A copy of the project with every mutant that compiles; nothing to do where there is one of these sources."""
    known = ROOT / "stamp"
    if known.exists() and known.read_text() == stamp:
        copy(names)
        return
    subprocess.run(["rm", "-rf", str(TREE), str(known), str(JUDGED)], check=True)
    TREE.mkdir(parents=True)
    copy(names)
    listed = ROOT / "list.json"
    with listed.open("w") as out:
        subprocess.run(["cargo", "mutants", "--list", "--json"], cwd=REPO, check=True, stdout=out)
    without = []
    while True:
        switch = [sys.executable, str(HERE / "switch.py")]
        subprocess.run([*switch, "write", str(listed), str(TREE), *without], check=True)
        check = ["cargo", "check", "--locked", "--lib", "--message-format=json", "--quiet"]
        messages = run(check, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
        errors = subprocess.run([*switch, "dropped", str(TREE)], input=messages, stdout=subprocess.PIPE, check=True)
        dropped = errors.stdout.decode().split()
        if not dropped:
            break
        without += dropped
    (ROOT / "without").write_text(" ".join(without))
    known.write_text(stamp)


def judged():
    """What is known of each mutant, by number; of two lines about one the later counts."""
    found = {}
    for line in JUDGED.read_text().splitlines() if JUDGED.exists() else []:
        entry = json.loads(line)
        found[entry["number"]] = entry
    return found


def note(entry):
    with JUDGED.open("a") as out:
        out.write(json.dumps(entry) + "\n")


def by_worlds(numbers):
    """The worlds, in one process for as many mutants as it survives."""
    left = [number for number in numbers if number not in judged()]
    if left:
        say("compiling the judge")
        run(["cargo", "test", "--locked", "--quiet", "--test=judge", "--no-run"]).check_returncode()
    while left:
        say(f"{len(left)} mutants are asked of the worlds")
        asked = dict(os.environ, SEGMA_MUTANTS=" ".join(map(str, left)), SEGMA_MUTANTS_OUT=str(JUDGED), RUST_MIN_STACK=str(256 << 20))
        progress = JUDGED.with_suffix(".now")
        progress.write_text("")
        done = run(
            ["nice", "-n", "19", "cargo", "test", "--locked", "--quiet", "--test=judge", "--", "--nocapture"],
            env=asked,
            stdout=subprocess.DEVNULL,
            stderr=(ROOT / "judge.err").open("w"),
            preexec_fn=limited,
        )
        stuck = progress.read_text()
        if done.returncode == 0:
            return
        if not stuck:
            sys.exit(f"the worlds do not hold without mutants:\n{(ROOT / 'judge.err').read_text()[-3000:]}")
        if int(stuck) not in judged():
            note({"number": int(stuck), "by": "it ends the process", "at": "", "seconds": 0})
        left = [number for number in left if number not in judged()]


def by_others(missed):
    """The other tests, a process for each mutant that no world shows."""
    for target, filters in OTHERS:
        left = [number for number in missed if not judged()[number]["by"]]
        if not left:
            return
        what = target[0].removeprefix("--").removeprefix("test=")
        say(f"{len(left)} mutants are asked of {what}")
        run(["cargo", "test", "--locked", "--quiet", *target, "--no-run"]).check_returncode()
        test = ["nice", "-n", "19", "cargo", "test", "--locked", "--quiet", *target, "--", *filters]
        for number in [0, *left]:
            asked = dict(os.environ, SEGMA_MUTANT=str(number))
            try:
                quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
                failed = run(test, env=asked, timeout=SECONDS, preexec_fn=limited, **quiet).returncode
            except subprocess.TimeoutExpired:
                failed = 1
            if failed and not number:
                sys.exit(f"{what} fails without mutants")
            if failed:
                note({"number": number, "by": f"the tests of {what}", "at": "", "seconds": 0})


def place(mutant, lines):
    """A mutant's name with its line's text in place of the line's number, which other lines move."""
    file, line, _, what = mutant["name"].split(":", 3)
    return f"{file}:{what} | {lines[file][int(line) - 1].strip()}"


def texts(mutants):
    return {name: (REPO / name).read_text().splitlines() for name in {mutant["file"] for mutant in mutants}}


def reasons():
    """The mutants of which equivalent.txt says why they change nothing."""
    text = (HERE / "equivalent.txt").read_text().splitlines()
    return {line for line in text if line and not line.startswith(("#", " "))}


def tell(chosen, mutants):
    """Figures, and who was missed; whether that is nobody."""
    known, lines, excused = judged(), texts(mutants), reasons()
    counted = collections.Counter()
    missed = []
    without = set(map(int, (ROOT / "without").read_text().split()))
    for number, mutant in chosen:
        if number in without:
            counted["do not compile"] += 1
        elif number not in known:
            counted["not tried"] += 1
        elif known[number]["by"]:
            counted[f"caught by {known[number]['by']}"] += 1
        elif place(mutant, lines) in excused:
            counted["change nothing, with a reason"] += 1
        else:
            missed.append((mutant["name"], place(mutant, lines), known[number]["at"]))
    for name, key, at in missed:
        print(f"MISSED {name} ({at})\n    {key}")
    print(f"{len(chosen)} mutants: {len(missed)} missed" + "".join(f", {n} {what}" for what, n in counted.most_common()))
    return not missed


def main(arguments):
    names, stamp = sources()
    build(names, stamp)
    mutants = json.loads((ROOT / "list.json").read_text())
    chosen = list(enumerate(mutants, 1))
    match arguments:
        case []:
            pass
        case ["--shard", part]:
            k, n = map(int, part.split("/"))
            chosen = [entry for entry in chosen if entry[0] % n == k % n]
        case ["--of", what]:
            chosen = [entry for entry in chosen if what in entry[1]["name"]]
        case ["--again"]:
            before = judged()
            chosen = [entry for entry in chosen if entry[0] in before and not before[entry[0]]["by"]]
            JUDGED.write_text("".join(json.dumps(line) + "\n" for line in before.values() if line["by"]))
        case _:
            sys.exit("see tests/mutants --help")
    built = {mutant["number"] for mutant in json.loads((TREE / "mutants.json").read_text())}
    numbers = [number for number, _ in chosen if number in built]
    by_worlds(numbers)
    known, lines, excused = judged(), texts(mutants), reasons()
    by_others([n for n in numbers if not known[n]["by"] and place(mutants[n - 1], lines) not in excused])
    sys.exit(0 if tell(chosen, mutants) else 1)


if __name__ == "__main__":
    main(sys.argv[1:])
