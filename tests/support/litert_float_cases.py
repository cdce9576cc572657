"""Models of one operator each on plain numbers: those that TFLite has and ONNX has not, or spells otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from support.tflite_builder import Net


@dataclass
class Case:
    """An array is a constant, ("float32", [2, 3]) an input; `outputs` are dtypes."""

    name: str
    code: str
    inputs: list
    outputs: tuple = ("float32",)
    options: str = ""
    fields: dict = field(default_factory=dict)

    def model(self, shapes: list | None = None) -> bytes:
        """Output shapes may be wrong for LiteRT, which works them out."""
        net = Net()
        slots = []
        for one in self.inputs:
            if isinstance(one, tuple):
                slots.append(net.input(*one))
            else:
                slots.append(net.constant(str(one.dtype), one))
        shapes = shapes or [[1]] * len(self.outputs)
        made = [net.value(dtype, shape) for dtype, shape in zip(self.outputs, shapes, strict=True)]
        net.operator(self.code, slots, made, self.options, **self.fields)
        return net.bytes(made)


def ints(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def one(number, dtype=np.int32) -> np.ndarray:
    return np.array(number, dtype)


def f(*shape: int) -> tuple:
    return ("float32", list(shape))


def i(*shape: int) -> tuple:
    return ("int32", list(shape))


def moves() -> Iterator[Case]:
    pairs = np.array([[1, 1], [0, 2]], np.int32)
    yield Case(
        "space_to_batch", "SPACE_TO_BATCH_ND", [f(2, 4, 6, 3), ints(2, 4), pairs], options="SpaceToBatchNDOptions"
    )
    yield Case("space_to_batch_1d", "SPACE_TO_BATCH_ND", [f(2, 4, 3), ints(2), np.array([[0, 0]], np.int32)])
    yield Case(
        "batch_to_space", "BATCH_TO_SPACE_ND", [f(8, 3, 2, 3), ints(2, 2), pairs], options="BatchToSpaceNDOptions"
    )
    for mode in (0, 1):
        padding = np.array([[1, 2], [0, 1]], np.int32)
        yield Case(
            f"mirror_pad_{mode}", "MIRROR_PAD", [f(3, 4), padding], options="MirrorPadOptions", fields={"mode": mode}
        )
    yield Case("pad", "PAD", [f(3, 4), np.array([[1, 2], [0, 1]], np.int32)])
    yield Case("padv2", "PADV2", [f(3, 4), np.array([[1, 2], [0, 1]], np.int32), one(3.5, np.float32)])
    for name, masks in {
        "masks": {"beginMask": 1, "endMask": 2},
        "shrink": {"shrinkAxisMask": 2},
        "new_axis": {"newAxisMask": 2},
        "ellipsis": {"ellipsisMask": 1, "shrinkAxisMask": 4},
        "both": {"ellipsisMask": 2, "newAxisMask": 4, "beginMask": 1},
    }.items():
        limits = [ints(1, 1, 1), ints(4, 3, 2), ints(1, 1, 1)]
        yield Case(f"slice_{name}", "STRIDED_SLICE", [f(5, 4, 3), *limits], options="StridedSliceOptions", fields=masks)
    yield Case(
        "slice_back",
        "STRIDED_SLICE",
        [f(5, 4), ints(4, 3), ints(0, 0), ints(-2, -1)],
        options="StridedSliceOptions",
        fields={"endMask": 2},
    )
    yield Case("pack", "PACK", [f(2, 3), f(2, 3)], options="PackOptions", fields={"axis": 1, "valuesCount": 2})
    yield Case("unpack", "UNPACK", [f(2, 3)], ("float32",) * 3, "UnpackOptions", {"axis": 1, "num": 3})
    yield Case(
        "split_v", "SPLIT_V", [f(2, 6), ints(1, -1, 2), one(1)], ("float32",) * 3, "SplitVOptions", {"numSplits": 3}
    )
    yield Case("reverse", "REVERSE_V2", [f(2, 3, 4), ints(1)])
    yield Case(
        "reverse_sequence",
        "REVERSE_SEQUENCE",
        [f(3, 4, 2), ints(1, 4, 2)],
        options="ReverseSequenceOptions",
        fields={"seqDim": 1, "batchDim": 0},
    )
    yield Case("tile", "TILE", [f(2, 3), ints(2, 3)])
    yield Case("broadcast", "BROADCAST_TO", [f(1, 3), ints(2, 3)], fields={"version": 2})
    yield Case("fill", "FILL", [ints(2, 3), one(2.5, np.float32)])
    yield Case("zeros", "ZEROS_LIKE", [f(2, 3)], options="ZerosLikeOptions")
    yield Case(
        "depth_to_space", "DEPTH_TO_SPACE", [f(1, 2, 3, 8)], options="DepthToSpaceOptions", fields={"blockSize": 2}
    )
    yield Case(
        "space_to_depth", "SPACE_TO_DEPTH", [f(1, 4, 6, 2)], options="SpaceToDepthOptions", fields={"blockSize": 2}
    )


def indices() -> Iterator[Case]:
    table = np.arange(12, dtype=np.float32).reshape(4, 3)
    yield Case("gather", "GATHER", [f(4, 3), ints(3, 0, 3)], options="GatherOptions", fields={"axis": 0})
    yield Case("gather_nd", "GATHER_ND", [f(4, 3), np.array([[3, 0], [1, 2]], np.int32)])
    yield Case("embedding", "EMBEDDING_LOOKUP", [ints(2, 0), table])
    for axis in (-1, 0):
        parts = [ints(1, -1, 0, 7), one(3), one(5, np.float32), one(-1, np.float32)]
        yield Case(f"one_hot_{axis}", "ONE_HOT", parts, options="OneHotOptions", fields={"axis": axis})
    yield Case("top_k", "TOPK_V2", [f(3, 7), one(3)], ("float32", "int32"), "TopKV2Options")
    yield Case("arg_max", "ARG_MAX", [f(3, 7), one(1)], ("int32",), "ArgMaxOptions", {"outputType": 2})
    yield Case("arg_min", "ARG_MIN", [f(3, 7), one(0)], ("int64",), "ArgMinOptions", {"outputType": 4})
    yield Case(
        "cumsum", "CUMSUM", [f(3, 4), one(1)], options="CumsumOptions", fields={"exclusive": True, "reverse": True}
    )
    yield Case("scatter_nd", "SCATTER_ND", [np.array([[1], [3], [1]], np.int32), f(3, 2), ints(4, 2)])
    yield Case("where", "WHERE", [np.array([[True, False], [True, True]])], ("int64",))
    condition = np.array([True, False, True])
    yield Case("select", "SELECT", [condition, f(3, 2), f(3, 2)], options="SelectOptions")
    yield Case("select_v2", "SELECT_V2", [condition, f(2, 3), f(1, 3)], options="SelectV2Options")
    yield Case("rank", "RANK", [f(2, 3, 4)], ("int32",), "RankOptions")
    yield Case("shape", "SHAPE", [f(2, 3, 4)], ("int32",), "ShapeOptions", {"outType": 2})
    yield Case("range", "RANGE", [one(1), one(9), one(3)], ("int32",), "RangeOptions")


def numbers() -> Iterator[Case]:
    for code in (
        "ABS",
        "NEG",
        "EXP",
        "SIN",
        "COS",
        "SQUARE",
        "FLOOR",
        "CEIL",
        "ROUND",
        "SIGN",
        "TANH",
        "LOGISTIC",
        "ELU",
        "HARD_SWISH",
        "RELU",
        "RELU6",
        "RELU_N1_TO_1",
        "RELU_0_TO_1",
        "LOG_SOFTMAX",
        "L2_NORMALIZATION",
    ):
        yield Case(code.lower(), code, [f(2, 9)])
    yield Case("gelu", "GELU", [f(2, 9)], options="GeluOptions", fields={"approximate": False})
    yield Case("gelu_tanh", "GELU", [f(2, 9)], options="GeluOptions", fields={"approximate": True})
    yield Case("leaky", "LEAKY_RELU", [f(2, 9)], options="LeakyReluOptions", fields={"alpha": 0.25})
    yield Case("prelu", "PRELU", [f(1, 2, 3, 4), np.array([[[0.1, 0.2, -0.3, 2]]], np.float32)])
    for code in ("SQRT", "LOG", "RSQRT"):
        yield Case(code.lower(), code, [np.array([0.25, 1, 3, 100], np.float32)])
    for code in ("MAXIMUM", "MINIMUM", "SQUARED_DIFFERENCE", "FLOOR_DIV", "FLOOR_MOD"):
        yield Case(code.lower(), code, [f(2, 3, 4), f(3, 1)])
    yield Case("pow", "POW", [np.array([0.5, 2, 3], np.float32), np.array([2, -1, 0.5], np.float32)])
    yield Case("div", "DIV", [f(2, 3), np.array([2, -4, 0.5], np.float32)], options="DivOptions")
    yield Case("floor_mod_int", "FLOOR_MOD", [ints(-7, 7, -8), ints(3, -3, 4)], ("int32",))
    yield Case("add_n", "ADD_N", [f(2, 3), f(2, 3), f(2, 3)], options="AddNOptions")
    yield Case("xor", "BITWISE_XOR", [ints(1, 6, -1), ints(3, 3, 3)], ("int32",), "BitwiseXorOptions")
    yield Case("shift", "RIGHT_SHIFT", [ints(16, -16, 5), ints(2, 2, 1)], ("int32",), "RightShiftOptions")
    for code in ("EQUAL", "NOT_EQUAL", "GREATER", "GREATER_EQUAL", "LESS", "LESS_EQUAL"):
        yield Case(code.lower(), code, [ints(1, 2, 3), ints(2, 2, 2)], ("bool",))
    yes = np.array([True, True, False, False])
    for code in ("LOGICAL_AND", "LOGICAL_OR"):
        yield Case(code.lower(), code, [yes, np.array([True, False, True, False])], ("bool",))
    yield Case("not", "LOGICAL_NOT", [yes], ("bool",))
    for code in ("SUM", "MEAN", "REDUCE_MAX", "REDUCE_MIN", "REDUCE_PROD"):
        yield Case(
            code.lower(), code, [f(2, 3, 4), ints(0, 2)], options="ReducerOptions", fields={"keepDims": code == "SUM"}
        )
    for code in ("REDUCE_ANY", "REDUCE_ALL"):
        yield Case(code.lower(), code, [np.array([[True, False], [True, True]]), ints(1)], ("bool",), "ReducerOptions")
    yield Case("cast", "CAST", [f(2, 3)], ("int32",), "CastOptions", {"inDataType": 0, "outDataType": 2})
    for x, y in ((False, False), (True, False), (False, True)):
        yield Case(
            f"matmul_{x}_{y}",
            "BATCH_MATMUL",
            [f(2, *((4, 3) if x else (3, 4))), f(2, *((5, 4) if y else (4, 5)))],
            options="BatchMatMulOptions",
            fields={"adjX": x, "adjY": y},
        )


def pictures() -> Iterator[Case]:
    random = np.random.default_rng(1)
    for align, half in ((False, False), (True, False), (False, True)):
        fields = {"alignCorners": align, "halfPixelCenters": half}
        for code, options in (
            ("RESIZE_BILINEAR", "ResizeBilinearOptions"),
            ("RESIZE_NEAREST_NEIGHBOR", "ResizeNearestNeighborOptions"),
        ):
            yield Case(
                f"{code.lower()}_{align}_{half}", code, [f(1, 4, 5, 2), ints(7, 3)], options=options, fields=fields
            )
    for padding in (0, 1):
        size = ints(1, 6, 8, 3) if padding == 0 else ints(1, 6, 9, 3)
        yield Case(
            f"transpose_conv_{padding}",
            "TRANSPOSE_CONV",
            [
                size,
                random.normal(size=(3, 2, 3, 4)).astype(np.float32),
                f(1, 3, 4, 4),
            ],
            options="TransposeConvOptions",
            fields={"padding": padding, "strideW": 2, "strideH": 2},
        )
    yield Case(
        "conv_3d",
        "CONV_3D",
        [f(1, 4, 5, 6, 2), random.normal(size=(2, 3, 2, 2, 3)).astype(np.float32)],
        options="Conv3DOptions",
        fields={"padding": 0, "strideD": 1, "strideH": 2, "strideW": 3},
    )
    yield Case(
        "lrn",
        "LOCAL_RESPONSE_NORMALIZATION",
        [f(1, 2, 2, 8)],
        options="LocalResponseNormalizationOptions",
        fields={"radius": 2, "bias": 1.5, "alpha": 0.5, "beta": 0.75},
    )


def boxes(random: np.random.Generator, n: int) -> np.ndarray:
    """Corners (y, x) of boxes that overlap often, in any order."""
    corner = random.uniform(0, 1, (n, 2))
    return np.hstack([corner, corner + random.uniform(-0.6, 0.6, (n, 2))]).astype(np.float32)


def detections() -> Iterator[Case]:
    random = np.random.default_rng(2)
    scores = random.permutation(40).astype(np.float32) / 40  # no two are equal: their order would be the heap's choice
    parts = [boxes(random, 40), scores, one(9), one(0.3, np.float32), one(0.2, np.float32)]
    yield Case("suppression_4", "NON_MAX_SUPPRESSION_V4", parts, ("int32", "int32"), "NonMaxSuppressionV4Options")
    few = [*parts[:2], one(30), *parts[3:]]
    yield Case("suppression_4_few", "NON_MAX_SUPPRESSION_V4", few, ("int32", "int32"), "NonMaxSuppressionV4Options")
    for sigma in (0.0, 0.5):
        soft = [*parts[:3], one(0.9, np.float32), parts[4], one(sigma, np.float32)]
        outputs = ("int32", "float32", "int32")
        yield Case(f"suppression_5_{sigma}", "NON_MAX_SUPPRESSION_V5", soft, outputs, "NonMaxSuppressionV5Options")
    anchors = np.hstack([random.uniform(0, 1, (30, 2)), random.uniform(0.2, 0.5, (30, 2))]).astype(np.float32)
    encodings = random.normal(0, 1, (1, 30, 4)).astype(np.float32)
    for background in (0, 1):
        predictions = random.permutation(30 * (3 + background)).reshape(1, 30, 3 + background).astype(np.float32) / 128
        for regular in (False, True):
            for told in (1, 2):
                options = {
                    "max_detections": 8,
                    "max_classes_per_detection": told,
                    "detections_per_class": 5,
                    "num_classes": 3,
                    "nms_score_threshold": 0.1,
                    "nms_iou_threshold": 0.4,
                    "y_scale": 10.0,
                    "x_scale": 10.0,
                    "h_scale": 5.0,
                    "w_scale": 5.0,
                    "use_regular_nms": regular,
                }
                if regular and told == 2:
                    continue
                yield Case(
                    f"detection_{background}_{regular}_{told}",
                    "TFLite_Detection_PostProcess",
                    [encodings, predictions, anchors],
                    ("float32",) * 4,
                    fields={"custom": options},
                )


def more() -> Iterator[Case]:
    random = np.random.default_rng(3)
    yield Case("atan2", "ATAN2", [f(2, 9), f(2, 9)])
    for padding in (0, 1):
        for activation in (0, 1):
            fields = {"padding": padding, "strideW": 2, "strideH": 1, "filterWidth": 3, "filterHeight": 2}
            yield Case(
                f"l2_pool_{padding}_{activation}",
                "L2_POOL_2D",
                [f(1, 5, 6, 3)],
                options="Pool2DOptions",
                fields=fields | {"fusedActivationFunction": activation},
            )
    for padding, sizes in ((0, (4, 5, 6)), (1, (4, 7, 7))):
        yield Case(
            f"conv_3d_transpose_{padding}",
            "CONV_3D_TRANSPOSE",
            [
                ints(1, *sizes, 3),
                random.normal(size=(2, 3, 3, 3, 2)).astype(np.float32),
                f(1, 2, 5, 3, 2),
            ],
            options="Conv3DOptions",
            fields={"padding": padding, "strideD": 2, "strideH": 1, "strideW": 2},
        )
    rows = np.array([[2, 0], [1, 1]], np.int32)
    for axis, batch, shape in ((1, 1, (2, 3, 4)), (2, 1, (2, 4, 3)), (2, 2, (2, 2, 5, 3)), (1, 0, (2, 3, 4))):
        yield Case(
            f"gather_{axis}_{batch}",
            "GATHER",
            [f(*shape), rows],
            options="GatherOptions",
            fields={"axis": axis, "batchDims": batch},
        )


def all_cases() -> list[Case]:
    return [*moves(), *indices(), *numbers(), *pictures(), *detections(), *more()]
