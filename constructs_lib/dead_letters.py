"""Where it is kept that something could not be processed: an event, or where in a stream its records are."""

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


class DeadLetterQueue(Construct):
    """An encrypted queue that keeps messages for 14 days, and an alarm for the first of them.

    https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html

    Args:
        scope: The consumer's construct.
        id: The construct's id.
        key: Encrypts the messages.
        why: What the first message means, and what to do about it: the description of the alarm.
        topic: Receives the alarm.
        lifecycle: Whether the queue outlives its stack.
    """

    def __init__(
        self, scope: Construct, id: str, *, key: kms.IKey, why: str, topic: sns.ITopic | None, lifecycle: Lifecycle
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
        waiting = AlarmRule(
            metric="ApproximateNumberOfMessagesVisible",
            threshold=0,
            statistic="Maximum",
            periods=1,
            missing="notBreaching",
            why=why,
        )
        self.alarms = Alarms(
            self,
            "Alarms",
            rules=[waiting],
            namespace="AWS/SQS",
            dimensions={"QueueName": self.queue.queue_name},
            topic=topic,
        )
