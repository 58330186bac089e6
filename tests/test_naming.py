"""Names that no other stack has."""

import aws_cdk as cdk
import pytest
from constructs import Construct

from constructs_lib.naming import LONGEST_PREFIX, unique_name
from tests.synthesis import deployed, new_app, new_stack, template


def _name(stack: cdk.Stack, construct: Construct) -> str:
    cdk.CfnOutput(stack, "Name", value=unique_name(construct).value)
    return str(deployed(template(stack).content["Outputs"]["Name"]["Value"]))


def test_a_name_starts_with_the_path_and_ends_with_the_id_of_the_stack(stack: cdk.Stack) -> None:
    construct = Construct(stack, "Orders")
    assert unique_name(construct).prefix.startswith("stack-orders-")
    assert _name(stack, construct) == unique_name(construct).prefix + "0a1b2c3d"


@pytest.mark.parametrize(
    "id",
    [
        "Orders",
        "Orders_2026",
        "x" * 200,
        "Ünïcode-Orders",
        "1",
        "A--B",
        "Orders-",
    ],
)
def test_a_name_is_one_that_rds_takes(stack: cdk.Stack, id: str) -> None:
    name = _name(stack, Construct(stack, id))
    assert len(name) <= 63
    assert name == name.lower()
    assert all(character.isalnum() or character == "-" for character in name)
    assert name.isascii()
    assert name[0].isalpha()
    assert "--" not in name


def test_constructs_of_one_stack_have_different_names(stack: cdk.Stack) -> None:
    long = "x" * 200
    constructs = [Construct(stack, it) for it in ("Orders", "Order", f"{long}1", f"{long}2")]
    constructs.append(Construct(constructs[0], "Orders"))
    prefixes = {unique_name(construct).prefix for construct in constructs}
    assert len(prefixes) == len(constructs)
    assert max(map(len, prefixes)) <= LONGEST_PREFIX + 1


def test_stacks_of_one_app_have_different_names() -> None:
    app = new_app()
    names = {unique_name(Construct(new_stack(app=app, id=it), "Orders")).prefix for it in ("One", "Two")}
    assert len(names) == 2


def test_a_name_stays_what_it_is() -> None:
    """A change here replaces every instance that is deployed."""
    assert unique_name(Construct(new_stack(), "Orders")).prefix == "stack-orders-eedb7941-"
