"""Exports the trained depthwise network: ONNX by tf2onnx, TFLite fp32 and int8 (in and out) by TensorFlow's converter."""

import fashion_mnist
import onnx
import places
import tensorflow as tf
import tf2onnx
from depthwise_net import depthwise_net

CALIBRATION_IMAGES = 500


def trained_net(batch=None):
    model = depthwise_net(batch)
    model.load_weights(places.WORK / "depthwise.weights.h5")
    return model


def export_onnx(path):
    model = trained_net()
    signature = [tf.TensorSpec((None, 28, 28, 1), tf.float32, name="image")]
    function = tf.function(lambda image: {"logits": model(image, training=False)}, input_signature=signature)
    proto, _ = tf2onnx.convert.from_function(function, signature, opset=17)
    onnx.checker.check_model(proto, full_check=True)
    onnx.save(proto, path)


def converter():
    return tf.lite.TFLiteConverter.from_keras_model(trained_net(1))


def samples():
    for image in fashion_mnist.scaled(fashion_mnist.load("train")[0][:CALIBRATION_IMAGES]):
        yield [image[None, :, :, None]]


def main():
    export_onnx(places.MODELS / "depthwise.onnx")
    (places.MODELS / "depthwise_fp32.tflite").write_bytes(converter().convert())
    work = converter()
    work.optimizations = [tf.lite.Optimize.DEFAULT]
    work.representative_dataset = samples
    work.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
    work.inference_input_type = work.inference_output_type = tf.int8
    (places.MODELS / "depthwise_int8.tflite").write_bytes(work.convert())


if __name__ == "__main__":
    main()
