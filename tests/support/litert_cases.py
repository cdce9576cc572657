"""Models of one quantised operator each, with random scales, zeros, shapes and weights: what the kernels must equal."""

from collections.abc import Iterator

import numpy as np
from support.tflite_builder import TYPES, Net

Case = tuple[str, bytes]


class Maker:
    """Random parts of a case; the same seed gives the same cases."""

    def __init__(self, dtype: str, seed: int):
        self.dtype = dtype
        self.random = np.random.default_rng(seed)
        self.weights = "uint8" if dtype == "uint8" else "int8"
        self.bias = "int64" if dtype == "int16" else "int32"

    def scale(self, low: float = 0.004, high: float = 0.1) -> float:
        value = np.exp(self.random.uniform(np.log(low), np.log(high)))
        return float(np.float32(value / 200 if self.dtype == "int16" else value))

    def zero(self) -> int:
        return {"int8": int(self.random.integers(-40, 40)), "uint8": int(self.random.integers(90, 160)), "int16": 0}[
            self.dtype
        ]

    def input(self, net: Net, shape, scale: float | None = None) -> tuple[int, float]:
        scale = self.scale() if scale is None else float(np.float32(scale))
        return net.input(self.dtype, shape, scale, self.zero()), scale

    def output(self, net: Net, shape, scale: float) -> int:
        return net.value(self.dtype, shape, float(np.float32(scale)), self.zero())

    def filter(self, net: Net, shape, channels: int, per_channel: bool, axis: int, inputs: int, x_scale: float):
        """Weights, bias, and an output scale that lets a typical sum fill the output's range."""
        zero = 128 if self.weights == "uint8" else 0
        scales = np.exp(self.random.uniform(np.log(0.002), np.log(0.02), channels if per_channel else 1))
        scales = scales.astype(np.float32)
        weights = self.random.integers(-127, 128, shape) + zero
        w = net.constant(self.weights, weights, scales, zero, axis=axis if per_channel else 0)
        bias = net.constant(
            self.bias, self.random.integers(-3000, 3000, channels), np.float32(x_scale) * scales, name="bias"
        )
        typical = 74 * 74 * np.sqrt(inputs) * float(scales.mean()) * x_scale
        return w, bias, typical / 60


