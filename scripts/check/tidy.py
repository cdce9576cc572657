"""Static analysis: clang-tidy with the small set of .clang-tidy.

Under CI the layers that meet foreign bytes are analysed (all of src takes longer than the other
checks together); elsewhere those that differ from the last commit, or those named.
Tests are left out: they read no foreign bytes, and GoogleTest's headers cost more time than the rest together.
"""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tree import ROOT, finish, tracked

DATABASE = ROOT / "build/compile_commands.json"
# GCC's warnings have been errors already; clang knows neither all of their names nor agrees with each.
COMMAND = ["clang-tidy-19", "--quiet", "-p", "build", "--extra-arg=-w"]


def changed() -> set[Path]:
    listing = subprocess.run(
        ["git", "diff", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return {Path(line) for line in listing.stdout.splitlines()}


def chosen() -> list[Path]:
    files = [path for path in tracked("src/*.cpp") if not path.stem.endswith(("_test", "_testing", "_fuzz"))]
    if len(sys.argv) > 1:
        return [Path(name) for name in sys.argv[1:]]
    if os.environ.get("CI") == "true":
        return [
            path
            for path in files
            if str(path).startswith(("src/base/", "src/data/", "src/model/graph/", "src/model/format/"))
        ]
    return sorted(changed() & set(files))


def analyse(path: Path) -> list[str]:
    done = subprocess.run([*COMMAND, str(path)], cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    found = [line for line in done.stdout.splitlines() if re.search(r": (error|warning): ", line)]
    if done.returncode != 0 and not found:
        found = [f"{path}: {done.stderr.strip()[-500:]}"]
    return [line.replace(str(ROOT) + "/", "") for line in found]


def main() -> None:
    if not DATABASE.is_file():
        subprocess.run(["cmake", "--preset", "release"], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    known = {Path(entry["file"]).resolve() for entry in json.loads(DATABASE.read_text())}
    files = [path for path in chosen() if (ROOT / path).resolve() in known]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = [line for lines in pool.map(analyse, files) for line in lines]
    scope = "" if os.environ.get("CI") == "true" else " (those that differ from the last commit; all: CI=true)"
    finish("tidy", list(dict.fromkeys(found)), f"clang-tidy has nothing to say about {len(files)} files{scope}")


main()
