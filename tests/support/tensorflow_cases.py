"""Small functions of TensorFlow, one for each operator and setting that dlas reads.

A case is a function of tensors, the shapes and types it takes, and a bound on the difference where sums are long.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import tensorflow as tf


@dataclass
class Case:
    name: str
    function: Callable
    inputs: list  # of shapes, or of (shape, type); a first size of None is exported as unknown
    low: float = -3
    high: float = 3
    options: dict = field(default_factory=dict)


def weights(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.5, shape).astype("float32")


def transposed_size(size: int, padding: str, stride: int, kernel: int) -> int:
    return size * stride if padding == "SAME" else (size - 1) * stride + kernel


def elementwise() -> Iterator[Case]:
    one = "abs negative sign floor ceil round rint sqrt rsqrt square exp expm1 log log1p sin cos tan sinh cosh tanh asin acos atan"
    one += " asinh acosh atanh erf reciprocal sigmoid softplus softsign is_nan is_inf is_finite"
    positive = {"sqrt", "rsqrt", "log", "log1p", "acosh"}
    for name in one.split():
        low, high = (0.1, 3) if name in positive else (-0.9, 0.9) if name in {"asin", "acos", "atanh"} else (-3, 3)
        if name == "acosh":
            low = 1.1
        yield Case(name, getattr(tf.math, name), [(3, 4)], low, high)
    for name in ["relu", "relu6", "elu", "selu", "leaky_relu", "softmax", "log_softmax", "swish", "gelu"]:
        yield Case(name, getattr(tf.nn, name), [(3, 4)], -8, 8)
    yield Case("leaky_relu_alpha", lambda x: tf.nn.leaky_relu(x, 0.1), [(3, 4)])
    yield Case("gelu_tanh", lambda x: tf.nn.gelu(x, approximate=True), [(3, 4)])
    two = "add subtract multiply divide maximum minimum squared_difference atan2 pow floordiv floormod truncatemod"
    two += " divide_no_nan equal not_equal less less_equal greater greater_equal"
    for name in two.split():
        function = tf.truncatemod if name == "truncatemod" else getattr(tf.math, name)
        yield Case(name, function, [(2, 1, 4), (3, 1)], 0.2, 3)
    for name in ["add", "subtract", "multiply", "floordiv", "floormod", "maximum"]:
        yield Case(f"{name}_int", getattr(tf.math, name), [((3, 4), "int32"), ((4,), "int32")], 1, 9)
    for name in ["logical_and", "logical_or", "logical_xor"]:
        yield Case(name, getattr(tf.math, name), [((3, 4), "bool"), ((4,), "bool")])
    yield Case("logical_not", tf.math.logical_not, [((3, 4), "bool")])
    yield Case("div_no_nan_zero", lambda x: tf.math.divide_no_nan(x, tf.floor(x)), [(9,)], -1, 1)
    yield Case("round_half", lambda x: tf.round(tf.floor(x) + 0.5), [(9,)], -5, 5)
    yield Case("add_n", lambda x, y: tf.add_n([x, y, x]), [(3, 4), (3, 4)])
    yield Case("clip", lambda x: tf.clip_by_value(x, -1.0, 1.5), [(3, 4)])
    yield Case("raw_clip", lambda x: tf.raw_ops.ClipByValue(t=x, clip_value_min=-1.0, clip_value_max=0.5), [(3, 4)])
    yield Case("select_v2", lambda x, y: tf.where(x > y, x, y * 2), [(2, 3, 4), (4,)])
    yield Case("select", lambda x, y: tf.raw_ops.Select(condition=x[:, 0] > 0, x=x, y=y), [(4, 3), (4, 3)])
    for target in ("int32", "int64", "float16", "float64", "bool", "uint8"):
        yield Case(f"cast_{target}", lambda x, t=target: tf.cast(x, t), [(3, 4)], 0, 9)
    yield Case("cast_back", lambda x: tf.cast(x, "float32"), [((3, 4), "int32")], -9, 9)
    yield Case("identity_n", lambda x, y: tf.raw_ops.IdentityN(input=[x, y])[1], [(2,), (3,)])
    yield Case("checks", lambda x: tf.stop_gradient(tf.debugging.check_numerics(x, "x")) + 1, [(2, 3)])


def pictures() -> Iterator[Case]:
    for padding in ("SAME", "VALID"):
        for stride in (1, 2):
            name = f"{padding}_{stride}"
            w, depth = weights(3, 2, 4, 5), weights(3, 3, 4, 2)
            yield Case(f"conv2d_{name}", lambda x, p=padding, s=stride, w=w: tf.nn.conv2d(x, w, s, p), [(2, 9, 8, 4)])
            yield Case(
                f"depthwise_{name}",
                lambda x, p=padding, s=stride, w=depth: tf.nn.depthwise_conv2d(x, w, [1, s, s, 1], p),
                [(2, 9, 8, 4)],
            )
            w3 = weights(2, 3, 2, 3, 4)
            yield Case(
                f"conv3d_{name}",
                lambda x, p=padding, s=stride, w=w3: tf.nn.conv3d(x, w, [1, s, s, s, 1], p),
                [(1, 5, 6, 4, 3)],
            )
            for pool in ("max_pool2d", "avg_pool2d"):
                yield Case(
                    f"{pool}_{name}",
                    lambda x, p=padding, s=stride, f=pool: getattr(tf.nn, f)(x, (3, 2), s, p),
                    [(2, 9, 8, 3)],
                )
            for pool in ("max_pool3d", "avg_pool3d"):
                yield Case(
                    f"{pool}_{name}",
                    lambda x, p=padding, s=stride, f=pool: getattr(tf.nn, f)(x, 2, s, p),
                    [(1, 5, 6, 4, 3)],
                )
            for kernel in (2, 3, 4):
                wt = weights(kernel, kernel, 5, 4)
                yield Case(
                    f"transposed_{name}_{kernel}",
                    lambda x, p=padding, s=stride, w=wt, k=kernel: tf.nn.conv2d_transpose(
                        x, w, [2, transposed_size(5, p, s, k), transposed_size(4, p, s, k), 5], s, p
                    ),
                    [(2, 5, 4, 4)],
                )
    w = weights(3, 3, 4, 5)
    yield Case("conv2d_explicit", lambda x: tf.nn.conv2d(x, w, 2, [[0, 0], [1, 2], [0, 1], [0, 0]]), [(2, 9, 8, 4)])
    yield Case("conv2d_dilated", lambda x: tf.nn.conv2d(x, w, 1, "SAME", dilations=2), [(2, 9, 8, 4)])
    yield Case("conv2d_groups", lambda x: tf.nn.conv2d(x, weights(3, 3, 2, 6), 1, "SAME"), [(2, 7, 8, 4)])
    yield Case("conv1d", lambda x: tf.nn.conv1d(x, weights(3, 4, 5), 2, "SAME"), [(2, 9, 4)])
    yield Case("transposed_larger", lambda x: tf.nn.conv2d_transpose(x, w, [2, 10, 8, 4], 2, "SAME"), [(2, 5, 4, 5)])
    yield Case("transposed_odd", lambda x: tf.nn.conv2d_transpose(x, w, [2, 9, 7, 4], 2, "SAME"), [(2, 5, 4, 5)])
    yield Case(
        "transposed_3d",
        lambda x: tf.nn.conv3d_transpose(x, weights(2, 3, 2, 4, 3), [1, 6, 8, 4, 4], 2, "SAME"),
        [(1, 3, 4, 2, 3)],
    )
    yield Case(
        "depthwise_dilated",
        lambda x: tf.nn.depthwise_conv2d(x, weights(3, 3, 4, 1), [1, 1, 1, 1], "SAME", dilations=[2, 2]),
        [(2, 9, 8, 4)],
    )
    yield Case("atrous", lambda x: tf.nn.atrous_conv2d(x, w, 2, "SAME"), [(2, 9, 8, 4)])
    yield Case(
        "max_pool_explicit", lambda x: tf.nn.max_pool2d(x, 3, 2, [[0, 0], [1, 1], [1, 0], [0, 0]]), [(2, 9, 8, 3)]
    )
    yield Case(
        "max_pool_v2",
        lambda x: tf.raw_ops.MaxPoolV2(input=x, ksize=[1, 2, 2, 1], strides=[1, 2, 2, 1], padding="VALID"),
        [(2, 8, 8, 3)],
    )
    yield Case("bias_add", lambda x: tf.nn.bias_add(x, weights(4)), [(2, 3, 3, 4)])
    yield Case("bias_add_nchw", lambda x: tf.nn.bias_add(x, weights(4), data_format="NCHW"), [(2, 4, 3, 5)])
    yield Case("lrn", lambda x: tf.nn.local_response_normalization(x, 2, 1.5, 0.3, 0.75), [(2, 3, 3, 8)])
    statistics = [np.abs(weights(4, seed=s)) + np.float32(0.5) for s in range(4)]
    for version in ("", "V2", "V3"):
        yield Case(
            f"batch_norm{version}",
            lambda x, v=version: getattr(tf.raw_ops, "FusedBatchNorm" + v)(
                x=x,
                scale=statistics[0],
                offset=statistics[1],
                mean=statistics[2],
                variance=statistics[3],
                epsilon=0.002,
                is_training=False,
            )[0],
            [(2, 3, 3, 4)],
        )
    yield Case("plain_batch_norm", lambda x: tf.nn.batch_normalization(x, *statistics, 0.01), [(2, 3, 3, 4)])
    for method in ("bilinear", "nearest"):
        for old in (False, True):
            for size in ((13, 5), (18, 16)):
                if old:
                    function = getattr(
                        tf.compat.v1.image, f"resize_{method}" if method == "bilinear" else "resize_nearest_neighbor"
                    )
                    for align in (False, True):
                        yield Case(
                            f"resize_{method}_{size}_{align}",
                            lambda x, f=function, s=size, a=align: f(x, s, align_corners=a),
                            [(2, 9, 8, 3)],
                        )
                else:
                    yield Case(
                        f"resize_{method}_{size}", lambda x, m=method, s=size: tf.image.resize(x, s, m), [(2, 9, 8, 3)]
                    )
    yield Case("resize_cubic", lambda x: tf.image.resize(x, (18, 16), "bicubic"), [(2, 9, 8, 3)])
    yield Case("resize_cubic_old", lambda x: tf.compat.v1.image.resize_bicubic(x, (16, 32)), [(2, 8, 8, 3)])
    yield Case("depth_to_space", lambda x: tf.nn.depth_to_space(x, 2), [(2, 3, 4, 8)])
    yield Case("space_to_depth", lambda x: tf.nn.space_to_depth(x, 2), [(2, 4, 6, 3)])
    yield Case("space_to_batch", lambda x: tf.space_to_batch(x, [2, 3], [[0, 1], [2, 1]]), [(2, 5, 6, 3)])
    yield Case("batch_to_space", lambda x: tf.batch_to_space(x, [2, 2], [[0, 1], [1, 0]]), [(8, 3, 4, 3)])
    yield Case("pad", lambda x: tf.pad(x, [[0, 0], [1, 2], [3, 0]]), [(2, 3, 4)])
    yield Case("pad_value", lambda x: tf.pad(x, [[0, 1], [1, 2]], constant_values=-1.5), [(3, 4)])
    yield Case("pad_reflect", lambda x: tf.pad(x, [[0, 0], [1, 2]], "REFLECT"), [(3, 4)])
    yield Case("pad_symmetric", lambda x: tf.pad(x, [[1, 0], [1, 3]], "SYMMETRIC"), [(3, 4)])
    for narrow in (False, True):
        yield Case(
            f"fake_quant_{narrow}",
            lambda x, n=narrow: tf.quantization.fake_quant_with_min_max_vars(x, -1.3, 2.1, 8, n),
            [(5, 7)],
        )
    yield Case(
        "fake_quant_channels",
        lambda x: tf.quantization.fake_quant_with_min_max_vars_per_channel(x, [-1.0, -0.5], [1.0, 2.5]),
        [(5, 2)],
    )
    yield Case("fake_quant_args", lambda x: tf.quantization.fake_quant_with_min_max_args(x, -2, 2.5, 6), [(5, 7)])


def shapes() -> Iterator[Case]:
    yield Case("reshape", lambda x: tf.reshape(x, [4, 6]), [(2, 3, 4)])
    yield Case("flatten_dynamic", lambda x: tf.reshape(x, [tf.shape(x)[0], -1]), [(None, 3, 4)])
    yield Case(
        "reshape_dynamic", lambda x: tf.reshape(x, tf.stack([tf.shape(x)[0], tf.shape(x)[1] * 4])), [(None, 3, 4)]
    )
    yield Case("reshape_concat", lambda x: tf.reshape(x, tf.concat([tf.shape(x)[:1], [12]], 0)), [(None, 3, 4)])
    yield Case("squeeze", lambda x: tf.squeeze(x, [1]), [(2, 1, 3)])
    yield Case("squeeze_all", tf.squeeze, [(2, 1, 3, 1)])
    yield Case("expand_dims", lambda x: tf.expand_dims(x, -1), [(2, 3)])
    yield Case("transpose", lambda x: tf.transpose(x, [2, 0, 1]), [(2, 3, 4)])
    yield Case("tile", lambda x: tf.tile(x, [2, 1, 3]), [(2, 3, 4)])
    yield Case("broadcast_to", lambda x: tf.broadcast_to(x, [3, 2, 4]), [(2, 1)])
    yield Case("fill", lambda x: x + tf.fill([2, 3], 1.5), [(2, 3)])
    yield Case("fill_dynamic", lambda x: tf.fill(tf.shape(x), 1.5) * x, [(None, 3)])
    yield Case("zeros_like", lambda x: x + tf.zeros_like(x) + tf.ones_like(x), [(2, 3)])
    yield Case("shape", lambda x: tf.shape(x), [(None, 3)])
    yield Case("size_rank", lambda x: tf.cast(tf.size(x) * tf.rank(x), "float32") * x, [(None, 3)])
    yield Case("range", lambda x: tf.cast(tf.range(1, 7, 2), "float32") + x, [(2, 3)])
    yield Case("range_dynamic", lambda x: tf.cast(tf.range(tf.shape(x)[0]), "float32")[:, None] + x, [(None, 3)])
    yield Case("concat", lambda x, y: tf.concat([x, y, x], -1), [(2, 3), (2, 4)])
    yield Case("stack", lambda x, y: tf.stack([x, y], 1), [(2, 3), (2, 3)])
    yield Case("unstack", lambda x: tf.add(*tf.unstack(x, axis=1)[1:3]), [(2, 3, 4)])
    yield Case("split", lambda x: tf.split(x, 3, 1)[2] - tf.split(x, 3, 1)[0], [(2, 6)])
    yield Case("split_v", lambda x: tf.split(x, [1, -1, 2], 1)[1], [(2, 6)])
    yield Case("slice", lambda x: tf.slice(x, [0, 1, 2], [-1, 2, -1]), [(2, 4, 5)])
    yield Case("strided", lambda x: x[:, 1:-1:2, ::-1], [(2, 6, 5)])
    yield Case("strided_ellipsis", lambda x: x[..., 1, tf.newaxis, 0:2], [(2, 3, 4, 5)])
    yield Case("strided_shrink", lambda x: x[1, :, -1], [(2, 3, 4)])
    yield Case("strided_new", lambda x: x[tf.newaxis, 1:, tf.newaxis], [(3, 4)])
    yield Case("strided_negative", lambda x: x[-2:, -3:3:-1], [(4, 6)])
    yield Case("reverse", lambda x: tf.reverse(x, [1, -1]), [(2, 3, 4)])
    yield Case("gather", lambda x: tf.gather(x, [2, 0], axis=1), [(2, 3, 4)])
    yield Case("gather_batch", lambda x: tf.gather(x, [[0, 1], [2, 2]], axis=1, batch_dims=1), [(2, 3, 4)])
    yield Case("gather_old", lambda x: tf.raw_ops.Gather(params=x, indices=[[1], [0]]), [(2, 3)])
    yield Case("gather_nd", lambda x: tf.gather_nd(x, [[0, 1], [1, 2]]), [(2, 3, 4)])
    yield Case("one_hot", lambda x: tf.one_hot(x, 5, 2.0, -1.0), [((2, 3), "int32")], -2, 7)
    yield Case("one_hot_axis", lambda x: tf.one_hot(x, 4, axis=1), [((2, 3), "int64")], 0, 4)
    yield Case("where", lambda x: tf.where(x > 0), [(3, 4)])


def reductions() -> Iterator[Case]:
    for name in ["mean", "sum", "max", "min", "prod", "euclidean_norm"]:
        for keep in (False, True):
            yield Case(
                f"reduce_{name}_{keep}",
                lambda x, n=name, k=keep: getattr(tf.math, f"reduce_{n}")(x, [1, -1], k),
                [(2, 3, 4)],
            )
        yield Case(f"reduce_{name}_all", lambda x, n=name: getattr(tf.math, f"reduce_{n}")(x), [(2, 3)])
        yield Case(f"reduce_{name}_none", lambda x, n=name: getattr(tf.math, f"reduce_{n}")(x, []), [(2, 3)])
    yield Case("reduce_any", lambda x: tf.reduce_any(x > 1, 1), [(4, 5)])
    yield Case("reduce_all", lambda x: tf.reduce_all(x < 1, 1), [(4, 5)])
    yield Case("reduce_logsumexp", lambda x: tf.reduce_logsumexp(x, 1), [(4, 5)])
    yield Case("reduce_variance", lambda x: tf.math.reduce_variance(x, 1), [(4, 5)])
    yield Case("moments", lambda x: tf.nn.moments(x, [1, 2])[1], [(2, 3, 4, 5)])
    yield Case("arg_max", lambda x: tf.argmax(x, 1), [(3, 7)])
    yield Case("arg_min", lambda x: tf.argmin(x, -1, "int32"), [(3, 7)])
    yield Case("top_k", lambda x: tf.math.top_k(x, 3)[0], [(3, 7)])
    yield Case("top_k_indices", lambda x: tf.math.top_k(x, 3)[1], [(3, 7)])
    yield Case("cumsum", lambda x: tf.cumsum(x, 1, exclusive=True), [(3, 7)])
    yield Case("cumprod", lambda x: tf.math.cumprod(x, 1, reverse=True), [(3, 7)])
    yield Case("l2_normalize", lambda x: tf.nn.l2_normalize(x, 1), [(3, 7)])


def matrices() -> Iterator[Case]:
    yield Case("mat_mul", lambda x: tf.matmul(x, weights(5, 4)), [(3, 5)])
    yield Case("mat_mul_turned", lambda x: tf.matmul(x, weights(4, 5), True, True), [(5, 3)])
    yield Case("batch_mat_mul", lambda x, y: tf.matmul(x, y, adjoint_b=True), [(2, 3, 5), (2, 4, 5)])
    yield Case("batch_mat_mul_broadcast", lambda x, y: x @ y, [(2, 3, 3, 5), (3, 5, 4)])
    yield Case("einsum", lambda x, y: tf.einsum("bij,jk->bik", x, y), [(2, 3, 4), (4, 5)])
    yield Case("einsum_dots", lambda x, y: tf.einsum("...ij,jk->...ki", x, y), [(2, 3, 4), (4, 5)])
    yield Case("tensordot", lambda x: tf.tensordot(x, weights(4, 5), [[2], [0]]), [(None, 3, 4)])


def boxes(x):
    corner = tf.abs(x[:, :2])
    return tf.concat([corner, corner + 1 + tf.abs(x[:, 2:])], 1)


def detection() -> Iterator[Case]:
    yield Case(
        "suppression",
        lambda x: tf.image.non_max_suppression(boxes(x), x[:, 0], 5, 0.3, -1.0),
        [(12, 4)],
    )
    yield Case(
        "suppression_scores",
        lambda x: tf.image.non_max_suppression_with_scores(boxes(x), x[:, 0], 5, 0.3, 0.1)[1],
        [(12, 4)],
    )
    yield Case(
        "suppression_padded",
        lambda x: tf.raw_ops.NonMaxSuppressionV4(
            boxes=boxes(x),
            scores=x[:, 0],
            max_output_size=9,
            iou_threshold=0.3,
            score_threshold=0.5,
            pad_to_max_output_size=True,
        )[0],
        [(12, 4)],
    )


def control() -> Iterator[Case]:
    def condition(x):
        flag = tf.constant(True)
        return tf.cond(flag, lambda: x * 2, lambda: x + 1)

    def by_shape(x):
        return tf.cond(tf.shape(x)[1] > 4, lambda: x - 1, lambda: tf.nn.relu(x))

    def chosen(x):
        return tf.switch_case(tf.constant(1), [lambda: x, lambda: x * 3, lambda: x * 4])

    @tf.function
    def inner(x):
        return tf.nn.relu(x) + 1

    @tf.function
    def middle(x):
        return inner(x) * inner(-x)

    yield Case("if_constant", condition, [(2, 3)])
    yield Case("if_shape", by_shape, [(2, 3)])
    yield Case("case_constant", chosen, [(2, 3)])
    yield Case("nested_calls", lambda x: middle(inner(x)) - middle(x), [(2, 3)])


def cases() -> Iterator[Case]:
    for group in (elementwise, pictures, shapes, reductions, matrices, detection, control):
        yield from group()
