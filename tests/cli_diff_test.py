"""`dlas diff` tells what differs, as text and as JSON of the schema in docs/, and by its exit status."""

import json
from pathlib import Path

import jsonschema
import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper
from PIL import Image
from support.program import ROOT, dlas, refuses, succeeds
from support.small_models import classifier, load, photos, save, weights

SCHEMA = json.loads((ROOT / "docs/diff.schema.json").read_text())
RECIPE = ("--recipe", "rgb scale(1/255)")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """a.onnx; b.onnx: the same with another matrix; c.onnx: a.onnx once more; six pictures."""
    classifier(tmp_path / "a.onnx")
    classifier(tmp_path / "b.onnx", m=weights(1000, 4, seed=1)["m"][:, ::-1].copy())
    classifier(tmp_path / "c.onnx")
    photos(tmp_path / "photos")
    np.savez(tmp_path / "x.npz", image=np.random.default_rng(2).normal(0, 1, (2, 3, 8, 8)).astype(np.float32))
    return tmp_path


def valid(difference: dict) -> dict:
    jsonschema.validate(difference, SCHEMA)
    return difference


def test_a_model_is_identical_to_itself(place: Path) -> None:
    done = succeeds("diff", "a.onnx", "c.onnx", "--data", "photos", *RECIPE, cwd=place)
    lines = done.out.splitlines()
    assert lines[0] == "identical: 0 of 6 labels differ, 0.00 % (95 %: 0.00 to 45.93 %)"
    assert lines[1] == "A         a.onnx"
    assert lines[-1] == "read      docs/why-do-labels-differ.md#identical"
    assert done.err == ""


def test_another_matrix_is_found_where_it_is(place: Path) -> None:
    done = succeeds("diff", "a.onnx", "b.onnx", "--data", "photos", *RECIPE, cwd=place, status=1)
    lines = done.out.splitlines()
    assert lines[0].startswith("different: ") and " of 6 labels differ, " in lines[0]
    assert lines[1].startswith("They part at 'scores' (MatMul) of A, 'scores' (MatMul) of B: relative error ")
    assert "read      docs/why-do-labels-differ.md#different" in lines


def test_the_numbers_are_those_of_onnx_runtime(place: Path) -> None:
    done = succeeds("diff", "a.onnx", "b.onnx", "--data", "photos", *RECIPE, "--json", "-", cwd=place, status=1)
    found = valid(done.json())
    scores = {}
    for name in ("a", "b"):
        session = onnxruntime.InferenceSession(place / f"{name}.onnx")
        pixels = [np.asarray(Image.open(p), np.float32) / 255 for p in sorted((place / "photos").iterdir())]
        scores[name] = session.run(None, {"image": np.stack(pixels).transpose(0, 3, 1, 2)})[0]
    answers = {name: values.argmax(1) for name, values in scores.items()}
    labels = np.array([0, 0, 1, 1, 2, 3])
    assert found["images"] == 6
    assert found["top1"]["differ"] == int((answers["a"] != answers["b"]).sum()) == len(found["flips"])
    assert found["scores"]["largest"] == pytest.approx(np.abs(scores["a"] - scores["b"]).max(), rel=1e-5)
    if found["accuracy"] is not None:
        assert found["accuracy"]["a"] == pytest.approx((answers["a"] == labels).mean())
    values = found["values"]
    assert [v["a"] for v in values if v["diverges"]] == ["scores"]
    a, b = (np.linalg.norm(x) for x in (scores["a"], scores["b"]))
    assert values[-1]["relative"] > 0 and found["first_divergence"]["a"] == "scores" and a > 0 and b > 0


def test_json_and_page_are_written_beside_the_text(place: Path) -> None:
    done = succeeds(
        "diff", "a.onnx", "b.onnx", "--data", "photos", *RECIPE,
        "--json", "out.json", "--html", "out.html", cwd=place, status=1,
    )  # fmt: skip
    valid(json.loads((place / "out.json").read_text()))
    assert (place / "out.html").read_text().lower().startswith("<!doctype html>")
    assert done.out.splitlines()[-1] == "page      out.html"
    succeeds("report", "out.json", "-o", "again.html", cwd=place)
    assert (place / "again.html").exists()


def test_the_record_says_what_was_typed_and_assumed(place: Path) -> None:
    command = ("diff", "a.onnx", "c.onnx", "--data", "photos", "--recipe", "torchvision", "--json", "-")
    found = valid(succeeds(*command, cwd=place).json())
    assert found["command"] == "dlas diff a.onnx c.onnx --data photos --recipe torchvision --json -"
    assert "A: size 'batch' taken as 1" in found["notes"]
    assert "B: recipe from preset torchvision" in found["notes"]


