"""What every command promises: exit statuses, one sentence a mistake, whole files or none, quiet when nobody looks."""

import os
import pty
import re
import signal
import subprocess
import time
from pathlib import Path

import numpy as np
import pytest
from support.accelerator_rows import HEAD, ROW
from support.program import PROGRAM, ROOT, dlas, refuses, succeeds
from support.small_models import classifier, photos

RECIPE = ("--recipe", "rgb scale(1/255)")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx")
    photos(tmp_path / "photos")
    return tmp_path


COMMANDS = [
    "bench", "compile", "completion", "convert", "diff", "limits", "localize", "map", "recipes", "repair", "report", "run", "show", "simulate", "version",
]  # fmt: skip


def test_an_unknown_command_is_told_with_the_nearest() -> None:
    assert refuses("dif") == (
        "dlas: expected a command, found 'dif' (nearest: diff, map, run)\n      try: dlas --help\n"
    )
    assert refuses() == "dlas: expected a command, found none\n      try: dlas --help\n"


def test_an_unknown_option_is_told_with_the_nearest() -> None:
    message = refuses("show", "a.onnx", "--jsn")
    assert message.startswith("dlas: expected an option, found '--jsn' (nearest: --json, ")
    assert message.endswith("\n      try: dlas show --help\n")


def test_a_missing_file_is_told_by_its_name(place: Path) -> None:
    assert refuses("show", "b.onnx", cwd=place).startswith("dlas: b.onnx: expected ")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_is_a_success_and_has_examples(command: str) -> None:
    done = succeeds(command, "--help")
    assert done.err == "" and "Example" in done.out


def test_version_names_build_and_libraries() -> None:
    version = re.fullmatch(r"dlas (\d+\.\d+\.\d+)\n", succeeds("--version").out)
    deps = succeeds("version", "--deps", "--json").json()
    assert version and deps["dlas"] == version[1]
    assert [library["name"] for library in deps["libraries"]] == [
        "CLI11", "fmt", "libjpeg-turbo", "libpng", "nlohmann-json", "xxhash", "zlib",
    ]  # fmt: skip

    def numbers(text: str) -> list[int]:
        return [int(n) for n in re.findall(r"\d+", text)]

    for library in deps["libraries"]:
        assert numbers(library["version"]) >= numbers(library["minimum"]), library


def test_limits_can_be_changed(place: Path) -> None:
    assert succeeds("limits", "--json", "--limit", "nodes=7").json()["limits"]["nodes"] == 7
    assert refuses("show", "a.onnx", "--limit", "nodes=2", cwd=place).startswith("dlas: a.onnx, byte ")
    assert refuses("--limit", "nods=2", "limits") == (
        "dlas: expected the name of a limit, found nods (nearest: nodes, rank, tables)\n      try: dlas limits\n"
    )


def test_an_error_in_json_has_fields(place: Path) -> None:
    done = dlas("show", "b.onnx", "--json", cwd=place)
    error = done.json()["error"]
    assert done.status == 2 and done.err.startswith("dlas: b.onnx: ")
    assert set(error) == {
        "code", "message", "file", "offset", "node", "operator", "slot", "expected", "found", "hint", "also",
    }  # fmt: skip
    assert (error["code"], error["file"]) == ("not_found", "b.onnx")


def test_a_mistake_on_the_command_line_is_json_too_when_that_was_asked_for() -> None:
    for command in (("show", "--json", "--nods"), ("diff", "a.onnx", "--json", "-")):
        done = dlas(*command)
        assert (done.status, done.json()["error"]["code"]) == (2, "usage")
    assert dlas("diff", "a.onnx", "--json", "out.json").out == ""


def test_results_go_into_folders_that_are_there(place: Path) -> None:
    for command in (
        ("diff", "a.onnx", "a.onnx", "--data", "photos", *RECIPE, "--html"),
        ("diff", "a.onnx", "a.onnx", "--data", "photos", *RECIPE, "--json"),
        ("run", "a.onnx", "--data", "photos", *RECIPE, "--outputs"),
        ("show", "a.onnx", "--graph"),
    ):
        message = "dlas: nowhere: expected a folder to write into, found none\n      try: mkdir -p nowhere\n"
        assert refuses(*command, "nowhere/x.json", cwd=place) == message


def test_no_input_is_overwritten(place: Path) -> None:
    before = (place / "a.onnx").read_bytes()
    (place / "link.json").symlink_to("a.onnx")
    for target in ("a.onnx", "./a.onnx", "link.json"):
        message = refuses("diff", "a.onnx", "a.onnx", "--data", "photos", *RECIPE, "--json", target, cwd=place)
        assert message == (
            f"dlas: a.onnx: expected a name to write to that is not one of the files to read, found {target}\n"
        )
    assert (place / "a.onnx").read_bytes() == before


def test_a_result_replaces_an_older_one_whole(place: Path) -> None:
    (place / "out.json").write_text("x" * 1_000_000)
    succeeds("diff", "a.onnx", "a.onnx", "--data", "photos", *RECIPE, "--json", "out.json", cwd=place)
    assert (place / "out.json").read_text().endswith("}\n")
    assert sorted(p.name for p in place.iterdir()) == ["a.onnx", "out.json", "photos"]


