"""How much storage an instance may have."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import Size

from constructs_lib.errors import Problem
from constructs_lib.rds import Storage
from tests.refusing import later, problems

ROOM = "RDS wants a tenth of room to grow: give more, or leave it out."


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, (100, 1000)),
        ({"allocated": Size.gibibytes(20)}, (20, 200)),
        ({"allocated": Size.tebibytes(10)}, (10_240, 65_536)),
        ({"allocated": Size.gibibytes(59_578)}, (59_578, 65_536)),
        ({"allocated": Size.gibibytes(100), "maximum": Size.gibibytes(110)}, (100, 110)),
        ({"allocated": Size.gibibytes(101), "maximum": Size.gibibytes(112)}, (101, 112)),
        ({"maximum": Size.gibibytes(65_536)}, (100, 65_536)),
    ],
)
def test_storage_grows(options: dict[str, Any], expected: tuple[int, int]) -> None:
    storage = Storage(**options)
    assert (storage.allocated_gib, storage.maximum_gib) == expected


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"allocated": Size.gibibytes(19)},
            Problem("allocated", "19", "20 to 59578 GiB", "Give cdk.Size.gibibytes(100)."),
        ),
        (
            {"allocated": Size.gibibytes(59_579)},
            Problem("allocated", "59579", "20 to 59578 GiB", "Give cdk.Size.gibibytes(100)."),
        ),
        ({"maximum": Size.gibibytes(109)}, Problem("maximum", "109", "110 to 65536 GiB", ROOM)),
        (
            {"allocated": Size.gibibytes(101), "maximum": Size.gibibytes(111)},
            Problem("maximum", "111", "112 to 65536 GiB", ROOM),
        ),
        ({"maximum": Size.gibibytes(65_537)}, Problem("maximum", "65537", "110 to 65536 GiB", ROOM)),
        ({"allocated": 100}, Problem("allocated", "100", "Size", "Write a cdk.Size, such as cdk.Size.gibibytes(100).")),
        (
            {"alocated": Size.gibibytes(100)},
            Problem("alocated", "an unknown option", "allocated, maximum", "Did you mean allocated?"),
        ),
        (
            {"allocated": Size.mebibytes(5)},
            Problem(
                "options",
                "what AWS CDK refuses",
                "what it accepts",
                "'5 mebibytes' cannot be converted into a whole number of gibibytes.",
            ),
        ),
    ],
)
def test_a_size_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: Storage(**options)) == [expected]


@pytest.mark.parametrize("option", ["allocated", "maximum"])
def test_a_size_known_only_at_deployment_is_refused(stack: cdk.Stack, option: str) -> None:
    size = Size.gibibytes(cdk.CfnParameter(stack, "Later", type="Number").value_as_number)
    given: dict[str, Any] = {option: size}
    assert problems(lambda: Storage(**given)) == [later(option)]
