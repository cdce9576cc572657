"""Operators of TFLite on plain numbers give what LiteRT gives: the same integers, floats within a few roundings."""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from support.litert_float_cases import Case, all_cases

litert = pytest.importorskip("ai_edge_litert.interpreter")

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no program {PROGRAM}")


def random_input(random: np.random.Generator, dtype: np.dtype, shape) -> np.ndarray:
    if dtype == np.float32:
        return random.normal(0, 2, shape).astype(np.float32)
    return random.integers(-9, 10, shape).astype(dtype)


def expected(model: bytes) -> tuple[dict, list[np.ndarray], list[str]]:
    """Inputs by name, and what the kernels make of them."""
    made = litert.Interpreter(
        model_content=model, experimental_op_resolver_type=litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
    )
    made.allocate_tensors()
    random = np.random.default_rng(7)
    inputs = {}
    for tensor in made.get_input_details():
        inputs[tensor["name"]] = random_input(random, tensor["dtype"], tensor["shape"])
        made.set_tensor(tensor["index"], inputs[tensor["name"]])
    made.invoke()
    details = made.get_output_details()
    return inputs, [made.get_tensor(t["index"]).copy() for t in details], [t["name"] for t in details]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.name)
def test_an_operator_gives_what_litert_gives(case: Case, tmp_path: Path):
    _, arrays, _ = expected(case.model())
    model = case.model([list(a.shape) for a in arrays])  # with the shapes that LiteRT works out
    inputs, arrays, names = expected(model)
    (tmp_path / "m.tflite").write_bytes(model)
    np.savez(tmp_path / "x.npz", **inputs)
    command = [PROGRAM, "run", "m.tflite", "--inputs", "x.npz", "--outputs", "y.npz"]
    done = subprocess.run(list(map(str, command)), cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(tmp_path / "y.npz") as found:
        for name, array in zip(names, arrays, strict=True):
            assert found[name].dtype == array.dtype
            assert found[name].shape == array.shape
            if array.dtype == np.float32:
                np.testing.assert_allclose(found[name], array, rtol=1e-5, atol=1e-6)
            else:
                np.testing.assert_array_equal(found[name], array)
