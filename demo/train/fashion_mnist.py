"""Reads Fashion-MNIST from the four IDX files of Debian's dataset-fashion-mnist, and makes training batches of it.

An IDX file is a big-endian header (two zero bytes, a type byte, the number of dimensions, one 32-bit size for each) and
then the bytes, last dimension fastest.
"""

import gzip
import math
import os
import pathlib
import struct

import numpy as np

FOLDER = pathlib.Path(os.environ.get("FASHION_MNIST", "/usr/share/datasets/fashion-mnist"))
UNSIGNED_BYTE = 8


def read_idx(path):
    """The array of bytes that a gzipped IDX file holds."""
    with gzip.open(path, "rb") as file:
        zero, kind, rank = struct.unpack(">HBB", file.read(4))
        if zero != 0 or kind != UNSIGNED_BYTE:
            raise ValueError(f"{path}: not an IDX file of bytes")
        shape = struct.unpack(f">{rank}I", file.read(4 * rank))
        return np.frombuffer(file.read(), np.uint8).reshape(shape)


def load(part):
    """Images [N,28,28] and labels [N] of "train" (60,000) or "t10k" (10,000), both as bytes."""
    images = read_idx(FOLDER / f"{part}-images-idx3-ubyte.gz")
    labels = read_idx(FOLDER / f"{part}-labels-idx1-ubyte.gz")
    return images, labels


def scaled(images):
    """Bytes [N,28,28] as float32 [N,28,28] in [0,1]; a division, since a recipe's scale(1/255) is one too."""
    return images.astype(np.float32) / np.float32(255)


def augmented(images, generator, reach=2):
    """Each image moved by up to `reach` pixels, filled with black, and mirrored half of the time."""
    count, height, width = images.shape
    padded = np.pad(images, ((0, 0), (reach, reach), (reach, reach)))
    down, right = generator.integers(0, 2 * reach + 1, (2, count, 1, 1))
    columns = np.arange(width).reshape(1, 1, width)
    columns = np.where(generator.random((count, 1, 1)) < 0.5, columns, width - 1 - columns)
    rows = np.arange(height).reshape(1, height, 1)
    return padded[np.arange(count).reshape(count, 1, 1), rows + down, columns + right]


class Batches:
    """Shuffled, augmented batches of one epoch after another; the last, short batch of an epoch is left out."""

    def __init__(self, images, labels, size, seed):
        self.images, self.labels, self.size = images, labels, size
        self.generator = np.random.default_rng(seed)

    def __len__(self):
        return len(self.images) // self.size

    def epoch(self):
        order = self.generator.permutation(len(self.images))
        for step in range(len(self)):
            chosen = order[step * self.size : (step + 1) * self.size]
            yield scaled(augmented(self.images[chosen], self.generator)), self.labels[chosen].astype(np.int64)


def one_cycle(step, steps, warm=0.2):
    """Factor on the highest learning rate: a straight rise over the first part, then a half cosine down to zero."""
    if step < warm * steps:
        return (step + 1) / (warm * steps + 1)
    return 0.5 * (1 + math.cos(math.pi * (step - warm * steps) / ((1 - warm) * steps)))
