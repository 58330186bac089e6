"""The command ``constructs-lib``: judges cloud assemblies and templates, and explains the practices."""

import sys
from importlib.util import find_spec
from io import TextIOWrapper

PACKAGES = ("typer", "rich", "junitparser")
"""What the extra ``cli`` installs."""


def main() -> None:
    """Run the command, or say in one line how to install what it needs."""
    if any(find_spec(package) is None for package in PACKAGES):
        message = 'constructs-lib: the command line needs more packages: pip install "constructs-lib[cli]"'
        print(message, file=sys.stderr)
        sys.exit(2)
    from constructs_lib.cli.app import app

    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")  # Reasons may hold what the terminal cannot show.
    app(prog_name="constructs-lib")
