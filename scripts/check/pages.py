"""Pages tell the truth about the tree: links lead to a file and a heading; paths, make targets and presets exist.

Commands in ```console blocks are also run, by tests/docs_test.py.
"""

import json
import re
from pathlib import Path

from tree import ROOT, finish, text_of, tracked

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)|!\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"`([^`\n]+)`")
# A path in backticks is checked when it begins with a folder or a file of the tree and is no pattern.
PATH = re.compile(r"^\.?[\w.\-]+(/[\w.\-]+)*/?$")
OUTSIDE = re.compile(r"^[a-z]+:")


def without_blocks(text: str) -> str:
    """The page without fenced blocks; their lines stay, empty, so that line numbers hold."""
    return re.sub(r"^```.*?^```", lambda block: "\n" * block[0].count("\n"), text, flags=re.M | re.S)


def anchors(text: str) -> set[str]:
    """The anchors of a page's headings, as hosts of Markdown pages make them."""
    titles = re.findall(r"^#+ +(.*)$", without_blocks(text), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def link_problem(page: Path, target: str) -> str | None:
    if OUTSIDE.match(target):
        return None
    name, _, anchor = target.partition("#")
    file = (ROOT / page.parent / name).resolve() if name else ROOT / page
    if not file.exists():
        return f"link to {target}: no such file"
    if not file.is_relative_to(ROOT):
        return f"link to {target}: leads out of the tree"
    if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
        return f"link to {target}: no such heading"
    return None


def path_problem(text: str, roots: set[str]) -> str | None:
    """A text in backticks that claims to be a path of this tree, and is none."""
    name = text.strip()
    if not PATH.match(name) or "/" not in name or name.split("/")[0] not in roots:
        return None
    return None if (ROOT / name).exists() else f"`{name}`: no such path"


def command_problems(text: str, roots: set[str]) -> list[tuple[int, str | None]]:
    """For each path, make target and preset in the command blocks of a page: its line and what is wrong with it."""
    targets = set(re.findall(r"^([a-z]+):", text_of(Path("Makefile")), re.M))
    presets = {preset["name"] for preset in json.loads(text_of(Path("CMakePresets.json")))["configurePresets"]}
    found: list[tuple[int, str | None]] = []
    for block in re.finditer(r"^```(?:sh|console)\n(.*?)^```", text, re.M | re.S):
        for number, line in enumerate(block[1].splitlines(), text[: block.start(1)].count("\n") + 1):
            found += [(number, path_problem(word, roots)) for word in re.split(r"[\s=]+", line)]
            for target in re.findall(r"\bmake ([a-z]+)\b", line):
                found.append((number, None if target in targets else f"`make {target}`: no such target"))
            for preset in re.findall(r"--preset ([a-z]+)\b", line):
                found.append((number, None if preset in presets else f"preset `{preset}`: no such preset"))
    return found


def main() -> None:
    roots = {path.parts[0] for path in tracked() if len(path.parts) > 1}
    pages = tracked("*.md")
    problems, count = [], 0
    for page in pages:
        commands = command_problems(text_of(page), roots)
        count += len(commands)
        problems += [f"{page}:{number}: {problem}" for number, problem in commands if problem]
        for number, line in enumerate(without_blocks(text_of(page)).splitlines(), 1):
            found = [link_problem(page, a or b) for a, b in LINK.findall(line)]
            found += [path_problem(text, roots) for text in CODE.findall(line)]
            count += len(found)
            problems += [f"{page}:{number}: {problem}" for problem in found if problem]
    finish("pages", problems, f"{len(pages)} pages, {count} links and names in them lead somewhere")


main()
