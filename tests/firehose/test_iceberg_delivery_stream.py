"""The delivery stream to Iceberg: as a whole, what each option writes into the template, and what its role may do."""

from typing import Any

import aws_cdk as cdk
import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import firehose, glue
from tests.firehose.streams import (
    KEY_ARN,
    full_rows,
    given_function,
    lake_table,
    new_bucket,
    new_key,
    new_rows,
    new_stream,
    new_table,
    own_bucket,
)
from tests.synthesis import IRELAND, deployed, judge, new_app, new_stack, template

DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
ALARM = "AWS::CloudWatch::Alarm"
TWO = (
    firehose.TableName(database="sales", table="orders"),
    firehose.TableName(database="sales", table="returns"),
)


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_rows(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_rows(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("make", [new_rows, full_rows])
@pytest.mark.parametrize("env", [IRELAND, None], ids=["ireland", "agnostic"])
def test_is_clean_wherever_it_can_be(env: cdk.Environment | None, make: Any) -> None:
    stack = new_stack(env)
    make(stack)
    assert judge(stack).findings == []


def _destination(stack: cdk.Stack) -> Any:
    return template(stack).properties(DELIVERY)["IcebergDestinationConfiguration"]


def test_rows_go_to_the_table_by_way_of_the_catalog(stack: cdk.Stack) -> None:
    new_rows(stack)
    destination = deployed(_destination(stack))
    assert destination["CatalogConfiguration"] == {"CatalogArn": "arn:aws:glue:eu-west-1:123456789012:catalog"}
    assert destination["DestinationTableConfigurationList"] == [
        {"DestinationDatabaseName": "sales", "DestinationTableName": "orders"}
    ]
    assert "ProcessingConfiguration" not in destination
    assert (destination["AppendOnly"], destination["RetryOptions"]) == (False, {"DurationInSeconds": 300})
    assert destination["BufferingHints"] == {"IntervalInSeconds": 300, "SizeInMBs": 128}


def test_rows_are_only_inserted_if_told(stack: cdk.Stack) -> None:
    new_rows(stack, append_only=True, routing=firehose.Routing(operation="insert"))
    assert _destination(stack)["AppendOnly"] is True


def test_failures_alone_go_to_the_bucket(stack: cdk.Stack) -> None:
    new_rows(stack)
    destination = _destination(stack)
    failures = destination["S3Configuration"]
    assert destination["s3BackupMode"] == "FailedDataOnly"
    assert failures["ErrorOutputPrefix"] == "errors/!{firehose:error-output-type}/!{timestamp:yyyy/MM/dd}/"
    assert failures["Prefix"] == "errors/"
    assert failures["EncryptionConfiguration"] == {"KMSEncryptionConfig": {"AWSKMSKeyARN": KEY_ARN}}


def test_two_logs_say_what_failed(stack: cdk.Stack) -> None:
    new_rows(stack)
    written = template(stack)
    destination = written.properties(DELIVERY)["IcebergDestinationConfiguration"]
    for place, name in ((destination, "DeliveryToIceberg"), (destination["S3Configuration"], "DeliveryToS3")):
        logging = place["CloudWatchLoggingOptions"]
        assert logging["Enabled"] is True
        assert written.resources[logging["LogStreamName"]["Ref"]]["Properties"]["LogStreamName"] == name


def test_rows_are_found_by_unique_keys(stack: cdk.Stack) -> None:
    new_rows(stack, tables=[lake_table(stack, unique_keys=["id"])], routing=firehose.Routing(operation="update"))
    [table] = _destination(stack)["DestinationTableConfigurationList"]
    assert table["UniqueKeys"] == ["id"]


def _query(stack: cdk.Stack) -> Any:
    [processor] = _destination(stack)["ProcessingConfiguration"]["Processors"]
    parameters = {it["ParameterName"]: it["ParameterValue"] for it in processor["Parameters"]}
    assert (processor["Type"], parameters["JsonParsingEngine"]) == ("MetadataExtraction", "JQ-1.6")
    return parameters["MetadataExtractionQuery"]


@pytest.mark.parametrize(
    ("routing", "query"),
    [
        (
            firehose.Routing(table=".kind"),
            '{destinationDatabaseName:"sales",destinationTableName:.kind}',
        ),
        (
            firehose.Routing(table='"orders"', operation="delete"),
            '{destinationDatabaseName:"sales",destinationTableName:"orders",operation:"delete"}',
        ),
        (
            firehose.Routing(table=".kind", database=".shop", operation='(.operation // "insert")'),
            '{destinationDatabaseName:.shop,destinationTableName:.kind,operation:(.operation // "insert")}',
        ),
    ],
    ids=["table", "operation", "all"],
)
def test_records_say_where_they_belong(stack: cdk.Stack, routing: firehose.Routing, query: str) -> None:
    tables = [lake_table(stack, f"Of{it.table}", table=it) for it in TWO]
    new_rows(stack, tables=tables, routing=routing)
    assert _query(stack) == query


def test_one_table_needs_no_name_in_the_records(stack: cdk.Stack) -> None:
    new_rows(stack, routing=firehose.Routing(operation=".op"))
    assert _query(stack) == '{destinationDatabaseName:"sales",destinationTableName:"orders",operation:.op}'


def test_a_function_may_route_instead(stack: cdk.Stack) -> None:
    tables = [lake_table(stack, f"Of{it.table}", table=it) for it in TWO]
    new_rows(stack, tables=tables, transformation=firehose.Transformation(given_function(stack)))
    [processor] = _destination(stack)["ProcessingConfiguration"]["Processors"]
    assert processor["Type"] == "Lambda"


def test_the_role_may_commit_to_the_table_alone(stack: cdk.Stack) -> None:
    new_rows(stack)
    [commits] = [it for it in template(stack).statements("OrdersRolePolicy") if "glue:UpdateTable" in it["Action"]]
    assert commits["Action"] == ["glue:GetDatabase", "glue:GetTable", "glue:UpdateTable"]
    assert commits["Resource"] == [
        "arn:aws:glue:eu-west-1:123456789012:catalog",
        "arn:aws:glue:eu-west-1:123456789012:database/sales",
        "arn:aws:glue:eu-west-1:123456789012:table/sales/orders",
    ]


def test_the_role_may_write_the_objects_of_the_table_and_failures_alone(stack: cdk.Stack) -> None:
    new_rows(stack)
    writes = [it for it in template(stack).statements("OrdersRolePolicy") if "s3:PutObject" in it["Action"]]
    assert {it["Resource"]: it["Action"] for it in writes} == {
        "arn:aws:s3:::lake/errors/*": ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        "arn:aws:s3:::tables/orders/*": [
            "s3:AbortMultipartUpload",
            "s3:DeleteObject",
            "s3:GetObject",
            "s3:PutObject",
        ],
    }


def test_the_role_may_use_the_key_of_the_table_through_s3(stack: cdk.Stack) -> None:
    new_rows(stack)
    uses = [it for it in template(stack).statements("OrdersRolePolicy") if "kms:GenerateDataKey" in it["Action"]]
    contexts = [it["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"] for it in uses]
    assert ["arn:aws:s3:::tables", "arn:aws:s3:::tables/*"] in contexts
    assert {it["Condition"]["StringEquals"]["kms:ViaService"] for it in uses} == {"s3.eu-west-1.amazonaws.com"}


def test_an_encrypted_catalog_is_written_to(stack: cdk.Stack) -> None:
    new_rows(stack, catalog_key=new_key(stack, "CatalogKey"))
    [writing] = [it for it in template(stack).statements("OrdersRolePolicy") if "glue." in str(it.get("Condition"))]
    assert writing["Action"] == ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"]
    assert writing["Condition"] == {"StringEquals": {"kms:ViaService": "glue.eu-west-1.amazonaws.com"}}


def test_a_table_whose_key_is_not_known_is_written_all_the_same(stack: cdk.Stack) -> None:
    bucket = new_bucket(stack, "Tables", bucket_name="tables", encryption_key=None)
    new_rows(stack, tables=[lake_table(stack, bucket=bucket)])
    [use] = [it for it in template(stack).statements("OrdersRolePolicy") if "kms:GenerateDataKey" in it["Action"]]
    assert "arn:aws:s3:::tables" not in str(use)


def test_tables_of_another_stack_are_written() -> None:
    app = new_app()
    lake, flow = (new_stack(app=app, id=name) for name in ("Lake", "Flow"))
    tables = [firehose.LakeTable(table=new_table(lake), bucket=own_bucket(lake), prefix="orders/")]
    new_rows(flow, tables=tables)
    verdict = judge(app)
    assert verdict.findings == []
    wildcards = [why for path, rule, why in verdict.acknowledged if "IAM5" in rule and path.startswith("Flow")]
    assert set(wildcards) == {"Firehose names each object when it writes it."}


def test_the_table_is_made_first(stack: cdk.Stack) -> None:
    """Firehose looks for its unique keys."""
    lake = own_bucket(stack)
    orders = glue.IcebergTable(
        stack,
        "Table",
        name="orders",
        database=glue.Database(stack, "Sales", name="sales"),
        bucket=lake,
        prefix="orders/",
        schema=[glue.Column("id", "bigint", id=1)],
    )
    new_rows(
        stack,
        bucket=lake,
        tables=[firehose.LakeTable(table=orders.table, bucket=lake, prefix="orders/", unique_keys=["id"])],
    )
    verdict = judge(stack)
    written = verdict.template()
    delivery = written.only(DELIVERY)
    [names] = delivery["Properties"]["IcebergDestinationConfiguration"]["DestinationTableConfigurationList"]
    assert verdict.findings == []
    assert set(written.of_type("AWS::Glue::Table")) < set(delivery["DependsOn"])
    assert written.type_of(names["DestinationDatabaseName"]) == "AWS::Glue::Database"
    assert names["DestinationTableName"] == "orders"


def test_a_stream_is_read(stack: cdk.Stack) -> None:
    new_rows(stack, source=new_stream(stack))
    properties = template(stack).properties(DELIVERY)
    assert properties["DeliveryStreamType"] == "KinesisStreamAsSource"
    assert "DeliveryStreamEncryptionConfigurationInput" not in properties


def test_alarms_watch_commits(stack: cdk.Stack) -> None:
    delivery = new_rows(stack)
    assert delivery.alarms
    assert {name: it.threshold for name, it in delivery.alarms.by_metric.items()} == {
        "DeliveryToIceberg.DataFreshness": 900,
        "DeliveryToIceberg.FailedRowCount": 0,
        "ThrottledRecords": 0,
    }
    assert len(template(stack).of_type(ALARM)) == 3


def test_alarms_watch_the_source_and_the_function_too(stack: cdk.Stack) -> None:
    transformation = firehose.Transformation(given_function(stack))
    delivery = new_rows(stack, source=new_stream(stack), transformation=transformation)
    assert delivery.alarms
    assert set(delivery.alarms.by_metric) == {
        "DeliveryToIceberg.DataFreshness",
        "DeliveryToIceberg.FailedRowCount",
        "ExecuteProcessing.Success",
        "KinesisMillisBehindLatest",
        "ThrottledGetRecords",
        "ThrottledGetShardIterator",
    }
