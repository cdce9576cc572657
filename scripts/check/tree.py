"""What the checks share: the tracked files of the tree, and how a check reports."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def tracked(*patterns: str) -> list[Path]:
    """Files that git tracks and that still exist, relative to the root; all of them without patterns such as '*.cpp'."""
    listing = subprocess.run(["git", "ls-files", "-z", "--", *patterns], cwd=ROOT, capture_output=True, check=True)
    names = [name for name in listing.stdout.decode().split("\0") if name]
    return [Path(name) for name in names if (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def lines_of(path: Path) -> list[str]:
    return text_of(path).splitlines()


def finish(check: str, problems: list[str], fine: str) -> None:
    """Ends the program: the line `fine` and status 0, or each problem and status 1."""
    if not problems:
        print(f"{check}: {fine}")
        sys.exit(0)
    for problem in problems:
        print(f"{check}: {problem}")
    sys.exit(1)
