"""Real Keras models: a ResNet-8 that agrees with its TFLite twin, and a MobileNet of the quality that is stated for it."""

import json
import os
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
SHARED = Path(os.environ.get("DLAS_SHARED", SOURCE.parent / "shared"))

pytestmark = pytest.mark.skipif(
    not PROGRAM.exists() or not (SHARED / "data/models/pretrainedResnet.h5").exists(),
    reason=f"no program, or no data in {SHARED}",
)


def dlas(tmp_path: Path, *arguments) -> dict:
    done = subprocess.run(list(map(str, [PROGRAM, *arguments])), capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def test_keras_and_tflite_give_the_same_labels(tmp_path: Path) -> None:
    models = SHARED / "data/models"
    pictures = ("--data", SHARED / "data/cifar10", "--images", 1000, "--recipe", "cifar-raw", "--json", "-")
    found = dlas(tmp_path, "diff", models / "pretrainedResnet.h5", models / "pretrainedResnet.tflite", *pictures)
    assert found["images"] == 1000
    assert found["top1"]["differ"] == 0


def test_a_mobilenet_is_as_good_as_stated(tmp_path: Path) -> None:
    model = SHARED / "data/models/mobilenet_v1_0.25_224.keras.h5"
    pictures = ("--data", SHARED / "data/photos/imagenet-sample", "--images", 100, "--recipe", "keras-tf", "--json")
    found = dlas(tmp_path, "run", model, *pictures, "--labels", "imagenet")
    assert found["top1"]["right"] >= 55  # .61 of 100 photos is stated; two samples of 100 differ by 6 or so
