"""The depthwise-separable demo network, in Keras: a stem, four separable blocks, global average pool, one dense layer.

Input [N,28,28,1] in [0,1], output 10 logits. Padding is SAME on even sizes: where the stride is 2 it adds one row below and
one column to the right, and none above or to the left. That asymmetry is what converters get wrong.
"""

import keras
from keras import layers


def norm_relu6(x, name):
    x = layers.BatchNormalization(name=f"{name}_norm")(x)
    return layers.ReLU(6.0, name=f"{name}_relu6")(x)


def separable(x, channels, stride, name):
    """A depthwise 3x3 and a pointwise convolution, each with batch norm and ReLU6; x is added where the shape stays."""
    y = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False, name=f"{name}_depthwise")(x)
    y = norm_relu6(y, f"{name}_depthwise")
    y = layers.Conv2D(channels, 1, use_bias=False, name=f"{name}_pointwise")(y)
    y = norm_relu6(y, f"{name}_pointwise")
    return layers.Add(name=f"{name}_add")([x, y]) if x.shape == y.shape else y


def depthwise_net(batch=None):
    image = keras.Input((28, 28, 1), batch_size=batch, name="image")
    x = layers.Conv2D(24, 3, padding="same", use_bias=False, name="stem")(image)
    x = norm_relu6(x, "stem")
    x = separable(x, 48, 2, "block1")
    x = separable(x, 48, 1, "block2")
    x = separable(x, 96, 2, "block3")
    x = separable(x, 96, 1, "block4")
    x = layers.GlobalAveragePooling2D(name="pool")(x)
    return keras.Model(image, layers.Dense(10, name="logits")(x), name="depthwise")
