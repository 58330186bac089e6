"""What a refusal has to say."""

from collections.abc import Callable
from typing import Any

import pytest

from constructs_lib import rds
from constructs_lib.errors import InvalidOptionsError, Problem
from constructs_lib.practices import Practice

OF_THAT_TYPE = "Pass a value of that type."
THE_CONSTRUCT = "Pass the construct itself, or one imported with its class's from_... methods."


def later(option: str) -> Problem:
    """Return the problem with a number that is known only at deployment."""
    advice = "Write the number: alarms and other settings follow from it."
    return Problem(option, "a value known only at deployment", "a literal", advice)


def waiver_refusals(own: Practice, known: str) -> tuple[tuple[dict[str, Any], Problem], ...]:
    """Return what every store refuses as waivers: one without a reason, and one of another store."""
    why = "Say why: it goes into the report and the template."
    return (
        ({"waive": {own: " "}}, Problem("waive", f"no reason for {own.id}", "a sentence", why)),
        (
            {"waive": {rds.MULTI_AZ: "Because."}},
            Problem("waive", "RDS_MULTI_AZ", known, "Waive only what this construct does."),
        ),
    )


def problems(make: Callable[[], Any]) -> list[Problem]:
    """Return every problem that is found while something is made; none is no refusal."""
    with pytest.raises(InvalidOptionsError) as refusal:
        make()
    return list(refusal.value.problems)
