"""The bounds of an event source mapping."""

from typing import Any

import pytest
from aws_cdk import Duration

from constructs_lib.delivery import Delivery
from constructs_lib.errors import Problem
from tests.refusing import problems

EVENTS = [{"dynamodb": {"Keys": {"id": {"S": [str(number)]}}}} for number in range(11)]
WITHIN = "Stay within what Lambda allows."


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"batch_size": 0}, Problem("batch_size", "0", "1 to 10000 records", WITHIN)),
        ({"batch_size": 10_001}, Problem("batch_size", "10001", "1 to 10000 records", WITHIN)),
        (
            {"batching_window": Duration.seconds(301)},
            Problem("batching_window", "301", "0 to 300 seconds", WITHIN),
        ),
        (
            {"parallelization_factor": 0},
            Problem("parallelization_factor", "0", "1 to 10 batches", WITHIN),
        ),
        (
            {"parallelization_factor": 11},
            Problem("parallelization_factor", "11", "1 to 10 batches", WITHIN),
        ),
        ({"retry_attempts": -1}, Problem("retry_attempts", "-1", "0 to 10000 times", WITHIN)),
        ({"retry_attempts": 10_001}, Problem("retry_attempts", "10001", "0 to 10000 times", WITHIN)),
        (
            {"max_record_age": Duration.seconds(59)},
            Problem("max_record_age", "59", "60 to 604800 seconds", WITHIN),
        ),
        (
            {"max_record_age": Duration.days(8)},
            Problem("max_record_age", "691200", "60 to 604800 seconds", WITHIN),
        ),
        (
            {"tumbling_window": Duration.seconds(0)},
            Problem("tumbling_window", "0", "1 to 900 seconds", WITHIN),
        ),
        (
            {"tumbling_window": Duration.minutes(16)},
            Problem("tumbling_window", "960", "1 to 900 seconds", WITHIN),
        ),
        (
            {"filters": EVENTS},
            Problem("filters", "11 patterns", "at most 10", "Join patterns: a pattern can list several values."),
        ),
        (
            {"batching_window": 5},
            Problem("batching_window", "5", "Duration", "Write a cdk.Duration, such as cdk.Duration.minutes(5)."),
        ),
    ],
)
def test_an_option_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: Delivery(**options)) == [expected]


def test_one_pattern_is_no_list_of_patterns() -> None:
    [problem] = problems(lambda: Delivery(filters={"eventName": ["INSERT"]}))  # type: ignore[arg-type]
    assert problem.option == "filters"


def test_a_pattern_that_is_too_long_is_refused() -> None:
    [problem] = problems(lambda: Delivery(filters=[{"eventName": ["x" * 5000]}]))
    assert (problem.option, problem.allowed) == ("filters", "at most 4096 characters of JSON")


def test_a_pattern_that_is_no_json_is_refused() -> None:
    [problem] = problems(lambda: Delivery(filters=[{"eventName": [Duration.seconds(1)]}]))
    assert problem.option == "filters"


@pytest.mark.parametrize("pattern", [{}, {"eventName": "INSERT"}, {"eventName": []}, {"dynamodb": {"Keys": {}}}])
def test_what_is_no_event_pattern_is_refused(pattern: dict[str, Any]) -> None:
    [problem] = problems(lambda: Delivery(filters=[pattern]))
    assert (problem.option, problem.allowed) == ("filters", "an event pattern")


def test_all_problems_are_said_at_once() -> None:
    found = problems(lambda: Delivery(batch_size=0, retry_attempts=-1, filters=EVENTS))
    assert [problem.option for problem in found] == ["batch_size", "retry_attempts", "filters"]


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_size": 1, "batching_window": Duration.seconds(0), "retry_attempts": 0},
        {"batch_size": 10_000, "batching_window": Duration.minutes(5), "retry_attempts": 10_000},
        {"max_record_age": Duration.minutes(1), "tumbling_window": Duration.seconds(1)},
        {"max_record_age": Duration.days(7), "tumbling_window": Duration.minutes(15)},
        {"filters": EVENTS[:10]},
    ],
)
def test_the_bounds_themselves_are_taken(options: dict[str, Any]) -> None:
    assert Delivery(**options)


def test_patterns_are_compact_json() -> None:
    assert Delivery(filters=[{"eventName": ["INSERT", "MODIFY"]}]).patterns == ['{"eventName":["INSERT","MODIFY"]}']


def test_the_same_pattern_twice_is_refused() -> None:
    [problem] = problems(lambda: Delivery(filters=[{"eventName": ["INSERT"]}, {"eventName": ["INSERT"]}]))
    assert problem.option == "filters"
