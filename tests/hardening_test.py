"""The program is built so that a fault in it is harder to use, and it depends on nothing unexpected. Sanitizer builds are not judged."""

import json
import re
import shutil
import subprocess

import pytest
from support.program import PROGRAM, ROOT, succeeds

BUILD = PROGRAM.parent
RELEASE = "CMAKE_BUILD_TYPE:STRING=Release" in (BUILD / "CMakeCache.txt").read_text()
pytestmark = [
    pytest.mark.skipif(shutil.which("readelf") is None, reason="readelf is not installed"),
    pytest.mark.skipif(not RELEASE, reason="not a release build"),
]


def readelf(option: str) -> str:
    return subprocess.run(["readelf", "-W", option, PROGRAM], capture_output=True, text=True, check=True).stdout


def test_the_program_may_be_placed_anywhere() -> None:
    assert re.search(r"Type:\s+DYN \(Position-Independent", readelf("-h"))


def test_relocations_are_read_only_and_made_before_main() -> None:
    assert "GNU_RELRO" in readelf("-l")
    assert re.search(r"\(FLAGS\).*BIND_NOW|\(BIND_NOW\)|FLAGS_1.*NOW", readelf("-d"))


def test_no_memory_is_writable_and_executable() -> None:
    segments = re.findall(r"^\s+(LOAD|GNU_STACK)\s.*?0x\w+ 0x\w+ ([RWE ]{3})", readelf("-l"), re.MULTILINE)
    assert segments
    assert [s for s in segments if "W" in s[1] and "E" in s[1]] == []


def test_stacks_are_guarded_and_copies_checked() -> None:
    symbols = readelf("--dyn-syms")
    assert "__stack_chk_fail" in symbols
    assert re.search(r"__(memcpy|snprintf|read|memset|strcpy|fprintf|printf)_chk", symbols)


def test_only_known_libraries_are_loaded() -> None:
    needed = re.findall(r"\(NEEDED\).*\[(lib[\w+-]+)\.so", readelf("-d"))
    known = {"libstdc++", "libm", "libgcc_s", "libc", "libz", "libpng16", "libjpeg", "libfmt", "libxxhash", "libdl"}
    assert set(needed) - known == set()


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def test_the_versions_of_libraries_are_told_and_new_enough() -> None:
    libraries = json.loads(succeeds("version", "--deps", "--json").out)["libraries"]
    assert {"libjpeg-turbo", "libpng", "zlib"} <= {one["name"] for one in libraries}
    assert [one for one in libraries if version(one["version"]) < version(one["minimum"])] == []


def test_code_that_starts_programs_or_loads_code_is_in_no_reader() -> None:
    done = subprocess.run([ROOT / "scripts/check/run", "calls"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
