"""C++ files look as clang-format with the tree's .clang-format leaves them."""

import re
import subprocess

from tree import ROOT, finish, tracked

files = tracked("*.cpp", "*.h")
problems = []
if files:
    done = subprocess.run(
        ["clang-format-19", "--dry-run", "-Werror", *map(str, files)], cwd=ROOT, capture_output=True, text=True
    )
    first_line = {}
    for found in re.finditer(r"^(\S+?):(\d+):\d+: error:", done.stderr, re.M):
        first_line.setdefault(found[1], found[2])
    problems = [f"{file}:{line}: expected clang-format's form; run: make format" for file, line in first_line.items()]
    if done.returncode != 0 and not problems:
        problems = [done.stderr.strip()]
finish("format", problems, f"{len(files)} C++ files are formatted")
