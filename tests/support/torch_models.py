"""Run by .venv-torch: writes one torchvision family as .pt2 or TorchScript, with what PyTorch computes for it.

python torch_models.py FAMILY FORM FOLDER         FORM: program, core (decomposed), trace, script
FOLDER gets model.pt2 or model.pt, x.npz with the input by name, and y.npz with values by name and outputs as output0, ...
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import torch
import torchvision

sys.path.insert(0, str(Path(__file__).parent.parent))
from make_torch_fixtures import Keeper, random_statistics


def size_of(family: str) -> int:
    return 224 if family.startswith(("vit", "maxvit")) else 75 if family.startswith("inception") else 64


def outputs(value) -> dict:
    values = value if isinstance(value, tuple) else (value,)
    return {f"output{i}": v.numpy() for i, v in enumerate(v for v in values if isinstance(v, torch.Tensor))}


def program(model, x, folder: Path, decomposed: bool) -> tuple[str, dict]:
    exported = torch.export.export(
        model, (x,), dynamic_shapes=None if decomposed else ({0: torch.export.Dim("batch")},)
    )
    if decomposed:
        exported = exported.run_decompositions()
    torch.export.save(exported, folder / "model.pt2")
    keeper = Keeper(torch.export.load(folder / "model.pt2").module())
    found = keeper.run(x)
    return exported.graph_signature.user_inputs[0], keeper.kept | outputs(found)


def main() -> int:
    family, form, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    torch.set_num_threads(1)
    extra = {"init_weights": False} if family in ("googlenet", "inception_v3") else {}
    model = random_statistics(torchvision.models.get_model(family, weights=None, **extra))
    x = torch.rand(2, 3, size_of(family), size_of(family))
    with torch.no_grad():
        if form in ("program", "core"):
            name, values = program(model, x, folder, form == "core")
        else:
            module = torch.jit.trace(model, x) if form == "trace" else torch.jit.script(model)
            torch.jit.save(module, folder / "model.pt")
            name, values = "x", outputs(model(x))
    np.savez(folder / "x.npz", **{name: x.numpy()})
    np.savez(folder / "y.npz", **values)
    return 0


if __name__ == "__main__":
    sys.exit(main())
