"""Run a command and print what it used, as JSON: seconds on the clock, seconds of the cores, MB of its largest process,
and how it ended. What the command says goes to stderr.

python benchmarks/used.py COMMAND...

A process starts with the peak memory of the one that started it, so that this one must be small: it imports nothing of
ours.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from time import perf_counter


def main() -> None:
    """Run the command and print what it used."""
    start = perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
    _, status, used = os.wait4(process.pid, 0)
    seconds = perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    cores, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(json.dumps({"seconds": seconds, "cores": cores, "peak": peak, "code": process.returncode}))


if __name__ == "__main__":
    main()
