"""Lists are sorted: the lines between two comments `begin sorted` and `end sorted`, and each paragraph of the package lists."""

import re
from itertools import pairwise

from tree import finish, lines_of, tracked

MARK = re.compile(r"^\s*(//|#|<!--|/\*)\s*(begin|end) sorted\b")


def marked_lists(path):
    """(line number, lines) of each marked list; a mark without its partner is a list of None."""
    start, kept = None, []
    for number, line in enumerate(lines_of(path), 1):
        mark = MARK.match(line)
        if mark is None:
            kept.append(line.strip())
        elif (mark[2] == "begin") != (start is None):
            yield number, None
            return
        elif mark[2] == "begin":
            start, kept = number, []
        else:
            yield start, kept
            start, kept = None, []
    if start is not None:
        yield start, None


def paragraphs(path):
    start, kept = 1, []
    for number, line in enumerate([*lines_of(path), ""], 1):
        if line.strip():
            kept.append(line.strip())
            continue
        yield start, kept
        start, kept = number + 1, []


def first_out_of_place(lines):
    """The first pair of neighbours in the wrong order. Comments do not count, and neither does case."""
    items = [line for line in lines if line and not line.startswith(("#", "//"))]
    for before, after in pairwise(items):
        if after.casefold() < before.casefold():
            return before, after
    return None


def main():
    lists = [(path, *found) for path in tracked() if path.suffix in SUFFIXES for found in marked_lists(path)]
    for path in tracked("packages-debian.txt", "python/requirements-*.txt"):
        lists += [(path, *found) for found in paragraphs(path) if found[1]]
    problems = []
    for path, number, lines in lists:
        if lines is None:
            problems.append(f"{path}:{number}: `begin sorted` and `end sorted` do not pair up")
        elif pair := first_out_of_place(lines):
            problems.append(f"{path}:{number}: expected '{pair[1]}' before '{pair[0]}'")
    finish("sorted", problems, f"{len(lists)} lists are in order")


SUFFIXES = {".cpp", ".h", ".py", ".cmake", ".md", ".txt"}
main()
