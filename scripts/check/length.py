"""No file over 600 lines, median below 150. Prints the lines of each layer, so that a change shows what it weighs."""

from collections import Counter
from statistics import median

from tree import finish, lines_of, tracked

LONGEST = 600
MEDIAN = 150


def room_of(parts: tuple[str, ...]) -> str:
    """Where a file is counted: src/data, src/model/op, tests, scripts, ..."""
    if parts[0] != "src":
        return parts[0]
    return "/".join(parts[:3] if parts[1] == "model" else parts[:2])


def main() -> None:
    files = tracked("*.cpp", "*.h", "*.py", "*.cmake", "*.js", "*.css", "*.html")
    lengths = {path: len(lines_of(path)) for path in files}
    rooms: Counter[str] = Counter()
    for path, length in lengths.items():
        rooms[room_of(path.parts)] += length
    problems = [
        f"{path}: expected at most {LONGEST} lines, found {length}: two ideas share a room"
        for path, length in lengths.items()
        if length > LONGEST
    ]
    middle = median(lengths.values()) if lengths else 0
    if middle >= MEDIAN:
        problems.append(f"expected a median below {MEDIAN} lines, found {middle:g}")
    print("length: " + ", ".join(f"{room} {lines:,}" for room, lines in sorted(rooms.items())))
    longest = max(lengths, key=lengths.__getitem__, default=None)
    fine = f"{len(files)} files, {sum(lengths.values()):,} lines, median {middle:g}, longest {longest} "
    finish("length", problems, fine + f"({lengths.get(longest, 0)})")


main()
