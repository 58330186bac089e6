"""Compares a fully checked synth of our stores with CDK's default synth of bare ones, in one run.

Ours is measured as it is the first time, and as it is again, when the verdicts on its templates are remembered. Seconds
depend on the machine and on what else it does, so only ratios are worth keeping; the calls that cross from Python to
Node are exact.
"""

import os
import resource
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from constructs_lib.practices.verdicts import FOLDER

HERE = Path(__file__).parent
ROUNDS = 5
STORES = 20


def measure(script: Path, verdicts: str) -> tuple[float, float]:
    """Return the seconds of one whole process, on the wall and of all processors."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([sys.executable, script], check=True, capture_output=True, env=os.environ | {FOLDER: verdicts})
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def calls(script: Path) -> float:
    """Return how often one process crosses from Python to Node, a store."""
    count = subprocess.run(
        [sys.executable, HERE / "count_calls.py", script], check=True, capture_output=True, text=True
    )
    return int(count.stdout.splitlines()[-1]) / STORES


def main() -> None:
    """Alternate between them, and print the best of each."""
    bare, ours = HERE / "bare.py", HERE / "ours.py"
    with TemporaryDirectory() as remembered:
        measure(ours, remembered)
        measured = {"bare": (bare, ""), "ours, first": (ours, ""), "ours, again": (ours, remembered)}
        seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in measured}
        for _ in range(ROUNDS):
            for name, (script, verdicts) in measured.items():
                seconds[name].append(measure(script, verdicts))
    bare_wall, bare_cpu = (min(it) for it in zip(*seconds["bare"], strict=True))
    for name, runs in seconds.items():
        wall, cpu = (min(it) for it in zip(*runs, strict=True))
        print(
            f"{name:12} {wall:.2f} s on the wall ({wall / bare_wall:.2f}), "
            f"{cpu:.2f} s of processors ({cpu / bare_cpu:.2f})"
        )
    print(f"calls from Python to Node: bare {calls(bare):.1f}, ours {calls(ours):.1f} a store")


if __name__ == "__main__":
    main()
