"""A small process that starts programs and measures them: a child's peak memory begins with that of the process it came from.

Reads one JSON line a program ({"arguments", "folder", "output", "error", "seconds"}), answers with one (status, seconds of
processor time, peak in bytes).
"""

import json
import os
import signal
import sys


def run(task: dict) -> dict:
    child = os.fork()
    if child == 0:
        try:
            os.chdir(task["folder"])
            for descriptor, (path, flags) in enumerate(
                ((os.devnull, os.O_RDONLY), (task["output"], os.O_WRONLY), (task["error"], os.O_WRONLY))
            ):
                os.dup2(os.open(path, flags), descriptor)
            os.execvp(task["arguments"][0], task["arguments"])
        finally:
            os._exit(127)

    def end(*_: object) -> None:
        os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGALRM, end)
    signal.alarm(task["seconds"])
    _, status, usage = os.wait4(child, 0)
    signal.alarm(0)
    return {
        "status": os.waitstatus_to_exitcode(status),
        "seconds": usage.ru_utime + usage.ru_stime,
        "peak": usage.ru_maxrss << 10,
    }


for line in sys.stdin:
    print(json.dumps(run(json.loads(line))), flush=True)
