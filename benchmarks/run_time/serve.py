"""What the Python peers share: the protocol of dlas.cpp."""

import sys
import time
from collections.abc import Callable

import numpy as np


def serve(make: Callable[[str], tuple[Callable[[np.ndarray], None], Callable[[], np.ndarray]]]) -> None:
    """`make` opens the model and gives two functions: one that runs it on an input, one that hands over the first output."""
    model, given, output = sys.argv[1:4]
    run, result = make(model)
    x = np.load(given)
    run(x)
    np.savez(output, y=result())
    print("ready", flush=True)
    for _ in sys.stdin:
        before = time.process_time()
        run(x)
        print(f"{time.process_time() - before:.9f}", flush=True)
