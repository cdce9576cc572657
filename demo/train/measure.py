"""Runs every file of demo/models over the 10,000 test images in its framework's own runtime and writes demo/expected.json.

ONNX files run in ONNX Runtime, TFLite files in LiteRT with its default kernels and with its reference kernels. A label is
the first of the highest logits.
"""

import hashlib
import importlib.metadata
import json

import fashion_mnist
import numpy as np
import onnxruntime
import places
from ai_edge_litert.interpreter import Interpreter, OpResolverType

KERNELS = {"default": OpResolverType.AUTO, "reference": OpResolverType.BUILTIN_REF}
TOOLS = ["numpy", "torch", "tensorflow-cpu", "keras", "onnx", "tf2onnx", "onnxruntime", "ai-edge-litert"]
TOOLS += ["litert-torch", "ai-edge-quantizer"]
PAIRS = [
    ("residual.onnx", "residual_fp32.tflite"),
    ("residual.onnx", "residual_int8.tflite"),
    ("residual_fp32.tflite", "residual_int8.tflite"),
    ("depthwise.onnx", "depthwise_fp32.tflite"),
    ("depthwise.onnx", "depthwise_int8.tflite"),
    ("depthwise_fp32.tflite", "depthwise_int8.tflite"),
    ("depthwise.onnx", "depthwise_fault.onnx"),
]
LISTED = 200


def run_onnx(path, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(path, options)
    entry = session.get_inputs()[0]
    shaped = images.reshape(-1, *entry.shape[1:])
    return np.concatenate([session.run(None, {entry.name: part})[0] for part in np.split(shaped, 100)])


def run_tflite(path, images, kernels):
    interpreter = Interpreter(str(path), num_threads=1, experimental_op_resolver_type=KERNELS[kernels])
    interpreter.allocate_tensors()
    entry, exit_ = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    if entry["dtype"] == np.int8:
        scale, zero = entry["quantization"]
        images = np.clip(np.round(images / scale) + zero, -128, 127).astype(np.int8)
    answers = []
    for image in images:
        interpreter.set_tensor(entry["index"], image.reshape(entry["shape"]))
        interpreter.invoke()
        answers.append(interpreter.get_tensor(exit_["index"])[0])
    answers = np.array(answers)
    if exit_["dtype"] == np.int8:
        scale, zero = exit_["quantization"]
        answers = (answers.astype(np.float32) - zero) * np.float32(scale)
    return answers


def answers_of(path, images):
    if path.suffix == ".onnx":
        return {"default": run_onnx(path, images)}
    return {kernels: run_tflite(path, images, kernels) for kernels in KERNELS}


def file_entry(path, runs, labels):
    entry = {"bytes": path.stat().st_size, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    for kernels, logits in runs.items():
        chosen = logits.argmax(1)
        entry[kernels] = {
            "correct": int((chosen == labels).sum()),
            f"labels_of_first_{LISTED}": "".join(map(str, chosen[:LISTED])),
        }
    return entry


def pair_entry(a, b, kernels, logits_a, logits_b):
    moved = logits_a.argmax(1) != logits_b.argmax(1)
    distance = np.abs(logits_a - logits_b)
    return {
        "a": a,
        "b": b,
        "kernels": kernels,
        "labels_differ": int(moved.sum()),
        "logits_differ_at_most": float(f"{distance.max():.3g}"),
        "logits_differ_on_average": float(f"{distance.mean():.3g}"),
    }


def main():
    images, labels = fashion_mnist.load("t10k")
    images = fashion_mnist.scaled(images)
    paths = sorted(p for p in places.MODELS.iterdir() if p.suffix in (".onnx", ".tflite"))
    runs = {path.name: answers_of(path, images) for path in paths}
    result = {
        "data": "dataset-fashion-mnist of Debian, t10k",
        "images": len(labels),
        "tools": {tool: importlib.metadata.version(tool) for tool in TOOLS},
        "files": {path.name: file_entry(path, runs[path.name], labels) for path in paths},
        "pairs": [],
    }
    for a, b in PAIRS:
        for kernels in sorted({*runs[a], *runs[b]}):
            logits_a, logits_b = (runs[name].get(kernels, runs[name]["default"]) for name in (a, b))
            result["pairs"].append(pair_entry(a, b, kernels, logits_a, logits_b))
    (places.DEMO / "expected.json").write_text(json.dumps(result, indent=1) + "\n")
    for name, entry in result["files"].items():
        correct = ", ".join(f"{entry[k]['correct']} ({k})" for k in KERNELS if k in entry)
        print(f"{name:24}{entry['bytes']:8} bytes  correct of {len(labels)}: {correct}")
    for pair in result["pairs"]:
        names = f"{pair['a']:22}{pair['b']:24}{pair['kernels']:10}"
        print(f"{names} labels differ {pair['labels_differ']:5}  logits at most {pair['logits_differ_at_most']}")


if __name__ == "__main__":
    main()
