"""The page of a comparison as a reader's browser sees it: headless Chromium opens it from a file.

It runs nothing, asks for nothing and logs nothing; its numbers are those of the JSON; names from files stay text; it works without
scripts, by keyboard, on a telephone, in the dark and on paper.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.browser import PROGRAM as CHROMIUM
from support.browser import Browser, Page

ROOT = Path(os.environ["DLAS_SOURCE_DIR"])
PROGRAM = os.environ["DLAS_PROGRAM"]
FASHION = Path("/usr/share/datasets/fashion-mnist/t10k-images-idx3-ubyte.gz")
HOSTILE = [
    "<script>window.hostile_marker = 1</script>",
    '"><img src=x onerror="window.hostile_marker = 1">',
    "' onfocus='window.hostile_marker = 1' autofocus x='",
    "</title></style></svg></textarea><script>window.hostile_marker = 1</script>",
    "javascript:window.hostile_marker=1",
    "two\nlines\r\tand \x1b[31m colour",
    "\u202egnp.exe\u2069 \u200f\u2028",
    "]]><![CDATA[ --> <!-- {{7*7}} ${7*7}",
    "https://example.invalid/x.png",
    "name;" * 300,
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def value(index: int, relative: float | None, a: str = "conv", b: str = "conv;relu") -> dict:
    kind = {"op_a": "Conv", "op_b": "CONV_2D", "type_a": "f32 [1,8,4,4]", "type_b": "f32 [1,4,4,8]"}
    error = {"relative": relative, "largest": relative, "floor": 1e-6 * (index + 1), "axes_of_b": "0,3,1,2"}
    return {
        "index": index,
        "a": f"{a}{index}",
        "b": f"{b}{index}",
        **kind,
        **error,
        "diverges": relative is None or relative > 1e-3,
    }


def side(name: str) -> dict:
    time = {"median": 1.25, "low": 1.125, "high": 1.5, "runs": 40}
    return {"name": name, "executor": "by hand", "recipe": "rgb nchw", "agrees_with_itself": True, "milliseconds": time}


def graph(names: list[str]) -> dict:
    boxes = [{"name": "x", "op": "", "reads": [], "makes": [{"name": "x", "type": "f32 [1]"}]}]
    for i, name in enumerate(names):
        boxes.append({"name": f"n{i}", "op": "Conv", "reads": [i], "makes": [{"name": name, "type": "f32 [1]"}]})
    return {"boxes": boxes, "outputs": names[-1:]}


def comparison() -> dict:
    """A comparison written by hand, with an error that is not finite and a curve over eleven powers of ten."""
    values = [value(i, e) for i, e in enumerate([0.0, 2e-9, 3e-8, 0.25, 0.5, None])]
    flip = {
        "image": "cat.png",
        "a": "cat",
        "b": "dog",
        "label": "cat",
        "margin": 0.5,
        "deviation": 1.0,
        "near_tie": False,
        "png": None,
    }
    accuracy = {"a": 0.75, "a_low": 0.588, "a_high": 0.873, "b": 0.7, "b_low": 0.535, "b_high": 0.834}
    return {
        "schema": "dlas.diff/1",
        "verdict": "different",
        "images": 40,
        "data": "by hand",
        "seed": 7,
        "a": side("a.onnx"),
        "b": side("b.tflite"),
        "top1": {"differ": 1, "rate": 0.025, "low": 0.00063, "high": 0.1316, "near_ties": 0},
        "accuracy": accuracy | {"only_a": 3, "only_b": 1, "mcnemar_p": 0.625},
        "top5": {"rank_biased_overlap": 0.987},
        "scores": {"largest": 3.5, "mean": 0.125},
        "values": values,
        "first_divergence": values[3],
        "flips": [flip],
        "notes": ["a note"],
        "command": "dlas diff a.onnx b.tflite",
        "environment": {"dlas": "0.1", "compiler": "x", "build": "y", "target": "z"},
        "graphs": {"a": graph([v["a"] for v in values]), "b": graph([v["b"] for v in values])},
    }


def page_of(diff: dict, folder: Path) -> Path:
    (folder / "x.json").write_text(json.dumps(diff))
    subprocess.run([PROGRAM, "report", "x.json", "-o", "x.html"], cwd=folder, check=True, timeout=60)
    return folder / "x.html"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser() as opened:
        yield opened


def assert_quiet(page: Page) -> None:
    assert page.log == []
    outside = [url for url in page.requests if not url.startswith(("file:///", "data:image/png;base64,"))]
    assert outside == []
    assert len([url for url in page.requests if url.startswith("file:///")]) == 1


def exact(page: Page, name: str) -> float:
    return float(page.evaluate(f"document.getElementById({json.dumps(name)}).value"))


def assert_numbers(page: Page, diff: dict) -> None:
    """Each number that the page shows is the JSON's, to the digits shown."""
    shown = {"images": diff["images"], "top1-rate": diff["top1"]["rate"], "seed": diff["seed"]}
    shown |= {"scores-mean": diff["scores"]["mean"], "overlap": diff["top5"]["rank_biased_overlap"]}
    shown |= {f"time-{s}": diff[s]["milliseconds"]["median"] for s in "ab"}
    shown |= {f"accuracy-{s}": diff["accuracy"][s] for s in "ab"} | {"mcnemar": diff["accuracy"]["mcnemar_p"]}
    for name, number in shown.items():
        assert exact(page, name) == number, name
    for name in ("top1-rate", "accuracy-a", "accuracy-b"):
        text = page.evaluate(f"document.getElementById('{name}').textContent")
        assert float(text.split("\u202f")[0]) / 100 == pytest.approx(shown[name], rel=0.05, abs=1e-6)
    rows = page.evaluate(
        "[...document.querySelectorAll('.values tbody tr')].map(r => [...r.querySelectorAll('data')].map(d => d.value))"
    )
    wanted = [[v[key] for key in ("relative", "floor", "largest")] for v in diff["values"]]
    assert [[float(x) if x else None for x in row] for row in rows] == wanted


