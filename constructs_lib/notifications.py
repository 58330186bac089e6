"""A topic that alarms and events can really be sent to, although it is encrypted."""

from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.arns import ACCOUNT
from constructs_lib.encryption import store_key
from constructs_lib.errors import Checks
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for
from constructs_lib.regions import check_region

PUBLISHERS = ("cloudwatch.amazonaws.com", "events.rds.amazonaws.com", "redshift.amazonaws.com")
"""The services that send what the constructs of this library announce."""


class AlarmTopic(Construct):
    """An encrypted SNS topic for alarms and events; subscribe to ``.topic``.

    A service can publish to an encrypted topic only if the policies of both topic and key say so.

    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services

    Args:
        scope: The parent construct.
        id: The construct's id.
        key: Encrypts the messages; its policy is widened for the publishing services. That of one that was imported
            stays as it is: its owner has to let them in, or nothing arrives. None makes a key.
        lifecycle: Whether the key that is made here outlives its stack.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        key: kms.IKey | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        check_region(scope, {"key": key}, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.key = store_key(self, key, lifecycle)
        self.topic = sns.Topic(self, "Topic", master_key=self.key, enforce_ssl=True)
        account = {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        for service in PUBLISHERS:
            principal = iam.ServicePrincipal(service)
            self.key.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["kms:Decrypt", "kms:GenerateDataKey"],
                    principals=[principal],
                    resources=["*"],
                    conditions=account,
                )
            )
            self.topic.add_to_resource_policy(
                iam.PolicyStatement(
                    actions=["sns:Publish"],
                    principals=[principal],
                    resources=[self.topic.topic_arn],
                    conditions=account,
                )
            )


def check_topic(topic: sns.ITopic | None, service: str, checks: Checks) -> None:
    """Record a problem with a topic that a service cannot send its events to.

    Args:
        topic: The topic that was given.
        service: Who sends events, RDS or Redshift.
        checks: Collects the problem.
    """
    checks.require(
        topic is None or not topic.fifo,
        "alarm_topic",
        topic,
        given="a FIFO topic",
        allowed="a standard topic",
        advice=f"{service} sends its events to standard topics only.",
    )
