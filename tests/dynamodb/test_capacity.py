"""The bounds of a table's capacity."""

from typing import Any

import pytest

from constructs_lib.dynamodb import OnDemand, Provisioned
from constructs_lib.errors import Problem
from tests.refusing import OF_THAT_TYPE, problems

UNITS = {"min_read_units": 1, "max_read_units": 10, "min_write_units": 1, "max_write_units": 10}


@pytest.mark.parametrize(
    ("capacity", "limits"),
    [
        (OnDemand(), (40_000, 40_000)),
        (OnDemand(max_read_units=1, max_write_units=2), (1, 2)),
        (Provisioned(1, 10, 2, 20), (10, 20)),
        (Provisioned(5, 5, 5, 5, target_percent=20), (5, 5)),
    ],
)
def test_the_limit_is_known(capacity: OnDemand | Provisioned, limits: tuple[int, int]) -> None:
    assert (capacity.read_limit, capacity.write_limit) == limits


@pytest.mark.parametrize("option", ["max_read_units", "max_write_units"])
@pytest.mark.parametrize("units", [0, -1])
def test_a_ceiling_below_one_is_refused(option: str, units: int) -> None:
    assert problems(lambda: OnDemand(**{option: units})) == [
        Problem(option, str(units), "1 or more", "Leave it out for no ceiling.")
    ]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"min_read_units": 0},
            Problem("min_read_units", "0", "1 or more", "A table cannot sleep: use OnDemand."),
        ),
        (
            {"max_write_units": 1, "min_write_units": 5},
            Problem("max_write_units", "1", "5 or more", "Give a maximum above the minimum."),
        ),
        (
            {"target_percent": 19},
            Problem("target_percent", "19", "20 to 90 percent", "Leave it out for 70."),
        ),
        (
            {"target_percent": 91},
            Problem("target_percent", "91", "20 to 90 percent", "Leave it out for 70."),
        ),
        ({"target_percent": True}, Problem("target_percent", "True", "int", OF_THAT_TYPE)),
    ],
)
def test_a_bound_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: Provisioned(**{**UNITS, **options})) == [expected]


def test_bounds_have_to_be_given() -> None:
    found = problems(lambda: Provisioned(min_read_units=1))  # type: ignore[call-arg]
    assert [problem.option for problem in found] == ["max_read_units", "min_write_units", "max_write_units"]
