"""Writes the files in src/model/format/torch/fixtures with the torch that runs it: small models of our own, random weights.

    .venv-torch/bin/python tests/make_torch_fixtures.py

torch 2.15 writes most of them, 2.5 and 2.8 one program each in the archive layout of their time. Beside a model lies an .npz with
its input, every value that torch computed and its outputs, or the outputs alone where the file would be large.
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional

FOLDER = Path(__file__).parent.parent / "src/model/format/torch/fixtures"
VERSION = "".join(torch.__version__.split("+")[0].split(".")[:2])


class Pictures(nn.Module):
    """What convolutional classifiers are made of."""

    def __init__(self, grid: int = 2):
        super().__init__()
        self.grid = grid  # of the last pool, whose windows then differ; a script does not know the sizes it is given
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, 2, 1, bias=False), nn.BatchNorm2d(8), nn.ReLU6(inplace=True))
        self.depth = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1, groups=8), nn.Hardswish())
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(8, 8, 1), nn.Hardsigmoid())
        self.norm = nn.GroupNorm(2, 8)
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.mean = nn.AvgPool2d(2, 1, count_include_pad=False, padding=1)
        self.head = nn.Linear(16, 5)

    def forward(self, x):
        x = self.stem(x)
        y = self.depth(x)
        y = self.norm(y * self.gate(y)) + x
        left, right = y.chunk(2, dim=1)
        y = torch.cat([functional.silu(right), functional.leaky_relu(left, 0.1)], dim=1)
        y = torch.cat([self.pool(y), functional.interpolate(self.mean(y), size=(3, 3), mode="bilinear")], dim=1)
        y = functional.adaptive_avg_pool2d(y, (self.grid, self.grid)).mean(dim=[2, 3])
        return functional.softmax(self.head(functional.dropout(y, training=False)), dim=1)


class Tokens(nn.Module):
    """What transformers are made of, with a mask that is filled in place."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 8, 4, 4)
        self.place = nn.Parameter(torch.randn(1, 16, 8))
        self.norm = nn.LayerNorm(8)
        self.qkv = nn.Linear(8, 24)
        self.proj = nn.Linear(8, 8)
        self.register_buffer("order", torch.randperm(16))

    def forward(self, x):
        n = x.shape[0]
        x = self.patch(x).flatten(2).transpose(1, 2) + self.place
        y = self.norm(torch.roll(x, 3, dims=1)[:, self.order])
        q, k, v = self.qkv(y).reshape(n, 16, 3, 2, 4).permute(2, 0, 3, 1, 4).unbind(0)
        mask = torch.zeros(16, 16)
        mask[2:9, :5] = -3.0
        mask[0] = 1.0
        y = functional.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        y = functional.gelu(self.proj(y.transpose(1, 2).reshape(n, 16, 8)))
        y = torch.clamp(y, -0.5, 0.9) / torch.sqrt(torch.var(y, dim=-1, keepdim=True) + 1.0)
        return y[:, 0], (x + y).pow(2).sum(-1)


class Keeper(torch.fx.Interpreter):
    """Keeps every tensor that a node computes."""

    def __init__(self, module):
        super().__init__(module)
        self.kept = {}

    def run_node(self, node):
        value = super().run_node(node)
        if isinstance(value, torch.Tensor) and node.op == "call_function":
            self.kept[node.name] = value.detach().clone().numpy()
        return value


def random_statistics(model):
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.5, 0.5)
            module.running_var.uniform_(0.5, 2)
    return model.eval()


def outputs(value) -> dict:
    return {f"output{i}": v.numpy() for i, v in enumerate(value if isinstance(value, tuple) else (value,))}


def program(name, model, x, decomposed=False, whole=True):
    size = ({0: torch.export.Dim("batch", min=2, max=16)},)
    exported = torch.export.export(model, (x,), dynamic_shapes=size)
    if decomposed:
        exported = exported.run_decompositions()
    for node in exported.graph.nodes:  # where a node came from makes most of the JSON
        for key in ("stack_trace", "nn_module_stack", "torch_fn", "source_fn_stack", "from_node"):
            node.meta.pop(key, None)
    torch.export.save(exported, FOLDER / f"{name}.pt2")
    keeper = Keeper(torch.export.load(FOLDER / f"{name}.pt2").module())
    found = keeper.run(x)
    np.savez_compressed(FOLDER / f"{name}.npz", input=x.numpy(), **(keeper.kept if whole else {}), **outputs(found))


def script(name, module, x):
    torch.jit.save(module, FOLDER / f"{name}.pt")
    np.savez_compressed(FOLDER / f"{name}.npz", input=x.numpy(), **outputs(module(x)))


def main() -> int:
    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    FOLDER.mkdir(exist_ok=True)
    pictures, tokens = random_statistics(Pictures()), Tokens().eval()
    x, small = torch.rand(2, 3, 16, 16), torch.rand(2, 3, 8, 8)
    with torch.no_grad():
        if VERSION == "215":
            program("pictures", pictures, small)
            program("pictures_core", pictures, small, decomposed=True, whole=False)
            program("tokens", tokens, x, whole=False)
            script("tokens_trace", torch.jit.trace(tokens, x), x)
            script("pictures_script", torch.jit.script(random_statistics(Pictures(1))), small)
        else:  # the layout of an archive is all that differs
            tiny = nn.Sequential(nn.Conv2d(3, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(128, 3))
            program(f"tiny_{VERSION}", tiny.eval(), small)
    if VERSION == "215":
        state = pictures.state_dict()
        torch.save({"state_dict": state, "epoch": 3}, FOLDER / "pictures_state.pth")
        torch.save(state, FOLDER / "pictures_legacy.pth", _use_new_zipfile_serialization=False)
        from safetensors.torch import save_file

        save_file(state, FOLDER / "pictures.safetensors", metadata={"format": "pt"})
    return 0


if __name__ == "__main__":
    sys.exit(main())
