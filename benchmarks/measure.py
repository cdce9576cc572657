"""Interleaved measurements: every round asks each peer once, in a new order, so that a busy machine disturbs all alike.

Figures are processor seconds of one thread, not seconds of the wall: other work on the machine counts little. A ratio is taken within a
round and then the median over rounds, so that slow drift falls out. Intervals are the order statistics around the median that
hold it with at least 95 % (binomial), no assumption on the distribution; fewer than six rounds give the whole range.
"""

import math
import os
import platform
import random
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAM = Path(os.environ.get("DLAS_PROGRAM", ROOT / "build/dlas"))
SHARED = Path(os.environ.get("DLAS_SHARED", ROOT.parent / "shared")) / "data"


def median(values: Sequence[float]) -> float:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The narrowest symmetric pair of order statistics that holds the median with at least 95 %."""
    ordered = sorted(values)
    n, k = len(ordered), 0
    # Outside [k, n - 1 - k] lies the median with probability 2 P(B <= k), B ~ binomial(n, 1/2).
    while 2 * sum(math.comb(n, i) for i in range(k + 2)) / 2**n <= 0.05:
        k += 1
    return ordered[k], ordered[n - 1 - k]


def interleaved(peers: dict[str, Callable[[], float]], rounds: int, seed: int = 1) -> dict[str, list[float]]:
    """Seconds of each peer, one a round."""
    order, shuffle = list(peers), random.Random(seed)
    times: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        shuffle.shuffle(order)
        for name in order:
            times[name].append(peers[name]())
    return times


def ratios(times: Sequence[float], base: Sequence[float]) -> list[float]:
    return [a / b if b else math.inf for a, b in zip(times, base, strict=True)]


def number(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"


def cell(values: Sequence[float], scale: float = 1) -> str:
    low, high = interval(values)
    return f"{number(median(values) * scale)} ({number(low * scale)} to {number(high * scale)})"


def machine() -> str:
    described = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = [line.split(":")[1].strip() for line in described if "model name" in line]
    load = ", ".join(f"{v:.1f}" for v in os.getloadavg())
    return f"{names[0] if names else platform.machine()}, {len(names)} cores, {platform.system()}; load {load}"
