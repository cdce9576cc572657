"""The residual demo network, in PyTorch: a stem, three residual blocks, global average pool, one dense layer.

Input [N,1,28,28] in [0,1], output 10 logits. Padding is PyTorch's own, one pixel on every side, also where the stride is 2.
"""

import torch
from torch import nn


def conv_norm(inputs, outputs, size, stride):
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, stride, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
    )


class Block(nn.Module):
    """relu(conv(relu(conv(x))) + shortcut(x)); the shortcut is a 1x1 convolution where the shape changes."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.first = conv_norm(inputs, outputs, 3, stride)
        self.second = conv_norm(outputs, outputs, 3, 1)
        same = inputs == outputs and stride == 1
        self.shortcut = nn.Identity() if same else conv_norm(inputs, outputs, 1, stride)

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.shortcut(x))


class ResidualNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = conv_norm(1, 16, 3, 1)
        self.blocks = nn.Sequential(Block(16, 24, 2), Block(24, 40, 2), Block(40, 40, 1))
        self.dense = nn.Linear(40, 10)

    def forward(self, image):
        x = self.blocks(torch.relu(self.stem(image)))
        return self.dense(x.mean(dim=(2, 3)))
