"""Compares a fully checked synth of our stores with CDK's default synth of bare ones, in one run.

Seconds depend on the machine and on what else it does, so only ratios are worth keeping; the calls that cross from
Python to Node are exact.
"""

import resource
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
ROUNDS = 5
STORES = 20


def measure(script: Path) -> tuple[float, float]:
    """Return the seconds of one whole process, on the wall and of all processors."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([sys.executable, script], check=True, capture_output=True)
    wall = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def calls(script: Path) -> int:
    """Return how often one process crosses from Python to Node."""
    count = subprocess.run(
        [sys.executable, HERE / "count_calls.py", script], check=True, capture_output=True, text=True
    )
    return int(count.stdout.splitlines()[-1])


def main() -> None:
    """Alternate between the two, and print the best of each."""
    scripts = {name: HERE / f"{name}.py" for name in ("bare", "ours")}
    seconds: dict[str, list[tuple[float, float]]] = {name: [] for name in scripts}
    for _ in range(ROUNDS):
        for name, script in scripts.items():
            seconds[name].append(measure(script))
    best = {name: (min(w for w, _ in runs), min(c for _, c in runs)) for name, runs in seconds.items()}
    for name, (wall, cpu) in best.items():
        crossings = calls(scripts[name]) / STORES
        print(f"{name}: {wall:.2f} s on the wall, {cpu:.2f} s of processors, {crossings:.1f} calls a store")
    (bare_wall, bare_cpu), (our_wall, our_cpu) = best["bare"], best["ours"]
    print(f"ours / bare: {our_wall / bare_wall:.2f} on the wall, {our_cpu / bare_cpu:.2f} of processors")


if __name__ == "__main__":
    main()
