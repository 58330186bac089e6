"""Names that are known before their resource exists, and that no other stack has."""

import re
from collections.abc import Sequence
from typing import Any, Final
from weakref import WeakKeyDictionary

import aws_cdk as cdk
from constructs import Construct

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import path_of

LONGEST_NAME: Final = 63
SUFFIX_LENGTH: Final = 9
"""A dash and eight digits, which set apart two stacks of the same name."""

_STACK_UUID: Final = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
_STACK_SUFFIX: Final = cdk.Token.as_string({"Fn::Select": [0, {"Fn::Split": ["-", _STACK_UUID]}]})

_NOT_DESCRIBING: Final = re.compile(r"[^a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]")
LONGEST_DESCRIPTION: Final = 255

_NOT_TAGGING: Final = re.compile(r"[^a-zA-Z0-9_.:/=+\-@ ]")
LONGEST_TAG: Final = 256

_PLACES: Final = {"table": "a database", "folder": "a bucket"}
"""Where there is one of a name, if that is no account and Region."""
_Names = dict[tuple[str, ...], tuple[str, str]]

_TAKEN: Final[WeakKeyDictionary[Any, _Names]] = WeakKeyDictionary()
"""Who has a name, and where that stands, in each app."""
_WHERE: Final[WeakKeyDictionary[Construct, tuple[_Names, tuple[str, str]]]] = WeakKeyDictionary()
"""For each scope the names of its app, and the account and Region that they are taken in: asked of Node once."""


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


def claim(
    scope: Construct,
    id: str,
    option: str,
    kind: str,
    name: Sequence[str],
    advice: str,
    checks: Checks,
    *,
    owner: str | None = None,
) -> None:
    """Take a name that there is once, and record a problem if another construct of the app has it.

    A stack that names no account or Region is compared with itself alone.

    Args:
        scope: The scope of who takes the name.
        id: The id of who takes the name.
        option: The keyword as the caller writes it.
        kind: What is named: ``database``.
        name: The parts of the name, the last of which the caller gave; none for what there is one of.
        advice: What to do instead.
        checks: Collects the problem; while there are others, the name stays free.
        owner: Who the name belongs to, where several constructs take it together; None is the construct alone.
    """
    path = path_of(scope, id)
    names, where = _names_of(scope)
    mine = (owner or path, path)
    its, taken = names.get((*where, kind, *name), mine)
    if not checks.failed:
        names.setdefault((*where, kind, *name), mine)
    if its != mine[0]:
        given = f"{name[-1]!r}, which {taken} has" if name else f"one beside {taken}"
        allowed = f"one {kind}{' of a name' if name else ''} in {_PLACES.get(kind, 'an account and Region')}"
        checks.problem(option, given, allowed=allowed, advice=advice)


def _names_of(scope: Construct) -> tuple[_Names, tuple[str, str]]:
    if scope not in _WHERE:
        stack = cdk.Stack.of(scope)
        where = (stack.account, stack.region)
        if any(map(is_token, where)):
            where = ("", stack.node.path)
        _WHERE[scope] = _TAKEN.setdefault(stack.node.root, {}), where
    return _WHERE[scope]
