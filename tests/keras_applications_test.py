"""One member of each family of keras.applications with random weights: all its layers give what Keras gives.

The families are split between the versions of Keras and the kinds of file; check_keras.py --applications compares any member.
"""

import pytest
from support.keras_runs import agree, needs_keras

pytestmark = needs_keras


@pytest.mark.parametrize(
    ("module", "suffix", "members"),
    [
        ("tf_keras", ".h5", "DenseNet121,MobileNetV3Small,ConvNeXtTiny,RegNetY002,InceptionResNetV2,MobileNet"),
        ("tf_keras", ".keras", "RegNetX002,ResNetRS50,EfficientNetV2B0,MobileNetV2"),
        ("keras", ".h5", "ResNet50,InceptionV3,EfficientNetB0,NASNetMobile"),
        ("keras", ".keras", "VGG16,ResNet50V2,Xception,ConvNeXtTiny,MobileNetV3Small"),
    ],
)
def test_families_give_what_keras_gives(module: str, suffix: str, members: str) -> None:
    agree(module, suffix, "--applications", members)
