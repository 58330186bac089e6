"""Who is told what happens inside RDS: the role of Enhanced Monitoring, and the subscriptions to events."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

from aws_cdk import aws_iam as iam
from aws_cdk import aws_rds as rds
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.arns import ACCOUNT, arn
from constructs_lib.permissions import Permission, service_role

INSTANCE_EVENTS: Final = (
    "availability",
    "configuration change",
    "deletion",
    "failover",
    "failure",
    "low storage",
    "maintenance",
    "notification",
    "recovery",
)
PARAMETER_EVENTS: Final = ("configuration change",)
CLUSTER_EVENTS: Final = ("configuration change", "deletion", "failover", "failure", "maintenance", "notification")


def monitoring_role(
    scope: Construct, id: str, store: str, members: str | None = None
) -> tuple[iam.Role, iam.ManagedPolicy]:
    """Make the role with which RDS writes operating system metrics of one store to the account's log group for them.

    RDS tries the role when the store is made: the store has to depend on the policy.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html

    Args:
        scope: The store's construct.
        id: The role's id.
        store: The store as its ARN names it, ``db:orders``.
        members: The same for those that belong to it, whose names nobody knows yet, ``db:*``.

    Returns:
        The role, and its policy.
    """
    condition = (
        {"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": arn("rds", store)}}
        if members is None
        else {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": [arn("rds", store), arn("rds", members)]},
        }
    )
    return service_role(
        scope,
        id,
        service="monitoring.rds.amazonaws.com",
        conditions=condition,
        permissions=[
            Permission(
                actions=(
                    "logs:CreateLogGroup",
                    "logs:CreateLogStream",
                    "logs:DescribeLogStreams",
                    "logs:GetLogEvents",
                    "logs:PutLogEvents",
                    "logs:PutRetentionPolicy",
                ),
                resources=(arn("logs", "log-group:RDSOSMetrics:*"),),
                wildcard="RDS names the log stream after an id that the instance gets only when it exists.",
            )
        ],
    )


def make_first(store: Construct, logs: Construct, policy: Construct | None) -> None:
    """Make a store depend on its logs and monitoring; not what CDK puts beneath it, such as a proxy: a circle.

    Args:
        store: The instance or cluster.
        logs: Its log groups.
        policy: Of the role of its monitoring; None without.
    """
    cast("Construct", store.node.default_child).node.add_dependency(logs, *([policy] if policy else []))


@dataclass(frozen=True, slots=True)
class EventSource:
    """What announces events.

    Args:
        name: The id of the subscription.
        type: As RDS names it, ``db-cluster``.
        ids: Which of that type.
        categories: The events.
    """

    name: str
    type: str
    ids: Sequence[str]
    categories: Sequence[str]


def announce_events(scope: Construct, topic: sns.ITopic, *sources: EventSource) -> None:
    """Subscribe a topic to what happens to a store.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
    """
    for source in sources:
        rds.CfnEventSubscription(
            scope,
            source.name,
            sns_topic_arn=topic.topic_arn,
            source_type=source.type,
            source_ids=list(source.ids),
            event_categories=list(source.categories),
        )
