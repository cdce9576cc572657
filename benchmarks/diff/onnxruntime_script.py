"""The work of `dlas diff` as one would write it in Python: Pillow decodes and resizes, two ONNX Runtime sessions answer.

Arguments: folder of photos, model A, model B, threads. Prints how many labels differ.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
from PIL import Image

MEAN = np.array([0.485, 0.456, 0.406], dtype=np.float32)
STD = np.array([0.229, 0.224, 0.225], dtype=np.float32)


def picture(path: Path) -> np.ndarray:
    image = Image.open(path).convert("RGB")
    width, height = image.size
    short = min(width, height)
    image = image.resize((width * 256 // short, height * 256 // short), Image.Resampling.BILINEAR)
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    pixels = np.asarray(image.crop((left, top, left + 224, top + 224)), dtype=np.float32) / 255
    return np.ascontiguousarray(((pixels - MEAN) / STD).transpose(2, 0, 1)[None])


def session(model: str, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def main() -> None:
    folder, a, b, threads = sys.argv[1:5]
    sessions = [session(model, int(threads)) for model in (a, b)]
    differ = 0
    for path in sorted(Path(folder).iterdir()):
        x = picture(path)
        labels = [int(s.run(None, {s.get_inputs()[0].name: x})[0].argmax()) for s in sessions]
        differ += labels[0] != labels[1]
    print(differ)


if __name__ == "__main__":
    main()
