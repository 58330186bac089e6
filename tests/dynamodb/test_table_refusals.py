"""Options that the table refuses, and what it says of them."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb

from constructs_lib import dynamodb
from constructs_lib.dynamodb.table import WAIVABLE
from constructs_lib.errors import Problem
from tests.dynamodb.tables import attribute, index, new_table
from tests.refusing import OF_THAT_TYPE, problems, waiver_refusals
from tests.synthesis import new_stack

OPTIONS = (
    "partition_key, sort_key, capacity, global_secondary_indexes, stream, expiry_attribute, backup, key, alarm_topic, "
    "lifecycle, waive"
)
NAMES = [f"index-{number}" for number in range(21)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"sortkey": 5}, Problem("sortkey", "an unknown option", OPTIONS, "Did you mean sort_key?")),
        (
            {"partition_key": "customer"},
            Problem("partition_key", "'customer'", "dynamodb.Attribute", OF_THAT_TYPE),
        ),
        (
            {"stream": "NEW_IMAGE"},
            Problem(
                "stream",
                "'NEW_IMAGE'",
                "dynamodb.StreamViewType or None",
                OF_THAT_TYPE,
            ),
        ),
        (
            {"capacity": None},
            Problem(
                "capacity",
                "None",
                "dynamodb.OnDemand or dynamodb.Provisioned",
                OF_THAT_TYPE,
            ),
        ),
        (
            {"partition_key": attribute("")},
            Problem("partition_key", "''", "1 to 255 characters", "Choose another name."),
        ),
        (
            {"expiry_attribute": ""},
            Problem("expiry_attribute", "''", "1 to 255 characters", "Choose another name."),
        ),
        (
            {"sort_key": attribute("customer")},
            Problem("sort_key", "'customer'", "another attribute than partition_key", "Choose another name."),
        ),
        (
            {"expiry_attribute": "customer"},
            Problem(
                "expiry_attribute",
                "'customer'",
                "an attribute that is no key",
                "Store the expiry in an attribute of its own, as a number.",
            ),
        ),
        (
            {"global_secondary_indexes": [index(name) for name in NAMES]},
            Problem(
                "global_secondary_indexes",
                "21 indexes",
                "at most 20",
                "Overload an index with attributes of several kinds of item.",
            ),
        ),
        (
            {"global_secondary_indexes": [index("same"), index("same")]},
            Problem("global_secondary_indexes", "['same', 'same']", "names that differ", "Rename an index."),
        ),
        *waiver_refusals(
            dynamodb.ALARMS,
            ", ".join(sorted(f"dynamodb.{practice.id.removeprefix('DYNAMODB_')}" for practice in WAIVABLE)),
        ),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_table(stack, **options)) == [expected]


def test_one_index_is_no_list_of_indexes(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_table(stack, global_secondary_indexes=index("by-status")))
    assert problem.allowed == "a list of dynamodb.GlobalSecondaryIndexPropsV2"


def test_a_name_that_is_too_long_is_refused(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_table(stack, sort_key=attribute("x" * 256)))
    assert (problem.option, problem.allowed) == ("sort_key", "1 to 255 characters")


def test_what_cdk_refuses_is_our_error_too(stack: cdk.Stack) -> None:
    keys = aws_dynamodb.GlobalSecondaryIndexPropsV2(
        index_name="by-keys", partition_keys=[attribute(f"key{number}") for number in range(5)]
    )
    [problem] = problems(lambda: new_table(stack, global_secondary_indexes=[keys]))
    assert problem.option == "options"
    assert problem.given == "what AWS CDK refuses"
    assert problem.advice


def test_a_second_construct_of_the_same_name_is_our_error_too(stack: cdk.Stack) -> None:
    new_table(stack)
    assert problems(lambda: new_table(stack)) == [
        Problem(
            "options",
            "what AWS CDK refuses",
            "what it accepts",
            "There is already a Construct with name 'Orders' in Stack2 [Stack]",
        )
    ]


@pytest.mark.parametrize("name", ["ab", "x" * 256, "by status"])
def test_an_index_name_that_dynamodb_refuses_is_refused(stack: cdk.Stack, name: str) -> None:
    found = problems(lambda: new_table(stack, global_secondary_indexes=[index(name)]))
    assert [problem.option for problem in found] == ["global_secondary_indexes"]


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_the_key_of_an_index_is_checked_like_that_of_the_table(stack: cdk.Stack, name: str) -> None:
    found = problems(lambda: new_table(stack, global_secondary_indexes=[index("by-status", name)]))
    assert [problem.option for problem in found] == ["global_secondary_indexes"]


FIXED = aws_dynamodb.Capacity.fixed(5)
PROVISIONED = dynamodb.Provisioned(min_read_units=5, max_read_units=50, min_write_units=5, max_write_units=50)
OWN_CAPACITY: tuple[dict[str, Any], ...] = (
    {"capacity": PROVISIONED, "index": {"read_capacity": FIXED}},
    {"capacity": dynamodb.OnDemand(), "index": {"max_read_request_units": 5}},
)


def _with_index(capacity: dynamodb.OnDemand | dynamodb.Provisioned, index: dict[str, Any]) -> dict[str, Any]:
    key = attribute("status")
    own = aws_dynamodb.GlobalSecondaryIndexPropsV2(index_name="by-status", partition_key=key, **index)
    return {"capacity": capacity, "global_secondary_indexes": [own]}


@pytest.mark.parametrize("options", OWN_CAPACITY, ids=lambda it: next(iter(it["index"])))
def test_an_index_reads_by_its_own_capacity_in_a_region_alone(options: dict[str, Any]) -> None:
    assert new_table(new_stack(), **_with_index(**options)).table
    assert problems(lambda: new_table(new_stack(None), **_with_index(**options))) == [
        Problem(
            "global_secondary_indexes",
            "capacity of their own for by-status, in a stack that names no Region",
            "the capacity of the table",
            "Give the stack env=cdk.Environment(region=...), or leave the capacity out.",
        )
    ]
