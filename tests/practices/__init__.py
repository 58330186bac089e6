"""The catalogue and its Guard rules."""
