"""What becomes of a store when its stack goes."""

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final
from weakref import WeakKeyDictionary

import aws_cdk as cdk

from constructs_lib.errors import Checks

DISPOSABLE_REASON = "Lifecycle.DISPOSABLE: nothing in this store has to outlive its stack."


class Lifecycle(Enum):
    """One choice drives removal policy, deletion protection and final snapshot together, so that they never disagree.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html
    """

    RETAINED = "retained"
    """The store is protected from deletion, and stays when the stack is deleted or the resource replaced."""

    DISPOSABLE = "disposable"
    """The store goes with its stack and its automated backups, without a final snapshot. For sandboxes.

    AWS Backup deletes no vault that holds recovery points: delete those first, or waive the backup plan of a store that
    lives longer than a day. RDS deletes no option group that a manual snapshot or a recovery point refers to.
    """

    @property
    def protected(self) -> bool:
        """Whether the service itself refuses to delete the store."""
        return self is Lifecycle.RETAINED

    @property
    def removal_policy(self) -> cdk.RemovalPolicy:
        """What CloudFormation does with the resource."""
        return cdk.RemovalPolicy.RETAIN if self.protected else cdk.RemovalPolicy.DESTROY

    def outlives(self, other: "Lifecycle") -> bool:
        """Whether what lives so is there when the other is gone: it cannot be encrypted with the other's key."""
        return self.protected and not other.protected


_LIFECYCLES: Final[WeakKeyDictionary[Any, Lifecycle]] = WeakKeyDictionary()
"""Of the keys and buckets that are made here: those of others are not judged."""


def remember(resource: cdk.IResource, lifecycle: Lifecycle) -> None:
    """Say what becomes of a key or a bucket, so that no store is made to outlive it."""
    _LIFECYCLES[resource] = lifecycle


def check_lasts(
    given: Mapping[str, cdk.IResource | None],
    lifecycle: Lifecycle,
    checks: Checks,
    *,
    advice: str = "Make it with Lifecycle.RETAINED, or this with Lifecycle.DISPOSABLE.",
) -> None:
    """Record a problem with each key or bucket that goes with its stack, under a store that stays.

    Args:
        given: The resources by their options; of what was not given, nothing is asked.
        lifecycle: That of the store, which nobody could read without them.
        checks: Collects the problems.
        advice: What to do about it.
    """
    for option, resource in given.items():
        its = lifecycle if resource is None else _LIFECYCLES.get(resource, lifecycle)
        checks.require(
            not lifecycle.outlives(its),
            option,
            resource,
            given="one that goes with its stack",
            allowed="one that stays, as this does",
            advice=advice,
        )