def convolutions(make: Maker) -> Iterator[Case]:
    variants = ((1, 1, 0, 1, 16, 24), (3, 2, 0, 1, 5, 9), (3, 1, 1, 2, 8, 8), (5, 1, 0, 1, 3, 4))
    for activation in (0, 1, 2, 3):
        for k, stride, padding, dilation, channels, filters in variants:
            for per_channel in (False, True) if make.dtype != "uint8" else (False,):
                common = {
                    "padding": padding,
                    "strideW": stride,
                    "strideH": stride,
                    "dilationWFactor": dilation,
                    "dilationHFactor": dilation,
                    "fusedActivationFunction": activation,
                    "version": 3,
                }
                extent = (k - 1) * dilation + 1
                h, w = (-(-9 // stride), -(-11 // stride)) if padding == 0 else (10 - extent, 12 - extent)
                name = f"{make.dtype}_k{k}_s{stride}_p{padding}_d{dilation}_a{activation}{'_channels' * per_channel}"
                net = Net()
                x, scale = make.input(net, [2, 9, 11, channels])
                weights, bias, fill = make.filter(
                    net, (filters, k, k, channels), filters, per_channel, 0, k * k * channels, scale
                )
                y = make.output(net, [2, h, w, filters], fill)
                net.operator("CONV_2D", [x, weights, bias], [y], "Conv2DOptions", **common)
                yield f"conv_{name}", net.bytes([y])
                if k == 1:
                    continue
                net, outputs = Net(), channels * (2 if k == 5 else 1)
                x, scale = make.input(net, [2, 9, 11, channels])
                weights, bias, fill = make.filter(net, (1, k, k, outputs), outputs, per_channel, 3, k * k, scale)
                y = make.output(net, [2, h, w, outputs], fill)
                options = {**common, "depthMultiplier": outputs // channels}
                net.operator("DEPTHWISE_CONV_2D", [x, weights, bias], [y], "DepthwiseConv2DOptions", **options)
                yield f"depthwise_{name}", net.bytes([y])


def transposed(make: Maker) -> Iterator[Case]:
    for per_channel in (False, True) if make.dtype != "uint8" else (False,):
        for padding, stride in ((0, 2), (1, 2), (0, 1), (1, 1)):
            for with_bias in (True, False):
                net = Net()
                shape = [2, 4 * stride, 5 * stride, 5] if padding == 0 else [2, 3 * stride + 3, 4 * stride + 3, 5]
                size = net.constant("int32", shape)
                x, scale = make.input(net, [2, 4, 5, 6])
                weights, bias, fill = make.filter(net, (5, 3, 3, 6), 5, per_channel, 0, 54, scale)
                y = make.output(net, shape, fill)
                inputs = [size, weights, x, bias] if with_bias else [size, weights, x]
                net.operator(
                    "TRANSPOSE_CONV",
                    inputs,
                    [y],
                    "TransposeConvOptions",
                    padding=padding,
                    strideW=stride,
                    strideH=stride,
                    version=3,
                )
                name = f"{make.dtype}_p{padding}_s{stride}{'_channels' * per_channel}{'_bias' * with_bias}"
                yield f"transposed_{name}", net.bytes([y])


def fully_connected(make: Maker) -> Iterator[Case]:
    for activation in (0, 1, 3):
        for per_channel in (False, True) if make.dtype == "int8" else (False,):
            net = Net()
            x, scale = make.input(net, [7, 40])
            weights, bias, fill = make.filter(net, (30, 40), 30, per_channel, 0, 40, scale)
            y = make.output(net, [7, 30], fill)
            net.operator(
                "FULLY_CONNECTED",
                [x, weights, bias],
                [y],
                "FullyConnectedOptions",
                fusedActivationFunction=activation,
                version=4,
            )
            yield f"full_{make.dtype}_a{activation}{'_channels' * per_channel}", net.bytes([y])


def two_inputs(make: Maker) -> Iterator[Case]:
    for activation in (0, 1, 3):
        for name, options in (("ADD", "AddOptions"), ("SUB", "SubOptions"), ("MUL", "MulOptions")):
            for shape in ([2, 5, 7, 12], [12], [1]):
                net = Net()
                a, sa = make.input(net, [2, 5, 7, 12])
                b, sb = make.input(net, shape)
                full = 20000 if make.dtype == "int16" else 90
                y = make.output(net, [2, 5, 7, 12], sa * sb * full if name == "MUL" else (sa + sb) * 0.8)
                fields = {"potScaleInt16": False} if name != "MUL" else {}
                net.operator(name, [a, b], [y], options, fusedActivationFunction=activation, version=2, **fields)
                yield f"{name.lower()}_{make.dtype}_{len(shape)}x{shape[0]}_a{activation}", net.bytes([y])
    for name in ("MAXIMUM", "MINIMUM"):
        net, zero = Net(), make.zero()
        a, b = (net.input(make.dtype, [1, 5, 6, 7], 0.03, zero) for _ in range(2))
        y = net.value(make.dtype, [1, 5, 6, 7], 0.03, zero)
        net.operator(name, [a, b], [y], "MaximumMinimumOptions", version=2)
        yield f"{name.lower()}_{make.dtype}", net.bytes([y])


def pools(make: Maker) -> Iterator[Case]:
    for activation in (0, 1, 3):
        for name in ("AVERAGE_POOL_2D", "MAX_POOL_2D"):
            for k, stride, padding in ((3, 2, 0), (2, 2, 1), (7, 1, 1)):
                net, scale = Net(), make.scale()
                zero = {"int8": -20, "uint8": 108, "int16": 0}[make.dtype]
                x = net.input(make.dtype, [1, 9, 11, 6], scale, zero)
                h, w = (
                    (-(-9 // stride), -(-11 // stride))
                    if padding == 0
                    else ((9 - k) // stride + 1, (11 - k) // stride + 1)
                )
                y = net.value(make.dtype, [1, h, w, 6], scale, zero)
                net.operator(
                    name,
                    [x],
                    [y],
                    "Pool2DOptions",
                    padding=padding,
                    strideW=stride,
                    strideH=stride,
                    filterWidth=k,
                    filterHeight=k,
                    fusedActivationFunction=activation,
                    version=2,
                )
                yield f"{name.lower()}_{make.dtype}_k{k}_a{activation}", net.bytes([y])


def reductions(make: Maker) -> Iterator[Case]:
    for same in (True, False):
        for axes in ([1, 2], [3], [1], [0, 1, 2, 3], [2, 3]):
            for keep in (True, False):
                for name in ("MEAN", "SUM"):
                    if name == "SUM" and make.dtype != "uint8":
                        continue  # LiteRT's reference gives one constant there
                    net, scale = Net(), make.scale()
                    zero = make.zero() if name == "MEAN" else 120
                    x = net.input(make.dtype, [2, 7, 7, 12], scale, zero)
                    shape = [1 if i in axes else d for i, d in enumerate([2, 7, 7, 12]) if keep or i not in axes]
                    elements = np.prod([[2, 7, 7, 12][i] for i in axes])
                    factor = (1 if same else 0.4) * (4 * np.sqrt(elements) if name == "SUM" else 1)
                    y = net.value(make.dtype, shape, scale * factor, zero if same else make.zero())
                    axis = net.constant("int32", axes)
                    net.operator(name, [x, axis], [y], "ReducerOptions", keepDims=keep, version=2)
                    which = "".join(map(str, axes)) + "_keep" * keep + "_same" * same
                    yield f"{name.lower()}_{make.dtype}_{which}", net.bytes([y])


def means_of_many_channels(make: Maker) -> Iterator[Case]:
    """The optimised mean over height and width takes 16 channels at a time: some, none and all of them left over."""
    for channels in (16, 40, 64):
        net, scale = Net(), make.scale()
        x = net.input(make.dtype, [2, 7, 7, channels], scale, make.zero())
        y = make.output(net, [2, 1, 1, channels], scale * 0.1)
        axis = net.constant("int32", [1, 2])
        net.operator("MEAN", [x, axis], [y], "ReducerOptions", keepDims=True, version=2)
        yield f"mean_{make.dtype}_channels_{channels}", net.bytes([y])


def functions(make: Maker) -> Iterator[Case]:
    low = {"int8": -128, "uint8": 0, "int16": 0}[make.dtype]
    unit = 1 / 32768 if make.dtype == "int16" else 1 / 256
    for beta in (1.0, 0.5):
        for depth in (10, 1001):
            net = Net()
            x, _ = make.input(net, [3, depth], 0.0005 if make.dtype == "int16" else 0.07)
            y = net.value(make.dtype, [3, depth], unit, low)
            net.operator("SOFTMAX", [x], [y], "SoftmaxOptions", beta=beta, version=2)
            yield f"softmax_{make.dtype}_{depth}_{beta}", net.bytes([y])
    for scale in (0.02, 0.05, 0.1):
        for name in ("LOGISTIC", "TANH", "HARD_SWISH", "LEAKY_RELU", "RELU", "RELU6", "PRELU"):
            if make.dtype == "int16" and name in ("HARD_SWISH", "PRELU"):
                continue
            net = Net()
            x, s = make.input(net, [4, 500], scale / 100 if make.dtype == "int16" else scale)
            tanh_unit, tanh_zero = (1 / 32768, 0) if make.dtype == "int16" else (1 / 128, 128 + low)
            y = {
                "LOGISTIC": lambda net=net: net.value(make.dtype, [4, 500], unit, low),
                "TANH": lambda net=net, u=tanh_unit, z=tanh_zero: net.value(make.dtype, [4, 500], u, z),
            }.get(name, lambda net=net, s=s: make.output(net, [4, 500], s * 0.9))()
            inputs = [x]
            if name == "PRELU":
                slopes = make.random.integers(0, 256, 500) + low
                inputs.append(net.constant(make.dtype, slopes, 0.004, 128 + low))
            options = {"options": "LeakyReluOptions", "alpha": 0.13} if name == "LEAKY_RELU" else {}
            version = 1 if name in ("HARD_SWISH", "PRELU") else 2
            net.operator(name, inputs, [y], version=version, **options)
            yield f"{name.lower()}_{make.dtype}_{scale}", net.bytes([y])


def conversions(make: Maker) -> Iterator[Case]:
    for scale in (0.02, 0.05, 0.1):
        own = scale / 100 if make.dtype == "int16" else scale
        for other in ("int8", "uint8", "int16"):
            if make.dtype == "int16" and other == "uint8":
                continue  # LiteRT refuses it
            net = Net()
            x, s = make.input(net, [4, 500], own)
            factor = 1 if other == make.dtype else 0.01 if other == "int16" else 100 if make.dtype == "int16" else 1
            y = net.value(other, [4, 500], s * make.random.uniform(0.3, 3) * factor, Maker(other, 1).zero())
            net.operator("QUANTIZE", [x], [y], version=3)
            yield f"requantize_{make.dtype}_{other}_{scale}", net.bytes([y])
        net = Net()
        x, _ = make.input(net, [4, 500], own)
        y = net.value("float32", [4, 500])
        net.operator("DEQUANTIZE", [x], [y], version=3)
        yield f"dequantize_{make.dtype}_{scale}", net.bytes([y])
        net = Net()
        x = net.input("float32", [4, 500])
        y = make.output(net, [4, 500], own)
        net.operator("QUANTIZE", [x], [y], version=3)
        yield f"quantize_{make.dtype}_{scale}", net.bytes([y])


def layouts(make: Maker) -> Iterator[Case]:
    """Operators that move units about; concatenation of other scales is uint8's."""
    for same in (True, False) if make.dtype == "uint8" else (True,):
        net = Net()
        a = net.input(make.dtype, [2, 3, 4, 5], 0.02, make.zero() if not same else 0)
        b = net.input(make.dtype, [2, 3, 4, 7], 0.02 if same else 0.05, make.zero() if not same else 0)
        y = net.value(make.dtype, [2, 3, 4, 12], 0.02 if same else 0.03, make.zero() if not same else 0)
        net.operator("CONCATENATION", [a, b], [y], "ConcatenationOptions", axis=3, version=2)
        yield f"concatenation_{make.dtype}_{same}", net.bytes([y])
    zero = make.zero()

    def one(name, inputs, shape, options="", **fields):
        net = Net()
        x = net.input(make.dtype, [1, 5, 6, 8], 0.02, zero)
        y = net.value(make.dtype, shape, 0.02, zero)
        version = 1 if name == "RESHAPE" else 2
        net.operator(name, [x, *(net.constant("int32", c) for c in inputs)], [y], options, version=version, **fields)
        return net.bytes([y])

    yield f"pad_{make.dtype}", one("PAD", [[[0, 0], [1, 2], [0, 1], [0, 0]]], [1, 8, 7, 8])
    yield f"reshape_{make.dtype}", one("RESHAPE", [[1, 30, 8]], [1, 30, 8])
    yield f"transpose_{make.dtype}", one("TRANSPOSE", [[0, 3, 1, 2]], [1, 8, 5, 6])
    yield f"slice_{make.dtype}", one("SLICE", [[0, 1, 2, 3], [1, 3, 4, 5]], [1, 3, 4, 5])
    for align, half in ((False, False), (True, False), (False, True)):
        for size in ([10, 12], [7, 9], [3, 4]):
            fields = {"alignCorners": align, "halfPixelCenters": half}
            name = f"{make.dtype}_{align:d}{half:d}_{size[0]}"
            shape = [1, *size, 8]
            yield f"bilinear_{name}", one("RESIZE_BILINEAR", [size], shape, "ResizeBilinearOptions", **fields)
            yield (
                f"nearest_{name}",
                one("RESIZE_NEAREST_NEIGHBOR", [size], shape, "ResizeNearestNeighborOptions", **fields),
            )


def moved(make: Maker) -> Iterator[Case]:
    """Operators that read and write units without looking at them, or in their order; 8 bits only."""
    if make.dtype == "int16":
        return
    zero = make.zero()
    shape = [2, 4, 6, 8]

    def one(name, inputs, to, options="", dtype=make.dtype, **fields):
        net = Net()
        x = net.input(make.dtype, shape, 0.02, zero)
        slots = [net.constant("int32", c) if isinstance(c, list | int) else c(net) for c in inputs]
        y = net.value(dtype, to, 0.02, zero) if dtype == make.dtype else net.value(dtype, to)
        version = fields.pop("version", 2)
        net.operator(name, [x, *slots], [y], options, version=version, **fields)
        return f"moved_{make.dtype}_{name.lower()}_{len(inputs)}", net.bytes([y])

    pads = [[0, 0], [1, 2], [0, 1], [2, 0]]
    high = {"int8": 127, "uint8": 255}[make.dtype]
    yield one("PADV2", [pads, lambda net: net.constant(make.dtype, high, 0.02, zero)], [2, 7, 7, 10])
    yield one("MIRROR_PAD", [[[0, 0], [1, 2], [0, 1], [2, 0]]], [2, 7, 7, 10], "MirrorPadOptions", mode=0)
    yield one("GATHER", [[3, 0, 3]], [2, 3, 6, 8], "GatherOptions", axis=1)
    yield one("GATHER", [[[3, 0], [1, 1]]], [2, 2, 6, 8], "GatherOptions", axis=1, batchDims=1, version=5)
    yield one("GATHER_ND", [[[1, 3], [0, 2]]], [2, 6, 8])
    yield one("TILE", [[1, 2, 1, 1]], [2, 8, 6, 8])
    yield one("REVERSE_V2", [[1]], shape)
    limits = [[0, 1, 0, 2], [2, 4, 6, 8], [1, 1, 2, 3]]
    yield one("STRIDED_SLICE", limits, [2, 3, 3, 2], "StridedSliceOptions")
    yield one("EXPAND_DIMS", [1], [2, 1, 4, 6, 8], "ExpandDimsOptions", version=1)
    yield one("DEPTH_TO_SPACE", [], [2, 8, 12, 2], "DepthToSpaceOptions", blockSize=2, version=1)
    yield one("SPACE_TO_DEPTH", [], [2, 2, 3, 32], "SpaceToDepthOptions", blockSize=2)
    yield one("SPACE_TO_BATCH_ND", [[2, 3], [[1, 1], [0, 0]]], [12, 3, 2, 8], "SpaceToBatchNDOptions")
    yield one("BATCH_TO_SPACE_ND", [[1, 2], [[0, 0], [1, 0]]], [1, 4, 11, 8], "BatchToSpaceNDOptions")
    yield one("REDUCE_MAX", [[1, 2]], [2, 1, 1, 8], "ReducerOptions", keepDims=True)
    yield one("REDUCE_MIN", [[1, 2]], [2, 8], "ReducerOptions", keepDims=False)
    yield one("ARG_MAX", [3], [2, 4, 6], "ArgMaxOptions", "int32", outputType=2)
    yield one("ARG_MIN", [3], [2, 4, 6], "ArgMinOptions", "int32", outputType=2)


GROUPS = (
    moved,
    convolutions,
    transposed,
    fully_connected,
    two_inputs,
    pools,
    reductions,
    means_of_many_channels,
    functions,
    conversions,
    layouts,
)


def all_cases(seed: int = 0) -> Iterator[Case]:
    for dtype in ("int8", "uint8", "int16"):
        for group in GROUPS:
            yield from group(Maker(dtype, seed))


def random_input(random: np.random.Generator, dtype: np.dtype, shape) -> np.ndarray:
    if dtype == np.float32:
        return random.normal(0, 2, shape).astype(np.float32)
    limits = np.iinfo(dtype)
    return random.integers(limits.min, limits.max + 1, shape).astype(dtype)


__all__ = ["TYPES", "all_cases", "random_input"]
