"""Whatever a construct is called, and wherever it stands: what it makes is clean."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from constructs import Construct

from constructs_lib import dsql, dynamodb, firehose, rds
from constructs_lib.functions import FunctionCode
from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.notifications import AlarmTopic
from tests.dynamodb.tables import CODE, VIEWS, attribute
from tests.firehose.streams import code, new_copy, new_delivery
from tests.rds.instances import POSTGRES
from tests.synthesis import IRELAND, judge, new_app, new_vpc

Make = Callable[[Construct, str], Any]


def _instance(scope: Construct, id: str) -> None:
    rds.MultiAzInstance(scope, id, engine=POSTGRES, vpc=new_vpc(scope))


def _consumer(scope: Construct, id: str) -> None:
    table = dynamodb.Table(scope, f"{id}Table", partition_key=attribute("id"), stream=VIEWS.KEYS_ONLY)
    dynamodb.StreamConsumer(scope, id, table=table, function=FunctionCode(CODE, vpc=new_vpc(scope)))


def _delivery(scope: Construct, id: str) -> None:
    new_delivery(scope, id, transformation=firehose.Transformation(code(vpc=new_vpc(scope))))


MAKES: dict[str, Make] = {
    "instance": _instance,
    "consumer": _consumer,
    "dsql": dsql.Cluster,
    "delivery": _delivery,
    "copy": new_copy,
    "topic": AlarmTopic,
    "vpc": IsolatedVpc,
}
EACH = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)


@EACH
@pytest.mark.parametrize("id", ["orders", "Orders_2026", "x" * 200, "Ünï 'code' <&>", "1", "A--B-", "a/b", "${x}"])
def test_a_construct_may_have_any_id(stack: cdk.Stack, make: Make, id: str) -> None:
    make(stack, id)
    assert judge(stack).findings == []


@EACH
def test_a_construct_may_stand_deep_in_a_stage(make: Make) -> None:
    app = new_app()
    stack = cdk.Stack(cdk.Stage(app, "Production"), "Data", env=IRELAND)
    scope: Construct = stack
    for depth in range(8):
        scope = Construct(scope, f"AFairlyLongNameOfALayer{depth}")
    make(scope, "Orders")
    assert judge(app).findings == []


@EACH
def test_a_construct_may_stand_in_a_nested_stack(stack: cdk.Stack, make: Make) -> None:
    make(cdk.NestedStack(stack, "Nested"), "Orders")
    assert judge(stack).findings == []
