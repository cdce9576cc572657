"""Hostile HDF5 and Keras files: broken structures, sizes that lie, configurations that make no sense, archives that cheat."""

import io
import json
import struct
import zipfile
from collections.abc import Iterator

import h5py
import numpy as np

from hostile.onnx_cases import flips, truncations

Case = tuple[str, bytes, str]
SHAPE = [None, 4, 4, 2]


def layer(class_name: str, name: str, inputs: list[str], **config) -> dict:
    return {
        "class_name": class_name,
        "name": name,
        "config": {"name": name, "trainable": True, "dtype": "float32", **config},
        "inbound_nodes": [[[i, 0, 0, {}] for i in inputs]] if inputs else [],
    }


def conv(name: str, source: str, **config) -> dict:
    return layer("Conv2D", name, [source], **{"filters": 3, "kernel_size": [2, 2], "padding": "same", **config})


def model(*layers: dict, outputs: list | None = None, **config) -> dict:
    start = layer("InputLayer", "in", [], batch_input_shape=SHAPE)
    whole = {"name": "m", "layers": [start, *layers], "input_layers": [["in", 0, 0]]}
    last = layers[-1]["name"] if layers else "in"
    whole["output_layers"] = [[last, 0, 0]] if outputs is None else outputs
    return {"class_name": "Functional", "config": {**whole, **config}}


def good() -> dict:
    return model(conv("conv", "in"), layer("ReLU", "relu", ["conv"]), layer("Flatten", "flat", ["relu"]))


def h5(config, libver=None, change=None) -> bytes:
    """A file with the weights of a layer "conv"; `change` may add to it."""
    content = io.BytesIO()
    with h5py.File(content, "w", libver=libver) as f:
        f.attrs["keras_version"] = "2.9.0"
        f.attrs["model_config"] = config if isinstance(config, str) else json.dumps(config)
        weights = f.create_group("model_weights")
        weights.attrs["layer_names"] = np.array([b"conv"])
        group = weights.create_group("conv")
        group.attrs["weight_names"] = np.array([b"conv/kernel:0", b"conv/bias:0"])
        group["conv/kernel:0"] = np.ones((2, 2, 2, 3), "f4")
        group["conv/bias:0"] = np.ones(3, "f4")
        if change:
            change(f)
    return content.getvalue()


def archive(config, weights: bytes | None = None, method=zipfile.ZIP_STORED, more=()) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as z:
        z.writestr("metadata.json", '{"keras_version": "3.0.0"}')
        z.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
        z.writestr("model.weights.h5", numbered() if weights is None else weights)
        for name, data in more:
            z.writestr(name, data)
    return content.getvalue()


def numbered() -> bytes:
    content = io.BytesIO()
    with h5py.File(content, "w") as f:
        f["layers/conv2d/vars/0"] = np.ones((2, 2, 2, 3), "f4")
        f["layers/conv2d/vars/1"] = np.ones(3, "f4")
    return content.getvalue()


def replace_weight(make):
    def change(f) -> None:
        del f["model_weights/conv/conv/kernel:0"]
        make(f["model_weights/conv/conv"])

    return change


def hdf5_files() -> Iterator[Case]:
    for name, libver in {"old": None, "new": "latest"}.items():
        data = h5(good(), libver)
        yield f"h5-{name}", data, "ok"
        yield from truncations(f"h5-{name}", data, 40)
        yield from flips(f"h5-{name}", data, 60, seed=5)
    data = h5(good())
    for at, what in ((8, "superblock"), (13, "offsets"), (14, "lengths")):
        for value in (0, 1, 3, 9, 255):
            yield f"h5-{what}-{value}", data[:at] + bytes([value]) + data[at + 1 :], "either" if value == 0 else "error"
    yield "h5-base", data[:24] + struct.pack("<Q", 512) + data[32:], "error"
    for value in (0, 8, len(data), 2**63, 2**64 - 1):
        yield f"h5-root-{value}", data[:64] + struct.pack("<Q", value) + data[72:], "error"
    # Every address in the file leads to the root group, to the middle of nothing, behind the end.
    for i, at in enumerate(range(96, len(data) - 8, 8)):
        if 0 < struct.unpack_from("<Q", data, at)[0] < len(data) and i % 4 == 0:
            yield f"h5-address-{at}", data[:at] + struct.pack("<Q", 96) + data[at + 8 :], "either"