def test_the_page_is_quiet_and_asks_for_nothing(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(page_of(comparison(), tmp_path))
    assert_quiet(page)
    assert page.evaluate("document.scripts.length") == 0
    assert page.evaluate("document.querySelector('h1').textContent") == "The models differ"


def test_the_policy_lets_the_style_through_and_nothing_else(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(page_of(comparison(), tmp_path))
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    page.evaluate(
        "document.head.append(Object.assign(document.createElement('style'), {textContent: 'body{margin:9px}'}))"
    )
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('img'), {src: 'https://example.invalid/x'}))"
    )
    assert page.evaluate("getComputedStyle(document.body).marginTop") == "0px"
    assert len([line for line in page.log if "Content Security Policy" in line]) == 2


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_numbers_are_those_of_the_json(browser: Browser, tmp_path: Path, scripts: bool) -> None:
    page = browser.open(page_of(comparison(), tmp_path), scripts)
    assert_numbers(page, comparison())
    assert_quiet(page)


def test_the_curve_has_a_dot_for_each_value_in_its_place(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(page_of(comparison(), tmp_path))
    heights = page.evaluate("[...document.querySelectorAll('.curve circle')].map(c => c.cy.baseVal.value)")
    assert len(heights) == 6
    assert heights == sorted(heights, reverse=True)  # errors rise from nothing to infinity
    decades = [heights[1] - heights[2], heights[2] - heights[3]]  # 2e-9, 3e-8, 0.25: 1.176 and 6.921 powers of ten
    assert decades[1] / decades[0] == pytest.approx(6.921 / 1.176, rel=0.02)
    assert page.evaluate("document.querySelectorAll('.curve circle.over').length") == 3


@pytest.mark.parametrize("name", HOSTILE, ids=range(len(HOSTILE)))
def test_names_from_files_stay_text(browser: Browser, tmp_path: Path, name: str) -> None:
    def spoiled(part):
        if isinstance(part, dict):
            kept = ("schema", "png")
            return {key: part[key] if key in kept else spoiled(part[key]) for key in part}
        if isinstance(part, list):
            return [spoiled(one) for one in part]
        return name + part if isinstance(part, str) else part

    page = browser.open(page_of(spoiled(comparison()), tmp_path))
    assert_quiet(page)
    assert page.evaluate("typeof window.hostile_marker") == "undefined"
    assert (
        page.evaluate("document.querySelectorAll('script, iframe, object, embed, form, link, base, img').length") == 0
    )
    attributes = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    assert page.evaluate(f"{attributes}.filter(n => n.startsWith('on') || n === 'style').length") == 0
    assert page.evaluate("[...document.links].filter(l => !l.hash || l.host).length") == 0
    text = page.evaluate("document.documentElement.outerHTML")
    assert not any(mark in text for mark in "\u202e\u2069\u200f\u2028\x1b")


def test_a_dot_leads_to_its_row_by_keyboard(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(page_of(comparison(), tmp_path))
    for _ in range(40):
        page.press("Tab", 9)
        if page.evaluate("document.activeElement.getAttribute('href')") == "#v4":
            break
    assert page.evaluate("document.activeElement.closest('.curve') !== null")
    page.call("Input.dispatchKeyEvent", type="char", text="\r", key="Enter", code="Enter", windowsVirtualKeyCode=13)
    page.press("Enter", 13)
    assert page.evaluate("location.hash") == "#v4"
    assert page.evaluate("document.querySelector('tr:target').id") == "v4"


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_no_width_makes_the_page_scroll_sideways(browser: Browser, tmp_path: Path, width: int) -> None:
    diff = comparison()
    diff["a"]["name"] = "a_very_long_name_without_any_place_to_break_it" * 4
    page = browser.open(page_of(diff, tmp_path))
    page.screenshot(width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_dark_page_is_dark_and_the_printed_one_is_there(browser: Browser, tmp_path: Path) -> None:
    page = browser.open(page_of(comparison(), tmp_path))
    background = "getComputedStyle(document.body).backgroundColor"
    page.screenshot(800, 600, dark=False)
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    page.screenshot(800, 600, dark=True)
    assert page.evaluate(background) == "rgb(15, 19, 24)"
    assert page.pdf().startswith(b"%PDF-")


def test_paper_shows_all_columns_and_graphs_that_can_be_read(browser: Browser, tmp_path: Path) -> None:
    diff = comparison()
    for one in diff["values"]:
        one["a"] = "block/with/a/long/name/that/converters/make_" * 2 + one["a"]
    page = browser.open(page_of(diff, tmp_path))
    sheet = 718  # of A4, within its margins, in pixels
    page.call("Emulation.setDeviceMetricsOverride", height=1000, width=sheet, deviceScaleFactor=1, mobile=False)
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.evaluate("document.documentElement.scrollWidth") <= sheet
    right = "Math.max(...[...document.querySelectorAll('.values td, .values th')].map(x => x.getBoundingClientRect().right))"
    assert 0 < page.evaluate(right) <= sheet
    letters = "Math.min(...[...document.querySelectorAll('.panel text')].map(x => x.getBoundingClientRect().height))"
    assert page.evaluate(letters) >= 8


@pytest.mark.skipif(not FASHION.exists(), reason="dataset-fashion-mnist is not installed")
def test_a_real_comparison_reads_as_its_json(browser: Browser, tmp_path: Path) -> None:
    models = [ROOT / "demo/models/depthwise.onnx", ROOT / "demo/models/depthwise_fault.onnx"]
    command = [PROGRAM, "diff", *models, "--data", FASHION, "--recipe", "gray scale(1/255) nhwc", "--images", "200"]
    done = subprocess.run(
        [*command, "--json", "x.json", "--html", "x.html"], cwd=tmp_path, timeout=120, capture_output=True
    )
    assert done.returncode == 1, done.stderr
    diff = json.loads((tmp_path / "x.json").read_text())
    page = browser.open(tmp_path / "x.html")
    assert_quiet(page)
    assert_numbers(page, diff)
    assert page.evaluate("document.querySelectorAll('.card img').length") == min(len(diff["flips"]), 60)
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth === 28)")
    boxes = [len(diff["graphs"][s]["boxes"]) + len(diff["graphs"][s]["outputs"]) for s in "ab"]
    assert (
        page.evaluate("[...document.querySelectorAll('.panel svg')].map(s => s.querySelectorAll('.box').length)")
        == boxes
    )
    remade = tmp_path / "y.html"
    subprocess.run([PROGRAM, "report", "x.json", "-o", remade], cwd=tmp_path, check=True, timeout=60)
    assert remade.read_bytes() == (tmp_path / "x.html").read_bytes()


def test_the_overlay_is_node_data_of_model_explorer(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(comparison()))
    subprocess.run([PROGRAM, "report", "x.json", "--overlay", "y.json"], cwd=tmp_path, check=True, timeout=60)
    results = json.loads((tmp_path / "y.json").read_text())["results"]
    assert {name: node["value"] for name, node in results.items() if name.startswith("conv3")} == {"conv3": 0.25}
    assert results["conv;relu4"]["value"] == 0.5
    assert all(set(node) <= {"value", "bgColor", "textColor"} for node in results.values())
