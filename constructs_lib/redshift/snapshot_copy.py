"""Copies of snapshots in a second Region, from which the warehouse is restored there."""

from dataclasses import field
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_redshift as redshift
from constructs import Construct

from constructs_lib.arns import ACCOUNT, PARTITION
from constructs_lib.encryption import store_key
from constructs_lib.errors import Checks, is_token
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.naming import path_name
from constructs_lib.options import options
from constructs_lib.redshift.settings import check_days, name_tag
from constructs_lib.regions import check_region, partition_of

MOST_DAYS: Final = 35


@options
class SnapshotCopy:
    """Copies every snapshot to a second Region, encrypted with a key of that Region.

    https://docs.aws.amazon.com/redshift/latest/mgmt/working-with-snapshots.html#cross-region-snapshot-copy

    The stack of the second Region is deployed first. Where CloudFormation does not know snapshot copy grants yet, its
    rule F3006 says so.

    Args:
        scope: Where key and grant live: a stack of the second Region, or a construct in it.
        retention: How long copies of automated snapshots are kept, 1 to 35 days.
        key: Encrypts the copies; None makes a key there. It belongs to the second Region.

    Raises:
        InvalidOptionsError: The retention is not a whole number of days from 1 to 35, or the key is of another Region.
    """

    scope: Construct
    retention: cdk.Duration = cdk.Duration.days(MOST_DAYS)
    key: kms.IKey | None = None
    days: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        checks = Checks(lambda: "SnapshotCopy")
        days = check_days("retention", self.retention, 1, MOST_DAYS, "Write cdk.Duration.days(35).", checks)
        check_region(self.scope, {"key": self.key}, checks)
        checks.refuse()
        object.__setattr__(self, "days", days)

    @property
    def region(self) -> str:
        """The second Region."""
        return cdk.Stack.of(self.scope).region


def check_copy(stack: cdk.Stack, copy: SnapshotCopy | None, checks: Checks) -> None:
    """Refuse a second Region that is not known, that is the first, or that is of another account or partition."""
    if copy is None:
        return
    there = cdk.Stack.of(copy.scope)
    advice = "Give each stack env=cdk.Environment(account=..., region=...)."
    if is_token(stack.region) or is_token(there.region):
        given = "a stack that names no Region"
        checks.problem("snapshot_copy", given, allowed="two stacks with a Region each", advice=advice)
        return
    for noun, here, other in (
        ("another Region", stack.region, there.region),
        ("the same account", stack.account, there.account),
        ("the same partition", partition_of(stack.region), partition_of(there.region)),
    ):
        wrong = here == other if noun == "another Region" else here != other
        if wrong and not is_token(here) and not is_token(other):
            given = f"a stack in {other}"
            checks.problem(
                "snapshot_copy",
                given,
                allowed=f"a stack of {noun} than {here}" if here == other else f"a stack of {noun}, {here}",
                advice=advice,
            )


def copy_grant(warehouse: Construct, copy: SnapshotCopy, path: str, lifecycle: Lifecycle) -> str:
    """Let Redshift use a key of the second Region for the copies of a cluster, and return the name of the grant.

    The name is made of the construct's path, so that the first Region knows it without asking the second.
    """
    name = path_name(warehouse)
    copies, key = _make(warehouse, copy, lifecycle)
    grant = redshift.CfnSnapshotCopyGrant(
        copies, "Grant", snapshot_copy_grant_name=name, kms_key_id=key.key_arn, tags=name_tag(path)
    )
    grant.apply_removal_policy(lifecycle.removal_policy)
    return name


def copy_key(warehouse: Construct, copy: SnapshotCopy, lifecycle: Lifecycle) -> str:
    """Return the alias of a key of the second Region for the copies of a namespace.

    The alias is made of the construct's path, so that the first Region knows it without asking the second.
    """
    alias = f"alias/{path_name(warehouse)}"
    copies, key = _make(warehouse, copy, lifecycle)
    kms.CfnAlias(copies, "Alias", alias_name=alias, target_key_id=key.key_arn)
    return f"arn:{PARTITION}:kms:{copy.region}:{ACCOUNT}:{alias}"


def _make(warehouse: Construct, copy: SnapshotCopy, lifecycle: Lifecycle) -> tuple[Construct, kms.IKey]:
    copies = Construct(copy.scope, f"{cdk.Names.node_unique_id(warehouse.node)}SnapshotCopies")
    cdk.Stack.of(warehouse).add_stack_dependency(cdk.Stack.of(copy.scope))
    return copies, store_key(copies, copy.key, lifecycle)
