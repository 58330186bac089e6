"""One stream feeds a lake and a warehouse at once, each reading it by itself."""

import aws_cdk as cdk
import pytest

from constructs_lib import kinesis, patterns
from tests.patterns.lakes import new_lake, new_role
from tests.patterns.warehouses import new_copy, new_table, new_view, new_warehouse
from tests.synthesis import ENVIRONMENTS, judge, new_app, new_stack

DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
INGESTION = "Custom::RedshiftStreamingIngestion"
STREAM = "AWS::Kinesis::Stream"


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_in_one_stack(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    stream = kinesis.Stream(stack, "Clicks")
    new_lake(stack, stream=stream).grant_query(new_role(stack))
    new_view(stack, stream=stream)
    new_copy(stack, "Delivery", stream=stream)
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    [name] = written.of_type(STREAM)
    sources = [
        it["Properties"]["KinesisStreamSourceConfiguration"]["KinesisStreamARN"]
        for it in written.of_type(DELIVERY).values()
    ]
    assert sources == [{"Fn::GetAtt": [name, "Arn"]}] * 2
    assert written.properties(INGESTION)["StreamName"] == {"Ref": name}


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_each_in_a_stack_of_its_own(env: cdk.Environment | None) -> None:
    app = new_app()
    names = ("Streams", "Lake", "Warehouse", "Delivery", "People")
    streams, lakes, data, delivery, people = (new_stack(env, app=app, id=name) for name in names)
    stream = kinesis.Stream(streams, "Clicks")
    new_lake(lakes, stream=stream).grant_query(new_role(people))
    new_view(data, stream=stream)
    table = new_table(data)
    new_copy(delivery, stream=stream, warehouse=table.warehouse, into=patterns.Copy(table))
    verdict = judge(app)
    assert verdict.findings == []
    assert {name for name in names if verdict.template(name).of_type(DELIVERY)} == {"Lake", "Delivery"}


def test_the_stream_may_stand_where_the_warehouse_is(stack: cdk.Stack) -> None:
    stream = kinesis.Stream(stack, "Clicks")
    lakes = new_stack(app=stack.node.root, id="Lakes")  # type: ignore[arg-type]
    new_lake(lakes, stream=stream)
    new_view(stack, stream=stream, warehouse=new_warehouse(stack))
    assert judge(stack).findings == []
