"""Every operator of TensorFlow that dlas reads gives the same numbers, from a SavedModel, a frozen graph and an old one."""

import pytest
from support.keras_runs import needs_keras, run_check

pytestmark = needs_keras


@pytest.mark.parametrize("kind", ["saved", "frozen", "session"])
def test_functions_give_what_tensorflow_gives(kind: str) -> None:
    run_check("check_tensorflow.py", "--kind", kind)


def test_exported_layers_give_what_keras_gives() -> None:
    run_check("check_tensorflow.py", "--layers")


@pytest.mark.parametrize(
    ("module", "members"),
    [
        ("keras", "MobileNetV2,EfficientNetB0,MobileNetV3Small,ResNet50V2,ConvNeXtTiny"),
        ("keras", "VGG16,InceptionV3,Xception,DenseNet121,NASNetMobile"),
        ("tf_keras", "MobileNet,RegNetX002,RegNetY002,ResNetRS50,EfficientNetV2B0"),
    ],
)
def test_exported_families_give_what_keras_gives(module: str, members: str) -> None:
    run_check("check_tensorflow.py", "--module", module, "--applications", members)
