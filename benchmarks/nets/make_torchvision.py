"""Writes mobilenet_v2.onnx and efficientnet_b0.onnx of torchvision, with random weights, into the folder given. Needs .venv-torch."""

import sys
from pathlib import Path

import torch
import torchvision


def main() -> None:
    for name in ("mobilenet_v2", "efficientnet_b0"):
        torch.manual_seed(1)
        model = getattr(torchvision.models, name)(weights=None).eval()
        # Batch normalisation that does nothing would be too easy: its sums get values of a trained net's size.
        for part in model.modules():
            if isinstance(part, torch.nn.BatchNorm2d):
                torch.nn.init.normal_(part.running_mean, std=0.1)
                torch.nn.init.uniform_(part.running_var, 0.5, 1.5)
        picture = torch.randn(1, 3, 224, 224)
        torch.onnx.export(model, (picture,), str(Path(sys.argv[1]) / f"{name}.onnx"), dynamo=False, opset_version=17)


if __name__ == "__main__":
    main()
