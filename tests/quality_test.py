"""Every model gives real pictures the answers that its makers measured, each with its own recipe.

Shared models: top-1 accuracy as stated beside them. Those figures come from other samples of pictures of the same kind, so both
sides have a sampling error; the two proportions must agree at the 95 % level. The demo's models: the number of right answers
over all of Fashion-MNIST and the labels of the first 200 pictures, which the frameworks' own runtimes gave, exactly.
"""

import hashlib
import json
import math
import os
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
SHARED = Path(os.environ.get("DLAS_SHARED", SOURCE.parent / "shared")) / "data"
FASHION = Path(os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist")) / "t10k-images-idx3-ubyte.gz"
EXPECTED = json.loads((SOURCE / "demo/expected.json").read_text(encoding="utf-8"))["files"]

STATED = json.loads((SOURCE / "tests/quality.json").read_text(encoding="utf-8"))["models"]
PHOTOS, VIEW = "photos/imagenet-sample", "resize(256,bilinear,pil) crop(224)"
# The same SqueezeNet with recipes that are wrong in one place.
WRONG = [
    ("channels in another order", f"{VIEW} rgb mean(123,117,104) nchw", 0.35),
    ("mean and deviation of torchvision", f"{VIEW} rgb scale(1/255) norm(imagenet) nchw", 0.00),
]

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no program {PROGRAM}")


def answers(model: Path, data: Path, recipe: str, images: int, *more: str) -> dict:
    for place in (model, data):
        if not place.exists():
            pytest.skip(f"no {place.name}")
    command = [
        PROGRAM,
        "run",
        model,
        "--data",
        data,
        "--recipe",
        recipe,
        "--images",
        images,
        "--top",
        1,
        "--json",
        *more,
    ]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def right(found: dict) -> int:
    return sum(one["top"][0]["class"] == one["label"] for one in found["answers"])


def sampling_error(p: float, n: int, m: int) -> float:
    """Half the 95 % interval of the difference of two proportions, with a continuity correction."""
    return 1.96 * math.sqrt(p * (1 - p) * (1 / n + 1 / m)) + (1 / n + 1 / m) / 2


def test_the_sampling_error_of_two_samples():
    # By hand: 1.96 sqrt(0.25 * 0.02) = 0.1386, and 0.01.
    assert sampling_error(0.5, 100, 100) == pytest.approx(0.1486, abs=1e-4)


@pytest.mark.parametrize("stated", STATED, ids=[one["model"] for one in STATED])
def test_a_shared_model_is_as_good_as_stated(stated: dict):
    found = answers(SHARED / "models" / stated["model"], SHARED / stated["pictures"], stated["recipe"], 1000)
    images, top1 = found["images"], stated["top1"]
    assert images >= 100
    assert all(one["label"] is not None for one in found["answers"])
    assert found["top1"]["accuracy"] == pytest.approx(right(found) / images)
    assert abs(right(found) / images - top1) <= sampling_error(top1, images, stated["images"])


@pytest.mark.parametrize(("what", "recipe", "stated"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_recipe_shows(what: str, recipe: str, stated: float):
    found = answers(SHARED / "models/squeezenet1_1_fp16.onnx", SHARED / PHOTOS, recipe, 60)
    images = found["images"]
    assert abs(right(found) / images - stated) <= sampling_error(max(stated, 0.01), images, 100), what


@pytest.mark.parametrize("name", EXPECTED)
def test_a_demo_model_gives_the_answers_of_its_framework(name: str):
    path, stated = SOURCE / "demo/models" / name, EXPECTED[name]
    # `reference`: LiteRT's reference kernels, whose bytes are ours; ONNX files were run by ONNX Runtime alone.
    expected = stated.get("reference", stated["default"])
    assert hashlib.sha256(path.read_bytes()).hexdigest() == stated["sha256"]
    layout = "nchw" if name.startswith("residual") else "nhwc"
    found = answers(path, FASHION, f"gray scale(1/255) {layout}", 10_000)
    assert found["images"] == 10_000
    by_image = {int(one["image"]): one["top"][0]["class"] for one in found["answers"]}
    assert "".join(str(by_image[i]) for i in range(200)) == expected["labels_of_first_200"]
    assert right(found) == expected["correct"]
