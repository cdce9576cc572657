"""Small models of Keras, one for each kind of layer and setting that dlas reads, with random weights.

`cases(keras)` works with keras 3 and with tf_keras (Keras 2); what one of them lacks is left out.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType

import numpy as np


@dataclass
class Case:
    name: str
    build: Callable  # of the model


def one_layer(keras: ModuleType, shape: tuple, *layers, dtype: str = "float32"):
    x = made = keras.Input(shape, dtype=dtype)
    for layer in layers:
        made = layer(made)
    return keras.Model(x, made)


def convolutions(keras: ModuleType) -> Iterator[tuple[str, tuple, Callable]]:
    layers = keras.layers
    picture, line, block = (9, 8, 4), (11, 4), (5, 6, 4, 4)
    for padding in ("same", "valid"):
        for strides in (1, 2):
            name = f"{padding}_{strides}"
            yield f"Conv2D_{name}", picture, lambda p=padding, s=strides: layers.Conv2D(6, (3, 2), s, p)
            yield f"DepthwiseConv2D_{name}", picture, lambda p=padding, s=strides: layers.DepthwiseConv2D(3, s, p)
            yield f"SeparableConv2D_{name}", picture, lambda p=padding, s=strides: layers.SeparableConv2D(5, 3, s, p)
            yield f"Conv1D_{name}", line, lambda p=padding, s=strides: layers.Conv1D(5, 3, s, p)
            yield f"Conv3D_{name}", block, lambda p=padding, s=strides: layers.Conv3D(3, 2, s, p)
            for kernel in (1, 2, 3, 4):
                yield (
                    f"Conv2DTranspose_{name}_{kernel}",
                    picture,
                    lambda p=padding, s=strides, k=kernel: layers.Conv2DTranspose(5, k, s, p),
                )
        yield f"Conv1DTranspose_{padding}", line, lambda p=padding: layers.Conv1DTranspose(5, 3, 2, p)
        yield f"Conv3DTranspose_{padding}", block, lambda p=padding: layers.Conv3DTranspose(2, 3, 2, p)
        yield (
            f"Conv2DTranspose_output_padding_{padding}",
            picture,
            lambda p=padding: layers.Conv2DTranspose(5, 3, 2, p, output_padding=1),
        )
        yield f"Conv2D_dilated_{padding}", picture, lambda p=padding: layers.Conv2D(6, 3, padding=p, dilation_rate=2)
    yield "Conv2D_groups", picture, lambda: layers.Conv2D(6, 3, groups=2)
    yield "Conv2D_no_bias_relu", picture, lambda: layers.Conv2D(6, 3, use_bias=False, activation="relu")
    yield "DepthwiseConv2D_multiplier", picture, lambda: layers.DepthwiseConv2D(3, depth_multiplier=2)
    yield "DepthwiseConv2D_dilated", picture, lambda: layers.DepthwiseConv2D(3, dilation_rate=2, padding="same")
    yield (
        "SeparableConv2D_multiplier",
        picture,
        lambda: layers.SeparableConv2D(5, 3, depth_multiplier=2, use_bias=False),
    )
    yield "DepthwiseConv1D", line, lambda: layers.DepthwiseConv1D(3, padding="same")
    yield "SeparableConv1D", line, lambda: layers.SeparableConv1D(5, 3, padding="same", activation="tanh")
    yield "Conv1D_causal", line, lambda: layers.Conv1D(5, 3, padding="causal", dilation_rate=2)
    yield "Dense", (7,), lambda: layers.Dense(5)
    yield "Dense_softmax", (7,), lambda: layers.Dense(5, activation="softmax", use_bias=False)
    yield "Dense_rank_4", (3, 4, 7), lambda: layers.Dense(5, activation="relu")


def pools(keras: ModuleType) -> Iterator[tuple[str, tuple, Callable]]:
    layers = keras.layers
    for axes, shape in ((1, (11, 3)), (2, (9, 8, 3)), (3, (5, 6, 4, 2))):
        for kind in ("Max", "Average"):
            pool = getattr(layers, f"{kind}Pooling{axes}D")
            for padding in ("same", "valid"):
                yield f"{kind}Pooling{axes}D_{padding}", shape, lambda q=pool, p=padding: q(3, 2, p)
            yield f"{kind}Pooling{axes}D_plain", shape, lambda q=pool: q(2)
            whole = getattr(layers, f"Global{kind}Pooling{axes}D")
            yield f"Global{kind}Pooling{axes}D", shape, lambda q=whole: q()
            yield f"Global{kind}Pooling{axes}D_keep", shape, lambda q=whole: q(keepdims=True)


def normalisations(keras: ModuleType) -> Iterator[tuple[str, tuple, Callable]]:
    layers = keras.layers
    picture = (5, 4, 6)
    yield "BatchNormalization", picture, lambda: layers.BatchNormalization()
    yield "BatchNormalization_rank_2", (6,), lambda: layers.BatchNormalization(epsilon=1e-2)
    yield "BatchNormalization_plain", picture, lambda: layers.BatchNormalization(scale=False, center=False)
    yield "BatchNormalization_axis_1", picture, lambda: layers.BatchNormalization(axis=1, scale=False)
    yield "LayerNormalization", picture, lambda: layers.LayerNormalization()
    yield "LayerNormalization_axes", picture, lambda: layers.LayerNormalization(axis=[2, 3], epsilon=1e-2)
    yield "LayerNormalization_no_scale", picture, lambda: layers.LayerNormalization(scale=False)
    yield "LayerNormalization_plain", picture, lambda: layers.LayerNormalization(scale=False, center=False)
    yield "GroupNormalization", picture, lambda: layers.GroupNormalization(groups=2)
    yield "GroupNormalization_axis_1", picture, lambda: layers.GroupNormalization(groups=5, axis=1)
    yield "GroupNormalization_instance", picture, lambda: layers.GroupNormalization(groups=-1, scale=False)
    yield "UnitNormalization", picture, lambda: layers.UnitNormalization()
    yield "UnitNormalization_axes", picture, lambda: layers.UnitNormalization(axis=[1, 2])
    yield "Normalization_weights", picture, lambda: layers.Normalization()
    yield "Normalization_settings", picture, lambda: layers.Normalization(mean=[1.0] * 6, variance=[0.3] * 6)
    yield "Normalization_scalar", picture, lambda: layers.Normalization(axis=None, mean=2.0, variance=4.0)
    yield "Normalization_axis_1", picture, lambda: layers.Normalization(axis=1)
    yield "Rescaling", picture, lambda: layers.Rescaling(1 / 127.5, -1)
    yield "Rescaling_list", picture, lambda: layers.Rescaling([0.1, 0.2, 0.3, 0.4, 0.5, 0.6])


def activations(keras: ModuleType) -> Iterator[tuple[str, tuple, Callable]]:
    layers = keras.layers
    shape = (4, 5, 6)
    names = [
        *(
            "linear",
            "relu",
            "relu6",
            "sigmoid",
            "tanh",
            "softmax",
            "elu",
            "selu",
            "softplus",
            "softsign",
            "swish",
            "silu",
        ),
        *(
            "gelu",
            "exponential",
            "hard_sigmoid",
            "hard_silu",
            "hard_swish",
            "mish",
            "leaky_relu",
            "log_softmax",
            "celu",
        ),
        *("soft_shrink", "hard_shrink", "tanh_shrink", "hard_tanh", "log_sigmoid", "squareplus", "sparse_sigmoid"),
    ]
    for name in names:
        try:
            keras.activations.get(name)
        except ValueError:
            continue
        yield f"Activation_{name}", shape, lambda n=name: layers.Activation(n)
    yield "ReLU", shape, lambda: layers.ReLU()
    yield "ReLU_6", shape, lambda: layers.ReLU(6.0)
    yield "ReLU_1", shape, lambda: layers.ReLU(1.0)
    yield "ReLU_slope", shape, lambda: layers.ReLU(negative_slope=0.1)
    yield "ReLU_all", shape, lambda: layers.ReLU(1.5, 0.1, 0.5)
    yield "ReLU_threshold", shape, lambda: layers.ReLU(threshold=0.5)
    yield "LeakyReLU", shape, lambda: layers.LeakyReLU()
    yield "LeakyReLU_0.1", shape, lambda: layers.LeakyReLU(0.1)
    yield "PReLU", shape, lambda: layers.PReLU()
    yield "PReLU_shared", shape, lambda: layers.PReLU(shared_axes=[1, 2])
    yield "ELU", shape, lambda: layers.ELU(0.7)
    yield "Softmax", shape, lambda: layers.Softmax()
    yield "Softmax_axis_1", shape, lambda: layers.Softmax(axis=1)
    if hasattr(layers, "ThresholdedReLU"):
        yield "ThresholdedReLU", shape, lambda: layers.ThresholdedReLU(0.4)
    yield "activation_is_a_layer", shape, lambda: layers.Conv2D(3, 1, activation=layers.LeakyReLU(0.2))


def movers(keras: ModuleType) -> Iterator[tuple[str, tuple, Callable]]:
    layers = keras.layers
    picture = (6, 5, 4)
    yield "Flatten", picture, lambda: layers.Flatten()
    yield "Reshape", picture, lambda: layers.Reshape((5, 24))
    yield "Reshape_unknown", picture, lambda: layers.Reshape((-1, 8))
    yield "Permute", picture, lambda: layers.Permute((3, 1, 2))
    yield "RepeatVector", (5,), lambda: layers.RepeatVector(3)
    yield "ZeroPadding1D", (5, 3), lambda: layers.ZeroPadding1D((1, 2))
    yield "ZeroPadding2D", picture, lambda: layers.ZeroPadding2D(((0, 1), (2, 3)))
    yield "ZeroPadding2D_pair", picture, lambda: layers.ZeroPadding2D((1, 2))
    yield "ZeroPadding3D", (3, 4, 5, 2), lambda: layers.ZeroPadding3D(1)
    yield "Cropping1D", (5, 3), lambda: layers.Cropping1D((1, 0))
    yield "Cropping2D", picture, lambda: layers.Cropping2D(((1, 2), (0, 1)))
    yield "Cropping3D", (4, 5, 6, 2), lambda: layers.Cropping3D(1)
    yield "UpSampling1D", (5, 3), lambda: layers.UpSampling1D(2)
    yield "UpSampling2D", picture, lambda: layers.UpSampling2D((2, 3))
    yield "UpSampling2D_bilinear", picture, lambda: layers.UpSampling2D(2, interpolation="bilinear")
    yield "UpSampling3D", (2, 3, 4, 2), lambda: layers.UpSampling3D(2)
    yield "Resizing_up", picture, lambda: layers.Resizing(11, 7)
    yield "Resizing_down", picture, lambda: layers.Resizing(4, 3)
    yield "Resizing_nearest", picture, lambda: layers.Resizing(9, 4, interpolation="nearest")
    yield "Dropout", picture, lambda: layers.Dropout(0.5)
    yield "SpatialDropout2D", picture, lambda: layers.SpatialDropout2D(0.5)
    yield "GaussianNoise", picture, lambda: layers.GaussianNoise(0.5)
    yield "ActivityRegularization", picture, lambda: layers.ActivityRegularization(0.1)


def of_two(keras: ModuleType, layer: Callable, a: tuple, b: tuple, more: int = 0):
    inputs = [keras.Input(a), keras.Input(b), *(keras.Input(a) for _ in range(more))]
    return keras.Model(inputs, layer(inputs))


def merges(keras: ModuleType) -> Iterator[Case]:
    layers = keras.layers
    shape = (4, 5, 3)
    for name in ("Add", "Multiply", "Average", "Maximum", "Minimum", "Concatenate"):
        kind = getattr(layers, name)
        yield Case(name, lambda k=kind: of_two(keras, k(), shape, shape))
        yield Case(f"{name}_3", lambda k=kind: of_two(keras, k(), shape, shape, 1))
    yield Case("Subtract", lambda: of_two(keras, layers.Subtract(), shape, shape))
    yield Case("Add_broadcast", lambda: of_two(keras, layers.Add(), shape, (1, 1, 3)))
    yield Case("Concatenate_axis_1", lambda: of_two(keras, layers.Concatenate(axis=1), (4, 5), (2, 5)))
    yield Case("Dot", lambda: of_two(keras, layers.Dot(axes=1), (6,), (6,)))
    yield Case("Dot_normalize", lambda: of_two(keras, layers.Dot(axes=1, normalize=True), (6,), (6,)))
    yield Case("Dot_rank_3", lambda: of_two(keras, layers.Dot(axes=(2, 1)), (4, 5), (5, 3)))
    yield Case("Dot_rank_3_same", lambda: of_two(keras, layers.Dot(axes=2), (4, 5), (3, 5)))


def networks(keras: ModuleType) -> Iterator[Case]:
    layers = keras.layers

    def shared():
        a, b = keras.Input((6, 6, 3)), keras.Input((6, 6, 3))
        conv = layers.Conv2D(4, 3, name="twice")
        return keras.Model([b, a], [layers.Add()([conv(a), conv(b)]), conv(b)])

    def inner(name: str):
        x = keras.Input((6, 6, 3))
        y = layers.BatchNormalization()(layers.Conv2D(3, 3, padding="same", activation="relu")(x))
        return keras.Model(x, y, name=name)

    def nested():
        x = keras.Input((6, 6, 3))
        block, chain = (
            inner("block"),
            keras.Sequential([layers.Conv2D(5, 1), layers.BatchNormalization()], name="chain"),
        )
        y = layers.Conv2D(3, 1)(block(block(x)))
        return keras.Model(x, chain(y))

    def nested_twice():
        x = keras.Input((6, 6, 3))
        middle = keras.Model(x, layers.ReLU()(inner("inner_block")(x)), name="middle")
        z = keras.Input((6, 6, 3))
        return keras.Model(z, layers.GlobalAveragePooling2D()(middle(inner("first")(z))))

    def frozen():
        x = keras.Input((6, 6, 3))
        block = inner("frozen")
        block.layers[1].trainable = False
        return keras.Model(x, layers.Dense(2)(layers.Flatten()(block(x))))

    def chain():
        return keras.Sequential(
            [
                keras.Input((8, 8, 3)),
                layers.Conv2D(4, 3, activation="relu"),
                layers.MaxPooling2D(),
                inner_sequential(),
                layers.Flatten(),
                layers.Dropout(0.3),
                layers.Dense(5, activation="softmax"),
            ]
        )

    def inner_sequential():
        return keras.Sequential([keras.Input((3, 3, 4)), layers.Conv2D(2, 2, name="within")], name="part")

    def outputs():
        x = keras.Input((6, 6, 3))
        y = layers.Conv2D(4, 3)(x)
        return keras.Model(x, [y, layers.ReLU()(y), x])

    for build in (shared, nested, nested_twice, frozen, chain, outputs):
        yield Case(f"network_{build.__name__}", build)


def functions(keras: ModuleType) -> Iterator[Case]:
    """Operations of keras 3, functions of TensorFlow in tf_keras."""
    shape = (4, 5, 3)

    def of(f: Callable, *shapes: tuple):
        inputs = [keras.Input(s) for s in shapes or (shape,)]
        return keras.Model(inputs, f(*inputs))

    if keras.__name__ == "keras":
        ops = keras.ops
        table = {
            "relu6": ops.relu6,
            "hard_sigmoid": ops.hard_sigmoid,
            "silu": ops.silu,
            "gelu": ops.gelu,
            "leaky_relu": ops.leaky_relu,
            "softmax": ops.softmax,
            "mean": lambda x: ops.mean(x, axis=(1, 2), keepdims=True),
            "max": lambda x: ops.max(x, axis=-1),
            "sum": lambda x: ops.sum(x, axis=1),
            "concatenate": lambda x: ops.concatenate([x, x], axis=-1),
            "reshape": lambda x: ops.reshape(x, (-1, 20, 3)),
            "transpose": lambda x: ops.transpose(x, (0, 3, 1, 2)),
            "expand_dims": lambda x: ops.expand_dims(x, 1),
            "squeeze": lambda x: ops.squeeze(ops.mean(x, axis=1, keepdims=True), 1),
            "clip": lambda x: ops.clip(x, -0.5, 0.5),
            "exp_sqrt": lambda x: ops.sqrt(ops.exp(x)),
            "square": ops.square,
        }
    else:
        import tensorflow as tf

        table = {
            "relu6": tf.nn.relu6,
            "hard_swish": lambda x: x * tf.nn.relu6(x + 3.0) * (1.0 / 6.0),
            "silu": tf.nn.silu,
            "sigmoid": tf.sigmoid,
            "softmax": tf.nn.softmax,
            "mean": lambda x: tf.reduce_mean(x, axis=[1, 2], keepdims=True),
            "max": lambda x: tf.reduce_max(x, axis=-1),
            "sum": lambda x: tf.reduce_sum(x, 1),
            "concat": lambda x: tf.concat([x, x], -1),
            "reshape": lambda x: tf.reshape(x, (-1, 20, 3)),
            "transpose": lambda x: tf.transpose(x, (0, 3, 1, 2)),
            "expand_dims": lambda x: tf.expand_dims(x, 1),
            "clip": lambda x: tf.clip_by_value(x, -0.5, 0.5),
            "square": tf.square,
        }
    for name, f in table.items():
        yield Case(f"function_{name}", lambda f=f: of(f))
    yield Case("function_arithmetic", lambda: of(lambda a, b: (a + b) * (a - b) / 2.5 + 1 - (3.0 - a), shape, shape))
    yield Case("function_broadcast", lambda: of(lambda a, b: a * b, shape, (1, 1, 3)))


def cases(keras: ModuleType) -> Iterator[Case]:
    for family in (convolutions, pools, normalisations, activations, movers):
        for name, shape, layer in family(keras):
            yield Case(name, lambda s=shape, make=layer: one_layer(keras, s, make()))
    yield from merges(keras)
    yield from networks(keras)
    yield from functions(keras)


def randomize(model, seed: int = 3) -> None:
    """Weights that show every mistake: no zeros, no ones, and variances that are positive."""
    random = np.random.default_rng(seed)
    values = []
    for w in model.weights:
        shape = tuple(w.shape)
        positive = "variance" in w.name
        fan = max(1, int(np.prod(shape[:-1])))
        value = random.normal(0, 1, shape) / np.sqrt(fan) if len(shape) > 1 else random.normal(0.3, 0.5, shape)
        value = np.abs(value) + 0.3 if positive else value
        values.append(np.asarray(value).astype(str(w.dtype).removeprefix("<dtype: '").removesuffix("'>")))
    set_weights(model, values)


def set_weights(model, values: list[np.ndarray]) -> None:
    model.set_weights(values)
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):  # Keras 3 keeps what it makes of the weights of Normalization
            layer.finalize_state()


def input_names(model) -> list[str]:
    """Names of the input layers, in the order of the model's inputs."""
    history = [tensor._keras_history for tensor in model.inputs]
    return [(h.operation if hasattr(h, "operation") else h.layer).name for h in history]
