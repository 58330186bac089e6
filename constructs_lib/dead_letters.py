"""Where messages and records wait that nobody could process."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from constructs_lib.acknowledgements import acknowledge
from constructs_lib.alarms import AlarmRule, Alarms
from constructs_lib.lifecycle import Lifecycle

RETENTION_DAYS: Final = 14
"""The longest that SQS keeps a message."""

ENDS_HERE: Final = (
    "This is a dead-letter queue: what it cannot keep has nowhere else to go, and its alarm calls for a person."
)

RULES: Final = (
    AlarmRule(
        metric="ApproximateNumberOfMessagesVisible",
        threshold=0,
        statistic="Maximum",
        periods=1,
        missing="notBreaching",
        why="Records were given up. Read them, mend the cause, and send them again before the queue forgets them.",
    ),
)


class DeadLetterQueue(Construct):
    """An encrypted queue that keeps messages for 14 days, and an alarm for the first of them.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html

    Args:
        scope: The consumer's construct.
        id: The construct's id.
        key: Encrypts the messages.
        topic: Receives the alarm.
        lifecycle: Whether the queue outlives its stack.
    """

    def __init__(
        self, scope: Construct, id: str, *, key: kms.IKey, topic: sns.ITopic | None, lifecycle: Lifecycle
    ) -> None:
        super().__init__(scope, id)
        self.queue = sqs.Queue(
            self,
            "Queue",
            encryption=sqs.QueueEncryption.KMS,
            encryption_master_key=key,
            enforce_ssl=True,
            retention_period=cdk.Duration.days(RETENTION_DAYS),
            redrive_allow_policy=sqs.RedriveAllowPolicy(redrive_permission=sqs.RedrivePermission.DENY_ALL),
            removal_policy=lifecycle.removal_policy,
        )
        acknowledge(self.queue, {"Serverless-SQSRedrivePolicy": ENDS_HERE, "AwsSolutions-SQS3": ENDS_HERE})
        self.alarms = Alarms(
            self,
            "Alarms",
            rules=RULES,
            namespace="AWS/SQS",
            dimensions={"QueueName": self.queue.queue_name},
            topic=topic,
        )