def datasets() -> Iterator[Case]:
    kernel = np.ones((2, 2, 2, 3), "f4")

    def case(name: str, make, verdict: str = "error") -> Case:
        return f"h5-{name}", h5(good(), "latest", replace_weight(make)), verdict

    yield case("gzip", lambda g: g.create_dataset("kernel:0", data=kernel, compression="gzip"), "ok")
    yield case("half", lambda g: g.create_dataset("kernel:0", data=kernel.astype("f2")), "either")
    yield case("missing", lambda g: None)
    yield case("soft", lambda g: g.__setitem__("kernel:0", h5py.SoftLink("/model_weights/conv/conv/bias:0")))
    yield case("external", lambda g: g.__setitem__("kernel:0", h5py.ExternalLink("/etc/passwd", "/")))
    yield case("group", lambda g: g.create_group("kernel:0"))
    yield case("files", lambda g: g.create_dataset("kernel:0", kernel.shape, "f4", external=[("/etc/passwd", 0, 96)]))
    yield case("unwritten", lambda g: g.create_dataset("kernel:0", kernel.shape, "f4"))
    yield case("huge", lambda g: g.create_dataset("kernel:0", (2**20, 2**20, 2**20), "f4", chunks=(1, 1, 2**10)))
    yield case("large-unwritten", lambda g: g.create_dataset("kernel:0", (2**33,), "f4"))
    yield case("shape", lambda g: g.create_dataset("kernel:0", data=np.ones((3, 2, 2, 3), "f4")), "either")
    yield case("rank", lambda g: g.create_dataset("kernel:0", data=np.ones(4, "f4")))
    yield case("scalar", lambda g: g.create_dataset("kernel:0", data=np.float32(1)))
    yield case("empty", lambda g: g.create_dataset("kernel:0", data=np.ones((0, 2, 2, 3), "f4")), "either")
    yield case("integers", lambda g: g.create_dataset("kernel:0", data=kernel.astype("i8")), "either")
    yield case("strings", lambda g: g.create_dataset("kernel:0", data=["a", "b"]))
    yield case("compound", lambda g: g.create_dataset("kernel:0", data=np.zeros(3, dtype=[("a", "f4")])))
    yield case(
        "bomb", lambda g: g.create_dataset("kernel:0", data=np.zeros(2**23), compression="gzip", chunks=(2**23,))
    )


def lists() -> Iterator[Case]:
    def names(values) -> bytes:
        def change(f) -> None:
            f["model_weights/conv"].attrs["weight_names"] = values

        return h5(good(), None, change)

    yield "h5-names-missing", names(np.array([b"conv/kernel:0"])), "error"
    yield "h5-names-more", names(np.array([b"conv/kernel:0", b"conv/bias:0", b"conv/bias:0"])), "error"
    yield "h5-names-twice", names(np.array([b"conv/kernel:0", b"conv/kernel:0"])), "error"
    yield "h5-names-up", names(np.array([b"../conv/kernel:0", b"conv/bias:0"])), "error"
    yield "h5-names-root", names(np.array([b"/model_weights/conv", b"conv/bias:0"])), "error"
    yield "h5-names-deep", names(np.array([b"a/" * 900 + b"x", b"conv/bias:0"])), "error"
    yield "h5-names-numbers", names(np.array([1.0, 2.0])), "error"
    yield "h5-names-none", names(np.array([], dtype="f8")), "error"
    yield "h5-weights-only", h5(good(), None, lambda f: f.attrs.__delitem__("model_config")), "error"
    yield "h5-no-weights", h5(good(), None, lambda f: f.__delitem__("model_weights")), "error"


