"""Clusters of Aurora DSQL to test: with the least that must be said, and with every option."""

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_kms as kms

from constructs_lib import dsql
from constructs_lib.backup import BackupPolicy
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic

LONDON: Final = "arn:aws:dsql:eu-west-2:123456789012:cluster/imabudrfon4p2z3nv2jo4rlajm"
TWO_REGIONS: Final = dsql.MultiRegion(witness_region="eu-west-3", peer=LONDON)


def new_cluster(stack: cdk.Stack, **options: Any) -> dsql.Cluster:
    """Make a cluster with these options."""
    return dsql.Cluster(stack, "Ledger", **options)


def full_cluster(stack: cdk.Stack) -> dsql.Cluster:
    """Make a cluster with every option."""
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    return new_cluster(
        stack,
        multi_region=TWO_REGIONS,
        backup=BackupPolicy(
            retention=cdk.Duration.days(7),
            plan=backup.BackupPlan.from_backup_plan_id(stack, "Plan", "11111111-2222-3333-4444-555555555555"),
        ),
        key=key,
        alarm_topic=AlarmTopic(stack, "Topic", key=key).topic,
        lifecycle=Lifecycle.DISPOSABLE,
        waive={dsql.DELETION_PROTECTION: "Made anew for every test."},
    )
