"""A store asks Node no more than it has to: what takes time and can be counted exactly."""

import pytest

from benchmarks.synth import HERE, calls
from tests.synthesis import ROOT

MOST_CALLS = 55
"""From Python to Node, a DB instance, with its share of what the app asks for once."""


def test_a_store_seldom_asks_node(monkeypatch: pytest.MonkeyPatch) -> None:
    """``make benchmark`` says where the seconds go."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    assert 0 < calls(HERE / "ours.py") <= MOST_CALLS
