"""Makes demo/models/depthwise_fault.onnx out of depthwise.onnx, as a converter with a well-known fault would have.

The fault: SAME padding of a stride-2 convolution on an even size adds its one row below and its one column to the right.
A converter that takes SAME for "the odd pixel comes first" (ONNX's SAME_LOWER) writes them above and to the left; every
shape still fits, and the network sees its feature map moved by one pixel. Reports of it in real converters:
https://github.com/microsoft/MMdnn/issues/660, https://github.com/apache/tvm/issues/13009,
https://github.com/ENOT-AutoDL/onnx2torch/issues/68. Only one convolution is changed, so that there is one place to find.
"""

import onnx
import places

LAYER = "block1_depthwise"
BELOW_AND_RIGHT, ABOVE_AND_LEFT = [0, 0, 1, 1], [1, 1, 0, 0]


def pads_of(graph, layer):
    for node in graph.node:
        if node.op_type == "Conv" and any(layer in name for name in node.output):
            for attribute in node.attribute:
                if attribute.name == "pads":
                    return attribute.ints
    raise SystemExit(f"no Conv with pads makes a value named after {layer}")


def main():
    model = onnx.load(places.MODELS / "depthwise.onnx")
    pads = pads_of(model.graph, LAYER)
    if list(pads) != BELOW_AND_RIGHT:
        raise SystemExit(f"{LAYER}: expected pads {BELOW_AND_RIGHT}, found {list(pads)}")
    pads[:] = ABOVE_AND_LEFT
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, places.MODELS / "depthwise_fault.onnx")
    print(f"depthwise_fault.onnx: pads of {LAYER} {BELOW_AND_RIGHT} -> {ABOVE_AND_LEFT}")


if __name__ == "__main__":
    main()
