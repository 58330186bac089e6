"""The code of the example functions."""