def test_tensors_of_any_task_are_compared(place: Path) -> None:
    same = valid(succeeds("diff", "a.onnx", "c.onnx", "--inputs", "x.npz", "--json", "-", cwd=place).json())
    assert (same["verdict"], same["top1"]) == ("identical", None)
    other = succeeds("diff", "a.onnx", "b.onnx", "--inputs", "x.npz", cwd=place, status=1)
    assert other.out.splitlines()[0] == "different: outputs are not equal bit by bit"
    valid(succeeds("diff", "a.onnx", "b.onnx", "--inputs", "x.npz", "--json", "-", cwd=place, status=1).json())


def test_each_side_may_have_its_own_recipe(place: Path) -> None:
    command = ("diff", "a.onnx", "c.onnx", "--data", "photos", "--recipe-a", "rgb scale(1/255)")
    found = valid(succeeds(*command, "--recipe-b", "bgr scale(1/255)", "--json", "-", cwd=place, status=1).json())
    assert (found["a"]["recipe"], found["b"]["recipe"]) == ("rgb scale(1/255) nchw", "bgr scale(1/255) nchw")
    assert refuses(*command, cwd=place).startswith("dlas: c.onnx: expected a recipe, ")


def test_seed_and_threads_change_nothing_but_what_they_say(place: Path) -> None:
    def outcome(*more: object) -> dict:
        command = ("diff", "a.onnx", "b.onnx", "--data", "photos", *RECIPE, "--images", 3, "--json", "-")
        found = valid(dlas(*command, *more, cwd=place).json())
        for side in (found["a"], found["b"]):
            del side["milliseconds"]
        del found["command"]
        return found

    assert outcome("--threads", 1) == outcome("--threads", 4)
    assert outcome("--seed", 3) == outcome("--seed", 3)
    assert outcome()["images"] == 3


def test_flips_carry_the_names_of_the_labels(place: Path) -> None:
    (place / "names.txt").write_text("".join(f"thing {i}\n" for i in range(1000)))
    command = ("diff", "a.onnx", "b.onnx", "--data", "photos", *RECIPE, "--labels", "names.txt", "--json", "-")
    found = valid(succeeds(*command, cwd=place, status=1).json())
    assert found["flips"] and all(f["a"].startswith("thing ") and f["b"].startswith("thing ") for f in found["flips"])


def test_an_array_may_have_the_name_of_either_models_input(place: Path) -> None:
    nodes = [helper.make_node("Relu", ["x"], ["y"], "one")]
    other = [helper.make_node("Relu", ["image"], ["y"], "one")]
    for name, chain, first in (("p.onnx", nodes, "x"), ("q.onnx", other, "image")):
        kinds = [helper.make_tensor_value_info(v, TensorProto.FLOAT, [4]) for v in (first, "y")]
        save(place / name, chain, kinds[:1], kinds[1:], {})
    for name in ("x", "image"):
        np.savez(place / "v.npz", **{name: np.arange(-2, 2, dtype=np.float32)})
        succeeds("diff", "p.onnx", "q.onnx", "--inputs", "v.npz", cwd=place)
    np.savez(place / "v.npz", y=np.ones(4, np.float32))
    assert refuses("diff", "p.onnx", "q.onnx", "--inputs", "v.npz", cwd=place) == (
        "dlas: v.npz: expected arrays named as the inputs: 'x', 'image', found 'y'\n"
    )


def test_models_of_other_numbers_of_classes_do_not_fit(place: Path) -> None:
    classifier(place / "d.onnx", classes=7)
    (place / "plain").mkdir()
    Image.new("RGB", (8, 8), "red").save(place / "plain/x.png")
    assert refuses("diff", "a.onnx", "d.onnx", "--data", "plain", *RECIPE, cwd=place) == (
        "dlas: d.onnx: expected 1000 classes as in the other model, found 7 classes\n"
        "      try: models whose outputs stand for the same classes\n"
    )


