"""The error that refuses options."""

from typing import Any

import aws_cdk as cdk
import jsii
import pytest
from aws_cdk import aws_ec2 as ec2

from constructs_lib.errors import Checks, InvalidOptionsError, Problem, is_token, show


@jsii.implements(cdk.IStableStringProducer)
class Later:
    """A string that is made at the end."""

    def produce(self) -> str:
        return "later"


def _checks() -> Checks:
    return Checks(lambda: "Stack/Orders")


def test_all_problems_are_raised_together_in_their_order() -> None:
    checks = _checks()
    checks.require(False, "port", 5, allowed="1150 to 65535", advice="Leave it out.")
    checks.problem("engine", "nothing", allowed="an engine", advice="This option is required.")
    with pytest.raises(InvalidOptionsError) as refusal:
        checks.refuse()
    assert refusal.value.path == "Stack/Orders"
    assert refusal.value.problems == (
        Problem("port", "5", "1150 to 65535", "Leave it out."),
        Problem("engine", "nothing", "an engine", "This option is required."),
    )
    assert str(refusal.value) == (
        "Stack/Orders: 2 invalid options\n"
        "  - port: got 5; allowed: 1150 to 65535. Leave it out.\n"
        "  - engine: got nothing; allowed: an engine. This option is required."
    )


def test_one_problem_is_counted_as_one() -> None:
    assert "Stack: 1 invalid option\n" in str(InvalidOptionsError("Stack", [Problem("a", "b", "c", "d")]))


def test_nothing_is_raised_where_nothing_is_wrong() -> None:
    checks = _checks()
    assert checks.require(True, "port", 5, allowed="", advice="")
    assert checks.require_between(1, 1, 1, "port", advice="")
    assert checks.require_between(1, None, 1, "port", advice="")
    checks.refuse()


def test_it_is_a_value_error() -> None:
    assert issubclass(InvalidOptionsError, ValueError)


@pytest.mark.parametrize(("value", "holds"), [(0, False), (1, True), (10, True), (11, False)])
def test_bounds_are_included(value: int, holds: bool) -> None:
    assert _checks().require_between(1, value, 10, "port", advice="") is holds


def _tokens() -> list[Any]:
    lazy = cdk.Fn.ref("Later")
    return [
        lazy,
        f"orders-{lazy}",
        cdk.Token.as_number(cdk.Fn.get_att("Later", "Port")),
        cdk.Token.as_list(cdk.Fn.get_azs()),
        ["a", lazy],
        cdk.Fn.get_att("Later", "Port"),
        cdk.Lazy.string(Later()),
        cdk.Aws.REGION,
    ]


def test_a_token_is_recognized_and_never_judged() -> None:
    for token in _tokens():
        assert is_token(token), token
        assert _checks().require(False, "port", token, allowed="", advice="")


@pytest.mark.parametrize("value", ["", "orders", 0, -1, 1.5, True, None, [], ["a"], (), {}, object(), -(10**200)])
def test_a_plain_value_is_no_token(value: Any) -> None:
    assert not is_token(value)


def test_a_token_among_bounds_is_never_judged() -> None:
    later = cdk.Token.as_number(cdk.Fn.get_att("Later", "Port"))
    assert _checks().require_between(1, later, 10, "port", advice="")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (5, "5"),
        (None, "None"),
        ("orders", "'orders'"),
        (["a", "b"], "['a', 'b']"),
        (cdk.Size, "Size"),
        (object(), "a object"),
        (ec2.SubnetType.PUBLIC, "SubnetType.PUBLIC"),
    ],
)
def test_a_value_is_shown_as_its_reader_knows_it(value: Any, shown: str) -> None:
    assert show(value) == shown


@pytest.mark.parametrize("value", ["x" * 1000, ["x" * 100] * 100, {str(number): number for number in range(1000)}])
def test_a_long_value_is_shown_briefly(value: Any) -> None:
    assert len(show(value)) < 300
