"""Names that are known before their resource exists, and that no other stack has."""

import re
from dataclasses import dataclass
from typing import Final

import aws_cdk as cdk
from constructs import Construct

LONGEST_PREFIX: Final = 50
"""Most names have 63 characters; the rest is for what sets apart two stacks of the same name."""

_STACK_UUID: Final = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
_STACK_SUFFIX: Final = cdk.Token.as_string({"Fn::Select": [0, {"Fn::Split": ["-", _STACK_UUID]}]})


@dataclass(frozen=True, slots=True)
class UniqueName:
    """A name made of the construct's path and of the stack's unique id.

    A stack that is made anew, while a store of the old one was retained, gets other names.

    Args:
        prefix: The part that is known at synthesis, with a dash at its end; policies of other stacks can name it.
        value: The whole name, known at deployment.
    """

    prefix: str
    value: str


def unique_name(construct: Construct) -> UniqueName:
    """Return the lower-case name of a construct, without two dashes in a row, which RDS refuses."""
    name = cdk.Names.unique_resource_name(
        construct, max_length=LONGEST_PREFIX, separator="-", allowed_special_characters="-"
    )
    prefix = re.sub("-+", "-", f"{name.lower()}-")
    return UniqueName(prefix, prefix + _STACK_SUFFIX)
