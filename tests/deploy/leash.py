"""Run a command until it ends or standard input closes; then end it, with all that it started.

Whoever runs this holds the other end of standard input, and the system closes that however its holder ends: done,
failed, interrupted or killed. Nothing else ends an emulator, the functions in it, or a CLI as surely.
"""

import os
import signal
import subprocess
import sys
import threading


def end_with_stdin() -> None:
    """Wait for the end of standard input, and kill this process group. It must be the command's alone."""
    os.read(sys.stdin.fileno(), 1)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=end_with_stdin, daemon=True).start()
    sys.exit(subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, check=False).returncode)
