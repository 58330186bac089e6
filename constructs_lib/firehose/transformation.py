"""A function that changes records on their way."""

from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_lambda as lambda_

from constructs_lib.errors import Checks
from constructs_lib.functions import FunctionCode
from constructs_lib.options import options

SMALLEST_BUFFER_KIB: Final = 205
"""0.2 MiB, in whole KiB."""
LARGEST_BUFFER_KIB: Final = 3 * 1024
LONGEST_INTERVAL_SECONDS: Final = 900
MOST_RETRIES: Final = 300
LONGEST_TIMEOUT_SECONDS: Final = 300
"""How long Firehose waits for an answer."""


@options
class Transformation:
    """A function that is invoked with batches of records, and answers with what becomes of each.

    It returns every ``recordId`` with ``result`` Ok, Dropped or ProcessingFailed, and ``data`` in base64, 6 MB at most;
    what failed goes to the error prefix.

    https://docs.aws.amazon.com/firehose/latest/dev/data-transformation.html

    Args:
        function: Code to make a function from, or a function, version or alias that exists. Code in a VPC runs in its
            isolated subnets. Firehose waits five minutes for an answer.
        buffer_size: 205 KiB to 3 MiB of records for one invocation.
        buffer_interval: How long to gather them: up to 15 minutes.
        retries: How often a failing invocation is tried again: 0 to 300.

    Raises:
        InvalidOptionsError: A value is out of range, or known only at deployment.
    """

    function: FunctionCode | lambda_.IFunction
    buffer_size: cdk.Size = cdk.Size.mebibytes(1)
    buffer_interval: cdk.Duration = cdk.Duration.seconds(60)
    retries: int = 3

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Transformation")
        if checks.require_literal("buffer_size", self.buffer_size):
            advice = "Leave room: records grow by a third in base64, and an invocation takes 6 MB."
            checks.require_between(
                SMALLEST_BUFFER_KIB,
                self.buffer_size.to_kibibytes(),
                LARGEST_BUFFER_KIB,
                "buffer_size",
                unit="KiB",
                advice=advice,
            )
        if checks.require_literal("buffer_interval", self.buffer_interval):
            checks.require_between(
                0,
                self.buffer_interval.to_seconds(),
                LONGEST_INTERVAL_SECONDS,
                "buffer_interval",
                unit="seconds",
                advice="Gather for 15 minutes at most.",
            )
        if checks.require_literal("retries", self.retries):
            advice = "3 tries again what fails by chance."
            checks.require_between(0, self.retries, MOST_RETRIES, "retries", unit="times", advice=advice)
        if isinstance(self.function, FunctionCode):
            checks.require_between(
                1,
                self.function.timeout.to_seconds(),
                LONGEST_TIMEOUT_SECONDS,
                "function",
                unit="seconds as timeout",
                advice="Firehose waits five minutes for an answer.",
            )
        checks.refuse()

    @property
    def seconds(self) -> int:
        """The interval in seconds."""
        return int(self.buffer_interval.to_seconds())

    @property
    def parameters(self) -> dict[str, str]:
        """What Firehose is told besides the function."""
        return {
            "BufferSizeInMBs": f"{self.buffer_size.to_kibibytes() / 1024:.4g}",
            "BufferIntervalInSeconds": str(self.seconds),
            "NumberOfRetries": str(self.retries),
        }
