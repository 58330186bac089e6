"""Alarms as data: what is watched, when it is too much, and why."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, Final, Literal, cast

from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_sns as sns
from aws_cdk import cloudformation_include as include
from constructs import Construct

from constructs_lib.acknowledgements import acknowledge
from constructs_lib.errors import Checks
from constructs_lib.options import checks_for
from constructs_lib.practices import cloudwatch as practices

PATHS_WANTED: Final = "aws:cdk:enable-path-metadata"
"""The context with which the CDK CLI has each resource say its path, which an included one does not by itself."""
PATH: Final = "aws:cdk:path"
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


class Alarms(include.CfnInclude):
    """Watches one resource by a list of rules; its alarms are made in one call to Node, of a template.

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

        actions = {name: [topic.topic_arn] for name in ("AlarmActions", "OKActions")} if topic else {}
        bound = [{"Name": name, "Value": value} for name, value in dimensions.items()]
        path = _path_wanted(scope, id)
        alarms = {
            _id(rule.metric): {
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
                **({"Metadata": {PATH: f"{path}/{_id(rule.metric)}"}} if path else {}),
            }
            for rule in rules
        }
        written = json.dumps({"Resources": alarms})
        with NamedTemporaryFile("w", prefix="constructs-lib-", suffix=".json", encoding="utf-8", delete=False) as file:
            file.write(written)
        try:
            super().__init__(scope, id, template_file=file.name, preserve_logical_ids=False)
        finally:
            Path(file.name).unlink()
        self.by_metric: Mapping[str, cloudwatch.CfnAlarm] = _ByMetric(self, [rule.metric for rule in rules])
        """Each alarm by the name of its metric: ``alarms.by_metric["CPUUtilization"].threshold = 95``."""
        self.topic = topic
        """Receives the alarms."""
        if topic is None:
            acknowledge(self, dict.fromkeys(practices.ALARM_ACTIONS.rules, NO_TOPIC))

    def send_to(self, topic: sns.ITopic) -> None:
        """Send the alarms, which nobody received, to a topic."""
        self.topic = topic
        for alarm in self.by_metric.values():
            alarm.alarm_actions = alarm.ok_actions = [topic.topic_arn]


class _ByMetric(Mapping[str, cloudwatch.CfnAlarm]):
    """Alarms by the names of their metrics; each is fetched from Node when it is asked for.

    Args:
        alarms: What includes them.
        metrics: The names of their metrics.
    """

    def __init__(self, alarms: include.CfnInclude, metrics: Sequence[str]) -> None:
        self._alarms = alarms
        self._fetched: dict[str, cloudwatch.CfnAlarm | None] = dict.fromkeys(metrics)

    def __getitem__(self, metric: str) -> cloudwatch.CfnAlarm:
        alarm = self._fetched[metric] or cast("cloudwatch.CfnAlarm", self._alarms.get_resource(_id(metric)))
        self._fetched[metric] = alarm
        return alarm

    def __iter__(self) -> Iterator[str]:
        return iter(self._fetched)

    def __len__(self) -> int:
        return len(self._fetched)


def _path_wanted(scope: Construct, id: str) -> str | None:
    """Return the path that the alarms are to say in the template; None where resources say none."""
    node = scope.node
    return f"{node.path}/{id}" if node.try_get_context(PATHS_WANTED) else None


def _id(metric: str) -> str:
    """Return the id of an alarm, in which CDK takes no percent sign."""
    return metric.replace("%", "")


def _check_rules(rules: Sequence[AlarmRule], checks: Checks) -> None:
    ids = [_id(rule.metric) for rule in rules]
    for rule in rules:
        checks.require(
            ids.count(_id(rule.metric)) == 1,
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
