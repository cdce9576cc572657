"""Pages show commands that work and output that comes.

In a page, a block fenced with ```console holds lines `$ command`, each followed by what it prints. They are run in order, in one
scratch folder per page that has the tree's files as links, with the built program first in PATH. The exit status must be 0, or n
where the command line ends in `# exit n`. Every line of output in the page must come in this order; `...` in it stands for
anything, and a line `...` for any lines. A command `NAME=value` holds for the commands behind it. Commands in
other blocks (```sh) are not run; `make check` looks at their paths.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(os.environ["DLAS_SOURCE_DIR"])
PROGRAM = Path(os.environ["DLAS_PROGRAM"])
PAGES = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
BLOCK = re.compile(r"^ *```console\n(.*?)^ *```$", re.M | re.S)
ASSIGNMENT = re.compile(r"([A-Z]+)=(\S+)")
EXIT = re.compile(r"\s+# exit (\d+)$")


def commands_of(page: Path) -> list[tuple[str, int, list[str]]]:
    """The command, its exit status and the lines it prints, for each command of the page."""
    commands = []
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for line in block.replace("\\\n", "").splitlines():
            if line.strip().startswith("$ "):
                command = line.strip()[2:]
                status = EXIT.search(command)
                commands.append((EXIT.sub("", command), int(status[1]) if status else 0, []))
            elif commands and line.strip():
                commands[-1][2].append(line.strip())
    return commands


def missing_line(expected: list[str], output: str) -> str | None:
    """The first expected line that does not come, in order, in the output."""
    lines = iter([line.strip() for line in output.splitlines()])
    for wanted in expected:
        pattern = re.compile(".*".join(map(re.escape, wanted.split("..."))))
        if wanted != "..." and not any(pattern.fullmatch(line) for line in lines):
            return wanted
    return None


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    for entry in ROOT.iterdir():
        if not entry.name.startswith(("build", ".git")):
            (tmp_path / entry.name).symlink_to(entry)
    return tmp_path


@pytest.mark.parametrize("page", [p for p in PAGES if commands_of(p)], ids=lambda p: str(p.relative_to(ROOT)))
def test_the_commands_of_a_page_do_what_it_shows(page: Path, scratch: Path) -> None:
    environment = {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}", "COLUMNS": "120"}
    for command, status, expected in commands_of(page):
        if assignment := ASSIGNMENT.fullmatch(command):
            environment[assignment[1]] = assignment[2]
            continue
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=scratch,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=240,
        )
        assert done.returncode == status, f"$ {command}\n{done.stdout}"
        missing = missing_line(expected, done.stdout)
        assert missing is None, f"$ {command}\nexpected the line: {missing}\nfound:\n{done.stdout}"


def test_the_pages_of_the_house_are_there() -> None:
    for name in ("SECURITY.md", "docs/dependencies.md", "docs/hacking.md"):
        assert ROOT / name in PAGES


def test_an_output_line_that_does_not_come_is_named() -> None:
    assert missing_line(["a ... c", "...", "z"], "a b c\nx\nz\n") is None
    assert missing_line(["z", "a"], "a\nz\n") == "a"
