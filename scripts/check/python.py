"""Python files pass ruff's linter and look as its formatter leaves them."""

import subprocess

from tree import ROOT, finish, tracked

files = tracked("*.py")
problems = []
for command in (["check", "--output-format=concise"], ["format", "--check"]):
    ruff = [str(ROOT / ".venv/bin/ruff"), command[0], "--no-cache", "--quiet", *command[1:]]
    done = subprocess.run([*ruff, *map(str, files)], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        problems += (done.stdout + done.stderr).strip().splitlines()
finish("python", problems, f"{len(files)} Python files are tidy")
