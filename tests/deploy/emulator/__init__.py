"""MiniStack, extended by what our stacks use.

Runs in an environment of its own (`requirements/emulator.in`), for MiniStack pins the version of botocore.
"""
