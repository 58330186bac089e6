"""What options may be drawn from: values within the limits, at their edges, and beyond."""

from typing import Any

import aws_cdk as cdk
from hypothesis import strategies as st

from constructs_lib.lifecycle import Lifecycle
from constructs_lib.practices import Practice


def around(low: int, high: int) -> st.SearchStrategy[int]:
    """Draw numbers from a range and its surroundings, edges more often."""
    return st.sampled_from([low - 1, low, low + 1, high - 1, high, high + 1]) | st.integers(low - 10, high + 10)


def sizes(low: int, high: int) -> st.SearchStrategy[cdk.Size]:
    """Draw sizes in GiB."""
    return st.builds(cdk.Size.gibibytes, around(low, high).filter(lambda it: it >= 0))


def seconds(low: int, high: int) -> st.SearchStrategy[cdk.Duration]:
    """Draw durations in seconds."""
    return st.builds(cdk.Duration.seconds, around(low, high).filter(lambda it: it >= 0))


def some(strategies: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw some of the options."""
    return st.fixed_dictionaries({}, optional=strategies)


def waivers(practices: tuple[Practice, ...]) -> st.SearchStrategy[dict[Practice, str]]:
    """Draw waivers, now and then without a reason."""
    reasons = st.sampled_from(["A sandbox, rebuilt every night."] * 9 + [" "])
    return st.dictionaries(st.sampled_from(practices), reasons, max_size=3)


LIFECYCLES = st.sampled_from(Lifecycle)
