"""The deploy test: every stack, through the real CDK CLI, into an emulated account on this machine."""
