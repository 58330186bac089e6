"""Runs the command as ``python -m constructs_lib.cli``."""

from constructs_lib.cli import main

main()
