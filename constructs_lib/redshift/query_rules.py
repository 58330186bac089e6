"""The rules that watch what runs in a queue."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Literal

from constructs_lib.errors import Checks
from constructs_lib.options import options

Priority = Literal["lowest", "low", "normal", "high", "highest", "critical"]
Action = Literal["log", "hop", "abort", "change_query_priority"]
Operator = Literal["<", "=", ">"]

MOST_CONDITIONS: Final = 3
_ROWS: Final = 999_999_999_999_999
METRICS: Final[Mapping[str, int]] = {
    "io_skew": 99,
    "join_row_count": _ROWS,
    "cpu_skew": 99,
    "nested_loop_join_row_count": _ROWS,
    "query_blocks_read": 1_048_575,
    "query_cpu_time": 999_999,
    "query_cpu_usage_percent": 6_399,
    "query_execution_time": 86_399,
    "query_queue_time": 86_399,
    "query_temp_blocks_to_disk": 319_815_679,
    "return_row_count": _ROWS,
    "scan_row_count": _ROWS,
    "segment_execution_time": 86_399,
    "spectrum_scan_row_count": _ROWS,
    "spectrum_scan_size_mb": _ROWS,
}
"""The metrics that rules compare, and the highest value of each.

https://docs.aws.amazon.com/redshift/latest/dg/cm-c-wlm-query-monitoring-rules.html
"""
_RULE_NAME: Final = re.compile("[a-zA-Z0-9_]{1,32}")


@options
class Condition:
    """What a rule compares.

    Args:
        metric: One of the metrics of query monitoring rules: ``query_execution_time``.
        value: The value in the metric's own unit: seconds, rows, blocks of 1 MB or percent.
        operator: How the metric is compared with the value.

    Raises:
        InvalidOptionsError: The metric is not known, or never has this value.
    """

    metric: str
    value: int
    operator: Operator = ">"

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Condition")
        advice = "Look at STL_QUERY_METRICS for what your queries have."
        allowed = ", ".join(sorted(METRICS))
        if checks.require(self.metric in METRICS, "metric", self.metric, allowed=allowed, advice=advice):
            checks.require_between(0, self.value, METRICS.get(self.metric, _ROWS), "value", advice=advice)
        checks.require_literal("value", self.value)
        checks.refuse()


@options
class QueryRule:
    """What happens to a query in a queue that goes too far.

    https://docs.aws.amazon.com/redshift/latest/dg/cm-c-wlm-query-monitoring-rules.html

    Args:
        name: 1 to 32 letters, digits and underscores; no other rule of the cluster has it.
        conditions: One to three, all of which have to hold.
        action: Log the query, move it to the next queue (manual queues only), cancel it, or change its priority
            (automatic queues only).
        priority: The new priority, where the action changes it.

    Raises:
        InvalidOptionsError: Name or number of conditions is wrong, or the priority does not fit the action.
    """

    name: str
    conditions: Sequence[Condition]
    action: Action = "log"
    priority: Priority | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "QueryRule")
        checks.require(
            _RULE_NAME.fullmatch(self.name) is not None,
            "name",
            self.name,
            allowed="1 to 32 letters, digits and underscores",
            advice="Rename the rule.",
        )
        advice = "Split the rule into several."
        count = f"{len(self.conditions)} conditions"
        if not 1 <= len(self.conditions) <= MOST_CONDITIONS:
            checks.problem("conditions", count, allowed=f"1 to {MOST_CONDITIONS}", advice=advice)
        changes = self.action == "change_query_priority"
        checks.require(
            changes == (self.priority is not None) and self.priority != "critical",
            "priority",
            self.priority,
            allowed="lowest, low, normal, high or highest" if changes else "None",
            advice="Give it with the action change_query_priority, and with no other.",
        )
        checks.refuse()

    @property
    def json(self) -> dict[str, Any]:
        """The rule as Redshift reads it."""
        conditions = [{"metric_name": it.metric, "operator": it.operator, "value": it.value} for it in self.conditions]
        value = {"value": self.priority} if self.priority else {}
        return {"rule_name": self.name, "predicate": conditions, "action": self.action, **value}