def texts() -> Iterator[tuple[str, str]]:
    yield "empty", ""
    yield "null", "null"
    yield "number", "7"
    yield "list", "[]"
    yield "object", "{}"
    yield "open", '{"class_name": "Functional", "config": {'
    yield "deep-list", "[" * 100_000
    yield "deep-object", '{"a":' * 100_000
    yield "deep-closed", "[" * 250 + "]" * 250
    yield "deeper-closed", "[" * 300 + "]" * 300
    yield "not-utf8", '{"class_name": "\udcff"}'
    yield "twice", '{"class_name": "Functional", "class_name": "Sequential", "config": {"layers": []}}'
    yield "large-number", json.dumps(good()).replace('"filters": 3', '"filters": 1e400')
    yield "digits", json.dumps(good()).replace('"filters": 3', '"filters": ' + "9" * 5000)


def configurations() -> Iterator[tuple[str, dict, str]]:
    relu = layer("ReLU", "a", ["in"])
    yield "no-layers", {"class_name": "Functional", "config": {}}, "error"
    yield "sequential-empty", {"class_name": "Sequential", "config": {"layers": []}}, "error"
    yield "sequential-list", {"class_name": "Sequential", "config": []}, "error"
    yield "subclassed", {"class_name": "MyModel", "config": {"name": "x"}}, "error"
    yield "class-number", {"class_name": 3, "config": {"layers": []}}, "error"
    yield "lambda", model(layer("Lambda", "f", ["in"], function=["4wEAAAA=", None, None])), "ok"
    yield "custom", model(layer("Secret", "f", ["in"], module="os", function="system")), "ok"
    yield "circle", model(layer("Add", "a", ["in", "b"]), layer("ReLU", "b", ["a"])), "error"
    yield "itself", model(layer("ReLU", "a", ["a"])), "error"
    yield "unknown-input", model(layer("ReLU", "a", ["nobody"])), "error"
    yield "unknown-output", model(relu, outputs=[["nobody", 0, 0]]), "error"
    yield "call-9", model(relu, outputs=[["a", 9, 0]]), "error"
    yield "call-negative", model(relu, outputs=[["a", -1, 0]]), "error"
    yield "tensor-5", model(relu, outputs=[["a", 0, 5]]), "error"
    yield "tensor-huge", model(relu, outputs=[["a", 0, 2**40]]), "error"
    yield "outputs-text", model(relu, outputs="a"), "error"
    yield "outputs-none", model(relu, outputs=[]), "either"
    yield "names-twice", model(relu, relu), "error"
    yield "name-long", model(layer("ReLU", "n" * 70_000, ["in"])), "error"
    yield "name-controls", model(layer("ReLU", "a\x1b[2J\n\u202e", ["in"])), "ok"
    yield "config-text", model({**relu, "config": "text"}), "either"
    yield "config-missing", model({k: v for k, v in relu.items() if k != "config"}), "either"
    yield "nodes-number", model({**relu, "inbound_nodes": 7}), "error"
    yield "nodes-deep", model({**relu, "inbound_nodes": json.loads("[" * 200 + '"in", 0, 0' + "]" * 200)}), "either"
    yield "no-input", model({**relu, "inbound_nodes": []}), "error"
    yield "two-inputs", model(layer("ReLU", "a", ["in", "in"])), "error"
    many = [layer("ReLU", f"r{i}", [f"r{i - 1}" if i else "in"]) for i in range(3_000)]
    yield "long-chain", model(*many), "ok"
    yield "long-chain-back", model(*reversed(many), outputs=[["r2999", 0, 0]]), "ok"
    yield "wide-sum", model(layer("Add", "a", ["in"] * 5_000)), "ok"
    for shape in ([None] * 40, [-3, 4], ["x"], [2**62, 2**62], "none", [[4]], [None, 2**40, 2**40, 2**40]):
        start = layer("InputLayer", "in", [], batch_input_shape=shape)
        yield f"input-{str(shape)[:20]}", {"class_name": "Functional", "config": {
            "layers": [start, relu], "input_layers": [["in", 0, 0]], "output_layers": [["a", 0, 0]]}}, "either"  # fmt: skip
    inner = model(layer("ReLU", "a", ["in"]))
    for depth in (3, 30, 62):
        nested = inner
        for i in range(depth):
            nested = model({**nested, "name": f"m{i}", "inbound_nodes": [[["in", 0, 0, {}]]]})
        yield f"nested-{depth}", nested, "either"
    for name, fan, doublings, verdict in (
        ("nested-doubling", model(layer("ReLU", "a", ["in"])), 7, "either"),
        ("nested-doubling-far", model(layer("ReLU", "a", ["in"])), 50, "error"),
        ("nested-doubling-nothing", model(), 50, "error"),
    ):
        for i in range(doublings):  # the innermost layer is called 2^doublings times
            twice = {**fan, "name": f"m{i}", "inbound_nodes": [[["in", 0, 0, {}]], [[f"m{i}", 0, 0, {}]]]}
            fan = model(twice, outputs=[[f"m{i}", 1, 0]])
        yield name, fan, verdict


