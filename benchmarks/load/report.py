"""What a Python peer of this workload says: processor time of one call, and the process's memory at its peak."""

import json
import resource
import time
from collections.abc import Callable


def report(load: Callable[[], object]) -> None:
    before = time.process_time()
    kept = load()
    seconds = time.process_time() - before
    assert kept is not None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "megabytes": peak}))
