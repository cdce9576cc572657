"""Only src/base/process* starts programs or loads code: a model file must never decide what runs (SECURITY.md).

Also banned in src, but for tests: text conversions that throw or guess on hostile text, and printing or exiting from library code.
"""

import re

from tree import finish, lines_of, tracked

STARTS = re.compile(
    r"(?<![\w.>:])(?:std::|::)?(system|popen|exec[lv]p?e?|execvpe|fexecve|posix_spawnp?|fork|vfork|dlopen|dlmopen)\s*\("
)
GUESSES = re.compile(
    r"\b(?:std::)?(stoi|stol|stoll|stoul|stoull|stof|stod|atoi|atol|atoll|atof|sscanf|gets|strcpy|strcat|sprintf)\s*\("
)
SPEAKS = re.compile(r"\bstd::(cout|cerr|exit|abort|_Exit|quick_exit)\b|(?<![\w.>:])(exit|abort|printf|puts)\s*\(")
MAY_SPEAK = ("src/cli/", "src/base/progress", "src/base/error", "src/base/process")


def code_of(line: str) -> str:
    """The line without its strings and its comment, where such words are harmless."""
    return re.sub(r"//.*", "", re.sub(r'"(\\.|[^"\\])*"', '""', line))


def problems_of(path):
    name = str(path)
    is_test = path.stem.endswith(("_test", "_testing", "_fuzz"))
    for number, line in enumerate(lines_of(path), 1):
        code = code_of(line)
        place = f"{name}:{number}"
        if not name.startswith("src/base/process") and not is_test and (found := STARTS.search(code)):
            yield f"{place}: `{found[1]}` belongs into src/base/process"
        if not is_test and (found := GUESSES.search(code)):
            yield f"{place}: `{found[1]}` throws or guesses on hostile text; expected std::from_chars or fmt"
        if not is_test and not name.startswith(MAY_SPEAK) and (found := SPEAKS.search(code)):
            yield f"{place}: `{found[1] or found[2]}`: library code neither prints nor exits"


files = tracked("src/*.cpp", "src/*.h", "include/*.h")
found = [problem for path in files for problem in problems_of(path)]
finish("calls", found, f"{len(files)} files start nothing, load nothing, print nothing on their own")
