"""The consumer of a table's stream."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb, aws_ec2, aws_iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import dynamodb
from constructs_lib.delivery import Delivery
from constructs_lib.functions import FunctionCode
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.permissions import Permission
from constructs_lib.practices import CATALOGUE, Practice
from constructs_lib.practices import lambda_ as practices
from tests.dynamodb.tables import (
    CODE,
    VIEWS,
    attribute,
    full_consumer,
    given_function,
    made_function,
    new_consumer,
    new_table,
    zip_file,
)
from tests.synthesis import ENVIRONMENTS, deployed, judge, new_app, new_stack, new_vpc, template

FUNCTION = "AWS::Lambda::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
EVERYWHERE = pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)

Make = Callable[[cdk.Stack], dynamodb.StreamConsumer]


def _from_code(stack: cdk.Stack) -> dynamodb.StreamConsumer:
    return new_consumer(stack)


def _in_a_vpc(stack: cdk.Stack) -> dynamodb.StreamConsumer:
    return new_consumer(stack, code={"vpc": new_vpc(stack)})


def _given(stack: cdk.Stack) -> dynamodb.StreamConsumer:
    return new_consumer(stack, function=given_function(stack))


def _everything(stack: cdk.Stack) -> dynamodb.StreamConsumer:
    return full_consumer(stack, new_vpc(stack))


MAKES: Mapping[str, Make] = {
    "code": _from_code,
    "vpc": _in_a_vpc,
    "given": _given,
    "everything": _everything,
}
EACH = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)


@EACH
def test_snapshot(stack: cdk.Stack, make: Make, snapshot: SnapshotAssertion) -> None:
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@EVERYWHERE
@pytest.mark.parametrize("make", [_from_code, _in_a_vpc, _everything])
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, make: Make) -> None:
    stack = new_stack(env)
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    if env is None or env.region == "cn-north-1":
        assert "arn:aws:" not in str(verdict.template())


@pytest.mark.parametrize("lifecycle", Lifecycle)
def test_dead_letters_that_stay_are_not_encrypted_with_a_key_that_goes(stack: cdk.Stack, lifecycle: Lifecycle) -> None:
    table = new_table(stack, stream=VIEWS.KEYS_ONLY, lifecycle=Lifecycle.DISPOSABLE)
    key = new_consumer(stack, table=table, lifecycle=lifecycle).key
    assert (key.node.path == table.key.node.path) == (lifecycle is Lifecycle.DISPOSABLE)


LITERALS: Mapping[Practice, tuple[str, Mapping[str, Any]]] = {
    practices.PARTIAL_BATCH_RESPONSES: (MAPPING, {"FunctionResponseTypes": ["ReportBatchItemFailures"]}),
    practices.BOUNDED_RETRIES: (
        MAPPING,
        {"BisectBatchOnFunctionError": True, "MaximumRetryAttempts": 5, "MaximumRecordAgeInSeconds": 86_400},
    ),
    practices.TRACING: (FUNCTION, {"TracingConfig": {"Mode": "Active"}}),
    practices.RESERVED_CONCURRENCY: (FUNCTION, {"ReservedConcurrentExecutions": 10}),
}
OTHERS = {
    practices.FAILURE_DESTINATION,
    practices.OWN_LOG_GROUP,
    practices.IN_VPC,
    practices.ITERATOR_AGE_ALARM,
}


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("LAMBDA_")}
    assert known == {*LITERALS, *OTHERS}


@pytest.mark.parametrize("practice", LITERALS, ids=lambda it: it.id)
def test_the_template_says(stack: cdk.Stack, practice: Practice) -> None:
    new_consumer(stack)
    resource, says = LITERALS[practice]
    properties = template(stack).properties(resource)
    assert {name: properties[name] for name in says} == says


def test_what_cannot_be_processed_is_kept_for_two_weeks(stack: cdk.Stack) -> None:
    new_consumer(stack)
    written = template(stack)
    queue = written.only("AWS::SQS::Queue")
    assert queue["Properties"]["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert queue["Properties"]["RedriveAllowPolicy"] == {"redrivePermission": "denyAll"}
    assert written.type_of(queue["Properties"]["KmsMasterKeyId"]) == "AWS::KMS::Key"
    assert queue["DeletionPolicy"] == "Retain"
    destination = written.properties(MAPPING)["DestinationConfig"]["OnFailure"]["Destination"]
    assert written.type_of(destination) == "AWS::SQS::Queue"
    assert written.type_of(written.properties(FUNCTION)["DeadLetterConfig"]["TargetArn"]) == "AWS::SQS::Queue"


def test_the_function_logs_as_json_into_a_group_of_its_own(stack: cdk.Stack) -> None:
    new_consumer(stack)
    written = template(stack)
    logging = written.properties(FUNCTION)["LoggingConfig"]
    group = written.properties("AWS::Logs::LogGroup")
    assert logging["LogFormat"] == "JSON"
    assert written.type_of(logging["LogGroup"]) == "AWS::Logs::LogGroup"
    assert group["RetentionInDays"] == 365
    assert deployed(group["LogGroupName"]).startswith("/aws/lambda/stack-audit-consumer")


def test_the_function_runs_in_the_vpc_and_reaches_nothing_yet(stack: cdk.Stack) -> None:
    consumer = _in_a_vpc(stack)
    written = template(stack)
    config = written.properties(FUNCTION)["VpcConfig"]
    assert config["SubnetIds"] == ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]
    assert [written.type_of(group) for group in config["SecurityGroupIds"]] == ["AWS::EC2::SecurityGroup"]
    assert "0.0.0.0" not in str(written.properties("AWS::EC2::SecurityGroup"))
    assert consumer.function.connections.security_groups


@pytest.mark.parametrize("make", [_from_code, _given], ids=["code", "given"])
def test_alarms_watch_the_function_and_its_dead_letters(stack: cdk.Stack, make: Make) -> None:
    consumer = make(stack)
    assert set(consumer.alarms.by_metric) == {"IteratorAge", "Errors", "Throttles"}
    assert set(consumer.dead_letters.alarms.by_metric) == {"ApproximateNumberOfMessagesVisible"}


def test_every_delivery_option_reaches_the_mapping(stack: cdk.Stack) -> None:
    _everything(stack)
    written = template(stack)
    mapping = written.properties(MAPPING)
    filters = mapping["FilterCriteria"]["Filters"]
    literals = {name: value for name, value in mapping.items() if isinstance(value, int | str)}
    assert literals == {
        "BatchSize": 1000,
        "BisectBatchOnFunctionError": True,
        "MaximumBatchingWindowInSeconds": 5,
        "MaximumRecordAgeInSeconds": 3600,
        "MaximumRetryAttempts": 3,
        "ParallelizationFactor": 10,
        "StartingPosition": "TRIM_HORIZON",
        "TumblingWindowInSeconds": 120,
    }
    assert [it["Pattern"] for it in filters] == [
        '{"eventName":["INSERT"]}',
        '{"dynamodb":{"NewImage":{"status":{"S":["paid"]}}}}',
    ]


def test_every_function_option_reaches_the_function(stack: cdk.Stack) -> None:
    _everything(stack)
    properties = template(stack).properties(FUNCTION)
    assert (properties["Handler"], properties["Runtime"]) == ("index.handler", "python3.14")
    assert properties["Architectures"] == ["arm64"]
    assert properties["Environment"] == {"Variables": {"LOG_LEVEL": "DEBUG"}}
    assert (properties["MemorySize"], properties["Timeout"]) == (1024, 300)
    assert properties["ReservedConcurrentExecutions"] == 20


def test_the_function_may_do_what_it_needs_and_no_more(stack: cdk.Stack) -> None:
    table = new_table(stack, stream=VIEWS.KEYS_ONLY, waive={dynamodb.BACKUP_PLAN: "Seen elsewhere."})
    new_consumer(stack, table=table)
    written = template(stack)
    [key], [queue], [logs] = (
        list(written.of_type(it)) for it in ("AWS::KMS::Key", "AWS::SQS::Queue", "AWS::Logs::LogGroup")
    )
    [store] = written.of_type("AWS::DynamoDB::GlobalTable")
    stream = {f"<{store}.StreamArn>"}
    assert written.allowed() == {
        "dynamodb:DescribeStream": stream,
        "dynamodb:GetRecords": stream,
        "dynamodb:GetShardIterator": stream,
        "dynamodb:ListStreams": {"*"},
        "kms:Decrypt": {f"<{key}.Arn>"},
        "kms:GenerateDataKey": {f"<{key}.Arn>"},
        "logs:CreateLogStream": {f"<{logs}.Arn>"},
        "logs:PutLogEvents": {f"<{logs}.Arn>"},
        "sqs:SendMessage": {f"<{queue}.Arn>"},
        "xray:PutTelemetryRecords": {"*"},
        "xray:PutTraceSegments": {"*"},
    }
    assert not written.of_type("AWS::IAM::Policy"), "nothing is inline"


def test_allow_lets_the_function_do_more(stack: cdk.Stack) -> None:
    consumer = _from_code(stack)
    arn = "arn:aws:s3:::audit/orders.json"
    consumer.allow("Archive", Permission(actions=("s3:PutObject",), resources=(arn,)))
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().allowed()["s3:PutObject"] == {arn}


def test_allow_acknowledges_a_wildcard_with_its_reason(stack: cdk.Stack) -> None:
    consumer = _from_code(stack)
    permission = Permission(
        actions=("s3:PutObject",), resources=("arn:aws:s3:::audit/*",), wildcard="Objects are named by their order."
    )
    consumer.allow("Archive", permission)
    verdict = judge(stack)
    assert verdict.findings == []
    assert "Objects are named by their order." in {reason for _, _, reason in verdict.acknowledged}


def test_the_key_of_the_table_serves_the_consumer_too(stack: cdk.Stack) -> None:
    table = new_table(stack, stream=VIEWS.KEYS_ONLY)
    assert new_consumer(stack, table=table).key is table.key


def test_a_key_that_is_given_encrypts_dead_letters_log_and_environment(stack: cdk.Stack) -> None:
    given = kms.Key(stack, "Given", enable_key_rotation=True)
    new_consumer(stack, key=given, code={"environment": {"LOG_LEVEL": "DEBUG"}})
    written = template(stack)
    [key] = [name for name in written.of_type("AWS::KMS::Key") if name.startswith("Given")]
    reference = {"Fn::GetAtt": [key, "Arn"]}
    assert written.properties("AWS::SQS::Queue")["KmsMasterKeyId"] == reference
    assert written.properties("AWS::Logs::LogGroup")["KmsKeyId"] == reference
    assert written.properties(FUNCTION)["KmsKeyArn"] == reference


def test_a_topic_that_is_given_receives_every_alarm(stack: cdk.Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    topic = sns.Topic.from_topic_arn(stack, "Topic", arn)
    new_consumer(stack, table=new_table(stack, stream=VIEWS.KEYS_ONLY, alarm_topic=topic), alarm_topic=topic)
    alarms = template(stack).of_type("AWS::CloudWatch::Alarm").values()
    assert {str(alarm["Properties"]["AlarmActions"]) for alarm in alarms} == {str([arn])}


def test_disposable_leaves_nothing_behind(stack: cdk.Stack) -> None:
    table = new_table(stack, stream=VIEWS.KEYS_ONLY, lifecycle=Lifecycle.DISPOSABLE)
    new_consumer(stack, table=table, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    resources = verdict.template().resources
    assert verdict.findings == []
    assert [name for name, it in resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"] == []


def test_a_table_of_another_stack_is_consumed() -> None:
    app = new_app()
    table = new_table(new_stack(app=app, id="Data"), stream=VIEWS.KEYS_ONLY)
    stack = new_stack(app=app)
    new_consumer(stack, table=table)
    assert judge(app).findings == []


def test_a_table_that_exists_is_consumed(stack: cdk.Stack) -> None:
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    table = aws_dynamodb.TableV2.from_table_attributes(
        stack, "Table", table_arn=arn, table_stream_arn=f"{arn}/stream/2026-11-20T00:00:00.000"
    )
    new_consumer(stack, table=table)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().properties(MAPPING)["EventSourceArn"] == f"{arn}/stream/2026-11-20T00:00:00.000"


def test_a_table_of_aws_cdk_is_consumed(stack: cdk.Stack) -> None:
    table = aws_dynamodb.TableV2(stack, "Table", partition_key=attribute("id"), dynamo_stream=VIEWS.NEW_IMAGE)
    new_consumer(stack, table=table)
    written = template(stack)
    assert written.type_of(written.properties(MAPPING)["EventSourceArn"]) == "AWS::DynamoDB::GlobalTable"


def test_a_function_made_in_the_app_is_given(stack: cdk.Stack) -> None:
    consumer = new_consumer(stack, function=made_function(stack))
    written = template(stack)
    assert consumer.function.node.path == "Stack/Given"
    assert written.type_of(written.properties(MAPPING)["FunctionName"]) == FUNCTION


def test_a_function_is_made_from_a_zip_file(stack: cdk.Stack, tmp_path: Path) -> None:
    new_consumer(stack, code={"path": zip_file(tmp_path)})
    assert judge(stack).findings == []


def test_two_consumers_read_one_stream(stack: cdk.Stack) -> None:
    table = new_table(stack, stream=VIEWS.KEYS_ONLY)
    for name in ("One", "Two"):
        dynamodb.StreamConsumer(stack, name, table=table, function=FunctionCode(CODE))
    assert judge(stack).findings == []


@pytest.mark.parametrize("option", ["batch_size", "parallelization_factor"])
def test_a_number_known_only_at_deployment_is_not_judged(stack: cdk.Stack, option: str) -> None:
    later = cdk.CfnParameter(stack, "Later", type="Number", default=2).value_as_number
    delivery = Delivery(**{option: later})  # type: ignore[arg-type]
    new_consumer(stack, delivery=delivery)
    assert judge(stack).findings == []


@pytest.mark.parametrize(
    "delivery",
    [
        lambda later: Delivery(retry_attempts=later),
        lambda later: Delivery(max_record_age=cdk.Duration.seconds(later)),
    ],
    ids=["retry_attempts", "max_record_age"],
)
def test_a_bound_known_only_at_deployment_is_not_judged(stack: cdk.Stack, delivery: Callable[[Any], Delivery]) -> None:
    later = cdk.CfnParameter(stack, "Later", type="Number", default=100).value_as_number
    new_consumer(stack, delivery=delivery(later))
    assert judge(stack).findings == []


def test_a_reserved_concurrency_known_only_at_deployment_is_not_judged(stack: cdk.Stack) -> None:
    later = cdk.CfnParameter(stack, "Later", type="Number", default=2).value_as_number
    new_consumer(stack, code={"reserved_concurrency": later})
    assert template(stack).properties(FUNCTION)["ReservedConcurrentExecutions"] == {"Ref": "Later"}


def test_a_vpc_that_is_still_being_looked_up_is_not_judged(stack: cdk.Stack) -> None:
    vpc = aws_ec2.Vpc.from_lookup(stack, "Found", vpc_id="vpc-0123456789abcdef0")
    new_consumer(stack, code={"vpc": vpc})
    assert template(stack).only(FUNCTION)


def test_the_role_is_one_that_lambda_alone_assumes(stack: cdk.Stack) -> None:
    consumer = _from_code(stack)
    assert isinstance(consumer.function.role, aws_iam.Role)
    roles = template(stack).of_type("AWS::IAM::Role").values()
    principals = [it["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] for it in roles]
    assert {"Service": "lambda.amazonaws.com"} in principals
    assert all("ManagedPolicyArns" not in it["Properties"] for it in roles)
