"""`make check` finds what it promises to find: each check is run on a small tree with one planted fault, and names it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(os.environ["DLAS_SOURCE_DIR"])


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small tree in which every check is content."""
    shutil.copytree(ROOT / "scripts/check", tmp_path / "scripts/check", ignore=shutil.ignore_patterns("__pycache__"))
    for name in (".clang-format", "ruff.toml", "CMakePresets.json", "Makefile"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    plant(tmp_path, "src/base/ground.h", "int ground();\n")
    plant(tmp_path, "src/model/op/clip.cpp", '#include "base/ground.h"\n\nint clip() { return ground(); }\n')
    plant(tmp_path, "README.md", "See [clip](src/model/op/clip.cpp).\n")
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    return tmp_path


def plant(tree: Path, name: str, text: str) -> None:
    (tree / name).parent.mkdir(parents=True, exist_ok=True)
    (tree / name).write_text(text)


def check(tree: Path, name: str) -> tuple[int, str]:
    subprocess.run(["git", "add", "--all", ":!.venv"], cwd=tree, check=True)
    command = [sys.executable, "-B", f"scripts/check/{name}.py"]
    done = subprocess.run(command, cwd=tree, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return done.returncode, done.stdout


FAULTS = [
    ("format", "src/base/a.h", "int  a( );\n", "src/base/a.h:1: expected clang-format's form"),
    ("python", "scripts/a.py", "import os\n", "scripts/a.py:1:8: F401"),
    (
        "includes",
        "src/base/a.cpp",
        '#include "model/op/b.h"\n',
        'src/base/a.cpp:1: expected a path from src/, found "model/op/b.h"',
    ),
    ("length", "src/base/a.cpp", "\n" * 601, "src/base/a.cpp: expected at most 600 lines, found 601"),
    ("sorted", "src/base/a.h", "// begin sorted\nb\na\n// end sorted\n", "src/base/a.h:1: expected 'a' before 'b'"),
    (
        "sorted",
        "src/base/a.h",
        "// begin sorted\nb\n",
        "src/base/a.h:1: `begin sorted` and `end sorted` do not pair up",
    ),
    (
        "headers",
        "include/dlas/a.h",
        "// A.\nResult<int> a();\n",
        "`Result<int> a` returns a Result; expected a comment with `Errors:`",
    ),
    (
        "headers",
        "include/dlas/a.h",
        "int a();\nint b();\n",
        "expected at least 30% of the lines with a comment, found 0%",
    ),
    ("names", "src/base/shape_utils.h", "int a();\n", "'shape_utils' does not say what is inside"),
    ("names", "src/base/a.h", "int a();  // TO" + "DO\n", "src/base/a.h:1: unfinished"),
    ("calls", "src/data/a.cpp", "int a() { return std::system(name); }\n", "`system` belongs into src/base/process"),
    ("calls", "src/data/a.cpp", "int a() { return std::stoi(name); }\n", "`stoi` throws or guesses on hostile text"),
    ("calls", "src/data/a.cpp", 'void a() { printf("x"); }\n', "`printf`: library code neither prints nor exits"),
    ("pages", "docs/a.md", "[b](b.md)\n", "docs/a.md:1: link to b.md: no such file"),
    ("pages", "docs/a.md", "# One\n[b](#two)\n", "docs/a.md:2: link to #two: no such heading"),
    ("pages", "docs/a.md", "Look into `src/data/b.cpp`.\n", "docs/a.md:1: `src/data/b.cpp`: no such path"),
    ("pages", "docs/a.md", "```sh\nmake coffee\n```\n", "docs/a.md:2: `make coffee`: no such target"),
]


@pytest.mark.parametrize(("name", "file", "text", "message"), FAULTS)
def test_a_planted_fault_is_named(tree: Path, name: str, file: str, text: str, message: str) -> None:
    assert check(tree, name)[0] == 0, "the small tree has a fault of its own"
    plant(tree, file, text)
    status, output = check(tree, name)
    assert message in output
    assert status == 1


def test_an_include_that_points_up_is_named_with_both_layers(tree: Path) -> None:
    plant(tree, "src/compiler/pass.h", "int pass();\n")
    plant(tree, "src/data/a.cpp", '#include "compiler/pass.h"\n')
    assert "src/data/a.cpp:1: data includes compiler, which is above it: compiler/pass.h" in check(tree, "includes")[1]


def test_an_include_from_a_neighbour_is_named(tree: Path) -> None:
    plant(tree, "src/model/format/read.h", "int read();\n")
    plant(tree, "src/data/a.cpp", '#include "model/format/read.h"\n')
    assert "data includes model/format, which is beside it" in check(tree, "includes")[1]


def test_a_cycle_of_includes_is_shown_from_end_to_end(tree: Path) -> None:
    plant(tree, "src/base/a.h", '#include "base/b.h"\n')
    plant(tree, "src/base/b.h", '#include "base/a.h"\n')
    assert "cycle: src/base/a.h -> src/base/b.h -> src/base/a.h" in check(tree, "includes")[1]
