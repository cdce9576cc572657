"""Exports the trained residual network: ONNX by torch.onnx, TFLite by litert-torch, int8 TFLite by ai-edge-quantizer."""

import fashion_mnist
import litert_torch
import onnx
import places
import torch
from ai_edge_quantizer import quantizer, recipe
from residual_net import ResidualNet

CALIBRATION_IMAGES = 500


def trained_net():
    model = ResidualNet()
    model.load_state_dict(torch.load(places.WORK / "residual.pt", weights_only=True))
    return model.eval()


def drop_traces(model):
    """Removes what the exporter writes for its own debugging: notes with source lines and paths of this machine."""
    items = [*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info, model.graph, model]
    for item in [*items, *model.graph.initializer]:
        item.doc_string = ""
        del item.metadata_props[:]


def export_onnx(model, path):
    program = torch.onnx.export(
        model,
        (torch.zeros(2, 1, 28, 28),),
        dynamo=True,
        opset_version=20,
        input_names=["image"],
        output_names=["logits"],
        dynamic_shapes={"image": {0: torch.export.Dim("batch")}},
    )
    proto = program.model_proto
    drop_traces(proto)
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, path)


def export_int8(source, path):
    images = fashion_mnist.load("train")[0][:CALIBRATION_IMAGES]
    samples = [{"args_0": image[None, None]} for image in fashion_mnist.scaled(images)]
    work = quantizer.Quantizer(str(source), recipe.static_wi8_ai8())
    measured = work.calibrate({"serving_default": samples})
    work.quantize(measured).export_model(str(path), overwrite=True)


def main():
    model = trained_net()
    export_onnx(model, places.MODELS / "residual.onnx")
    litert_torch.convert(model, (torch.zeros(1, 1, 28, 28),)).export(str(places.MODELS / "residual_fp32.tflite"))
    export_int8(places.MODELS / "residual_fp32.tflite", places.MODELS / "residual_int8.tflite")


if __name__ == "__main__":
    main()
