"""MiniStack, extended by what our stacks use. Runs in an environment of its own: see `requirements/emulator.in`."""
