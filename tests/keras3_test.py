"""Every kind of layer that Keras 3 saves gives the same numbers here, in both kinds of file."""

import pytest
from support.keras_runs import agree, needs_keras

pytestmark = needs_keras


@pytest.mark.parametrize("suffix", [".h5", ".keras"])
def test_layers_give_what_keras_gives(suffix: str) -> None:
    agree("keras", suffix)
