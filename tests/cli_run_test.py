"""`dlas run` gives answers on pictures of every kind of dataset, and any tensors in and out."""

import csv
import gzip
import json
import math
import zipfile
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from support.program import ROOT, dlas, refuses, succeeds
from support.small_models import classifier, load, photos, save
from support.tflite_builder import Net

FIXTURES = ROOT / "src/model/format/tflite/fixtures"
RECIPE = "rgb scale(1/255)"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    classifier(tmp_path / "a.onnx")
    photos(tmp_path / "photos")
    return tmp_path


def expected_scores(model: Path, folder: Path) -> dict[str, np.ndarray]:
    """By ONNX Runtime and Pillow."""
    session = onnxruntime.InferenceSession(model)
    scores = {}
    for path in sorted(folder.iterdir()):
        pixels = np.asarray(Image.open(path).convert("RGB"), np.float32) / np.float32(255)
        scores[path.name] = session.run(None, {"image": pixels.transpose(2, 0, 1)[None]})[0][0]
    return scores


def tail(n: int, hits: int, rate: float) -> float:
    """P(at least `hits` of n)."""
    return sum(math.comb(n, k) * rate**k * (1 - rate) ** (n - k) for k in range(hits, n + 1))


def test_answers_are_those_of_onnx_runtime_on_pillows_pixels(place: Path) -> None:
    run = succeeds("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE, "--json").json()
    expected = expected_scores(place / "a.onnx", place / "photos")
    assert [answer["image"] for answer in run["answers"]] == sorted(expected)
    for answer in run["answers"]:
        scores = expected[answer["image"]]
        assert [a["class"] for a in answer["top"]] == list(np.argsort(-scores, kind="stable")[:5])
        assert [a["score"] for a in answer["top"]] == pytest.approx(np.sort(scores)[::-1][:5], rel=1e-5)


def test_accuracy_has_its_exact_interval(place: Path) -> None:
    run = succeeds("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE, "--json").json()
    labels = [answer["label"] for answer in run["answers"]]
    assert labels == [0, 0, 1, 1, 2, 3]
    for depth, key in ((1, "top1"), (5, "top5")):
        right = sum(answer["label"] in [a["class"] for a in answer["top"][:depth]] for answer in run["answers"])
        assert (run[key]["right"], run[key]["accuracy"]) == (right, pytest.approx(right / 6))
        if right > 0:
            assert tail(6, right, run[key]["low"]) == pytest.approx(0.025, rel=1e-6)
        if right < 6:
            assert 1 - tail(6, right + 1, run[key]["high"]) == pytest.approx(0.025, rel=1e-6)


def test_the_text_begins_with_the_accuracy(place: Path) -> None:
    lines = succeeds("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE).out.splitlines()
    assert lines[0].startswith("top-1 accuracy ") and " of 6 images (95 %: " in lines[0]
    assert lines[1].startswith("top-5 accuracy ")
    assert lines[2] == "recipe rgb scale(1/255) nchw  (given)"
    assert lines[3].startswith("n01440764_0.png: ") and lines[3].endswith("  [tench]")
    assert len(lines) == 3 + 6


def test_top_says_how_many_answers(place: Path) -> None:
    command = ("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE, "--json", "--top")
    for top in (1, 7):
        assert {len(answer["top"]) for answer in succeeds(*command, top).json()["answers"]} == {top}


def test_images_and_seed_pick_the_same_pictures_each_time(place: Path) -> None:
    def picked(*more: object) -> list[str]:
        command = ("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE, "--json", "--images", 3)
        return [answer["image"] for answer in succeeds(*command, *more).json()["answers"]]

    assert len(picked()) == 3
    assert picked("--seed", 5) == picked("--seed", 5, "--threads", 1)
    assert len({tuple(picked("--seed", seed)) for seed in range(8)}) > 1


def test_threads_do_not_change_a_byte(place: Path) -> None:
    command = ("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE, "--json", "--threads")
    assert len({succeeds(*command, threads).out for threads in (1, 2, 8)}) == 1


def test_answers_go_to_csv(place: Path) -> None:
    target = place / "answers.csv"
    succeeds("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE, "--outputs", target, "--top", 2)
    with target.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6 * 2
    assert {row["rank"] for row in rows} == {"1", "2"}
    assert rows[0]["image"] == "n01440764_0.png" and rows[0]["label"] == "0" and rows[0]["label_name"] == "tench"


def test_csv_goes_to_standard_output_alone(place: Path) -> None:
    command = ("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE, "--outputs")
    succeeds(*command, place / "answers.csv")
    assert succeeds(*command, "-").out == (place / "answers.csv").read_text()


def test_answers_go_to_json(place: Path) -> None:
    command = ("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE)
    succeeds(*command, "--outputs", place / "answers.json")
    assert json.loads((place / "answers.json").read_text()) == succeeds(*command, "--json").json()


def test_idx_files_are_a_dataset(tmp_path: Path) -> None:
    model = classifier(tmp_path / "a.onnx", classes=10)
    gray = load(model)
    gray.graph.initializer.remove(next(t for t in gray.graph.initializer if t.name == "w"))
    kernel = np.random.default_rng(3).normal(0, 1, (4, 1, 4, 4)).astype(np.float32)
    gray.graph.initializer.append(numpy_helper.from_array(kernel, "w"))
    gray.graph.input[0].type.tensor_type.shape.dim[1].dim_value = 1
    model.write_bytes(gray.SerializeToString())
    pixels = np.random.default_rng(4).integers(0, 256, (5, 8, 8), np.uint8)
    labels = np.arange(5, dtype=np.uint8)
    header = np.array([0x803, 5, 8, 8], ">u4").tobytes()
    (tmp_path / "t10k-images-idx3-ubyte.gz").write_bytes(gzip.compress(header + pixels.tobytes()))
    (tmp_path / "t10k-labels-idx1-ubyte.gz").write_bytes(
        gzip.compress(np.array([0x801, 5], ">u4").tobytes() + labels.tobytes())
    )
    command = ("run", model, "--data", tmp_path / "t10k-images-idx3-ubyte.gz", "--recipe", "gray scale(1/255)")
    run = succeeds(*command, "--json").json()
    scores = onnxruntime.InferenceSession(model).run(None, {"image": pixels[:, None].astype(np.float32) / 255})[0]
    assert [answer["top"][0]["class"] for answer in run["answers"]] == list(scores.argmax(1))
    assert run["top1"]["right"] == int((scores.argmax(1) == labels).sum())


def test_cifar_files_are_a_dataset(tmp_path: Path) -> None:
    model = classifier(tmp_path / "a.onnx", classes=10, side=32)
    pixels = np.random.default_rng(5).integers(0, 256, (4, 3, 32, 32), np.uint8)
    labels = np.array([[3], [1], [4], [1]], np.uint8)
    (tmp_path / "test_batch.bin").write_bytes(np.concatenate([labels, pixels.reshape(4, -1)], 1).tobytes())
    command = ("run", model, "--data", tmp_path / "test_batch.bin", "--recipe", RECIPE, "--json")
    run = succeeds(*command).json()
    scores = onnxruntime.InferenceSession(model).run(None, {"image": pixels.astype(np.float32) / 255})[0]
    assert [answer["label"] for answer in run["answers"]] == [3, 1, 4, 1]
    assert [answer["top"][0]["class"] for answer in run["answers"]] == list(scores.argmax(1))


def test_a_csv_list_is_a_dataset(place: Path) -> None:
    (place / "list.csv").write_text("path,label\nphotos/n01440764_0.png,7\nphotos/n01443537_1.png,2\n")
    command = (
        "run",
        classifier(place / "b.onnx", classes=10),
        "--data",
        place / "list.csv",
        "--recipe",
        RECIPE,
        "--json",
    )
    assert [answer["label"] for answer in succeeds(*command).json()["answers"]] == [7, 2]


def test_a_model_with_background_is_one_further(place: Path) -> None:
    m = np.random.default_rng(1).normal(0, 0.5, (4, 1001)).astype(np.float32)
    model = classifier(place / "b.onnx", m=m)
    labelled = load(model)
    labelled.graph.output[0].type.tensor_type.shape.dim[1].dim_value = 1001
    model.write_bytes(labelled.SerializeToString())
    scores = expected_scores(model, place / "photos")
    command = ("run", model, "--data", place / "photos", "--json", "--recipe")
    for recipe in (RECIPE, RECIPE + " labels(1001)"):
        for answer in succeeds(*command, recipe).json()["answers"]:
            assert answer["top"][0]["class"] == int(scores[answer["image"]].argmax()) - 1
    message = refuses(*command[:-2], "--recipe", RECIPE + " labels(1000)").splitlines()[0]
    assert message == f"dlas: {model}: expected a model of 1000 outputs for ImageNet's classes, found 1001 outputs"


def test_labels_by_wnid_want_a_dataset_that_has_them(place: Path) -> None:
    command = ("run", place / "a.onnx", "--recipe", RECIPE + " labels(wnid)", "--data")
    succeeds(*command, place / "photos")
    Image.new("RGB", (8, 8), "red").save(place / "x.png")
    (place / "list.csv").write_text("x.png,3\n")
    message = refuses(*command, place / "list.csv")
    assert (
        message == f"dlas: {place}/a.onnx: expected a dataset labelled by wnid for labels(wnid), found other labels\n"
    )


def test_hostile_file_names_do_no_harm_in_any_form(place: Path) -> None:
    (place / "odd").mkdir()
    Image.new("RGB", (8, 8), "red").save(place / "odd/=cmd()\x1b[31m,\u202e.png")
    command = ("run", place / "a.onnx", "--data", place / "odd", "--recipe", RECIPE)
    for form in ((), ("--json",), ("--outputs", "-")):
        out = succeeds(*command, *form).out
        assert "\x1b" not in out
        assert form == ("--json",) or "\u202e" not in out
    assert succeeds(*command, "--outputs", "-").out.splitlines()[1].startswith("\"'=cmd()")


def test_names_come_from_a_file_of_labels(place: Path) -> None:
    model = classifier(place / "b.onnx", classes=10)
    (place / "plain").mkdir()
    Image.new("RGB", (8, 8), "red").save(place / "plain/x.png")
    (place / "names.txt").write_text("".join(f"thing {i}\n" for i in range(10)))
    command = ("run", model, "--data", place / "plain", "--recipe", RECIPE, "--labels", place / "names.txt", "--json")
    [answer] = succeeds(*command).json()["answers"]
    assert all(a["name"] == f"thing {a['class']}" for a in answer["top"])
    (place / "names.txt").write_text("a\nb\nc\n")
    message = f"dlas: {place}/names.txt: expected 10 names, one for each output, found 3\n"
    assert refuses(*command[:-1]) == message


def test_imagenets_names_are_built_in(place: Path) -> None:
    (place / "plain").mkdir()
    Image.new("RGB", (8, 8), "red").save(place / "plain/x.png")
    command = ("run", place / "a.onnx", "--data", place / "plain", "--recipe", RECIPE, "--json")
    assert all(a["name"] == str(a["class"]) for a in succeeds(*command).json()["answers"][0]["top"])
    named = succeeds(*command, "--labels", "imagenet").json()["answers"][0]["top"]
    assert not any(a["name"] == str(a["class"]) for a in named)


def test_a_guess_is_never_silent(place: Path) -> None:
    presets = [preset["name"] for preset in succeeds("recipes", "--json").json()["presets"]]
    assert refuses("run", "a.onnx", "--data", "photos", cwd=place) == (
        "dlas: a.onnx: expected a recipe, for the file does not say how its input is made, found none\n"
        f"      try: --recipe with one of the presets {', '.join(presets)}, or in words: "
        "--recipe 'resize(256,bilinear,pil) crop(224) rgb scale(1/255) norm(imagenet)'\n"
    )


def test_a_misspelt_preset_is_told_with_the_presets(place: Path) -> None:
    done = dlas("run", "a.onnx", "--data", "photos", "--recipe", "torchvison", cwd=place)
    first, second = done.err.splitlines()
    assert done.status == 2 and first.startswith("dlas: recipe word 1 'torchvison': expected ")
    assert "torchvision" in second and "dlas recipes" in second


def test_a_preset_takes_size_and_layout_of_the_input_and_further_words(place: Path) -> None:
    command = ("run", place / "a.onnx", "--data", place / "photos", "--json", "--recipe")
    run = succeeds(*command, "torchvision labels(1000)").json()
    assert run["recipe"] == ("resize(9,bilinear,pil) crop(8) rgb scale(1/255) norm(imagenet) nchw labels(1000)")
    assert run["recipe_from"] == "preset torchvision"


def test_the_recipe_of_the_files_metadata_is_used_and_told(tmp_path: Path) -> None:
    spec = spec_from_file_location("make_fixtures", FIXTURES / "make_fixtures.py")
    fixtures = module_from_spec(spec)
    spec.loader.exec_module(fixtures)
    net = Net()
    x = net.input("float32", (1, 6, 4, 3))
    y = net.value("float32", (1, 3))
    net.operator("MEAN", [x, net.constant("int32", [1, 2])], [y], "ReducerOptions", keepDims=False)
    net.metadata("TFLITE_METADATA", fixtures.image_metadata())
    (tmp_path / "b.tflite").write_bytes(net.bytes([y]))
    with zipfile.ZipFile(tmp_path / "b.tflite", "a") as file:
        file.writestr("labels.txt", "cat\ndog\nowl\n")
    Image.new("RGB", (20, 30), (10, 30, 20)).save(tmp_path / "x.png")
    run = succeeds("run", tmp_path / "b.tflite", "--data", tmp_path / "x.png", "--json").json()
    assert run["recipe"] == "resize(4x6,bilinear,pil) rgb mean(127.5) std(128) nhwc"
    assert run["recipe_from"] == "normalisation of the file's metadata; the resize is dlas' choice"
    [answer] = run["answers"]
    assert [a["name"] for a in answer["top"]] == ["dog", "owl", "cat"]
    assert [a["score"] for a in answer["top"]] == pytest.approx([(v - 127.5) / 128 for v in (30, 20, 10)], rel=1e-6)
    lines = succeeds("run", tmp_path / "b.tflite", "--data", tmp_path / "x.png").out.splitlines()
    assert lines[1].endswith("  (normalisation of the file's metadata; the resize is dlas' choice)")
    assert lines[2] == "names  labels.txt in the file"


def test_tensors_in_and_out_are_those_of_onnx_runtime(place: Path) -> None:
    x = np.random.default_rng(7).normal(0, 1, (3, 3, 8, 8)).astype(np.float32)
    np.savez(place / "x.npz", image=x)
    run = succeeds("run", place / "a.onnx", "--inputs", place / "x.npz", "--outputs", place / "y.npz", "--json").json()
    expected = onnxruntime.InferenceSession(place / "a.onnx").run(None, {"image": x})[0]
    assert run["values"][0] | {"hash": ""} == {
        "name": "scores", "dtype": "float32", "shape": [3, 1000], "not_finite": 0, "hash": "",
    }  # fmt: skip
    with np.load(place / "y.npz") as y:
        assert y.files == ["scores"]
        np.testing.assert_allclose(y["scores"], expected, rtol=1e-5, atol=1e-6)


def test_kept_values_are_written_under_their_names(place: Path) -> None:
    np.save(place / "x.npy", np.ones((1, 3, 8, 8), np.float32))
    command = ("run", place / "a.onnx", "--inputs", place / "x.npy", "--outputs", place / "y.npz")
    succeeds(*command, "--keep", "conv1,relu1")
    with np.load(place / "y.npz") as y:
        assert y.files == ["scores", "conv1", "relu1"]
        assert np.array_equal(y["relu1"], np.maximum(y["conv1"], 0))
    succeeds(*command[:-1], place / "y.npy")
    assert np.load(place / "y.npy").shape == (1, 1000)


def test_all_unknown_names_to_keep_are_listed_with_the_nearest(place: Path) -> None:
    np.save(place / "x.npy", np.ones((1, 3, 8, 8), np.float32))
    message = refuses("run", "a.onnx", "--inputs", "x.npy", "--keep", "conv2,relu1,meen", cwd=place)
    assert message == (
        "dlas: a.onnx: expected names of values of the model, "
        "found 'conv2' (nearest: conv1, scores, b), 'meen' (nearest: mean, m, b)\n"
        "      try: dlas show a.onnx --json lists them\n"
    )


def test_an_array_that_is_no_input_is_refused(place: Path) -> None:
    np.savez(place / "x.npz", image=np.ones((1, 3, 8, 8), np.float32), imago=np.ones(3, np.float32))
    message = refuses("run", "a.onnx", "--inputs", "x.npz", cwd=place)
    assert message == "dlas: x.npz: expected arrays named as the inputs: 'image', found 'imago'\n"


def test_a_lone_array_of_a_wrong_name_is_not_taken_for_the_input(place: Path) -> None:
    """NumPy names it arr_0 when nobody names it; only a .npy has no name to be wrong."""
    x = np.ones((1, 3, 8, 8), np.float32)
    np.savez(place / "x.npz", x)
    expected = "dlas: x.npz: expected arrays named as the inputs: 'image', found 'arr_0'\n"
    for command in (("run", "a.onnx"), ("diff", "a.onnx", "a.onnx")):
        assert refuses(*command, "--inputs", "x.npz", cwd=place) == expected
    np.save(place / "x.npy", x)
    succeeds("run", "a.onnx", "--inputs", "x.npy", cwd=place)


def test_numbers_that_are_none_are_counted(place: Path) -> None:
    nodes = [helper.make_node("Log", ["x"], ["y"], "one")]
    save(place / "log.onnx", nodes, *([helper.make_tensor_value_info(v, TensorProto.FLOAT, [4])] for v in "xy"), {})
    np.save(place / "x.npy", np.array([-1, 0, 1, 2], np.float32))
    assert succeeds("run", "log.onnx", "--inputs", "x.npy", cwd=place).out == "y: float32 [4], 2 NaN or infinite\n"
    told = succeeds("run", "log.onnx", "--inputs", "x.npy", "--json", cwd=place).json()
    assert told["values"][0]["not_finite"] == 2


def test_a_tensor_of_another_type_or_shape_is_refused(place: Path) -> None:
    for array, found in (
        (np.ones((1, 3, 8, 8)), "f64 [1,3,8,8]"),
        (np.ones((1, 3, 8, 9), np.float32), "f32 [1,3,8,9]"),
    ):
        np.save(place / "x.npy", array)
        message = refuses("run", "a.onnx", "--inputs", "x.npy", cwd=place)
        assert message == f"dlas: a.onnx: input 'image': expected f32 [1,3,8,8], found {found}\n"


def test_a_model_of_another_task_says_what_to_do(place: Path) -> None:
    nodes = [helper.make_node("Relu", ["image"], ["y"], "one")]
    value = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [1, 3, 8, 8]) for n in ("image", "y")]
    save(place / "b.onnx", nodes, value[:1], value[1:], {})
    Image.new("RGB", (8, 8), "red").save(place / "x.png")
    assert refuses("run", "b.onnx", "--data", "x.png", "--recipe", RECIPE, cwd=place) == (
        "dlas: b.onnx: expected a model whose first output is a list of scores, found float32 [1,3,8,8]\n"
        "      try: give the tensors with --inputs x.npz --outputs y.npz\n"
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ([], "expected either --data or --inputs, found none"),
        (["--data", "photos", "--inputs", "x.npy"], "expected either --data or --inputs, found both"),
        (["--data", "photos", "--keep", "b"], "expected --keep together with --inputs, found --data"),
        (
            ["--inputs", "x.npy", "--recipe", "rgb"],
            "expected --recipe together with --data, for tensors are taken as they are, found --inputs",
        ),
        (
            ["--data", "photos", "--outputs", "y.npz"],
            "expected --outputs with a name that ends in .csv or .json, or -, found y.npz",
        ),
        (
            ["--inputs", "x.npy", "--outputs", "y.csv"],
            "expected --outputs with a name that ends in .npz or .npy, found y.csv",
        ),
        (
            ["--inputs", "x.npy", "--kernels", "mine"],
            "expected --kernels reference, builtin or xnnpack, found mine",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(place: Path, more: list[str], message: str) -> None:
    np.save(place / "x.npy", np.ones((1, 3, 8, 8), np.float32))
    assert refuses("run", "a.onnx", *more, cwd=place) == f"dlas: {message}\n"


def test_an_unreadable_picture_ends_the_run_with_its_name(place: Path) -> None:
    broken = place / "photos/n01440764_broken.png"
    broken.write_bytes((place / "photos/n01440764_0.png").read_bytes()[:60])
    message = refuses("run", place / "a.onnx", "--data", place / "photos", "--recipe", RECIPE)
    assert message.startswith(f"dlas: {broken}") and len(message.splitlines()) == 1
