"""Quantised TFLite models give the bytes that LiteRT gives: all intermediate tensors of whole models, and operators alone.

docs/quantised-arithmetic.md says what is exact and what is at most one unit away.
"""

import os
import subprocess
from pathlib import Path

import numpy as np
import pytest
from support.litert_cases import all_cases, random_input
from support.tflite_cut import cut, operator_count

litert = pytest.importorskip("ai_edge_litert.interpreter")

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
SHARED = Path(os.environ.get("DLAS_SHARED", SOURCE.parent / "shared"))
RESOLVERS = {
    "reference": litert.OpResolverType.BUILTIN_REF,
    "builtin": litert.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES,
    "xnnpack": litert.OpResolverType.BUILTIN,
}
MODELS = [
    *(
        SHARED / "data/models" / f"{name}.tflite"
        for name in ("mobilenet_v2_torch_int8_nchw", "mobilenet_v2_tf1_qat_uint8", "pretrainedResnet_quant")
    ),
    *(
        SOURCE / "src/model/format/tflite/fixtures" / f"{name}.tflite"
        for name in ("conv_int8", "full_int4", "conv_int16")
    ),
    *(SOURCE / "demo/models" / f"{name}.tflite" for name in ("depthwise_int8", "residual_int8")),
]
# Those of real size: shared ones and the demo's.
WHOLE = [path for path in MODELS if "fixtures" not in path.parts]
# Operators that differ from LiteRT's in single values, by one unit at most: group and kernels.
ALMOST = {
    ("add_int8", "builtin"),
    ("add_uint8", "builtin"),
}

pytestmark = pytest.mark.skipif(not PROGRAM.exists(), reason=f"no program {PROGRAM}")


def interpreter(model: bytes, kernels: str, keep: bool = False):
    made = litert.Interpreter(
        model_content=model,
        experimental_op_resolver_type=RESOLVERS[kernels],
        experimental_preserve_all_tensors=keep,
        num_threads=1,
    )
    made.allocate_tensors()
    return made


def ours(folder: Path, model: Path, inputs: dict, keep: list[str], kernels: str) -> dict:
    np.savez(folder / "x.npz", **inputs)
    command = [PROGRAM, "run", model, "--inputs", folder / "x.npz", "--outputs", folder / "y.npz", "--kernels", kernels]
    if keep:
        command += ["--keep", ",".join(keep)]
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with np.load(folder / "y.npz") as arrays:
        return {name: arrays[name] for name in arrays.files}


def computed_names(made) -> dict[str, int]:
    """Names of the tensors that operators make, without those that several share, and their indices."""
    made_by = {int(index) for op in made._get_ops_details() for index in op["outputs"]}
    names: dict[str, int] = {}
    shared = set()
    for tensor in made.get_tensor_details():
        if tensor["name"] in names:
            shared.add(tensor["name"])
        if tensor["index"] in made_by:
            names[tensor["name"]] = tensor["index"]
    return {name: index for name, index in names.items() if name not in shared and "," not in name}


def picture(tensor: dict, random: np.random.Generator) -> np.ndarray:
    """Something smooth with edges, as pictures are, over the range of the input: noise would leave deep layers flat."""
    shape = tuple(tensor["shape"])
    if len(shape) != 4:
        return random_input(random, tensor["dtype"], shape)
    first = shape[1] <= 4
    height, width = shape[2:] if first else shape[1:3]
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    planes = []
    for _ in range(shape[1] if first else shape[3]):
        a, b, c, d = random.uniform(0.5, 6, 4)
        planes.append(0.5 + 0.3 * np.sin(a * np.pi * x + b) * np.cos(c * np.pi * y + d) + 0.2 * ((x - y) * a % 1 > 0.5))
    shown = np.stack(planes, axis=0 if first else -1)[None]
    if tensor["dtype"] == np.float32:
        return shown.astype(np.float32)
    limits = np.iinfo(tensor["dtype"])
    return np.round(limits.min + np.clip(shown, 0, 1) * (limits.max - limits.min)).astype(tensor["dtype"])


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_every_tensor_of_a_model_equals_the_reference_kernels(path: Path, tmp_path: Path):
    if not path.exists():
        pytest.skip(f"no {path.name}")
    made = interpreter(path.read_bytes(), "reference", keep=True)
    names = computed_names(made)
    made_by_operators = {int(index) for op in made._get_ops_details() for index in op["outputs"]}
    assert len(names) == len(made_by_operators), "every tensor is compared"
    random = np.random.default_rng(5)
    pictures = [picture(tensor, random) for tensor in made.get_input_details()]
    for round in range(3):
        inputs = {}
        for tensor, shown in zip(made.get_input_details(), pictures, strict=True):
            inputs[tensor["name"]] = shown if round == 0 else random_input(random, tensor["dtype"], tensor["shape"])
            made.set_tensor(tensor["index"], inputs[tensor["name"]])
        made.invoke()
        found = ours(tmp_path, path, inputs, list(names), "reference")
        for name, index in names.items():
            expected = made.get_tensor(index)
            assert expected.dtype == found[name].dtype, name
            np.testing.assert_array_equal(found[name], expected, err_msg=name)


