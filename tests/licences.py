"""Every crate that Segma is built or tested with must carry a licence that goes with Apache-2.0.

Reads `cargo metadata --locked`, prints how many crates carry which licence, and fails on any other, naming the crate.
"""

import collections
import json
import re
import subprocess
import sys

ALLOWED = {
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "ISC",
    "MIT",
    "MIT-0",
    "Unicode-3.0",
    "Unlicense",
    "Zlib",
}


def holds(expression: str) -> bool:
    """Whether an SPDX expression can be met with allowed licences alone (`/` is the old spelling of OR)."""
    tokens = re.findall(r"\(|\)|[^\s()]+", expression.replace("/", " OR "))
    position = 0

    def peek() -> str:
        return tokens[position] if position < len(tokens) else ""

    def take() -> str:
        nonlocal position
        position += 1
        return tokens[position - 1] if position <= len(tokens) else ""

    def either() -> bool:
        result = both()
        while peek() == "OR":
            take()
            result = both() or result
        return result

    def both() -> bool:
        result = single()
        while peek() == "AND":
            take()
            result = single() and result
        return result

    def single() -> bool:
        token = take()
        if token == "(":
            result = either()
            take()
            return result
        if peek() == "WITH":
            take()
            token = f"{token} WITH {take()}"
        return token in ALLOWED

    return bool(tokens) and either() and position == len(tokens)


def main() -> int:
    raw = subprocess.run(["cargo", "metadata", "--format-version", "1", "--locked"], check=True, capture_output=True)
    packages = json.loads(raw.stdout)["packages"]
    refused = [p for p in packages if not holds(p["license"] or "")]
    for licence, count in sorted(collections.Counter(p["license"] for p in packages if p not in refused).items()):
        print(f"{count:4} {licence}")
    for package in refused:
        print(f"not allowed: {package['name']} {package['version']}: {package['license']}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
