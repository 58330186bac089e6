"""Names that are known before their resource exists, and that no other stack has."""

import re
from typing import Final

import aws_cdk as cdk
from constructs import Construct

LONGEST_NAME: Final = 63
SUFFIX_LENGTH: Final = 9
"""A dash and eight digits, which set apart two stacks of the same name."""

_STACK_UUID: Final = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
_STACK_SUFFIX: Final = cdk.Token.as_string({"Fn::Select": [0, {"Fn::Split": ["-", _STACK_UUID]}]})

_NOT_DESCRIBING: Final = re.compile(r"[^a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]")
LONGEST_DESCRIPTION: Final = 255

_NOT_TAGGING: Final = re.compile(r"[^a-zA-Z0-9_.:/=+\-@ ]")
LONGEST_TAG: Final = 256


def unique_name(construct: Construct, *, longest: int = LONGEST_NAME) -> str:
    """Return a lower-case name made of the construct's path and of the stack's unique id.

    A stack that is made anew, while a store of the old one was retained, gets other names. There are no two dashes in
    a row, which RDS refuses.

    Args:
        construct: What is named.
        longest: How many characters the name may have.
    """
    name = cdk.Names.unique_resource_name(
        construct, max_length=longest - SUFFIX_LENGTH, separator="-", allowed_special_characters="-"
    )
    return re.sub("-+", "-", f"{name.lower()}-") + _STACK_SUFFIX


def path_name(construct: Construct, *, longest: int = LONGEST_NAME) -> str:
    """Return a lower-case name made of the construct's path alone, which stacks of other Regions know beforehand.

    Args:
        construct: What is named.
        longest: How many characters the name may have.
    """
    name = cdk.Names.unique_resource_name(construct, max_length=longest, separator="-")
    return re.sub("-+", "-", name.lower()).strip("-")


def as_description(text: str) -> str:
    """Return a text as EC2 and RDS take it for a description: without other characters, and not too long."""
    return _NOT_DESCRIBING.sub("-", text)[:LONGEST_DESCRIPTION]


def as_tag(text: str) -> str:
    """Return a text as every service takes it for the value of a tag: without other characters, and not too long."""
    return _NOT_TAGGING.sub("-", text)[:LONGEST_TAG]
