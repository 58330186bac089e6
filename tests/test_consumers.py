"""Consumers behave alike, whatever stream they read."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb, aws_kinesis, aws_lambda
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib import dynamodb, functions, kinesis
from constructs_lib.consumers import WAIVABLE, RecordConsumer
from constructs_lib.delivery import Delivery
from constructs_lib.errors import Problem
from constructs_lib.permissions import Permission
from constructs_lib.practices import Practice
from tests.dynamodb.tables import given_function, made_function
from tests.dynamodb.tables import new_consumer as of_a_table
from tests.kinesis.streams import new_consumer as of_a_stream
from tests.refusing import problems
from tests.synthesis import Template, judge, new_stack, new_vpc, template
from tests.waiving import REASON, acknowledged_for, answered

FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"

Make = Callable[..., RecordConsumer]
MAKES: Mapping[str, Make] = {"dynamodb": of_a_table, "kinesis": of_a_stream}
EACH = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
FOREIGN = ("EventSourceArn", "MaximumRecordAgeInSeconds")
"""What differs: the stream itself, and how long it keeps records."""


def _written(make: Make, **options: Any) -> Template:
    stack = new_stack()
    make(stack, **options)
    return template(stack)


def _handling(written: Template) -> dict[str, Any]:
    """How records reach the function, and what becomes of those that it cannot process."""
    return {name: value for name, value in written.properties(MAPPING).items() if name not in FOREIGN}


@pytest.mark.parametrize(
    "delivery",
    [
        Delivery(),
        Delivery(batch_size=7, retry_attempts=0, parallelization_factor=2, tumbling_window=cdk.Duration.minutes(1)),
    ],
    ids=["defaults", "given"],
)
def test_failures_are_handled_alike(delivery: Delivery) -> None:
    table, stream = (_written(make, delivery=delivery) for make in MAKES.values())
    assert _handling(table) == _handling(stream)
    ages = [it.properties(MAPPING)["MaximumRecordAgeInSeconds"] for it in (table, stream)]
    assert ages == [24 * 3600, 7 * 24 * 3600]
    for kind in (FUNCTION, "AWS::SQS::Queue", "AWS::Logs::LogGroup"):
        assert table.only(kind).keys() == stream.only(kind).keys()
    assert _of_function(table) == _of_function(stream)


def _of_function(written: Template) -> dict[str, Any]:
    properties = written.properties(FUNCTION)
    return {name: value for name, value in properties.items() if name not in ("Code", "KmsKeyArn")}


def test_logical_ids_are_alike() -> None:
    table, stream = ({name for name in _written(make).resources if name.startswith("Audit")} for make in MAKES.values())
    assert table == stream


@EACH
def test_alarms_are_alike(stack: cdk.Stack, make: Make) -> None:
    consumer = make(stack)
    assert {metric: alarm.threshold for metric, alarm in consumer.alarms.by_metric.items()} == {
        "IteratorAge": 600_000,
        "Errors": 0,
        "Throttles": 0,
    }
    assert set(consumer.dead_letters.alarms.by_metric) == {"ApproximateNumberOfMessagesVisible"}


@EACH
def test_records_are_given_up_into_the_queue(stack: cdk.Stack, make: Make) -> None:
    make(stack)
    written = template(stack)
    mapping = written.properties(MAPPING)
    assert mapping["BisectBatchOnFunctionError"] is True
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert written.type_of(mapping["DestinationConfig"]["OnFailure"]["Destination"]) == "AWS::SQS::Queue"
    assert written.only(MAPPING)["DependsOn"] == [name for name in written.resources if "AuditStreamPolicy" in name]


@EACH
def test_more_may_be_allowed(stack: cdk.Stack, make: Make) -> None:
    make(stack).allow("Archive", Permission(actions=("s3:PutObject",), resources=("arn:aws:s3:::audit/clicks",)))
    verdict = judge(stack)
    assert verdict.findings == []
    assert "s3:PutObject" in str(verdict.template())


@EACH
def test_the_key_of_the_stream_serves_the_consumer_unless_one_is_given(make: Make) -> None:
    stack = new_stack()
    assert make(stack).key.node.path.startswith(("Stack/Orders/", "Stack/Clicks/"))
    other = new_stack()
    given = kms.Key(other, "Given", enable_key_rotation=True)
    assert make(other, key=given).key.node.path == "Stack/Given"


def _imported(make: Make, stack: cdk.Stack) -> dict[str, Any]:
    """Return a source that exists outside of the app, with the key that encrypts it."""
    key = kms.Key.from_key_arn(stack, "Theirs", "arn:aws:kms:eu-west-1:123456789012:key/11111111")
    if make is of_a_table:
        arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
        table = aws_dynamodb.TableV2.from_table_attributes(
            stack, "Table", table_arn=arn, table_stream_arn=f"{arn}/stream/2026-11-20", encryption_key=key
        )
        return {"table": table}
    arn = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"
    stream = aws_kinesis.Stream.from_stream_attributes(stack, "Stream", stream_arn=arn, encryption_key=key)
    return {"stream": stream}


@EACH
def test_a_key_whose_policy_cannot_be_widened_serves_the_stream_alone(stack: cdk.Stack, make: Make) -> None:
    make(stack, **_imported(make, stack))
    verdict = judge(stack)
    written = verdict.template()
    [key] = written.of_type("AWS::KMS::Key")
    assert verdict.findings == []
    assert written.properties("AWS::Logs::LogGroup")["KmsKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    assert "key/11111111" in str(written.allowed(service="kms:"))


@EACH
def test_a_function_reads_a_stream_once(stack: cdk.Stack, make: Make) -> None:
    consumer = make(stack)
    option, name = ("table", "Orders") if make is of_a_table else ("stream", "Clicks")
    source = {option: stack.node.find_child(name)}
    again = Construct(stack, "Again")
    [problem] = problems(lambda: make(again, function=consumer.function, **source))
    assert (problem.option, problem.given) == ("function", "a function that reads the stream already")
    assert make(Construct(stack, "Other"), **source)


def _alias(function: aws_lambda.Function) -> aws_lambda.IFunction:
    return aws_lambda.Alias(function, "Live", alias_name="live", version=function.current_version)


def _version(function: aws_lambda.Function) -> aws_lambda.IFunction:
    return function.current_version


@EACH
@pytest.mark.parametrize("qualified", [_alias, _version])
def test_alarms_watch_the_function_of_an_alias_and_of_a_version(
    stack: cdk.Stack, make: Make, qualified: Callable[[aws_lambda.Function], aws_lambda.IFunction]
) -> None:
    make(stack, function=qualified(made_function(stack)))
    written = template(stack)
    names = [
        dimension["Value"]
        for alarm in written.of_type("AWS::CloudWatch::Alarm").values()
        for dimension in alarm["Properties"].get("Dimensions", [])
        if dimension["Name"] == "FunctionName"
    ]
    assert names == [{"Ref": next(iter(written.of_type(FUNCTION)))}] * 3


@EACH
@pytest.mark.parametrize("practice", WAIVABLE, ids=lambda it: it.id)
def test_waivers_are_alike(stack: cdk.Stack, make: Make, practice: Practice) -> None:
    make(stack, waive={practice: REASON})
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().only(FUNCTION)["Metadata"]["constructs-lib"] == {"waived": {practice.id: REASON}}
    assert acknowledged_for(verdict, REASON) == answered(practice)


def test_waivers_are_exported_by_both_services() -> None:
    assert {dynamodb.TRACING, dynamodb.RESERVED_CONCURRENCY} == set(WAIVABLE)
    assert {kinesis.TRACING, kinesis.RESERVED_CONCURRENCY} == set(WAIVABLE)
    assert {functions.TRACING, functions.RESERVED_CONCURRENCY} == set(WAIVABLE)


def _no_role(stack: cdk.Stack) -> Any:
    return aws_lambda.Function.from_function_name(stack, "Given", "audit")


REFUSED: Mapping[str, tuple[Callable[[cdk.Stack], dict[str, Any]], Problem]] = {
    "parallel": (
        lambda _: {"delivery": Delivery(parallelization_factor=4), "code": {"reserved_concurrency": 3}},
        Problem(
            "function",
            "reserved_concurrency=3",
            "at least the parallelization_factor 4",
            "Reserve as much for each shard.",
        ),
    ),
    "role": (
        lambda stack: {"function": _no_role(stack)},
        Problem(
            "function",
            "a function without a known role",
            "a function made in this app, or imported with its role",
            "Import it with from_function_attributes(role=...).",
        ),
    ),
    "subnets": (
        lambda _: {"subnets": ec2.SubnetSelection(availability_zones=["eu-west-1a"])},
        Problem("subnets", "subnets of no VPC", "None without FunctionCode(vpc=...)", "Give the VPC too."),
    ),
    "not ours": (
        lambda stack: {"function": given_function(stack), "waive": {functions.TRACING: REASON}},
        Problem(
            "waive",
            "practices of a function that is made elsewhere",
            "those of one that is made here, from FunctionCode",
            "Leave them out.",
        ),
    ),
    "waive": (
        lambda _: {"waive": {functions.TRACING: " "}},
        Problem(
            "waive",
            "no reason for LAMBDA_TRACING",
            "a sentence",
            "Say why: it goes into the report and the template.",
        ),
    ),
}


@EACH
@pytest.mark.parametrize("refused", REFUSED)
def test_refusals_are_alike(stack: cdk.Stack, make: Make, refused: str) -> None:
    options, expected = REFUSED[refused]
    assert problems(lambda: make(stack, **options(stack))) == [expected]


@EACH
def test_one_zone_is_refused(stack: cdk.Stack, make: Make) -> None:
    [problem] = problems(lambda: make(stack, code={"vpc": new_vpc(stack, zones=1)}))
    assert problem.option == "vpc"


@EACH
def test_a_given_function_is_watched_by_its_name(stack: cdk.Stack, make: Make) -> None:
    consumer = make(stack, function=given_function(stack))
    assert consumer.function.node.path == "Stack/Given"
    assert judge(stack).findings == []
