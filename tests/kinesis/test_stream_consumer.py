"""The consumer of a data stream: what it has that consumers of other streams lack."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kinesis, aws_lambda
from aws_cdk import aws_kms as kms
from syrupy.assertion import SnapshotAssertion

from constructs_lib import kinesis
from constructs_lib.delivery import Delivery
from constructs_lib.errors import Problem
from constructs_lib.functions import FunctionCode
from constructs_lib.lifecycle import Lifecycle
from tests.dynamodb.tables import CODE, given_function
from tests.kinesis.streams import NEW_YEAR, full_consumer, new_consumer, new_stream
from tests.refusing import problems
from tests.synthesis import ENVIRONMENTS, deployed, judge, new_app, new_stack, new_vpc, template

STREAM = "AWS::Kinesis::Stream"
REGISTERED = "AWS::Kinesis::StreamConsumer"
MAPPING = "AWS::Lambda::EventSourceMapping"
ARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"

Make = Callable[[cdk.Stack], kinesis.StreamConsumer]
MAKES: Mapping[str, Make] = {
    "code": new_consumer,
    "vpc": lambda stack: new_consumer(stack, code={"vpc": new_vpc(stack)}),
    "given": lambda stack: new_consumer(stack, function=given_function(stack)),
    "everything": lambda stack: full_consumer(stack, new_vpc(stack)),
}


@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
def test_snapshot(stack: cdk.Stack, make: Make, snapshot: SnapshotAssertion) -> None:
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, make: Make) -> None:
    stack = new_stack(env)
    make(stack)
    assert judge(stack).findings == []


READS = ("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards")


def test_the_function_may_read_this_stream_and_no_more(stack: cdk.Stack) -> None:
    new_consumer(stack)
    written = template(stack)
    [stream] = written.of_type(STREAM)
    assert written.allowed(service="kinesis:") == {f"kinesis:{it}": {f"<{stream}.Arn>"} for it in READS}


def test_a_registered_function_may_subscribe_as_itself_alone(stack: cdk.Stack) -> None:
    consumer = new_consumer(stack, fan_out=True)
    verdict = judge(stack)
    written = verdict.template()
    [registered] = written.of_type(REGISTERED)
    allowed = written.allowed(service="kinesis:")
    assert verdict.findings == []
    assert consumer.consumer
    assert allowed.pop("kinesis:SubscribeToShard") == {f"<{registered}.ConsumerARN>"}
    assert allowed.keys() == {f"kinesis:{it}" for it in READS}
    assert written.properties(MAPPING)["EventSourceArn"] == {"Fn::GetAtt": [registered, "ConsumerARN"]}
    assert deployed(written.properties(REGISTERED)["ConsumerName"]).startswith("stack-audit-")


def test_a_function_shares_the_throughput_unless_it_is_told_otherwise(stack: cdk.Stack) -> None:
    consumer = new_consumer(stack)
    written = template(stack)
    assert consumer.consumer is None
    assert not written.of_type(REGISTERED)
    assert written.type_of(written.properties(MAPPING)["EventSourceArn"]) == STREAM


def test_registered_functions_count_as_consumers(stack: cdk.Stack) -> None:
    stream = new_stream(stack)
    for number in range(20):
        stream.add_consumer(f"reader-{number}")
    [problem] = problems(lambda: new_consumer(stack, stream=stream, fan_out=True))
    assert (problem.option, problem.given) == ("consumers", "21 registered consumers")
    assert new_consumer(stack, stream=stream)


def test_a_registered_function_takes_a_place(stack: cdk.Stack) -> None:
    stream = new_stream(stack)
    new_consumer(stack, stream=stream, fan_out=True)
    stream.add_consumer("analytics")


def test_only_so_many_functions_are_registered_at_a_time(stack: cdk.Stack) -> None:
    stream = new_stream(stack)
    for number in range(6):
        kinesis.StreamConsumer(stack, f"C{number}", stream=stream, function=FunctionCode(CODE), fan_out=True)
    stream.add_consumer("analytics")
    elsewhere = new_stack(app=cast("cdk.App", stack.node.root), id="Elsewhere")
    kinesis.StreamConsumer(elsewhere, "C", stream=stream, function=FunctionCode(CODE), fan_out=True)
    waits = [it.get("DependsOn", []) for it in template(stack).of_type(REGISTERED).values()]
    assert sorted(on[:8] for [on] in filter(None, waits)) == ["C0FanOut", "C1FanOut"]
    assert "DependsOn" not in template(elsewhere).only(REGISTERED)


@pytest.mark.parametrize(
    ("start", "says"),
    [
        (aws_lambda.StartingPosition.TRIM_HORIZON, ("TRIM_HORIZON", None)),
        (aws_lambda.StartingPosition.LATEST, ("LATEST", None)),
        (NEW_YEAR, ("AT_TIMESTAMP", 1_767_225_600)),
        (datetime(2026, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))), ("AT_TIMESTAMP", 1_767_225_600)),
    ],
    ids=["oldest", "newest", "time", "zone"],
)
def test_reading_begins_where_it_was_asked_to(stack: cdk.Stack, start: Any, says: tuple[str, int | None]) -> None:
    new_consumer(stack, start=start)
    verdict = judge(stack)
    mapping = verdict.template().properties(MAPPING)
    assert verdict.findings == []
    assert (mapping["StartingPosition"], mapping.get("StartingPositionTimestamp")) == says


TIME = "Give the time itself, with its zone: datetime(2026, 1, 31, 12, tzinfo=UTC)."
FUTURE = datetime(2999, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"start": aws_lambda.StartingPosition.AT_TIMESTAMP},
            Problem("start", "AT_TIMESTAMP without the time", "TRIM_HORIZON, LATEST or a time", TIME),
        ),
        (
            {"start": datetime(2026, 1, 1)},
            Problem("start", "2026-01-01 00:00:00, which has no time zone", "a time with its zone", TIME),
        ),
        (
            {"start": FUTURE},
            Problem(
                "start",
                "2999-01-01 00:00:00+00:00",
                "a time since 1970 that has passed",
                "Use LATEST for what is written from now on.",
            ),
        ),
        (
            {"start": datetime(1, 1, 1, tzinfo=UTC)},
            Problem(
                "start",
                "0001-01-01 00:00:00+00:00",
                "a time since 1970 that has passed",
                "Use LATEST for what is written from now on.",
            ),
        ),
        (
            {"delivery": Delivery(filters=[{"eventName": ["INSERT"]}])},
            Problem(
                "delivery",
                "a filter on eventName",
                "filters on data",
                'Lambda filters records of Kinesis by their data alone: {"data": {"status": ["paid"]}}.',
            ),
        ),
    ],
    ids=lambda it: it.given[:24] if isinstance(it, Problem) else "",
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_consumer(stack, **options)) == [expected]


def test_a_record_is_given_up_before_the_stream_forgets_it(stack: cdk.Stack) -> None:
    waive = {kinesis.RETENTION: "It is a cache."}
    stream = new_stream(stack, retention=cdk.Duration.days(1), waive=waive)
    found = problems(lambda: new_consumer(stack, stream=stream, delivery=Delivery(max_record_age=cdk.Duration.days(2))))
    assert found == [
        Problem(
            "delivery",
            "172800",
            "60 to 86400 seconds as max_record_age",
            "The stream keeps records for 24 hours, and Lambda looks back 7 days at most.",
        )
    ]


@pytest.mark.parametrize("fan_out", [False, True])
def test_a_stream_that_exists_is_consumed(stack: cdk.Stack, fan_out: bool) -> None:
    stream = aws_kinesis.Stream.from_stream_arn(stack, "Stream", ARN)
    consumer = new_consumer(
        stack, stream=stream, fan_out=fan_out, delivery=Delivery(max_record_age=cdk.Duration.days(7))
    )
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    assert consumer.key.node.path == "Stack/Audit/Key"
    assert written.allowed(service="kinesis:")["kinesis:GetRecords"] == {ARN}
    assert "forgets records when its retention is over" in str(written)


def test_the_key_of_a_stream_that_exists_is_used(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    stream = aws_kinesis.Stream.from_stream_attributes(stack, "Stream", stream_arn=ARN, encryption_key=key)
    assert new_consumer(stack, stream=stream).key.node.path == "Stack/Key"


@pytest.mark.parametrize("lifecycle", Lifecycle)
def test_dead_letters_that_stay_are_not_encrypted_with_a_key_that_goes(stack: cdk.Stack, lifecycle: Lifecycle) -> None:
    stream = new_stream(stack, lifecycle=Lifecycle.DISPOSABLE)
    key = new_consumer(stack, stream=stream, lifecycle=lifecycle).key
    assert (key.node.path == stream.key.node.path) == (lifecycle is Lifecycle.DISPOSABLE)


def test_the_key_of_the_stream_only_decrypts_where_the_consumer_has_another(stack: cdk.Stack) -> None:
    own = kms.Key(stack, "Own", enable_key_rotation=True)
    new_consumer(stack, key=own)
    written = template(stack)
    [streams] = [name for name in written.of_type("AWS::KMS::Key") if name.startswith("Clicks")]
    allowed = written.allowed(service="kms:")
    assert f"<{streams}.Arn>" in allowed["kms:Decrypt"]
    assert f"<{streams}.Arn>" not in allowed["kms:GenerateDataKey"]


@pytest.mark.parametrize("fan_out", [False, True])
def test_a_stream_of_another_stack_is_consumed(fan_out: bool) -> None:
    app = new_app()
    stream = new_stream(new_stack(app=app, id="Data"))
    new_consumer(new_stack(app=app), stream=stream, fan_out=fan_out)
    verdict = judge(app)
    assert verdict.findings == []
    assert not verdict.template("Data").of_type(REGISTERED)


def test_several_consumers_read_one_stream(stack: cdk.Stack) -> None:
    stream = new_stream(stack)
    for name in ("One", "Two"):
        kinesis.StreamConsumer(stack, name, stream=stream, function=FunctionCode(CODE), fan_out=name == "Two")
    assert judge(stack).findings == []


def test_a_function_writes_to_another_stream(stack: cdk.Stack) -> None:
    consumer = new_consumer(stack)
    role = consumer.function.role
    assert role
    kinesis.Stream(stack, "Enriched").grant_write(role)
    verdict = judge(stack)
    assert verdict.findings == []
    assert "kinesis:PutRecords" in verdict.template().allowed(service="kinesis:")
