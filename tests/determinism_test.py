"""The same question gets the same bytes: for any number of threads, in any folder, locale and order of files, run after run.

Times are the one thing that may differ; they stand in `milliseconds` alone.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
MODELS = SOURCE / "demo/models"
THREADS = (1, 2, 7)
RECIPE = "gray scale(1/255) nhwc"

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no program {PROGRAM}")


def pgm(folder: Path, name: str, pixels: np.ndarray) -> None:
    (folder / name).write_bytes(b"P5 28 28 255\n" + pixels.tobytes())


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """37 small pictures: a number that no number of threads divides evenly."""
    folder = tmp_path_factory.mktemp("pictures")
    random = np.random.default_rng(11)
    y, x = np.mgrid[0:28, 0:28]
    for i in range(37):
        a, b, c = random.uniform(2, 12, 3)
        shade = (
            127 + 80 * np.sin(x / a + i) * np.cos(y / b) + 40 * ((x + y) % c > c / 2) + random.normal(0, 6, (28, 28))
        )
        pgm(folder, f"{i:02}.pgm", np.clip(shade, 0, 255).astype(np.uint8))
    return folder


def output(*arguments: object, threads: int = 2, cwd: Path | None = None, status: tuple = (0,), **environment) -> str:
    done = subprocess.run(
        [PROGRAM, *map(str, arguments), "--threads", str(threads)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode in status, done.stderr
    return done.stdout


def run(model: str, data: object, **more) -> str:
    layout = "nchw" if model.startswith("residual") else "nhwc"
    return output("run", MODELS / model, "--data", data, "--recipe", f"gray scale(1/255) {layout}", "--json", **more)


def without_times(text: str) -> str:
    """The JSON of a comparison as text, so that the order of keys counts; times and the command line are cut out."""
    document = json.loads(text)
    for side in ("a", "b"):
        assert document[side].pop("milliseconds")["median"] > 0
    document.pop("command", None)  # tells --threads
    return json.dumps(document)


def diff(a: str, b: str, data: Path, **more) -> str:
    text = output(
        "diff", MODELS / a, MODELS / b, "--data", data, "--recipe", RECIPE, "--json", "-", status=(0, 1), **more
    )
    return without_times(text)


def only(texts: list[str]) -> None:
    assert texts[0]
    assert all(text == texts[0] for text in texts)


@pytest.mark.parametrize("model", ["depthwise.onnx", "depthwise_int8.tflite", "residual.onnx", "residual_int8.tflite"])
def test_answers_are_the_same_for_any_number_of_threads(model: str, pictures: Path):
    texts = [run(model, pictures, threads=n) for n in THREADS]
    scores = [answer["top"][0]["score"] for answer in json.loads(texts[0])["answers"]]
    assert len(set(scores)) > 10, "no evidence: the answers are all alike"
    only([*texts, run(model, pictures, threads=7)])


@pytest.mark.parametrize("b", ["depthwise_fault.onnx", "depthwise_int8.tflite"])
def test_a_comparison_is_the_same_for_any_number_of_threads_but_for_times(b: str, pictures: Path):
    only([*(diff("depthwise.onnx", b, pictures, threads=n) for n in THREADS), diff("depthwise.onnx", b, pictures)])


def test_kept_values_are_the_same_files_byte_for_byte(tmp_path: Path):
    x = np.random.default_rng(2).random((1, 28, 28, 1), np.float32)
    files = []
    for n in THREADS:
        inputs = json.loads(output("show", MODELS / "depthwise.onnx", "--json"))["inputs"]
        np.savez(tmp_path / "x.npz", **{inputs[0]["name"]: x})
        output(
            "run",
            MODELS / "depthwise.onnx",
            "--inputs",
            tmp_path / "x.npz",
            "--outputs",
            tmp_path / f"y{n}.npz",
            threads=n,
        )
        files.append((tmp_path / f"y{n}.npz").read_bytes().hex())
    only(files)


def test_the_order_in_which_files_were_made_does_not_count(pictures: Path, tmp_path: Path):
    for picture in sorted(pictures.iterdir(), reverse=True):
        shutil.copy(picture, tmp_path / picture.name)
    only([json.dumps(json.loads(run("depthwise.onnx", d))["answers"]) for d in (pictures, tmp_path)])


def test_the_folder_and_the_locale_do_not_count(pictures: Path, tmp_path: Path):
    places = [
        {"cwd": tmp_path, "LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Tokyo"},
        {"cwd": SOURCE, "LC_ALL": "C", "TZ": "UTC", "HOME": "/nowhere"},
    ]
    only([run("depthwise.onnx", pictures, **place) for place in places])
    only([output("show", MODELS / "depthwise.onnx", "--json", **place) for place in places])


def test_the_seed_chooses_the_pictures(tmp_path: Path):
    random = np.random.default_rng(4)
    pixels = random.integers(0, 256, (300, 28, 28), np.uint8)
    header = b"\x00\x00\x08\x03" + b"".join(n.to_bytes(4, "big") for n in pixels.shape)
    data = tmp_path / "t10k-images-idx3-ubyte.gz"
    data.write_bytes(gzip.compress(header + pixels.tobytes(), mtime=0))
    command = ("run", MODELS / "depthwise.onnx", "--data", data, "--recipe", RECIPE, "--json", "--images", 20)

    def chosen(seed: int) -> list[str]:
        return [answer["image"] for answer in json.loads(output(*command, "--seed", seed))["answers"]]

    assert chosen(1) == chosen(1)
    assert chosen(1) != chosen(2)


def test_the_page_is_the_same_but_for_times(pictures: Path, tmp_path: Path):
    document = tmp_path / "out.json"
    output(
        "diff",
        MODELS / "depthwise.onnx",
        MODELS / "depthwise_fault.onnx",
        "--data",
        pictures,
        "--recipe",
        RECIPE,
        "--json",
        document,
        status=(0, 1),
    )
    pages = []
    for n in THREADS:
        output("report", document, "-o", tmp_path / f"{n}.html", threads=n)
        pages.append((tmp_path / f"{n}.html").read_text(encoding="utf-8"))
    assert re.search("<html", pages[0])
    only(pages)
