"""Public headers (include/dlas) are contracts: 30 % comment, `Errors` where a Result is returned, nothing of others."""

import re

from tree import finish, lines_of, text_of, tracked

SHARE = 0.30
FOREIGN = re.compile(
    r"^\s*#\s*include\s*<(?!dlas/)[^>]*/|^\s*#\s*include\s*<[^>]*\.h(pp)?>|using namespace|^\s*#\s*define"
)


def comment_share(lines):
    filled = [line.strip() for line in lines if line.strip()]
    return sum(line.startswith("//") or " // " in line for line in filled) / max(len(filled), 1)


def problems_of(path):
    share = comment_share(lines_of(path))
    if share < SHARE:
        yield f"{path}: expected at least {SHARE:.0%} of the lines with a comment, found {share:.0%}"
    for number, line in enumerate(lines_of(path), 1):
        if FOREIGN.search(line):
            yield f"{path}:{number}: expected no macro, no `using namespace` and no header of others, found: {line.strip()}"
    for block in re.split(r"\n\s*\n", text_of(path)):
        if re.search(r"^\s*(\[\[nodiscard\]\] )?(static )?Result<", block, re.M) and "Errors:" not in block:
            returned = re.search(r"Result<[^;{]*", block)[0].split("(")[0]
            yield f"{path}: `{returned}` returns a Result; expected a comment with `Errors:` above it"


headers = tracked("include/dlas/*.h")
found = [problem for path in headers for problem in problems_of(path)]
finish("headers", found, f"{len(headers)} public headers explain themselves")
