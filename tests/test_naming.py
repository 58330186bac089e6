"""Names that no other stack has, and descriptions that AWS takes."""

import re

import aws_cdk as cdk
import pytest
from constructs import Construct

from constructs_lib.naming import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    LONGEST_TAG,
    as_description,
    as_tag,
    path_name,
    unique_name,
)
from tests.synthesis import deployed, new_app, new_stack, template


def _name(construct: Construct, longest: int = LONGEST_NAME) -> str:
    stack = cdk.Stack.of(construct)
    cdk.CfnOutput(stack, "Name", value=unique_name(construct, longest=longest))
    return str(deployed(template(stack).content["Outputs"]["Name"]["Value"]))


def test_a_name_starts_with_the_path_and_ends_with_the_id_of_the_stack(stack: cdk.Stack) -> None:
    name = _name(Construct(stack, "Orders"))
    assert name.startswith("stack-orders-")
    assert name.endswith("-0a1b2c3d")


def test_a_name_made_of_the_path_is_the_same_in_every_region() -> None:
    def name(region: str) -> str:
        stack = new_stack(cdk.Environment(account="123456789012", region=region))
        return path_name(Construct(stack, "Orders--2026-"), longest=20)

    assert name("eu-west-1") == name("us-east-1")
    assert len(name("eu-west-1")) <= 20
    assert re.fullmatch("[a-z][a-z0-9]*(-[a-z0-9]+)*", name("eu-west-1"))


@pytest.mark.parametrize("id", ["Orders", "Orders_2026", "x" * 200, "Ünïcode-Orders", "1", "A--B", "Orders-"])
@pytest.mark.parametrize("longest", [LONGEST_NAME, 50])
def test_a_name_is_one_that_aws_takes(stack: cdk.Stack, id: str, longest: int) -> None:
    name = _name(Construct(stack, id), longest)
    assert len(name) <= longest
    assert name == name.lower()
    assert all(character.isalnum() or character == "-" for character in name)
    assert name.isascii()
    assert name[0].isalpha()
    assert "--" not in name


def test_constructs_of_one_stack_have_different_names(stack: cdk.Stack) -> None:
    long = "x" * 200
    constructs = [Construct(stack, it) for it in ("Orders", "Order", f"{long}1", f"{long}2")]
    constructs.append(Construct(constructs[0], "Orders"))
    assert len({unique_name(construct) for construct in constructs}) == len(constructs)


def test_stacks_of_one_app_have_different_names() -> None:
    app = new_app()
    assert len({unique_name(Construct(new_stack(app=app, id=it), "Orders")) for it in ("One", "Two")}) == 2


def test_a_name_stays_what_it_is() -> None:
    """A change here replaces every instance that is deployed."""
    assert _name(Construct(new_stack(), "Orders")) == "stack-orders-eedb7941-0a1b2c3d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Who reaches Stack/Orders.", "Who reaches Stack/Orders."), ("Ünï 'code'", "-n- -code-"), ("a\nb", "a-b")],
)
def test_a_description_has_characters_that_aws_takes(text: str, expected: str) -> None:
    assert as_description(text) == expected


def test_a_description_is_not_too_long() -> None:
    assert len(as_description("x" * 1000)) == LONGEST_DESCRIPTION


@pytest.mark.parametrize(
    ("text", "expected"), [("Shop/Ledger", "Shop/Ledger"), ("Ünï 'code'", "-n- -code-"), ("a<b>&c", "a-b--c")]
)
def test_a_tag_has_characters_that_aws_takes(text: str, expected: str) -> None:
    assert as_tag(text) == expected


def test_a_tag_is_not_too_long() -> None:
    assert len(as_tag("x" * 1000)) == LONGEST_TAG
