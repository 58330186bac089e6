"""Regions: a store uses what is in its own."""

from collections.abc import Mapping

import aws_cdk as cdk
from constructs import Construct

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import direct


def check_region(scope: Construct, given: Mapping[str, cdk.IResource | None], checks: Checks) -> None:
    """Record a problem with each resource of another Region, as far as the Regions are known.

    CDK says nothing of what is imported by an ARN of another Region; AWS refuses it, or waits for it in vain.

    Args:
        scope: Where the resources are used.
        given: The resources by their options; of what was not given, nothing is asked.
        checks: Collects the problems.
    """
    resources = {option: direct(resource) for option, resource in given.items() if resource is not None}
    here = cdk.Stack.of(scope).region if resources else ""
    for option, resource in resources.items():
        home = resource.env.region
        checks.require(
            home == here or is_token(home) or is_token(here),
            option,
            resource,
            given=f"one of {home}",
            allowed=f"one of {here}",
            advice="Make or import one in the Region of the stack.",
        )


def partition_of(region: str) -> str:
    """Return the partition of a Region whose name is known."""
    for prefix, partition in (("cn-", "aws-cn"), ("us-gov-", "aws-us-gov")):
        if region.startswith(prefix):
            return partition
    return "aws"
