"""What is wrong with a command line is said whole: what was expected, what was found, and where to read on."""

import json

import pytest
from support.program import dlas, refuses

CASES = [
    ("", "expected a command, found none", "dlas --help"),
    ("sho", "expected a command, found 'sho' (nearest: show, ", "dlas --help"),
    ("show", "expected FILE, found none", "dlas show --help"),
    ("diff", "expected A and B, found none", "dlas diff --help"),
    ("diff a.onnx", "expected B, found none", "dlas diff --help"),
    ("show a.onnx b.onnx", "expected no more arguments, found 'b.onnx'", "dlas show --help"),
    ("run a.onnx --images 0", "expected --images from 1 to 100000000, found 0", "dlas run --help"),
    ("run a.onnx --images many", "expected --images from 1 to 100000000, found many", "dlas run --help"),
    ("run a.onnx --images", "expected a value for --images, found none", "dlas run --help"),
    ("run a.onnx --top 5 --top 6", "expected --top once, found 2 times", "dlas run --help"),
    ("run a.onnx --seed x", "expected a number for --seed, found x", "dlas run --help"),
    ("limits --jsn", "expected an option, found '--jsn' (nearest: --json, ", "dlas limits --help"),
    ("report x.json", "expected -o PAGE.html or --overlay DATA.json, found neither", "dlas report x.json -o x.html"),
    ("report x.json -o a --overlay a", "expected different names for -o and --overlay, found a", None),
]


@pytest.mark.parametrize(("words", "line", "remedy"), CASES, ids=[case[0] or "nothing" for case in CASES])
def test_a_mistake_is_told_in_one_sentence(words: str, line: str, remedy: str | None) -> None:
    told = refuses(*words.split()).splitlines()
    assert told[0] == f"dlas: {line}" or (line.endswith(" ") and told[0].startswith(f"dlas: {line}"))
    assert told[1:] == ([f"      try: {remedy}"] if remedy else [])


def test_the_fields_of_a_mistake_are_expected_and_found() -> None:
    done = dlas("run", "a.onnx", "--images", "0", "--json")
    error = json.loads(done.out)["error"]
    assert (error["code"], error["expected"], error["found"]) == ("usage", "--images from 1 to 100000000", "0")
    assert error["hint"] == "dlas run --help"


def test_no_option_is_offered_twice() -> None:
    names = refuses("limits", "--foo").split("nearest: ")[1].split(")")[0].split(", ")
    assert len(names) == len(set(names)) == 3
