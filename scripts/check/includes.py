"""Includes point down: no file includes one of a layer above its own or beside it, and no includes form a cycle.

The order is that of docs/architecture.md; a layer in the same row as another knows nothing of it.
"""

import re
from pathlib import Path

from tree import ROOT, finish, lines_of, tracked

ROWS = [
    ["base"],
    ["model/graph"],
    ["model/op"],
    ["model/executor"],
    ["model/format", "data", "algorithm"],
    ["compiler"],
    ["hardware"],
    ["compress", "study"],
    ["report", "api"],
    ["cli"],
]
RANK = {layer: rank for rank, row in enumerate(ROWS) for layer in row}
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"')


def layer_of(name: str) -> str | None:
    """The layer of a path below src/, such as model/op of model/op/conv.h."""
    fitting = [layer for layer in RANK if name.startswith(layer + "/")]
    return fitting[0] if fitting else None


def read_includes() -> dict[str, list[tuple[int, str]]]:
    """For each C++ file below src/, by its path from there: the line and the path of each include in quotes."""
    includes = {}
    for path in tracked("src/*.cpp", "src/*.h"):
        found = [(number, INCLUDE.match(line)) for number, line in enumerate(lines_of(path), 1)]
        includes[str(path.relative_to("src"))] = [(number, match[1]) for number, match in found if match]
    return includes


def direction_problem(file: str, line: int, target: str) -> str | None:
    place = f"src/{file}:{line}"
    if target in ("bench_peer.h", "dlas_version.h", "report_style.h") or target.startswith("dlas/"):
        return None  # made by CMake; the public headers
    if not (ROOT / "src" / target).is_file():
        return f'{place}: expected a path from src/, found "{target}"'
    mine, theirs = layer_of(file), layer_of(target)
    if mine is None or theirs is None:
        return f"{place}: src/{file if mine is None else target} is in no layer of scripts/check/includes.py"
    if mine != theirs and RANK[theirs] >= RANK[mine]:
        where = "above" if RANK[theirs] > RANK[mine] else "beside"
        return f"{place}: {mine} includes {theirs}, which is {where} it: {target}"
    return None


def find_cycle(includes: dict[str, list[tuple[int, str]]]) -> list[str]:
    """One cycle as a list of files that ends where it began; empty when there is none."""
    done: set[str] = set()
    for start in includes:
        trail: list[str] = []
        stack = [(start, iter(includes[start]))] if start not in done else []
        trail = [start] if stack else []
        while stack:
            step = next(stack[-1][1], None)
            if step is None:
                done.add(stack.pop()[0])
                trail.pop()
            elif step[1] in trail:
                return [*trail[trail.index(step[1]) :], step[1]]
            elif step[1] in includes and step[1] not in done:
                stack.append((step[1], iter(includes[step[1]])))
                trail.append(step[1])
    return []


def main() -> None:
    includes = read_includes()
    problems = []
    for file, lines in includes.items():
        problems += filter(None, (direction_problem(file, line, target) for line, target in lines))
    cycle = find_cycle(includes)
    if cycle:
        problems.append("cycle: " + " -> ".join(str(Path("src") / file) for file in cycle))
    count = sum(map(len, includes.values()))
    finish("includes", problems, f"{count} includes in {len(includes)} files point down, without a cycle")


main()
