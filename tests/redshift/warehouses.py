"""Warehouses to test: with the least that must be said, and with every option."""

from typing import Any, Final

import aws_cdk as cdk
from aws_cdk import aws_backup as backup
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms

from constructs_lib import redshift
from constructs_lib.backup import BackupPolicy
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from tests.synthesis import ACCOUNT, new_stack, new_vpc

FRANKFURT: Final = cdk.Environment(account=ACCOUNT, region="eu-central-1")
VIRGINIA: Final = cdk.Environment(account=ACCOUNT, region="us-east-1")
"""Two Regions in which CloudFormation knows the newest types of Redshift."""
SOURCE: Final = "arn:aws:rds:eu-central-1:123456789012:cluster:orders"
PUBLIC: Final = ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC)


def new_cluster(stack: cdk.Stack, **options: Any) -> redshift.Cluster:
    """Make a cluster with the least that must be said, and these options."""
    if "vpc" not in options:
        options["vpc"] = new_vpc(stack, 3)
    return redshift.Cluster(stack, "Sales", **options)


def new_workgroup(stack: cdk.Stack, **options: Any) -> redshift.ServerlessWorkgroup:
    """Make a workgroup with the least that must be said, and these options."""
    if "vpc" not in options:
        options["vpc"] = new_vpc(stack, 3)
    return redshift.ServerlessWorkgroup(stack, "Sales", **options)


def public_vpc(stack: cdk.Stack) -> ec2.IVpc:
    """Make a VPC of public subnets that exists already."""
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Public",
        vpc_id="vpc-0123456789abcdef1",
        availability_zones=[f"eu-west-1{letter}" for letter in "abc"],
        public_subnet_ids=[f"subnet-0123456789abcde{index}" for index in range(10, 13)],
        public_subnet_route_table_ids=[f"rtb-0123456789abcde{index}" for index in range(10, 13)],
    )


def other_stack(stack: cdk.Stack, env: cdk.Environment | None = VIRGINIA) -> cdk.Stack:
    """Make a stack of a second Region in the same app."""
    app = stack.node.root
    assert isinstance(app, cdk.App)
    return new_stack(env, app=app, id="Elsewhere")


def full_wlm() -> redshift.AutomaticWlm:
    """Make queues with every option."""
    slow = redshift.Condition("query_execution_time", 3_600)
    return redshift.AutomaticWlm(
        queues=[
            redshift.Queue(
                "Dashboards",
                priority="highest",
                user_groups=["dashboard_*"],
                user_roles=["reader"],
                query_groups=["dashboards"],
                concurrency_scaling=True,
                rules=[redshift.QueryRule("slow", [slow], action="change_query_priority", priority="low")],
            ),
        ],
        default_priority="low",
        short_queries=cdk.Duration.seconds(5),
    )


def _shared(stack: cdk.Stack) -> dict[str, Any]:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    return {
        "vpc": new_vpc(stack, 3),
        "subnets": ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
        "database_name": "sales",
        "admin_username": "owner",
        "port": 8191,
        "track": "trailing",
        "backup": BackupPolicy(
            retention=cdk.Duration.days(14),
            plan=backup.BackupPlan.from_backup_plan_id(stack, "Plan", "11111111-2222-3333-4444-555555555555"),
        ),
        "snapshot_copy": redshift.SnapshotCopy(scope=other_stack(stack), retention=cdk.Duration.days(7)),
        "zero_etl_sources": [SOURCE],
        "key": key,
        "alarm_topic": AlarmTopic(stack, "Topic", key=key).topic,
        "lifecycle": Lifecycle.DISPOSABLE,
    }


def full_cluster(stack: cdk.Stack) -> redshift.Cluster:
    """Make a cluster with every option but those that exclude each other."""
    return new_cluster(
        stack,
        **_shared(stack),
        node_type="ra3.4xlarge",
        nodes=4,
        availability=redshift.Availability.RELOCATION,
        wlm=full_wlm(),
        maintenance="Tue:01:00-Tue:02:00",
        pause=redshift.PauseSchedule(pause="cron(0 20 ? * MON-FRI *)", resume="cron(0 6 ? * MON-FRI *)"),
        usage_limits=[redshift.UsageLimit("spectrum", 10), redshift.UsageLimit("concurrency-scaling", 60, "daily")],
        waive={redshift.ENHANCED_VPC_ROUTING: "COPY reads from buckets of other accounts."},
    )


def full_workgroup(stack: cdk.Stack) -> redshift.ServerlessWorkgroup:
    """Make a workgroup with every option but those that exclude each other."""
    return new_workgroup(
        stack,
        **_shared(stack),
        capacity=redshift.PricePerformance("economical", max_rpus=64),
        query_limits=redshift.QueryLimits(
            execution_time=cdk.Duration.minutes(30),
            queue_time=cdk.Duration.minutes(5),
            scanned_rows=1_000_000_000,
            returned_rows=1_000_000,
            joined_rows=1_000_000_000,
        ),
        waive={redshift.SERVERLESS_ENHANCED_VPC_ROUTING: "COPY reads from buckets of other accounts."},
    )
