"""Regions: a store uses what is in its own."""

from collections.abc import Mapping
from typing import Any, Final
from weakref import WeakKeyDictionary

import aws_cdk as cdk
from constructs import Construct

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import direct

_KNOWN: Final[WeakKeyDictionary[Any, str]] = WeakKeyDictionary()
"""The Regions of scopes and resources: many stores share them, and each question crosses to Node."""


def differ(its: str, ours: str) -> bool:
    """Tell whether two accounts or Regions are known, and not the same."""
    return its != ours and not is_token(its) and not is_token(ours)


def check_region(scope: Construct, given: Mapping[str, cdk.IResource | None], checks: Checks) -> None:
    """Record a problem with each resource of another Region, as far as the Regions are known.

    CDK says nothing of what is imported by an ARN of another Region; AWS refuses it, or waits for it in vain.

    Args:
        scope: Where the resources are used.
        given: The resources by their options; of what was not given, nothing is asked.
        checks: Collects the problems.
    """
    resources = {option: resource for option, resource in given.items() if resource is not None}
    if resources and scope not in _KNOWN:
        _KNOWN[scope] = cdk.Stack.of(scope).region
    here = _KNOWN.get(scope, "")
    for option, resource in resources.items():
        if resource not in _KNOWN:
            _KNOWN[resource] = direct(resource).env.region
        home = _KNOWN[resource]
        checks.require(
            not differ(home, here),
            option,
            resource,
            given=f"one of {home}",
            allowed=f"one of {here}",
            advice="Make or import one in the Region of the stack.",
        )


def check_home(scope: Construct, given: Mapping[str, object], checks: Checks) -> None:
    """Record a problem with each construct of ours whose stack is of another account or Region, as far as is known.

    Args:
        scope: Where the constructs are used.
        given: The constructs by their options; anything else is not judged.
        checks: Collects the problems.
    """
    here = cdk.Stack.of(scope)
    for option, construct in given.items():
        there = cdk.Stack.of(construct) if isinstance(construct, Construct) else here
        for its, ours in ((there.region, here.region), (there.account, here.account)) if there is not here else ():
            checks.require(
                not differ(its, ours),
                option,
                construct,
                given=f"one of {its}",
                allowed=f"one of {ours}",
                advice="Make this one in a stack of the same account and Region.",
            )


def partition_of(region: str) -> str:
    """Return the partition of a Region whose name is known."""
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return partition
    return "aws"
