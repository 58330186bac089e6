"""The delivery stream to Redshift: as a whole, what COPY is told, and what its role may do."""

from typing import Any

import aws_cdk as cdk
import pytest
from syrupy.assertion import SnapshotAssertion

from constructs_lib import firehose
from tests.firehose.streams import HOST, KEY_ARN, SECRET_ARN, full_copy, new_copy, new_stream, warehouse
from tests.synthesis import ENVIRONMENTS, judge, new_stack, template

DELIVERY = "AWS::KinesisFirehose::DeliveryStream"
ALARM = "AWS::CloudWatch::Alarm"


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_copy(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_copy(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("make", [new_copy, full_copy])
@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_is_clean_wherever_it_is(env: cdk.Environment | None, make: Any) -> None:
    stack = new_stack(env)
    make(stack)
    assert judge(stack).findings == []


def _destination(stack: cdk.Stack) -> Any:
    return template(stack).properties(DELIVERY)["RedshiftDestinationConfiguration"]


def test_the_user_is_read_from_its_secret(stack: cdk.Stack) -> None:
    new_copy(stack)
    destination = _destination(stack)
    manager = destination["SecretsManagerConfiguration"]
    assert (manager["Enabled"], manager["SecretARN"]) == (True, SECRET_ARN)
    assert not {"Username", "Password"} & set(destination)


def test_the_role_may_read_the_secret_and_decrypt_it_through_secrets_manager(stack: cdk.Stack) -> None:
    new_copy(stack)
    statements = template(stack).statements("OrdersRolePolicy")
    [reads] = [it for it in statements if it["Action"] == "secretsmanager:GetSecretValue"]
    [decrypts] = [it for it in statements if it["Action"] == "kms:Decrypt"]
    assert reads["Resource"] == SECRET_ARN
    assert decrypts["Resource"] == KEY_ARN
    assert decrypts["Condition"] == {
        "StringEquals": {"kms:ViaService": "secretsmanager.eu-west-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:SecretARN": [SECRET_ARN]},
    }


def test_the_role_may_write_manifests_anywhere_in_the_bucket(stack: cdk.Stack) -> None:
    new_copy(stack)
    [writes] = [it for it in template(stack).statements("OrdersRolePolicy") if "s3:PutObject" in it["Action"]]
    assert writes["Resource"] == "arn:aws:s3:::lake/*"


def test_copy_is_told_what_the_objects_are(stack: cdk.Stack) -> None:
    new_copy(stack)
    destination = _destination(stack)
    assert destination["CopyCommand"] == {
        "DataTableName": "orders",
        "CopyOptions": "JSON 'auto' TIMEFORMAT 'auto' GZIP",
    }
    assert destination["S3Configuration"]["CompressionFormat"] == "GZIP"
    assert destination["S3Configuration"]["Prefix"] == "staging/"
    assert destination["RetryOptions"] == {"DurationInSeconds": 3600}


@pytest.mark.parametrize(
    ("copy", "written"),
    [
        (firehose.JsonCopy(time_format=None), "JSON 'auto'"),
        (firehose.JsonCopy(ignore_case=True, time_format=None), "JSON 'auto ignorecase'"),
        (firehose.JsonCopy(truncate_columns=True), "JSON 'auto' TRUNCATECOLUMNS TIMEFORMAT 'auto'"),
        (firehose.CsvCopy(), "CSV DELIMITER ',' TIMEFORMAT 'auto'"),
        (firehose.CsvCopy(delimiter="|", null_as="-", time_format=None), "CSV DELIMITER '|' NULL AS '-'"),
    ],
    ids=lambda it: it if isinstance(it, str) else "",
)
def test_how_records_are_read(stack: cdk.Stack, copy: Any, written: str) -> None:
    new_copy(stack, copy=copy, compression="UNCOMPRESSED")
    assert _destination(stack)["CopyCommand"]["CopyOptions"] == written


def test_copy_may_read_its_paths(stack: cdk.Stack) -> None:
    new_copy(stack, copy=firehose.JsonCopy(paths="s3://paths/orders.json"))
    [reads] = [it for it in template(stack).statements("OrdersRolePolicy") if it["Action"] == "s3:GetObject"]
    assert reads["Resource"] == "arn:aws:s3:::paths/orders.json"


def _url(stack: cdk.Stack) -> Any:
    return _destination(stack)["ClusterJDBCURL"]


def test_firehose_names_the_folders_of_errors(stack: cdk.Stack) -> None:
    """It refuses expressions and error prefixes on the way to Redshift."""
    new_copy(stack, source_backup=firehose.SourceBackup())
    destination = _destination(stack)
    for place in (destination["S3Configuration"], destination["S3BackupConfiguration"]):
        assert "!{" not in place["Prefix"]
        assert "ErrorOutputPrefix" not in place


def test_the_address_is_made_of_its_parts(stack: cdk.Stack) -> None:
    new_copy(stack, warehouse=warehouse(stack, port=5440, columns=["id", '"order"']))
    assert _url(stack) == f"jdbc:redshift://{HOST}:5440/sales"
    assert _destination(stack)["CopyCommand"]["DataTableColumns"] == 'id,"order"'


def test_serverless_warehouses_are_reached_too(stack: cdk.Stack) -> None:
    host = "sales.123456789012.eu-west-1.redshift-serverless.amazonaws.com"
    new_copy(stack, warehouse=warehouse(stack, host=host))
    assert _url(stack) == f"jdbc:redshift://{host}:5439/sales"


@pytest.mark.parametrize("number", [True, False], ids=["number", "text"])
def test_the_address_may_be_known_only_at_deployment(stack: cdk.Stack, number: bool) -> None:
    host = cdk.CfnParameter(stack, "Host").value_as_string
    port = cdk.CfnParameter(stack, "Port", type="Number")
    given = port.value_as_number if number else port.value_as_string
    new_copy(stack, warehouse=warehouse(stack, host=host, port=given))
    assert _url(stack) == {"Fn::Join": ["", ["jdbc:redshift://", {"Ref": "Host"}, ":", {"Ref": "Port"}, "/sales"]]}


def test_three_logs_say_what_failed(stack: cdk.Stack) -> None:
    new_copy(stack, source_backup=firehose.SourceBackup())
    names = {it["Properties"]["LogStreamName"] for it in template(stack).of_type("AWS::Logs::LogStream").values()}
    assert names == {"DeliveryToRedshift", "DeliveryToS3", "SourceBackup"}


def test_a_stream_is_read(stack: cdk.Stack) -> None:
    new_copy(stack, source=new_stream(stack))
    assert "DeliveryStreamEncryptionConfigurationInput" not in template(stack).properties(DELIVERY)


def test_alarms_watch_copy_too(stack: cdk.Stack) -> None:
    delivery = new_copy(stack)
    assert delivery.alarms
    assert set(delivery.alarms.by_metric) == {
        "DeliveryToS3.DataFreshness",
        "DeliveryToS3.Success",
        "DeliveryToRedshift.Success",
        "ThrottledRecords",
    }
    assert len(template(stack).of_type(ALARM)) == 4