def settings() -> Iterator[tuple[str, dict, str]]:
    values = [-1, 0, 2**31, 2**62, 1e300, "text", None, [], [0, 0], [-1, 2], [[1, 2]], {"a": 1}, True, [2**40, 2**40]]
    layers = {
        "Conv2D": (
            "filters",
            "kernel_size",
            "strides",
            "padding",
            "dilation_rate",
            "groups",
            "data_format",
            "activation",
        ),
        "Conv2DTranspose": ("strides", "output_padding", "dilation_rate"),
        "MaxPooling2D": ("pool_size", "strides"),
        "ZeroPadding2D": ("padding",),
        "Cropping2D": ("cropping",),
        "UpSampling2D": ("size", "interpolation"),
        "Reshape": ("target_shape",),
        "Permute": ("dims",),
        "Resizing": ("height", "interpolation"),
        "Normalization": ("mean", "variance", "axis"),
        "GroupNormalization": ("groups", "axis"),
        "Softmax": ("axis",),
        "Rescaling": ("scale", "offset"),
        "ReLU": ("max_value", "negative_slope", "dtype"),
    }
    base = {"kernel_size": [2, 2], "strides": [1, 1], "pool_size": [2, 2], "height": 4, "width": 4, "mean": [0.0] * 2,
            "variance": [1.0] * 2, "scale": 1.0, "filters": 3}  # fmt: skip
    for class_name, names in layers.items():
        for name in names:
            for i, value in enumerate(values):
                yield (
                    f"{class_name}-{name}-{i}",
                    model(layer(class_name, "conv", ["in"], **{**base, name: value})),
                    "either",
                )


def archives() -> Iterator[Case]:
    config = {**good()}
    config["config"] = {**config["config"]}
    yield "zip-good", archive(config), "ok"
    yield "zip-deflated", archive(config, method=zipfile.ZIP_DEFLATED), "ok"
    yield "zip-no-weights", archive(config, b""), "error"
    yield "zip-text-weights", archive(config, b"text"), "error"
    yield "zip-bomb", archive(config, b"\x89HDF\r\n\x1a\n" + bytes(2**28), zipfile.ZIP_DEFLATED), "error"
    yield "zip-config-bomb", archive("[" + " " * 2**27 + "]", method=zipfile.ZIP_DEFLATED), "error"
    yield "zip-traversal", archive(config, more=[("../../evil", b"x"), ("/etc/evil", b"x")]), "ok"
    data = archive(config)
    yield from truncations("zip", data, 25)
    yield from flips("zip", data, 50, seed=6)
    for name, text in texts():
        if name != "not-utf8":
            yield f"zip-json-{name}", archive(text), "error"


def cases() -> Iterator[Case]:
    yield from hdf5_files()
    yield from datasets()
    yield from lists()
    for name, text in texts():
        if name not in ("not-utf8", "deep-list", "deep-object"):
            yield f"h5-json-{name}", h5(text), "error"
    for name, config, verdict in (*configurations(), *settings()):
        yield f"keras-{name}", h5(config), verdict
    yield from archives()
