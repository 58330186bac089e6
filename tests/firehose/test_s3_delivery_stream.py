"""The delivery stream to S3: as a whole, what each practice writes into the template, and what its role may do."""

from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_glue, aws_kinesis
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import firehose
from constructs_lib.functions import SYNCHRONOUS
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices import firehose as practices
from constructs_lib.practices.lambda_ import WANT_DEAD_LETTERS
from tests.firehose.streams import (
    FUNCTION_ARN,
    KEY_ARN,
    STREAM_ARN,
    code,
    full_delivery,
    given_function,
    new_bucket,
    new_delivery,
    new_key,
    new_stream,
    new_table,
    own_bucket,
)
from tests.refusing import problems
from tests.synthesis import ENVIRONMENTS, deployed, judge, new_app, new_stack, new_vpc, template
from tests.waiving import acknowledged_for, listed_for

DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
POLICY = "AWS::IAM::ManagedPolicy"
ROLE = "OrdersRolePolicy"
KEY = "AWS::KMS::Key"
ALARM = "AWS::CloudWatch::Alarm"
TABLE = firehose.TableName(database="sales", table="orders")


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_delivery(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_delivery(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def _of_stream(stack: cdk.Stack) -> firehose.S3DeliveryStream:
    table = firehose.Orc(table=new_table(stack), input=firehose.HiveJson(timestamp_formats=["millis"]))
    return new_delivery(stack, source=new_stream(stack), bucket=own_bucket(stack), conversion=table)


def test_of_a_stream(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    _of_stream(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("make", [new_delivery, full_delivery, _of_stream])
@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_is_clean_wherever_it_is(env: cdk.Environment | None, make: Any) -> None:
    stack = new_stack(env)
    make(stack)
    assert judge(stack).findings == []


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("FIREHOSE_")}
    assert known == {
        practices.ENCRYPTION,
        practices.OBJECT_ENCRYPTION,
        practices.ERROR_PREFIX,
        practices.LOGS,
        practices.REDSHIFT_SECRET,
        practices.ALARMS,
    }


def _destination(stack: cdk.Stack) -> Any:
    return template(stack).properties(DELIVERY)["ExtendedS3DestinationConfiguration"]


@pytest.mark.parametrize("imported", [True, False], ids=["imported", "made here"])
def test_direct_puts_are_encrypted_with_the_key_of_a_bucket_that_is_made_here(stack: cdk.Stack, imported: bool) -> None:
    new_delivery(stack, bucket=new_bucket(stack) if imported else own_bucket(stack))
    written = template(stack)
    properties = written.properties(DELIVERY)
    encryption = properties["DeliveryStreamEncryptionConfigurationInput"]
    [key] = written.of_type(KEY)
    assert properties["DeliveryStreamType"] == "DirectPut"
    assert encryption == {"KeyType": "CUSTOMER_MANAGED_CMK", "KeyARN": {"Fn::GetAtt": [key, "Arn"]}}
    assert key.startswith("OrdersKey" if imported else "Lake")


def test_a_bucket_without_a_known_key_gets_objects_encrypted_with_a_key_of_our_own(stack: cdk.Stack) -> None:
    new_delivery(stack, bucket=new_bucket(stack, encryption_key=None))
    written = template(stack)
    properties = written.properties(DELIVERY)
    objects = properties["ExtendedS3DestinationConfiguration"]["EncryptionConfiguration"]["KMSEncryptionConfig"]
    assert written.type_of(objects["AWSKMSKeyARN"]) == KEY
    assert written.type_of(properties["DeliveryStreamEncryptionConfigurationInput"]["KeyARN"]) == KEY
    assert "logs." in str(written.properties(KEY)["KeyPolicy"])


def test_a_key_that_is_given_encrypts_puts_and_log_and_not_the_objects_of_the_bucket(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Given", enable_key_rotation=True)
    delivery = new_delivery(stack, key=key)
    written = template(stack)
    assert delivery.key.node.path == "Stack/Given"
    assert written.type_of(written.properties("AWS::Logs::LogGroup")["KmsKeyId"]) == KEY
    objects = written.properties(DELIVERY)["ExtendedS3DestinationConfiguration"]["EncryptionConfiguration"]
    assert objects == {"KMSEncryptionConfig": {"AWSKMSKeyARN": KEY_ARN}}


def test_a_stream_is_read_and_encrypts_by_itself(stack: cdk.Stack) -> None:
    new_delivery(stack, source=new_stream(stack))
    properties = template(stack).properties(DELIVERY)
    assert properties["DeliveryStreamType"] == "KinesisStreamAsSource"
    assert properties["KinesisStreamSourceConfiguration"]["KinesisStreamARN"] == STREAM_ARN
    assert "DeliveryStreamEncryptionConfigurationInput" not in properties


def test_why_a_stream_needs_no_key_here_is_acknowledged(stack: cdk.Stack) -> None:
    new_delivery(stack, source=new_stream(stack))
    [reason] = [why for (_, rule), why in judge(stack).acknowledgements.items() if rule.endswith("KDF1")]
    assert "Kinesis stream" in reason


def test_errors_are_logged_for_each_place(stack: cdk.Stack) -> None:
    new_delivery(stack, source_backup=firehose.SourceBackup())
    written = template(stack)
    destination = written.properties(DELIVERY)["ExtendedS3DestinationConfiguration"]
    places = (destination, destination["S3BackupConfiguration"])
    for place, name in zip(places, ("DeliveryToS3", "SourceBackup"), strict=True):
        logging = place["CloudWatchLoggingOptions"]
        stream = written.resources[logging["LogStreamName"]["Ref"]]["Properties"]
        assert logging["Enabled"] is True
        assert written.type_of(logging["LogGroupName"]) == "AWS::Logs::LogGroup"
        assert (stream["LogStreamName"], stream["LogGroupName"]) == (name, logging["LogGroupName"])


def test_failures_have_a_folder_of_their_own(stack: cdk.Stack) -> None:
    new_delivery(stack)
    prefix = "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/"
    assert _destination(stack)["ErrorOutputPrefix"] == prefix
    assert "Prefix" not in _destination(stack)


def test_the_role_may_write_to_the_folders_alone(stack: cdk.Stack) -> None:
    new_delivery(stack, prefix="orders/!{timestamp:yyyy}/")
    allowed = template(stack).allowed(ROLE)
    folders = {"arn:aws:s3:::lake/errors/*", "arn:aws:s3:::lake/orders/*"}
    assert allowed["s3:PutObject"] == allowed["s3:GetObject"] == allowed["s3:AbortMultipartUpload"] == folders
    assert allowed["s3:ListBucket"] == {"arn:aws:s3:::lake"}
    assert set(allowed) == {
        "logs:PutLogEvents",
        *(f"s3:{it}" for it in ("GetBucketLocation", "ListBucket", "ListBucketMultipartUploads")),
        *(f"s3:{it}" for it in ("AbortMultipartUpload", "GetObject", "PutObject")),
        "kms:Decrypt",
        "kms:GenerateDataKey",
    }


def test_without_a_prefix_the_role_may_write_anywhere_in_the_bucket(stack: cdk.Stack) -> None:
    new_delivery(stack)
    assert template(stack).allowed(ROLE)["s3:PutObject"] == {"arn:aws:s3:::lake/*"}


def test_the_role_may_use_the_key_through_s3_for_the_bucket_alone(stack: cdk.Stack) -> None:
    new_delivery(stack)
    [statement] = [it for it in template(stack).statements(ROLE) if "kms:GenerateDataKey" in it["Action"]]
    assert statement["Condition"] == {
        "StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": ["arn:aws:s3:::lake", "arn:aws:s3:::lake/*"]},
    }


def test_the_role_may_read_the_stream_alone_and_decrypt_it(stack: cdk.Stack) -> None:
    new_delivery(stack, source=new_stream(stack))
    written = template(stack)
    allowed = written.allowed(ROLE)
    reads = {action for action in allowed if action.startswith("kinesis:")}
    assert reads == {f"kinesis:{it}" for it in ("DescribeStream", "GetRecords", "GetShardIterator", "ListShards")}
    assert all(allowed[it] == {STREAM_ARN} for it in reads)
    [decrypts] = [it for it in written.statements(ROLE) if it["Action"] == "kms:Decrypt"]
    assert decrypts["Condition"]["StringEquals"] == {"kms:ViaService": "kinesis.eu-west-1.amazonaws.com"}
    assert decrypts["Condition"]["StringLike"] == {"kms:EncryptionContext:aws:kinesis:arn": [STREAM_ARN]}


def test_a_stream_without_a_known_key_is_read_all_the_same(stack: cdk.Stack) -> None:
    new_delivery(stack, source=aws_kinesis.Stream.from_stream_arn(stack, "Source", STREAM_ARN))
    assert "kinesis.eu-west-1" not in str(template(stack).statements(ROLE))


def test_only_firehose_of_this_account_has_the_role(stack: cdk.Stack) -> None:
    new_delivery(stack)
    [trust] = template(stack).properties("AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "firehose.amazonaws.com"}
    assert deployed(trust["Condition"]) == {"StringEquals": {"sts:ExternalId": "123456789012"}}


def test_the_delivery_stream_is_made_when_its_role_may_do_everything(stack: cdk.Stack) -> None:
    new_delivery(stack)
    written = template(stack)
    [policy] = written.of_type(POLICY)
    assert written.only(DELIVERY)["DependsOn"] == [policy]
    assert not written.of_type("AWS::IAM::Policy")


def test_a_bucket_of_another_stack_is_written_to() -> None:
    app = new_app()
    lake, flow = (new_stack(app=app, id=name) for name in ("Lake", "Flow"))
    new_delivery(flow, bucket=own_bucket(lake), prefix="orders/")
    verdict = judge(app)
    assert verdict.findings == []
    wildcards = [why for path, rule, why in verdict.acknowledged if "IAM5" in rule and path.startswith("Flow")]
    assert wildcards == ["Firehose names each object when it writes it."] * 2


def test_objects_are_compressed_and_lines_end(stack: cdk.Stack) -> None:
    new_delivery(stack)
    destination = _destination(stack)
    assert destination["CompressionFormat"] == "GZIP"
    assert destination["ProcessingConfiguration"]["Processors"] == [{"Type": "AppendDelimiterToRecord"}]
    assert destination["BufferingHints"] == {"IntervalInSeconds": 300, "SizeInMBs": 128}


def test_records_are_left_alone_if_told(stack: cdk.Stack) -> None:
    new_delivery(stack, delimiter=None, compression="UNCOMPRESSED")
    assert "ProcessingConfiguration" not in _destination(stack)
    assert _destination(stack)["CompressionFormat"] == "UNCOMPRESSED"


@pytest.mark.parametrize(
    ("conversion", "serializer"),
    [
        (firehose.Parquet(TABLE), {"ParquetSerDe": {"Compression": "SNAPPY"}}),
        (
            firehose.Orc(TABLE, compression="ZLIB", stripe_size=cdk.Size.mebibytes(16), bloom_filter_columns=["id"]),
            {"OrcSerDe": {"Compression": "ZLIB", "StripeSizeBytes": 16_777_216, "BloomFilterColumns": ["id"]}},
        ),
    ],
    ids=["parquet", "orc"],
)
def test_records_are_converted_by_a_table(stack: cdk.Stack, conversion: Any, serializer: Any) -> None:
    new_delivery(stack, conversion=conversion)
    written = template(stack)
    destination = deployed(written.properties(DELIVERY)["ExtendedS3DestinationConfiguration"])
    converted = destination["DataFormatConversionConfiguration"]
    schema = {name: it for name, it in converted["SchemaConfiguration"].items() if name != "RoleARN"}
    assert schema == {
        "CatalogId": "123456789012",
        "DatabaseName": "sales",
        "Region": "eu-west-1",
        "TableName": "orders",
        "VersionId": "LATEST",
    }
    assert converted["OutputFormatConfiguration"]["Serializer"] == serializer
    assert (converted["Enabled"], destination["CompressionFormat"]) == (True, "UNCOMPRESSED")
    assert "ProcessingConfiguration" not in destination
    assert written.allowed(ROLE)["glue:GetTableVersions"] == {
        "arn:aws:glue:eu-west-1:123456789012:catalog",
        "arn:aws:glue:eu-west-1:123456789012:database/sales",
        "arn:aws:glue:eu-west-1:123456789012:table/sales/orders",
    }


def test_an_encrypted_catalog_is_read(stack: cdk.Stack) -> None:
    table = firehose.TableName(database="sales", table="orders")
    new_delivery(stack, conversion=firehose.Parquet(table), catalog_key=new_key(stack, "CatalogKey"))
    [reading] = [it for it in template(stack).statements("OrdersRolePolicy") if "glue." in str(it.get("Condition"))]
    assert (reading["Action"], reading["Resource"]) == ("kms:Decrypt", KEY_ARN)
    assert reading["Condition"] == {"StringEquals": {"kms:ViaService": "glue.eu-west-1.amazonaws.com"}}


def test_a_table_may_be_one_of_cdk(stack: cdk.Stack) -> None:
    database = aws_glue.Database(stack, "Sales", database_name="sales")
    table = aws_glue.S3Table(
        stack,
        "Table",
        database=database,
        columns=[aws_glue.Column(name="id", type=aws_glue.Schema.STRING)],
        data_format=aws_glue.DataFormat.PARQUET,
    )
    new_delivery(stack, conversion=firehose.Parquet(table))
    written = template(stack)
    schema = written.properties(DELIVERY)["ExtendedS3DestinationConfiguration"]["DataFormatConversionConfiguration"]
    names = schema["SchemaConfiguration"]
    assert written.type_of(names["DatabaseName"]) == "AWS::Glue::Database"
    assert written.type_of(names["TableName"]) == "AWS::Glue::Table"


def _processors(stack: cdk.Stack) -> list[tuple[str, dict[str, Any]]]:
    return [
        (it["Type"], {each["ParameterName"]: each["ParameterValue"] for each in it.get("Parameters", [])})
        for it in _destination(stack)["ProcessingConfiguration"]["Processors"]
    ]


def test_folders_follow_from_the_keys(stack: cdk.Stack) -> None:
    new_delivery(stack, partitioning=firehose.DynamicPartitioning(keys={"customer": ".customer_id", "kind": ".kind"}))
    destination = _destination(stack)
    assert destination["DynamicPartitioningConfiguration"] == {
        "Enabled": True,
        "RetryOptions": {"DurationInSeconds": 300},
    }
    assert destination["Prefix"] == (
        "customer=!{partitionKeyFromQuery:customer}/kind=!{partitionKeyFromQuery:kind}/!{timestamp:yyyy/MM/dd}/"
    )
    query = {"MetadataExtractionQuery": '{"customer":.customer_id,"kind":.kind}', "JsonParsingEngine": "JQ-1.6"}
    assert _processors(stack)[0] == ("MetadataExtraction", query)


@pytest.mark.parametrize(
    ("deaggregation", "parameters"),
    [
        (firehose.Deaggregation(), {"SubRecordType": "JSON"}),
        (firehose.Deaggregation("|"), {"SubRecordType": "DELIMITED", "Delimiter": "fA=="}),
    ],
    ids=["json", "delimited"],
)
def test_records_are_taken_apart(stack: cdk.Stack, deaggregation: Any, parameters: Any) -> None:
    partitioning = firehose.DynamicPartitioning({"customer": ".id"}, deaggregation=deaggregation)
    new_delivery(stack, partitioning=partitioning)
    assert _processors(stack)[0] == ("RecordDeAggregation", parameters)


def test_a_function_may_return_the_keys(stack: cdk.Stack) -> None:
    prefix = "!{partitionKeyFromLambda:customer}/"
    transformation = firehose.Transformation(given_function(stack))
    new_delivery(stack, prefix=prefix, partitioning=firehose.DynamicPartitioning(), transformation=transformation)
    assert [name for name, _ in _processors(stack)] == ["Lambda", "AppendDelimiterToRecord"]


def test_log_events_are_decompressed_before_anything_else(stack: cdk.Stack) -> None:
    transformation = firehose.Transformation(given_function(stack))
    new_delivery(stack, cloudwatch_logs="messages", transformation=transformation)
    assert [name for name, _ in _processors(stack)] == [
        "Decompression",
        "CloudWatchLogProcessing",
        "Lambda",
        "AppendDelimiterToRecord",
    ]


def test_a_function_that_is_given_is_invoked(stack: cdk.Stack) -> None:
    settings: dict[str, Any] = {
        "buffer_size": cdk.Size.kibibytes(512),
        "buffer_interval": cdk.Duration.seconds(0),
        "retries": 0,
    }
    new_delivery(stack, transformation=firehose.Transformation(given_function(stack), **settings))
    written = template(stack)
    [(name, parameters), _] = _processors(stack)
    assert written.type_of(parameters.pop("RoleArn")) == "AWS::IAM::Role"
    assert (name, parameters) == (
        "Lambda",
        {
            "LambdaArn": FUNCTION_ARN,
            "BufferSizeInMBs": "0.5",
            "BufferIntervalInSeconds": "0",
            "NumberOfRetries": "0",
        },
    )
    assert written.allowed(ROLE)["lambda:InvokeFunction"] == {FUNCTION_ARN}


def test_code_becomes_a_function_in_its_vpc(stack: cdk.Stack) -> None:
    delivery = new_delivery(stack, transformation=firehose.Transformation(code(vpc=new_vpc(stack))))
    verdict = judge(stack)
    written = verdict.template()
    [function] = written.of_type("AWS::Lambda::Function")
    assert verdict.findings == []
    assert delivery.function
    assert written.allowed(ROLE)["lambda:InvokeFunction"] == {f"<{function}.Arn>"}
    assert len(written.properties("AWS::Lambda::Function")["VpcConfig"]["SubnetIds"]) == 2


def test_a_function_that_firehose_waits_for_has_no_dead_letters(stack: cdk.Stack) -> None:
    new_delivery(stack, transformation=firehose.Transformation(code(vpc=new_vpc(stack))))
    verdict = judge(stack)
    written = verdict.template()
    assert "DeadLetterConfig" not in written.properties("AWS::Lambda::Function")
    assert written.of_type("AWS::SQS::Queue") == {}
    [policy] = [it for name, it in written.of_type(POLICY).items() if name.startswith("OrdersTransformation")]
    assert "kms:Decrypt" in str(policy)
    assert "kms:GenerateDataKey" not in str(policy)
    assert "sqs:SendMessage" not in str(policy)
    wanted = {f"{rule.partition('-')[0]}::{rule}" for rule in WANT_DEAD_LETTERS}
    assert acknowledged_for(verdict, SYNCHRONOUS) == listed_for(verdict, SYNCHRONOUS) == wanted


def test_records_are_kept_as_they_came(stack: cdk.Stack) -> None:
    other = new_bucket(stack, "Copies", bucket_name="copies")
    new_delivery(stack, source_backup=firehose.SourceBackup(bucket=other))
    destination = _destination(stack)
    backup = destination["S3BackupConfiguration"]
    assert destination["S3BackupMode"] == "Enabled"
    assert backup["BucketARN"] == "arn:aws:s3:::copies"
    assert (backup["Prefix"], backup["CompressionFormat"]) == ("source/", "GZIP")
    assert backup["ErrorOutputPrefix"].startswith("source-errors/!{firehose:error-output-type}/")
    assert "arn:aws:s3:::copies/source/*" in str(template(stack).statements(ROLE))


def test_dates_are_those_of_the_zone(stack: cdk.Stack) -> None:
    new_delivery(stack, time_zone="Asia/Tokyo", file_extension=".json.gz")
    assert _destination(stack)["CustomTimeZone"] == "Asia/Tokyo"
    assert _destination(stack)["FileExtension"] == ".json.gz"


ALWAYS = {"DeliveryToS3.DataFreshness", "DeliveryToS3.Success"}
READS = {"KinesisMillisBehindLatest", "ThrottledGetRecords", "ThrottledGetShardIterator"}


@pytest.mark.parametrize(
    ("options", "more"),
    [
        (lambda _: {}, {"ThrottledRecords"}),
        (lambda stack: {"source": new_stream(stack)}, READS),
        (
            lambda stack: {"transformation": firehose.Transformation(given_function(stack))},
            {"ThrottledRecords", "ExecuteProcessing.Success"},
        ),
        (lambda _: {"conversion": firehose.Parquet(TABLE)}, {"ThrottledRecords", "FailedConversion.Records"}),
        (
            lambda _: {"partitioning": firehose.DynamicPartitioning({"customer": ".id"})},
            {"ThrottledRecords", "PartitionCountExceeded"},
        ),
        (
            lambda _: {"source_backup": firehose.SourceBackup()},
            {"ThrottledRecords", "BackupToS3.DataFreshness", "BackupToS3.Success"},
        ),
    ],
    ids=["puts", "stream", "function", "conversion", "partitions", "backup"],
)
def test_alarms_watch_what_is_done(stack: cdk.Stack, options: Any, more: set[str]) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    delivery = new_delivery(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", arn), **options(stack))
    written = template(stack)
    [name] = written.of_type(DELIVERY)
    alarms = [it["Properties"] for it in written.of_type(ALARM).values()]
    assert delivery.alarms
    assert set(delivery.alarms.by_metric) == {it["MetricName"] for it in alarms} == ALWAYS | more
    assert {it["Namespace"] for it in alarms} == {"AWS/Firehose"}
    assert all(it["Dimensions"] == [{"Name": "DeliveryStreamName", "Value": {"Ref": name}}] for it in alarms)
    assert all(it["AlarmActions"] == it["OKActions"] == [arn] for it in alarms)


@pytest.mark.parametrize(
    ("minutes", "threshold", "period"), [(0, 600, 300), (5, 900, 300), (6, 960, 600), (15, 1500, 900)]
)
def test_how_old_records_may_become_follows_from_the_buffering(
    stack: cdk.Stack, minutes: int, threshold: int, period: int
) -> None:
    new_delivery(stack, buffering=firehose.Buffering(interval=cdk.Duration.minutes(minutes)))
    alarms = [it["Properties"] for it in template(stack).of_type(ALARM).values()]
    [fresh] = [it for it in alarms if it["MetricName"] == "DeliveryToS3.DataFreshness"]
    [successful] = [it for it in alarms if it["MetricName"] == "DeliveryToS3.Success"]
    assert (fresh["Threshold"], fresh["Period"], successful["Period"]) == (threshold, period, period)


def test_records_that_are_transformed_may_become_older(stack: cdk.Stack) -> None:
    transformation = firehose.Transformation(given_function(stack), buffer_interval=cdk.Duration.minutes(15))
    delivery = new_delivery(stack, transformation=transformation)
    assert delivery.alarms
    watched = {name: (alarm.threshold, alarm.period) for name, alarm in delivery.alarms.by_metric.items()}
    assert watched["DeliveryToS3.DataFreshness"] == (1800, 1200)
    assert watched["ExecuteProcessing.Success"] == (1, 900)


def test_disposable_leaves_nothing_behind(stack: cdk.Stack) -> None:
    new_delivery(stack, bucket=new_bucket(stack, encryption_key=None), lifecycle=Lifecycle.DISPOSABLE)
    resources = template(stack).resources
    assert [name for name, it in resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"] == []


def test_key_and_log_outlive_the_stack_unless_told_otherwise(stack: cdk.Stack) -> None:
    new_delivery(stack, bucket=new_bucket(stack, encryption_key=None))
    kept = {it["Type"] for it in template(stack).resources.values() if it.get("DeletionPolicy") == "Retain"}
    assert kept == {KEY, "AWS::Logs::LogGroup", "AWS::Logs::LogStream"}


def _role(stack: cdk.Stack) -> iam.Role:
    return iam.Role(stack, "App", assumed_by=iam.AccountRootPrincipal())


def test_a_role_may_put_records(stack: cdk.Stack) -> None:
    delivery, role = new_delivery(stack), _role(stack)
    policy = delivery.grant_put(role)
    assert delivery.grant_put(role).node.path == policy.node.path
    cdk.CfnOutput(stack, "Name", value=delivery.name)
    verdict = judge(stack)
    written = verdict.template()
    properties = written.resources[stack.get_logical_id(cast("cdk.CfnElement", policy.node.default_child))][
        "Properties"
    ]
    [statement] = properties["PolicyDocument"]["Statement"]
    assert verdict.findings == []
    assert statement["Action"] == ["firehose:PutRecord", "firehose:PutRecordBatch"]
    assert written.type_of(statement["Resource"]) == DELIVERY
    assert written.type_of(written.content["Outputs"]["Name"]["Value"]) == DELIVERY


def test_only_a_role_may_put_records_and_only_directly(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_delivery(stack).grant_put("app"))  # type: ignore[arg-type]
    assert (problem.option, problem.allowed) == ("role", "iam.IRole")
    reads = new_delivery(stack, "Reads", source=new_stream(stack), prefix="read/")
    [problem] = problems(lambda: reads.grant_put(_role(stack)))
    assert problem.advice == "Let the role put records into the Kinesis stream."
