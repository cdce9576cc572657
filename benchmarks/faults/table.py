"""The table of benchmarks/faults/run from the lines of bench_faults_dlas. Places held back are counted apart and never listed."""

import json
import statistics
import sys
from pathlib import Path


def share(hits: int, of: int) -> str:
    return f"{hits} of {of} ({100 * hits / of:.1f} %)" if of else "none"


def row(name: str, cases: list[dict]) -> str:
    ranks = [case["ranks"] for case in cases]
    first = sum(all(1 <= r <= len(rs) for r in rs) for rs in ranks)
    third = sum(all(1 <= r <= len(rs) + 2 for r in rs) for rs in ranks)
    repaired = sum(case["repaired"] for case in cases)
    equal = sum(case["equal"] for case in cases)
    seconds = statistics.median(case["seconds"] for case in cases) if cases else 0
    total = len(cases)
    cells = [name, str(total), *(share(n, total) for n in (first, third, repaired, equal)), f"{seconds:.2f}"]
    return "| " + " | ".join(cells) + " |"


def main(path: Path) -> None:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    single = [line for line in lines if line["kind"] == "case"]
    multi = [line for line in lines if line["kind"] == "multi"]
    controls = [line for line in lines if line["kind"] == "control"]
    print("| cases | number | ranked first | in the first three | repaired | patch equal or equivalent | median s |")
    print("|---|---|---|---|---|---|---|")
    for name, cases in (("one fault", single), ("two to four faults", multi)):
        print(row(f"{name}, looked at", [c for c in cases if not c["held_back"]]))
        print(row(f"{name}, held back", [c for c in cases if c["held_back"]]))
    false_alarms = [c for c in controls if c["findings"]]
    print(f"\ncontrols: {len(controls)} rewrites that change nothing, {len(false_alarms)} with a finding")
    for c in false_alarms:
        print(f"  {c['net']}: {c['control']}: {c['findings']}")
    print("\nby fault, all nets, the places looked at and those held back\n")
    print("| fault | number | ranked first | in the first three | repaired | patch equal or equivalent | median s |")
    print("|---|---|---|---|---|---|---|")
    for fault in dict.fromkeys(c["faults"][0] for c in sorted(single, key=lambda c: int(c["faults"][0].split()[0]))):
        print(row(fault, [c for c in single if c["faults"][0] == fault]))


main(Path(sys.argv[1]))
