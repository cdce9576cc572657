"""Names say what is inside, and nothing unfinished is left lying about.

No file or folder is called utils, common, misc, helper or manager; no folder below src holds more than 40 files unless all are
of one kind (FULL_FOLDERS); no line says that something is still to be done.
"""

import re
from collections import Counter

from tree import finish, lines_of, tracked

HOMELESS = re.compile(r"(^|_)(utils?|common|misc|helpers?|manager|base2)(_|$)|_and_")
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|DIS" + r"ABLED_|not implemented ye" + r"t")
MOST = 40
FULL_FOLDERS = {"src/model/op"}  # one operator, one file
CODE = ("*.cpp", "*.h", "*.py", "*.cmake", "*.md", "*.js", "CMakeLists.txt", "Makefile", "scripts/*")


def main() -> None:
    files = tracked()
    problems = []
    for path in files:
        for part in (*path.parent.parts, path.stem):
            if HOMELESS.search(part):
                problems.append(f"{path}: '{part}' does not say what is inside")
    code = [path for path in files if path.parts[0] == "src" and path.suffix in (".cpp", ".h")]
    sources = [path for path in code if not path.stem.endswith(("_test", "_fuzz"))]
    for folder, count in Counter(str(path.parent) for path in sources).items():
        if count > MOST and folder not in FULL_FOLDERS:
            problems.append(f"{folder}: expected at most {MOST} files, found {count}")
    for path in dict.fromkeys(tracked(*CODE)):
        for number, line in enumerate(lines_of(path), 1):
            if UNFINISHED.search(line):
                problems.append(f"{path}:{number}: unfinished: {line.strip()[:80]}")
    finish("names", problems, f"{len(files)} files have a home and nothing is marked unfinished")


main()
