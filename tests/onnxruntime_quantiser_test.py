"""Models of ONNX Runtime's own quantiser against their float model: explained by quantisation, and followed layer by layer."""

import gzip
import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

onnxruntime = pytest.importorskip("onnxruntime.quantization")

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
PICTURES = Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")

pytestmark = pytest.mark.skipif(not PICTURES.exists(), reason="no dataset-fashion-mnist")


class Pictures(onnxruntime.CalibrationDataReader):
    """A hundred pictures to calibrate with."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        with gzip.open(PICTURES) as packed:
            pixels = np.frombuffer(packed.read()[16:], dtype=np.uint8).reshape(-1, *shape)
        self.rest = iter([{"image": picture.astype(np.float32) / 255} for picture in pixels[9000:9100]])

    def get_next(self) -> dict | None:
        return next(self.rest, None)


@pytest.mark.parametrize("model", ["residual", "depthwise"])
@pytest.mark.parametrize("form", ["QOperator", "QDQ"])
def test_a_quantised_twin_is_explained_and_aligned(model: str, form: str, tmp_path: Path) -> None:
    source, target = SOURCE / f"demo/models/{model}.onnx", tmp_path / "quantised.onnx"
    onnxruntime.quantize_static(
        source,
        target,
        Pictures((1, 1, 28, 28) if model == "residual" else (1, 28, 28, 1)),
        quant_format=onnxruntime.QuantFormat[form],
        activation_type=onnxruntime.QuantType.QUInt8,
        weight_type=onnxruntime.QuantType.QInt8,
        per_channel=True,
    )
    command = [PROGRAM, "diff", source, target, "--data", PICTURES, "--recipe", "gray scale(1/255)", "--images", "100"]
    done = subprocess.run([*map(str, command), "--json", str(tmp_path / "d.json")], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "d.json").read_text(encoding="utf-8"))
    assert found["verdict"] == "explained by quantisation"
    # A floor near 1 would explain anything: then one side's ReLU was lost.
    assert len(found["values"]) >= 8
    floors = {value["b"]: value["floor"] for value in found["values"]}
    assert max(floors.values()) < 1.5, floors
