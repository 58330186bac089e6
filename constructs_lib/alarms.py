"""Alarms as data: what is watched, when it is too much, and why."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import acknowledge
from constructs_lib.errors import Checks
from constructs_lib.fragments import Fragment, as_id
from constructs_lib.options import checks_for
from constructs_lib.practices import cloudwatch as practices

NO_TOPIC = "No topic was given: the alarm's state is read in CloudWatch."

Comparison = Literal["GreaterThanThreshold", "GreaterThanOrEqualToThreshold", "LessThanThreshold"]
MissingData = Literal["missing", "breaching", "notBreaching", "ignore"]


@dataclass(frozen=True, slots=True)
class AlarmRule:
    """One thing to be woken for.

    Args:
        metric: The metric's name, which names the alarm too.
        threshold: The value, in the metric's own unit.
        why: Why this threshold, and what to look at; it becomes the alarm's description.
        comparison: How the metric is compared with the threshold.
        statistic: How the values of one period are put together.
        period_seconds: The length of a period.
        periods: How many periods in a row have to breach.
        missing: What a period without data means.
        operations: For a metric that is published for each API operation: those that are added up.
        share_of: The metric of which this one is a part; the threshold is a percentage then.
    """

    metric: str
    threshold: float
    why: str
    comparison: Comparison = "GreaterThanThreshold"
    statistic: str = "Average"
    period_seconds: int = 60
    periods: int = 5
    missing: MissingData = "missing"
    operations: tuple[str, ...] = ()
    share_of: str | None = None


class Alarms(Construct):
    """Watches one resource by a list of rules.

    Args:
        scope: The store's construct.
        id: The id of the group.
        rules: What to watch.
        namespace: The metrics' namespace, ``AWS/RDS``.
        dimensions: The resource, by reference; empty only for metrics that AWS publishes for the account alone.
        topic: Receives the alarms, and their end.

    Raises:
        InvalidOptionsError: Two rules make an alarm of one id, or a threshold is no number.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        rules: Sequence[AlarmRule],
        namespace: str,
        dimensions: Mapping[str, str],
        topic: sns.ITopic | None,
    ) -> None:
        checks = checks_for(scope, id)
        _check_rules(rules, checks)
        checks.refuse()

        super().__init__(scope, id)
        actions = {name: [topic.topic_arn] for name in ("AlarmActions", "OKActions")} if topic else {}
        bound = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        alarms = {
            rule.metric: {
                "Type": "AWS::CloudWatch::Alarm",
                "Properties": {
                    "AlarmDescription": rule.why,
                    "ComparisonOperator": rule.comparison,
                    "Threshold": rule.threshold,
                    "EvaluationPeriods": rule.periods,
                    "TreatMissingData": rule.missing,
                    **actions,
                    **_watched(rule, namespace, bound),
                },
            }
            for rule in rules
        }
        self.by_metric = cast("Mapping[str, cloudwatch.CfnAlarm]", Fragment(self, alarms))
        """Each alarm by the name of its metric: ``alarms.by_metric["CPUUtilization"].threshold = 95``."""
        if topic is None:
            acknowledge(self, dict.fromkeys(practices.ALARM_ACTIONS.rules, NO_TOPIC))


def _check_rules(rules: Sequence[AlarmRule], checks: Checks) -> None:
    ids = [as_id(rule.metric) for rule in rules]
    for rule in rules:
        checks.require(
            ids.count(as_id(rule.metric)) == 1,
            "rules",
            rule.metric,
            given=f"{rule.metric} twice",
            allowed="one rule for a metric",
            advice="Put the rules for one metric into groups of their own.",
        )
        threshold: object = rule.threshold
        number = isinstance(threshold, int | float) and not isinstance(threshold, bool) and math.isfinite(threshold)
        advice = f"Say when {rule.metric} is too much."
        checks.require(number, "threshold", threshold, allowed="a number", advice=advice)


def _watched(rule: AlarmRule, namespace: str, bound: list[dict[str, str]]) -> dict[str, Any]:
    """Return the properties of an alarm that name its metric, or what is computed of its metrics."""

    def part(id: str, metric: str, *dimensions: dict[str, str]) -> dict[str, Any]:
        return {
            "Id": id,
            "ReturnData": False,
            "MetricStat": {
                "Metric": {"Namespace": namespace, "MetricName": metric, "Dimensions": [*bound, *dimensions]},
                "Period": rule.period_seconds,
                "Stat": rule.statistic,
            },
        }

    if rule.operations:
        parts = [
            part(f"m{index}", rule.metric, {"Name": "Operation", "Value": operation})
            for index, operation in enumerate(rule.operations)
        ]
        return _computed("total", "SUM(METRICS())", rule, parts)
    if rule.share_of:
        return _computed("share", "100 * part / whole", rule, [part("part", rule.metric), part("whole", rule.share_of)])
    return {
        "Namespace": namespace,
        "MetricName": rule.metric,
        "Dimensions": bound,
        "Statistic": rule.statistic,
        "Period": rule.period_seconds,
    }


def _computed(id: str, expression: str, rule: AlarmRule, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the properties of an alarm on what an expression makes of its metrics."""
    result = {"Id": id, "Expression": expression, "Label": rule.metric, "ReturnData": True}
    return {"Metrics": [*parts, result]}
