"""A consumer that is registered with a stream, and has 2 MiB a second of each shard to itself."""

from collections.abc import Sequence

from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.alarms import AlarmRule, Alarms
from constructs_lib.options import checked


class FanOutConsumer(Construct):
    """An enhanced fan-out consumer; :meth:`Stream.add_consumer` makes it.

    https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html

    Args:
        scope: Where the stream keeps its consumers.
        id: The consumer's name.
        stream: What it reads.
        rules: What it is watched for; none has no alarms.
        alarm_topic: Receives the alarms.

    Raises:
        InvalidOptionsError: An option has the wrong type.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        stream: kinesis.IStream,
        rules: Sequence[AlarmRule] = (),
        alarm_topic: sns.ITopic | None = None,
    ) -> None:
        super().__init__(scope, id)
        self.consumer = kinesis.StreamConsumer(self, "Consumer", stream=stream, stream_consumer_name=id)
        self.arn = self.consumer.stream_consumer_arn
        self.alarms: Alarms | None = None
        if rules:
            self.alarms = Alarms(
                self,
                "Alarms",
                rules=rules,
                namespace="AWS/Kinesis",
                dimensions={"StreamName": stream.stream_name, "ConsumerName": id},
                topic=alarm_topic,
            )
