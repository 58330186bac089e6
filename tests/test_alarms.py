"""Alarms as data."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns

from constructs_lib.alarms import NO_TOPIC, AlarmRule, Alarms
from constructs_lib.notifications import AlarmTopic
from tests.refusing import problems
from tests.synthesis import judge, new_app, new_stack, template

ALARM = "AWS::CloudWatch::Alarm"
RULE = AlarmRule(metric="EBSIOBalance%", threshold=10, why="It is nearly spent.", comparison="LessThanThreshold")


def _watch(stack: cdk.Stack, rule: AlarmRule = RULE, topic: sns.ITopic | None = None) -> Alarms:
    return Alarms(
        stack, "Alarms", rules=[rule], namespace="AWS/RDS", dimensions={"DBInstanceIdentifier": "orders"}, topic=topic
    )


def test_a_rule_becomes_an_alarm(stack: cdk.Stack) -> None:
    _watch(stack)
    assert template(stack).properties(ALARM) == {
        "AlarmDescription": "It is nearly spent.",
        "ComparisonOperator": "LessThanThreshold",
        "Dimensions": [{"Name": "DBInstanceIdentifier", "Value": "orders"}],
        "EvaluationPeriods": 5,
        "MetricName": "EBSIOBalance%",
        "Namespace": "AWS/RDS",
        "Period": 60,
        "Statistic": "Average",
        "Threshold": 10,
        "TreatMissingData": "missing",
    }


def test_metrics_of_operations_are_added_up(stack: cdk.Stack) -> None:
    _watch(stack, AlarmRule(metric="Errors", threshold=0, why="", statistic="Sum", operations=("Get", "Put")))
    properties = template(stack).properties(ALARM)
    [get, put, total] = properties["Metrics"]
    assert "MetricName" not in properties
    assert [it["MetricStat"]["Metric"]["Dimensions"][1]["Value"] for it in (get, put)] == ["Get", "Put"]
    assert [it["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for it in (get, put)] == ["orders", "orders"]
    assert (get["ReturnData"], total["ReturnData"]) == (False, True)
    assert total["Expression"] == "SUM(METRICS())"


def test_a_share_is_watched_as_a_percentage(stack: cdk.Stack) -> None:
    _watch(stack, AlarmRule(metric="Failed", share_of="Tried", threshold=5, why="", statistic="Sum"))
    properties = template(stack).properties(ALARM)
    [part, whole, share] = properties["Metrics"]
    assert "MetricName" not in properties
    assert [(it["MetricStat"]["Metric"]["MetricName"], it["MetricStat"]["Stat"]) for it in (part, whole)] == [
        ("Failed", "Sum"),
        ("Tried", "Sum"),
    ]
    assert {it["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for it in (part, whole)} == {"orders"}
    assert [it["ReturnData"] for it in (part, whole, share)] == [False, False, True]
    assert (share["Expression"], share["Label"]) == (f"100 * {part['Id']} / {whole['Id']}", "Failed")


def test_a_topic_hears_of_the_alarm_and_of_its_end(stack: cdk.Stack) -> None:
    _watch(stack, topic=AlarmTopic(stack, "Topic").topic)
    verdict = judge(stack)
    written = verdict.template()
    properties = written.properties(ALARM)
    assert [written.type_of(it) for it in properties["AlarmActions"]] == ["AWS::SNS::Topic"]
    assert properties["OKActions"] == properties["AlarmActions"]
    assert verdict.findings == []
    assert verdict.acknowledgements == {}


def test_an_alarm_that_reaches_nobody_is_acknowledged_with_the_reason(stack: cdk.Stack) -> None:
    _watch(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert {(rule, reason) for _, rule, reason in verdict.acknowledged} == {
        (rule, NO_TOPIC)
        for rule in (
            "constructs-lib::CLOUDWATCH_ALARM_ACTIONS",
            "HIPAA.Security::HIPAA.Security-CloudWatchAlarmAction",
            "NIST.800.53.R4::NIST.800.53.R4-CloudWatchAlarmAction",
            "NIST.800.53.R5::NIST.800.53.R5-CloudWatchAlarmAction",
        )
    }


def test_a_threshold_can_be_changed(stack: cdk.Stack) -> None:
    _watch(stack).by_metric["EBSIOBalance%"].threshold = 25
    assert template(stack).properties(ALARM)["Threshold"] == 25


def test_an_alarm_without_dimensions_is_found(stack: cdk.Stack) -> None:
    Alarms(stack, "Alarms", rules=[RULE], namespace="AWS/RDS", dimensions={}, topic=None)
    assert [rule for rule, _ in judge(stack).findings] == ["CLOUDWATCH_ALARM_DIMENSIONS"]


@pytest.mark.parametrize("metric", ["UserErrors", "AccountMaxTableLevelReads", "AccountMaxTableLevelWrites"])
def test_an_alarm_on_the_whole_account_needs_no_dimensions(stack: cdk.Stack, metric: str) -> None:
    rule = AlarmRule(metric=metric, threshold=0, why="Somebody errs.")
    Alarms(stack, "Alarms", rules=[rule], namespace="AWS/DynamoDB", dimensions={}, topic=None)
    assert judge(stack).findings == []


def test_an_alarm_is_fetched_once(stack: cdk.Stack) -> None:
    alarms = _watch(stack).by_metric
    assert list(alarms) == ["EBSIOBalance%"]
    assert alarms["EBSIOBalance%"] is alarms["EBSIOBalance%"]
    assert "Latency" not in alarms


@pytest.mark.parametrize("other", ["EBSIOBalance%", "EBSIOBalance"])
def test_a_metric_is_watched_by_one_rule(stack: cdk.Stack, other: str) -> None:
    rules = [RULE, replace(RULE, metric=other)]
    [first, _] = problems(lambda: Alarms(stack, "Alarms", rules=rules, namespace="N", dimensions={}, topic=None))
    assert (first.option, first.given) == ("rules", "EBSIOBalance% twice")


@pytest.mark.parametrize("threshold", ["10", None, True, float("nan"), float("inf")])
def test_a_threshold_is_a_number(stack: cdk.Stack, threshold: Any) -> None:
    [problem] = problems(lambda: _watch(stack, replace(RULE, threshold=threshold)))
    assert (problem.option, problem.advice) == ("threshold", "Say when EBSIOBalance% is too much.")


def test_a_threshold_may_be_known_later(stack: cdk.Stack) -> None:
    _watch(stack, replace(RULE, threshold=cdk.Token.as_number({"Ref": "Later"})))
    assert template(stack).properties(ALARM)["Threshold"] == {"Ref": "Later"}


def test_an_alarm_says_its_path_where_resources_do() -> None:
    stack = new_stack(app=new_app(**{"aws:cdk:enable-path-metadata": True}))
    alarm = _watch(stack).by_metric[RULE.metric]
    assert template(stack).only(ALARM)["Metadata"] == {"aws:cdk:path": alarm.node.path}


def test_an_alarm_says_no_path_where_no_resource_does(stack: cdk.Stack) -> None:
    _watch(stack)
    assert "Metadata" not in template(stack).only(ALARM)


def test_no_file_is_left(stack: cdk.Stack, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    _watch(stack)
    assert list(tmp_path.iterdir()) == []
    missing: Any = {"Ref": "Missing"}
    with pytest.raises(RuntimeError, match="'Missing' not found"):
        Alarms(stack, "Wrong", rules=[RULE], namespace="AWS/RDS", dimensions={"Name": missing}, topic=None)
    assert list(tmp_path.iterdir()) == []
