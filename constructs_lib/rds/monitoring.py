"""Who is told what happens inside RDS: the role of Enhanced Monitoring, and the subscriptions to events."""

from typing import Final

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


def monitoring_role(scope: Construct, id: str, store: str) -> iam.Role:
    """Make the role with which RDS writes operating system metrics of one store to the account's log group for them.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.Enabling.html

    Args:
        scope: The store's construct.
        id: The role's id.
        store: The store as its ARN names it, ``db:orders``.
    """
    log_group = arn("logs", "log-group:RDSOSMetrics")
    return service_role(
        scope,
        id,
        service="monitoring.rds.amazonaws.com",
        conditions={"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": arn("rds", store)}},
        permissions=[
            Permission(actions=("logs:CreateLogGroup", "logs:PutRetentionPolicy"), resources=(log_group,)),
            Permission(
                actions=(
                    "logs:CreateLogStream",
                    "logs:DescribeLogStreams",
                    "logs:GetLogEvents",
                    "logs:PutLogEvents",
                ),
                resources=(f"{log_group}:log-stream:*",),
                wildcard="RDS names the log stream after an id that the instance gets only when it exists.",
            ),
        ],
    )


def announce_events(
    scope: Construct, topic: sns.ITopic, instance: rds.IDatabaseInstance, parameters: rds.IParameterGroup
) -> None:
    """Subscribe a topic to what happens to an instance, and to its parameter group.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Events.Messages.html
    """
    group = parameters.bind_to_instance().parameter_group_name
    for name, source_type, source, categories in (
        ("Events", "db-instance", instance.instance_identifier, INSTANCE_EVENTS),
        ("ParameterEvents", "db-parameter-group", group, PARAMETER_EVENTS),
    ):
        rds.CfnEventSubscription(
            scope,
            name,
            sns_topic_arn=topic.topic_arn,
            source_type=source_type,
            source_ids=[source],
            event_categories=list(categories),
        )