@pytest.mark.parametrize("kernels", ["builtin", "xnnpack"])
@pytest.mark.parametrize("path", WHOLE, ids=lambda path: path.stem)
def test_each_operator_of_a_model_is_one_unit_from_its_kernels_at_most(path: Path, kernels: str, tmp_path: Path):
    """Every operator gets what the reference kernels made, so that no difference can grow from layer to layer."""
    if not path.exists():
        pytest.skip(f"no {path.name}")
    model = path.read_bytes()
    whole = interpreter(model, "reference", keep=True)
    random = np.random.default_rng(7)
    for tensor in whole.get_input_details():
        whole.set_tensor(tensor["index"], picture(tensor, random))
    whole.invoke()
    for number in range(operator_count(model)):
        alone, sources = cut(model, number)
        made = interpreter(alone, kernels)
        inputs = {}
        for tensor, source in zip(made.get_input_details(), sources, strict=True):
            inputs[tensor["name"]] = whole.get_tensor(source)
            made.set_tensor(tensor["index"], inputs[tensor["name"]])
        made.invoke()
        output = made.get_output_details()[0]
        expected = made.get_tensor(output["index"]).astype(np.int64)
        (tmp_path / "m.tflite").write_bytes(alone)
        found = ours(tmp_path, tmp_path / "m.tflite", inputs, [], kernels)[output["name"]].astype(np.int64)
        kind = whole._get_ops_details()[number]["op_name"]
        name = f"operator {number}, {kind}"
        np.testing.assert_allclose(found, expected, rtol=0, atol=1, err_msg=name)
        # All are equal, but for LiteRT's optimised ADD, which differs from its own formula in single values.
        allowed = 1e-4 if (kind, kernels) == ("ADD", "builtin") else 0
        assert np.count_nonzero(found != expected) <= allowed * expected.size, name


def grouped() -> dict[str, list]:
    groups: dict[str, list] = {}
    for name, model in all_cases():
        groups.setdefault("_".join(name.split("_")[:2]), []).append((name, model))
    return groups


CASES = grouped()


@pytest.mark.parametrize("kernels", RESOLVERS)
@pytest.mark.parametrize("group", CASES)
def test_an_operator_alone_equals_its_kernels(group: str, kernels: str, tmp_path: Path):
    random = np.random.default_rng(3)
    for name, model in CASES[group]:
        made = interpreter(model, kernels)
        inputs = {}
        for tensor in made.get_input_details():
            inputs[tensor["name"]] = random_input(random, tensor["dtype"], tensor["shape"])
            made.set_tensor(tensor["index"], inputs[tensor["name"]])
        made.invoke()
        expected = made.get_tensor(made.get_output_details()[0]["index"])
        (tmp_path / "m.tflite").write_bytes(model)
        found = ours(tmp_path, tmp_path / "m.tflite", inputs, [], kernels)[made.get_output_details()[0]["name"]]
        assert expected.min() < expected.max() or expected.size == 1 or "0123" in name, (
            f"{name}: no evidence, all values are equal"
        )
        if (group, kernels) in ALMOST:
            np.testing.assert_allclose(found.astype(np.int64), expected.astype(np.int64), rtol=0, atol=1, err_msg=name)
        else:
            np.testing.assert_array_equal(found, expected, err_msg=name)