def test_equal_outputs_that_are_no_evidence_are_named(place: Path) -> None:
    """A weight that is NaN; and weights of 0, so that every picture gets the same scores."""
    broken, dead = weights(1000, 4, seed=1)["m"], np.zeros((4, 1000), np.float32)
    broken[0, 0] = np.nan
    for name, matrix in (("nan.onnx", broken), ("dead.onnx", dead)):
        classifier(place / name, m=matrix)
    command = ("--data", "photos", *RECIPE, "--json", "-")
    found = valid(succeeds("diff", "nan.onnx", "nan.onnx", *command, cwd=place).json())
    assert {"A gives NaN or infinity for 6 of 6 pictures", "B gives NaN or infinity for 6 of 6 pictures"} <= set(
        found["notes"]
    )
    found = valid(succeeds("diff", "dead.onnx", "dead.onnx", *command, cwd=place).json())
    assert "A gives the same output for all 6 pictures, so that they are no evidence" in found["notes"]
    found = valid(succeeds("diff", "nan.onnx", "nan.onnx", "--inputs", "x.npz", "--json", "-", cwd=place).json())
    assert "A gives NaN or infinity" in found["notes"]


@pytest.mark.parametrize(
    ("b", "verdict"),
    [
        ("depthwise.onnx", "identical"),
        ("depthwise_fp32.tflite", "explained by rounding"),
        ("depthwise_int8.tflite", "explained by quantisation"),
        ("depthwise_fault.onnx", "different"),
    ],
)
def test_the_schema_holds_for_every_verdict(b: str, verdict: str, tmp_path: Path) -> None:
    random = np.random.default_rng(6)
    (tmp_path / "photos").mkdir()
    for i in range(12):
        picture = np.kron(random.integers(0, 256, (7, 7), np.uint8), np.ones((4, 4), np.uint8))
        Image.fromarray(picture).save(tmp_path / f"photos/{i}.png")
    command = ("diff", ROOT / "demo/models/depthwise.onnx", ROOT / "demo/models" / b, "--data", tmp_path / "photos")
    # Compiled code makes the same of both float models; the oracle rounds where each of them says.
    done = dlas(*command, "--recipe", "gray scale(1/255)", "--on", "reference", "--json", "-")
    assert valid(done.json())["verdict"] == verdict
    assert done.status == (1 if verdict == "different" else 0)


def test_results_need_different_names(place: Path) -> None:
    command = ("diff", "a.onnx", "c.onnx", "--inputs", "x.npz")
    for one, other in (("--html", "--json"), ("--json", "--overlay"), ("--html", "--overlay")):
        message = refuses(*command, one, "out", other, "out", cwd=place)
        assert message == f"dlas: expected different names for {one} and {other}, found out\n"
    assert not (place / "out").exists()


def test_a_report_says_as_json_what_it_wrote(place: Path) -> None:
    succeeds("diff", "a.onnx", "c.onnx", "--inputs", "x.npz", "--json", "d.json", cwd=place)
    told = succeeds("report", "d.json", "-o", "d.html", "--json", cwd=place).json()
    assert told == {
        "schema": "dlas.report/1", "comparison": "d.json", "verdict": "identical", "page": "d.html", "overlay": None,
    }  # fmt: skip


def test_fields_that_the_schema_does_not_know_are_an_error(place: Path) -> None:
    found = dlas("diff", "a.onnx", "c.onnx", "--data", "photos", *RECIPE, "--json", "-", cwd=place).json()
    with pytest.raises(jsonschema.ValidationError):
        valid(found | {"surplus": 1})
    del found["verdict"]
    with pytest.raises(jsonschema.ValidationError):
        valid(found)


def test_all_models_of_the_demo_compare(tmp_path: Path) -> None:
    """Two frameworks' files of one network, layouts relabelled: the summary of a real pair."""
    models, pixels = ROOT / "demo/models", np.random.default_rng(6).integers(0, 256, (4, 28, 28), np.uint8)
    (tmp_path / "photos").mkdir()
    for i, picture in enumerate(pixels):
        Image.fromarray(picture).save(tmp_path / f"photos/{i}.png")
    command = ("diff", models / "residual.onnx", models / "residual_fp32.tflite", "--data", tmp_path / "photos")
    found = valid(dlas(*command, "--recipe", "gray scale(1/255)", "--json", "-").json())
    assert found["verdict"] == "explained by rounding"
    assert found["top1"]["differ"] == 0


def test_the_names_of_values_are_those_of_the_files(place: Path) -> None:
    found = dlas("diff", "a.onnx", "c.onnx", "--inputs", "x.npz", "--json", "-", cwd=place).json()
    names = {o for node in load(place / "a.onnx").graph.node for o in node.output} | {"image"}
    assert {v["a"] for v in found["values"]} <= names
