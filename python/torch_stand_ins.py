"""Libraries that stand in for those of a GPU, so that PyTorch runs on a processor without them.

    python torch_stand_ins.py FOLDER        FOLDER: .../site-packages/torch/lib

torch's wheel for Linux links CUDA's libraries (3 GB) even where nothing of them is ever called. The dynamic linker wants the names and
versioned symbols to be there; for each missing library a small one is compiled that has them. Each function says 999, CUDA's "unknown
error"; those that register device code give a place to write to. torch then reports that there is no GPU.
Needs gcc and readelf.
"""

import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

LIBRARIES = ("libcu", "libnccl", "libnv")
SYMBOLS = ("cu", "nccl", "nv")


def readelf(*arguments: str) -> str:
    return subprocess.run(["readelf", "-W", *arguments], capture_output=True, text=True, check=True).stdout


def missing_libraries(folder: Path) -> set[str]:
    needed = set()
    for file in folder.glob("*.so"):
        needed |= set(re.findall(r"\(NEEDED\).*\[(.*)\]", readelf("-d", str(file))))
    return {name for name in needed if name.startswith(LIBRARIES) and not (folder / name).exists()}


def symbol_versions(folder: Path, missing: set[str]) -> dict[str, str]:
    """The library of each symbol version: libcudart.so.13 -> libcudart.so.13, NVSHMEM -> libnvshmem_host.so.3."""
    versions = {}
    for file in folder.glob("*.so"):
        library = ""
        for line in readelf("-V", str(file)).splitlines():
            if found := re.search(r"File: (\S+)", line):
                library = found[1]
            elif (found := re.search(r"Name: (\S+)", line)) and library in missing:
                versions[found[1]] = library
    return versions


def wanted_symbols(folder: Path, versions: dict[str, str]) -> tuple[dict[str, set[str]], set[str]]:
    """Undefined symbols by version, and those without one."""
    wanted, loose, defined = defaultdict(set), set(), set()
    for file in folder.glob("*.so"):
        for line in readelf("--dyn-syms", str(file)).splitlines():
            words = line.split()
            if len(words) < 8 or words[4] == "WEAK":
                continue
            name, _, version = words[7].partition("@")
            if words[6] != "UND":
                defined.add(name)
            elif version.strip("@") in versions:
                wanted[version.strip("@")].add(name)
            elif not version and name.startswith(SYMBOLS):
                loose.add(name)
    return wanted, loose - defined


def function(name: str) -> str:
    if name.startswith("__cuda"):
        return f"void* {name}(void) {{ return room; }}\n"
    return f"int {name}(void) {{ return 999; }}\n"


def build(target: Path, symbols: dict[str, set[str]], loose: set[str]) -> None:
    names = set().union(loose, *symbols.values())
    with tempfile.TemporaryDirectory() as temporary:
        source, script = Path(temporary) / "stand_in.c", Path(temporary) / "versions"
        source.write_text(
            "static long room[512];\nvoid* stand_in(void) { return room; }\n" + "".join(map(function, sorted(names)))
        )
        script.write_text("".join(f"{v} {{ global: {'; '.join(sorted(s))}; }};\n" for v, s in symbols.items() if s))
        versioned = [f"-Wl,--version-script={script}"] if any(symbols.values()) else []
        command = ["gcc", "-w", "-shared", "-fPIC", "-s", f"-Wl,-soname,{target.name}", *versioned]
        subprocess.run([*command, "-o", str(target), str(source)], check=True)


def main() -> int:
    folder = Path(sys.argv[1])
    missing = missing_libraries(folder)
    versions = symbol_versions(folder, missing)
    wanted, loose = wanted_symbols(folder, versions)
    for name in sorted(missing):
        symbols = {version: wanted[version] for version, library in versions.items() if library == name}
        build(folder / name, symbols, loose if name.startswith("libnccl") else set())
    print(f"{len(missing)} stand-ins in {folder}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
