"""`dlas diff` of a model with the class "background" and one without: what is compared, what is said, what is refused.

The pairs are the demo's own networks; their twin gets an eleventh output in front by an edit of the last layer's constants, so
that its other ten are bit by bit those of the original. The oracle for probabilities is NumPy on ONNX Runtime's logits.
"""

from pathlib import Path

import jsonschema
import numpy as np
import onnx
import onnxruntime
import pytest
from cli_diff_test import SCHEMA
from onnx import helper, numpy_helper
from PIL import Image
from support.program import ROOT, dlas, refuses, succeeds
from support.small_models import classifier, photos

RECIPE = "gray scale(1/255)"
BACKGROUND = ("--recipe-a", RECIPE, "--recipe-b", f"{RECIPE} labels(1001)")


def changed(model: onnx.ModelProto, name: str, value: np.ndarray) -> None:
    [old] = [i for i in model.graph.initializer if i.name == name]
    old.CopyFrom(numpy_helper.from_array(np.ascontiguousarray(value), name))


def constant(model: onnx.ModelProto, name: str) -> np.ndarray:
    [found] = [i for i in model.graph.initializer if i.name == name]
    return numpy_helper.to_array(found)


def with_background(softmax: bool = False, fault: bool = False) -> onnx.ModelProto:
    """The demo's residual network with 11 outputs, "background" first."""
    model = onnx.load(ROOT / "demo/models/residual.onnx")
    weight, bias = constant(model, "dense.weight"), constant(model, "dense.bias")
    row = np.random.default_rng(3).normal(0, 0.1, (1, weight.shape[1])).astype(weight.dtype)
    if fault:
        weight = weight[::-1]
    changed(model, "dense.weight", np.concatenate([row, weight]))
    changed(model, "dense.bias", np.concatenate([np.array([1.5], bias.dtype), bias]))
    model.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 11
    return with_softmax(model) if softmax else model


def with_softmax(model: onnx.ModelProto) -> onnx.ModelProto:
    model.graph.node.append(helper.make_node("Softmax", ["logits"], ["probabilities"], axis=-1))
    model.graph.output[0].name = "probabilities"
    return model


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "photos").mkdir()
    shapes = [  # boxes of grey, as (left, top, right, bottom): trousers, a shoe, a dress, a bag, a shirt, a sandal
        [(8, 2, 13, 26), (15, 2, 20, 26)],
        [(2, 16, 26, 21), (14, 10, 26, 16)],
        [(11, 2, 17, 26)],
        [(3, 12, 25, 25), (9, 6, 11, 12), (17, 6, 19, 12)],
        [(7, 3, 21, 26), (2, 4, 7, 14), (21, 4, 26, 14)],
        [(2, 18, 26, 20), (20, 10, 24, 18), (4, 15, 8, 18)],
    ]
    for i in range(12):
        picture = np.zeros((28, 28), np.uint8)
        for left, top, right, bottom in shapes[i % 6]:
            picture[top:bottom, left:right] = 120 if i < 6 else 220
        Image.fromarray(picture).save(tmp_path / f"photos/{i}.png")
    plain = onnx.load(ROOT / "demo/models/residual.onnx")
    onnx.save(plain, tmp_path / "a.onnx")
    onnx.save(with_background(), tmp_path / "b.onnx")
    onnx.save(with_background(fault=True), tmp_path / "fault.onnx")
    onnx.save(with_softmax(plain), tmp_path / "a_softmax.onnx")
    onnx.save(with_background(softmax=True), tmp_path / "b_softmax.onnx")
    return tmp_path


def diff(place: Path, a: str, b: str, *more: object, status: int = 0) -> dict:
    done = succeeds("diff", a, b, "--data", "photos", *(more or BACKGROUND), "--json", "-", cwd=place, status=status)
    jsonschema.validate(done.json(), SCHEMA)
    return done.json()


def logits(place: Path, model: str) -> np.ndarray:
    session = onnxruntime.InferenceSession(place / model)
    pictures = [np.asarray(Image.open(place / f"photos/{i}.png"), np.float32) / 255 for i in range(12)]
    return session.run(["logits"], {"image": np.stack(pictures)[:, None]})[0]


def test_the_edited_twin_has_other_numbers_only_in_front(place: Path) -> None:
    a, b = logits(place, "a.onnx"), logits(place, "b.onnx")
    assert b.shape == (12, 11)
    assert np.abs(a - b[:, 1:]).max() < 1e-4
    assert len(set(a.argmax(1))) > 2, "no evidence: the answers are all alike"


