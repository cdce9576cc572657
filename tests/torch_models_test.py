"""torchvision's classification families with random weights: dlas computes what PyTorch computes, from each form of file.

One member of each family as an exported program with an open batch, with every value that both have compared; two of them in all forms.
DLAS_TORCH_ALL=1 takes all families in all forms (half an hour). Skips where scripts/bootstrap-torch has not made .venv-torch.

The bound: a value may be off by the relative L2 distance k gamma(n), k nodes before it, each off by at most gamma(n) with
n = 64: sums of n_max = 4,608 terms are off by about sqrt(n_max) units of 2^-24, not n_max (Higham, 2.6).
"""

import json
import os
import subprocess
from pathlib import Path

import numpy as np
import pytest

SOURCE = Path(os.environ.get("DLAS_SOURCE_DIR", Path(__file__).parent.parent))
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", SOURCE / "build/dlas"))
PYTHON = SOURCE / ".venv-torch/bin/python"
FAMILIES = [
    *(
        "alexnet",
        "convnext_tiny",
        "densenet121",
        "efficientnet_b0",
        "efficientnet_v2_s",
        "googlenet",
        "inception_v3",
        "maxvit_t",
    ),
    *(
        "mnasnet0_5",
        "mobilenet_v2",
        "mobilenet_v3_small",
        "regnet_y_400mf",
        "resnet18",
        "resnext50_32x4d",
        "shufflenet_v2_x0_5",
    ),
    *("squeezenet1_1", "swin_t", "swin_v2_t", "vgg11", "vit_b_16", "wide_resnet50_2"),
]
QUICK = ["mobilenet_v3_small", "resnet18", "shufflenet_v2_x0_5", "squeezenet1_1"]
FORMS = ("program", "core", "trace", "script")
# A script says nothing about the input's sizes, and these decide over them or pool them unevenly.
WITHOUT_SIZES = {"alexnet", "maxvit_t", "swin_t", "swin_v2_t", "vgg11"}
ALL = os.environ.get("DLAS_TORCH_ALL") == "1"
CASES = [
    (family, form)
    for family in (FAMILIES if ALL else QUICK)
    for form in (FORMS if ALL or family in QUICK[:2] else FORMS[:1])
    if form != "script" or family not in WITHOUT_SIZES
]

pytestmark = pytest.mark.skipif(
    not PYTHON.exists() or not PROGRAM.exists(), reason="no .venv-torch (scripts/bootstrap-torch), or no program"
)


def dlas(*arguments: object) -> str:
    done = subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("family", "form"), CASES, ids=[f"{family}-{form}" for family, form in CASES])
def test_each_value_is_what_pytorch_computes(family: str, form: str, tmp_path: Path) -> None:
    command = [str(PYTHON), str(SOURCE / "tests/support/torch_models.py"), family, form, str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True)
    model = tmp_path / ("model.pt2" if form in FORMS[:2] else "model.pt")
    expected = dict(np.load(tmp_path / "y.npz"))
    shown = json.loads(dlas("show", model, "--json"))
    nodes = {layer["outputs"][0] for layer in shown["layers"] if layer["outputs"]}
    keep = sorted(nodes & set(expected))
    dlas(
        "run",
        model,
        "--inputs",
        tmp_path / "x.npz",
        "--outputs",
        tmp_path / "z.npz",
        *(["--keep", ",".join(keep)] if keep else []),
    )
    found = dict(np.load(tmp_path / "z.npz"))
    gamma = shown["nodes"] * 64 * 2.0**-24
    computed = [output["name"] for output in shown["outputs"]]
    pairs = [(name, found[name], expected[name]) for name in keep]
    pairs += [(name, found[name], expected[f"output{i}"]) for i, name in enumerate(computed)]
    assert len(pairs) > len(nodes) // 2 or form not in FORMS[:2]
    for name, ours, theirs in pairs:
        assert ours.shape == theirs.shape, name
        if theirs.dtype.kind == "f" and theirs.size:
            distance = np.linalg.norm((ours.astype(float) - theirs).ravel()) / max(
                np.linalg.norm(theirs.astype(float).ravel()), 1e-30
            )
            assert distance <= gamma, f"{name}: {distance} of {gamma}"
