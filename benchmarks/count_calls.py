"""Runs a script and prints how often it crossed from Python to Node; jsii has no public counter."""

import runpy
import sys
from typing import Any

from jsii._kernel.providers import process

count = 0
send = process._NodeProcess.send


def counted(self: Any, *arguments: Any) -> Any:
    """Count a request, and send it."""
    global count
    count += 1
    return send(self, *arguments)


process._NodeProcess.send = counted  # type: ignore[method-assign, assignment]
runpy.run_path(sys.argv[1])
print(count)
