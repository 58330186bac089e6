"""Alarms as data: what is watched, when it is too much, and why."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from constructs import Construct

from constructs_lib.acknowledgements import acknowledge
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
        super().__init__(scope, id)
        actions = [topic.topic_arn] if topic else None
        bound = [{"name": name, "value": value} for name, value in dimensions.items()]
        self.by_metric = {
            rule.metric: cloudwatch.CfnAlarm(
                self,
                rule.metric.replace("%", ""),
                alarm_description=rule.why,
                comparison_operator=rule.comparison,
                threshold=rule.threshold,
                evaluation_periods=rule.periods,
                treat_missing_data=rule.missing,
                alarm_actions=actions,
                ok_actions=actions,
                **_watched(rule, namespace, bound),
            )
            for rule in rules
        }
        """Each alarm by the name of its metric: ``alarms.by_metric["CPUUtilization"].threshold = 95``."""
        if topic is None:
            acknowledge(self, dict.fromkeys(practices.ALARM_ACTIONS.rules, NO_TOPIC))


def _watched(rule: AlarmRule, namespace: str, bound: list[dict[str, str]]) -> dict[str, Any]:
    """Return the properties of an alarm that name its metric, or what is computed of its metrics."""

    def part(id: str, metric: str, *dimensions: dict[str, str]) -> cloudwatch.CfnAlarm.MetricDataQueryProperty:
        return cloudwatch.CfnAlarm.MetricDataQueryProperty(
            id=id,
            return_data=False,
            metric_stat=cloudwatch.CfnAlarm.MetricStatProperty(
                metric=cloudwatch.CfnAlarm.MetricProperty(
                    namespace=namespace, metric_name=metric, dimensions=[*bound, *dimensions]
                ),
                period=rule.period_seconds,
                stat=rule.statistic,
            ),
        )

    if rule.operations:
        parts = [
            part(f"m{index}", rule.metric, {"name": "Operation", "value": operation})
            for index, operation in enumerate(rule.operations)
        ]
        return _computed("total", "SUM(METRICS())", rule, parts)
    if rule.share_of:
        return _computed("share", "100 * part / whole", rule, [part("part", rule.metric), part("whole", rule.share_of)])
    return {
        "namespace": namespace,
        "metric_name": rule.metric,
        "dimensions": bound,
        "statistic": rule.statistic,
        "period": rule.period_seconds,
    }


def _computed(
    id: str, expression: str, rule: AlarmRule, parts: list[cloudwatch.CfnAlarm.MetricDataQueryProperty]
) -> dict[str, Any]:
    """Return the properties of an alarm on what an expression makes of its metrics."""
    result = cloudwatch.CfnAlarm.MetricDataQueryProperty(
        id=id, expression=expression, label=rule.metric, return_data=True
    )
    return {"metrics": [*parts, result]}
