"""Every alarm watches a resource of its own template, says why, and reaches a topic."""

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import aws_cdk as cdk
import pytest

from constructs_lib import rds
from tests.athena.workgroups import full_workgroup as full_athena_workgroup
from tests.contracts.sources import constructs, made_in
from tests.dsql.clusters import full_cluster
from tests.dynamodb.tables import full_consumer, full_table
from tests.firehose.streams import full_delivery, full_rows, new_copy
from tests.kinesis.streams import full_consumer as full_stream_consumer
from tests.kinesis.streams import full_stream
from tests.patterns.lakes import full_lake
from tests.patterns.warehouses import full_copy as full_copy_of_a_stream
from tests.rds.clusters import ENGINES as AURORA
from tests.rds.clusters import full_cluster as full_aurora_cluster
from tests.rds.instances import full_instance
from tests.redshift.warehouses import full_cluster as full_redshift_cluster
from tests.redshift.warehouses import full_workgroup
from tests.s3.buckets import full_bucket
from tests.synthesis import ACCOUNT, Template, deployed, new_stack, new_vpc, template


def _full_secondary(stack: cdk.Stack) -> None:
    """Make a cluster that follows the primary of a global database."""
    env = cdk.Environment(account=ACCOUNT, region="us-east-1")
    primary = cdk.Stack(cdk.Stage.of(stack), "Primary", env=env)
    secondary = rds.GlobalRegion(scope=stack, vpc=new_vpc(stack))
    rds.AuroraGlobalDatabase(primary, "Accounts", engine=AURORA["mysql"], vpc=new_vpc(primary), secondaries=[secondary])


FULL: Mapping[str, Callable[[cdk.Stack], Any]] = {
    "rds": full_instance,
    **{f"aurora-{engine}": functools.partial(full_aurora_cluster, engine=engine) for engine in AURORA},
    "aurora-secondary": _full_secondary,
    "dsql": full_cluster,
    "table": full_table,
    "table-stream": lambda stack: full_consumer(stack, new_vpc(stack)),
    "stream": full_stream,
    "stream-consumer": lambda stack: full_stream_consumer(stack, new_vpc(stack)),
    "bucket": full_bucket,
    "redshift": full_redshift_cluster,
    "redshift-serverless": full_workgroup,
    "athena": full_athena_workgroup,
    "delivery": full_delivery,
    "copy": new_copy,
    "stream-to-lake": full_lake,
    "stream-to-warehouse": full_copy_of_a_stream,
    "rows": full_rows,
}
"""What makes a store with every option."""

WORDS = 8
"""Fewer tell nobody who is woken what is wrong, and where to look."""

OF_THE_ACCOUNT = {"UserErrors"}
"""Metrics that AWS publishes for the account and Region alone."""


def _alarms(template: Template) -> Iterator[tuple[str, Any]]:
    for name, resource in template.of_type("AWS::CloudWatch::Alarm").items():
        yield name, resource["Properties"]


def _dimensions(alarm: Any) -> list[list[Any]]:
    """Return the dimensions of each metric of an alarm."""
    metrics = [it["MetricStat"]["Metric"] for it in alarm.get("Metrics", []) if "MetricStat" in it] or [alarm]
    return [metric.get("Dimensions", []) for metric in metrics]


def _unbound(template: Template) -> set[str]:
    return {
        name
        for name, alarm in _alarms(template)
        if alarm.get("MetricName") not in OF_THE_ACCOUNT
        and not all(any(template.type_of(it["Value"]) for it in dimensions) for dimensions in _dimensions(alarm))
    }


def test_every_alarm_of_the_stacks_is_bound(stack_templates: Mapping[str, Template]) -> None:
    assert {stack: _unbound(it) for stack, it in stack_templates.items()} == {it: set() for it in stack_templates}
    assert sum(1 for it in stack_templates.values() for _ in _alarms(it)) > 10


def test_an_alarm_without_a_resource_would_be_found() -> None:
    alarm = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "Errors", "Dimensions": []}}
    assert _unbound(Template({"Resources": {"Loose": alarm}})) == {"Loose"}


def test_every_alarm_of_the_stacks_reaches_a_topic(stack_templates: Mapping[str, Template]) -> None:
    for it in stack_templates.values():
        for name, alarm in _alarms(it):
            assert alarm["AlarmActions"] == alarm["OKActions"], name
            assert len(alarm["AlarmActions"]) == 1, name


@pytest.mark.parametrize("make", FULL.values(), ids=FULL)
def test_every_alarm_says_why(make: Any) -> None:
    stack = new_stack()
    make(stack)
    for name, alarm in _alarms(template(stack)):
        assert alarm["AlarmDescription"].endswith("."), name
        assert len(alarm["AlarmDescription"].split()) >= WORDS, name
        assert alarm["TreatMissingData"] in ("missing", "notBreaching"), name


def test_every_construct_with_alarms_is_asked() -> None:
    """Add the store to FULL."""
    stacks = {name: new_stack() for name in FULL}
    for name, make in FULL.items():
        make(stacks[name])
    asked = {made for it in stacks.values() for made in made_in(it)}
    watched = {name for name, it in constructs().items() if "alarm_topic" in inspect.signature(it.__init__).parameters}
    assert watched - asked == set()


def test_alarms_of_a_given_function_name_it(stack: cdk.Stack) -> None:
    from tests.dynamodb.tables import given_function, new_consumer

    new_consumer(stack, function=given_function(stack))
    watched = {
        it["Value"]
        for _, alarm in _alarms(template(stack))
        if alarm.get("Namespace") == "AWS/Lambda"
        for it in deployed(alarm["Dimensions"])
    }
    assert watched == {"audit"}
