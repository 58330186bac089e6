"""Amazon Kinesis Data Streams: constructs, their options, and the practices that can be waived."""

from constructs_lib.functions import RESERVED_CONCURRENCY, TRACING
from constructs_lib.kinesis.capacity import OnDemand, Provisioned, Traffic
from constructs_lib.kinesis.fan_out_consumer import FanOutConsumer
from constructs_lib.kinesis.sharing import Sharing
from constructs_lib.kinesis.stream import Stream
from constructs_lib.kinesis.stream_consumer import StreamConsumer
from constructs_lib.practices.kinesis import ALARMS, RETAINED, RETENTION

__all__ = [
    "ALARMS",
    "RESERVED_CONCURRENCY",
    "RETAINED",
    "RETENTION",
    "TRACING",
    "FanOutConsumer",
    "OnDemand",
    "Provisioned",
    "Sharing",
    "Stream",
    "StreamConsumer",
    "Traffic",
]
