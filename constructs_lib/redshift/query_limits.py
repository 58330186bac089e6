"""What Redshift Serverless cancels a query for."""

from collections.abc import Mapping
from typing import Final

import aws_cdk as cdk

from constructs_lib.errors import Checks
from constructs_lib.options import options

LONGEST_SECONDS: Final = 86_399
MOST_ROWS: Final = 999_999_999_999_999


@options
class QueryLimits:
    """The limits beyond which Redshift Serverless cancels a query; what is None is not limited.

    https://docs.aws.amazon.com/redshift/latest/dg/cm-c-wlm-query-monitoring-rules.html#cm-c-wlm-query-monitoring-metrics-serverless

    Args:
        execution_time: How long it may run, 1 to 86,399 seconds.
        queue_time: How long it may wait, 1 to 86,399 seconds.
        scanned_rows: How many rows it may read in one step.
        returned_rows: How many rows it may return.
        joined_rows: How many rows it may process in one join.

    Raises:
        InvalidOptionsError: A limit is out of range.
    """

    execution_time: cdk.Duration | None = cdk.Duration.hours(4)
    queue_time: cdk.Duration | None = None
    scanned_rows: int | None = None
    returned_rows: int | None = None
    joined_rows: int | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "QueryLimits")
        advice = "Leave it out for no limit."
        for option, time in (("execution_time", self.execution_time), ("queue_time", self.queue_time)):
            if time is not None and checks.require_literal(option, time):
                seconds = time.to_seconds(integral=False)
                checks.require_between(1, seconds, LONGEST_SECONDS, option, unit="seconds", advice=advice)
        for option, rows in (
            ("scanned_rows", self.scanned_rows),
            ("returned_rows", self.returned_rows),
            ("joined_rows", self.joined_rows),
        ):
            if checks.require_literal(option, rows):
                checks.require_between(1, rows, MOST_ROWS, option, unit="rows", advice=advice)
        checks.refuse()

    @property
    def parameters(self) -> Mapping[str, str]:
        """The limits by the names of their configuration parameters."""
        values = {
            "max_query_execution_time": self.execution_time and int(self.execution_time.to_seconds(integral=False)),
            "max_query_queue_time": self.queue_time and int(self.queue_time.to_seconds(integral=False)),
            "max_scan_row_count": self.scanned_rows,
            "max_return_row_count": self.returned_rows,
            "max_join_row_count": self.joined_rows,
        }
        return {name: str(value) for name, value in values.items() if value is not None}