def test_the_ten_classes_of_both_are_compared(place: Path) -> None:
    found = diff(place, "a.onnx", "b.onnx")
    assert found["verdict"] == "identical"
    assert (found["a"]["first_class"], found["b"]["first_class"]) == (0, 1)
    assert found["top1"]["differ"] == 0
    assert found["top5"]["rank_biased_overlap"] == 1
    assert found["scores"]["largest"] == 0
    assert found["values"][-1]["b"] == "logits" and found["values"][-1]["relative"] == 0
    assert found["values"][-1]["type_b"] == "f32 [1,11]"
    assert "B: output 0, background, is left out of the comparison" in found["notes"]


def test_either_side_may_have_the_background(place: Path) -> None:
    swapped = ("--recipe-b", RECIPE, "--recipe-a", f"{RECIPE} labels(1001)")
    found = diff(place, "b.onnx", "a.onnx", *swapped)
    assert found["verdict"] == "identical"
    assert "A: output 0, background, is left out of the comparison" in found["notes"]


def test_probabilities_are_divided_by_their_sum_and_that_is_said(place: Path) -> None:
    found = diff(place, "a_softmax.onnx", "b_softmax.onnx")
    assert found["verdict"] in ("identical", "explained by rounding")
    assert found["scores"]["largest"] < 1e-6
    [note] = [n for n in found["notes"] if n.startswith("B: output 0")]
    assert note.endswith("; the other probabilities are divided by their sum, so that they again sum up to 1")
    b = np.exp(logits(place, "b.onnx").astype(np.float64))
    share = (b[:, 0] / b.sum(1)).max()
    assert share > 0.01, "no evidence: without the division the difference would be as small"


def test_outputs_of_unlike_kind_are_named(place: Path) -> None:
    found = diff(place, "a.onnx", "b_softmax.onnx", status=1)
    assert "A gives scores, B probabilities: their distance says nothing, their order does" in found["notes"]
    assert found["top1"]["differ"] == 0


def test_a_fault_in_the_last_layer_is_found_behind_the_background(place: Path) -> None:
    found = diff(place, "a.onnx", "fault.onnx", status=1)
    a, b = logits(place, "a.onnx"), logits(place, "fault.onnx")[:, 1:]
    assert found["verdict"] == "different"
    assert found["top1"]["differ"] == int((a.argmax(1) != b.argmax(1)).sum()) > 0
    assert found["scores"]["largest"] == pytest.approx(np.abs(a - b).max(), rel=1e-4)
    assert found["first_divergence"]["a"] == "logits"


def test_a_background_that_nobody_states_is_refused_with_the_word_to_add(place: Path) -> None:
    command = ("--data", "photos", "--recipe", RECIPE)
    assert refuses("diff", "a.onnx", "b.onnx", *command, cwd=place) == (
        "dlas: b.onnx: expected 10 classes as in the other model, found 11 classes\n"
        '      try: if output 0 of b.onnx is "background", add the word labels(1001) to --recipe-b\n'
    )
    assert refuses("diff", "b.onnx", "a.onnx", *command, cwd=place) == (
        "dlas: a.onnx: expected 11 classes as in the other model, found 10 classes\n"
        '      try: if output 0 of b.onnx is "background", add the word labels(1001) to --recipe-a\n'
    )


def test_with_the_labels_of_imagenet_the_sizes_tell_and_a_note_says_so(tmp_path: Path) -> None:
    random = np.random.default_rng(1).normal(0, 0.5, (4, 1001)).astype(np.float32)
    classifier(tmp_path / "a.onnx", m=random[:, 1:].copy())
    classifier(tmp_path / "b.onnx", classes=1001, m=random)
    photos(tmp_path / "photos")
    found = diff(tmp_path, "a.onnx", "b.onnx", "--recipe", "rgb scale(1/255)")
    assert found["verdict"] == "identical" and found["accuracy"]["a"] == found["accuracy"]["b"]
    inferred = "B: output 0 taken as background, for the model has 1001 outputs and the data ImageNet's labels"
    assert inferred in found["notes"]


def test_two_models_with_background_are_compared_whole(place: Path) -> None:
    both = ("--recipe", f"{RECIPE} labels(1001)")
    found = diff(place, "b.onnx", "b.onnx", *both)
    assert found["verdict"] == "identical"
    assert not any("left out" in note for note in found["notes"])


def test_a_list_of_names_may_have_the_background_or_not(place: Path) -> None:
    names = [f"thing {i}" for i in range(10)]
    for lines in (names, ["background", *names]):
        (place / "names.txt").write_text("".join(f"{line}\n" for line in lines))
        found = diff(place, "a.onnx", "fault.onnx", *BACKGROUND, "--labels", "names.txt", status=1)
        assert {f[side] for f in found["flips"] for side in "ab"} <= set(names)
    (place / "names.txt").write_text("one\n")
    command = ("diff", "a.onnx", "fault.onnx", "--data", "photos", *BACKGROUND, "--labels", "names.txt")
    assert dlas(*command, cwd=place).err == "dlas: names.txt: expected 10 names, one for each output, found 1\n"