def test_a_full_disk_behind_standard_output_is_an_error(place: Path) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run([PROGRAM, "show", place / "a.onnx"], stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr == "dlas: expected a standard output that takes everything, found No space left on device\n"


def test_ctrl_c_ends_a_long_run_without_a_file(place: Path) -> None:
    """Enough pictures that the run would take minutes."""
    one = (place / "photos/n01440764_0.png").read_bytes()
    for i in range(3000):
        (place / f"photos/n01440764_{i + 10}.png").write_bytes(one)
    classifier(place / "big.onnx", side=256, kernel=2)
    command = [PROGRAM, "diff", "big.onnx", "big.onnx", "--data", "photos", "--images", "3000", "--json", "out.json"]
    child = subprocess.Popen(
        [*command, "--recipe", "resize(256x256,nearest,pil) rgb"], cwd=place, stderr=subprocess.PIPE, text=True
    )
    time.sleep(2)
    assert child.poll() is None
    child.send_signal(signal.SIGINT)
    _, error = child.communicate(timeout=60)
    assert (child.returncode, error) == (130, "dlas: stopped by the user\n")
    assert sorted(p.name for p in place.iterdir()) == ["a.onnx", "big.onnx", "photos"]


def run_on_terminal(command: list[object], cwd: Path) -> str:
    """What a command writes to standard error when that is a terminal."""
    main, other = pty.openpty()
    child = subprocess.Popen([*map(str, command)], cwd=cwd, stdout=subprocess.DEVNULL, stderr=other)
    os.close(other)
    seen = b""
    while True:
        try:
            part = os.read(main, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    child.wait()
    os.close(main)
    return seen.decode()


def test_progress_is_shown_on_a_terminal_only(place: Path) -> None:
    one = (place / "photos/n01440764_0.png").read_bytes()
    for i in range(900):  # enough for a fast machine: nothing is shown in the first moments
        (place / f"photos/n01440764_{i + 10}.png").write_bytes(one)
    classifier(place / "big.onnx", side=128, kernel=2)
    recipe = ("--recipe", "resize(128x128,nearest,pil) rgb")
    command = ["run", "big.onnx", "--data", "photos", *recipe, "--on", "reference", "--threads", "1"]
    assert "images" in run_on_terminal([PROGRAM, *command], place)
    assert succeeds(*command, cwd=place).err == ""


def test_the_completion_script_knows_commands_and_options(tmp_path: Path) -> None:
    (tmp_path / "script").write_text(succeeds("completion").out)

    def complete(*words: str) -> set[str]:
        line = " ".join(f"'{word}'" for word in words)
        script = f"source ./script; COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _dlas; echo ${{COMPREPLY[@]}}"
        done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
        return set(done.stdout.split())

    assert complete("dlas", "") >= set(COMMANDS)
    assert complete("dlas", "sh") == {"show"}
    assert complete("dlas", "diff", "a", "--rec") == {"--recipe", "--recipe-a", "--recipe-b"}


def examples(command: str) -> list[str]:
    """The commands in a help text; a line that ends in a backslash goes on in the next."""
    text = succeeds(command, "--help").out.split("Example", 1)[1].replace("\\\n", "")
    return [line.strip() for line in text.splitlines() if "dlas " in line and line.startswith("  ")]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_in_the_help_run(command: str, tmp_path: Path) -> None:
    size = {"side": 224, "kernel": 56}
    for name in ("a.onnx", "b.tflite"):  # a file is known by its content, not by its name
        classifier(tmp_path / name, **size)
    photos(tmp_path / "photos", 4, 240, 320)
    np.savez(tmp_path / "x.npz", image=np.ones((1, 3, 224, 224), np.float32))
    environment = os.environ | {"PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}
    if command == "simulate":
        (tmp_path / "rows.csv").write_text(f"{HEAD}\n{ROW}\n")
    if command == "report":
        succeeds("diff", "a.onnx", "b.tflite", "--inputs", "x.npz", "--json", "x.json", cwd=tmp_path)
    assert examples(command)
    for example in examples(command):
        done = subprocess.run(["bash", "-c", example], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert done.returncode in ((0, 1) if command == "diff" else (0,)), f"{example}\n{done.stdout}{done.stderr}"


def test_every_command_is_in_the_help() -> None:
    listed = re.findall(r"^  (\w+) {2,}\S", succeeds("--help").out.split("Subcommands:")[1], re.M)
    assert sorted(listed) == COMMANDS


def test_the_codes_of_errors_are_in_the_docs() -> None:
    page = (ROOT / "docs/errors.md").read_text()
    source = (ROOT / "src/base/error.h").read_text()
    codes = re.findall(r"^  (\w+), +//", source.split("enum class Code")[1].split("};")[0], re.M)
    assert len(codes) >= 14
    assert re.findall(r"^\| `(\w+)` \|", page, re.M) == codes


def test_the_presets_in_the_docs_are_those_of_the_program() -> None:
    page = (ROOT / "docs/recipes.md").read_text()
    rows = re.findall(r"^\| `([\w-]+)` \| (\d+) \| `([^`]+)` \| .+ \|$", page, re.M)
    presets = succeeds("recipes", "--json").json()["presets"]
    assert rows == [(p["name"], str(p["side"]), p["recipe"]) for p in presets]
