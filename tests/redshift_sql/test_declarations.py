"""What is declared in a warehouse: its templates, and what they allow."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from syrupy.assertion import SnapshotAssertion

from constructs_lib import redshift
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import Practice
from constructs_lib.redshift import user
from tests.redshift_sql.warehouses import (
    WAREHOUSES,
    WORKGROUP,
    ExistingWarehouse,
    everything,
    new_cluster,
    new_grant,
    new_role,
    new_schema,
    new_streaming_ingestion,
    new_table,
    new_user,
    new_warehouse,
    new_workgroup,
)
from tests.synthesis import ENVIRONMENTS, Template, deployed, judge, new_app, new_stack, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

EVERYWHERE = pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
Make = Callable[..., Any]
MAKES: Mapping[str, Make] = {
    "grant": new_grant,
    "schema": new_schema,
    "streaming_ingestion": new_streaming_ingestion,
    "table": new_table,
    "user": new_user,
    "everything": everything,
}
EACH = pytest.mark.parametrize("make", MAKES.values(), ids=MAKES)
START = pytest.mark.parametrize("start", WAREHOUSES.values(), ids=WAREHOUSES)
LASTING = ("Schema", "StreamingIngestion", "Table")


@EACH
def test_snapshot(stack: cdk.Stack, make: Make, snapshot: SnapshotAssertion) -> None:
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@EVERYWHERE
@START
def test_is_clean_wherever_it_is_deployed(start: Make, env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    start(stack)
    everything(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    if env is None or env.region == "cn-north-1":
        assert "arn:aws:" not in str(verdict.template())


@START
def test_one_function_makes_everything_in_a_warehouse(stack: cdk.Stack, start: Make) -> None:
    start(stack)
    everything(stack)
    made = template(stack)
    [function] = made.of_type("AWS::Lambda::Function")
    custom = [it for it in made.resources.values() if it["Type"].startswith("Custom::Redshift")]
    assert len(custom) == 8
    assert {it["Properties"]["ServiceToken"]["Fn::GetAtt"][0] for it in custom} == {function}
    assert {it["Properties"]["ServiceTimeout"] for it in custom} == {"960"}


@pytest.mark.parametrize("start", [new_cluster, new_workgroup])
def test_what_the_function_could_not_do_reaches_the_topic_of_the_warehouse(stack: cdk.Stack, start: Make) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    start(stack, alarm_topic=topic)
    new_table(stack)
    made = template(stack)
    letters = made.properties("AWS::Lambda::Function")["DeadLetterConfig"]["TargetArn"]["Fn::GetAtt"][0]
    watching = [{"Name": "QueueName", "Value": {"Fn::GetAtt": [letters, "QueueName"]}}]
    alarms = [it["Properties"] for it in made.of_type("AWS::CloudWatch::Alarm").values()]
    assert [it["AlarmActions"] for it in alarms if it["Dimensions"] == watching] == [[stack.resolve(topic.topic_arn)]]


@START
def test_another_stack_declares_in_the_warehouse_too(start: Make) -> None:
    app = new_app()
    warehouse = start(new_stack(app=app, id="Data"))
    other = new_stack(app=app, id="Other")
    new_grant(other, to=new_role(other, warehouse=warehouse), on=new_table(other, warehouse=warehouse))
    verdict = judge(app)
    assert verdict.findings == []
    assert verdict.template("Other").of_type("AWS::Lambda::Function") == {}


def test_the_function_may_do_no_more_than_it_needs(stack: cdk.Stack) -> None:
    new_table(stack)
    made = template(stack)
    account = "eu-west-1:123456789012"
    assert made.allowed("WarehouseSqlPolicy") == {
        "redshift-data:ExecuteStatement": {f"arn:aws:redshift:{account}:cluster:analytics"},
        **{f"redshift-data:{it}": {"*"} for it in ("CancelStatement", "DescribeStatement", "GetStatementResult")},
        "secretsmanager:GetSecretValue": {f"arn:aws:secretsmanager:{account}:secret:redshift!analytics-admin-AbCdEf"},
        "cloudformation:DescribeStacks": {f"arn:aws:cloudformation:{account}:stack/*"},
    }
    [everywhere] = [it for it in made.statements("WarehouseSqlPolicy") if it["Resource"] == "*"]
    assert everywhere["Condition"] == {"StringEquals": {"redshift-data:statement-owner-iam-userid": "${aws:userid}"}}


@pytest.mark.parametrize(
    ("start", "type", "resource", "secret"),
    [
        (
            new_cluster,
            "AWS::Redshift::Cluster",
            "arn:aws:redshift:eu-west-1:123456789012:cluster:<{0}>",
            "<{0}.MasterPasswordSecretArn>",
        ),
        (
            new_workgroup,
            "AWS::RedshiftServerless::Workgroup",
            "<{0}.Workgroup.WorkgroupArn>",
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:redshift!{1}-dbadmin-??????",
        ),
    ],
    ids=["cluster", "workgroup"],
)
def test_the_function_logs_in_as_the_admin_of_each_kind(
    stack: cdk.Stack, start: Make, type: str, resource: str, secret: str
) -> None:
    warehouse = start(stack)
    new_table(stack)
    made = template(stack)
    [name] = made.of_type(type)
    allowed = made.allowed("WarehouseSqlPolicy")
    identifier = deployed(stack.resolve(warehouse.identifier))
    assert allowed["redshift-data:ExecuteStatement"] == {resource.format(name)}
    assert allowed["secretsmanager:GetSecretValue"] == {secret.format(name, identifier)}


def _of_secret(made: Template) -> Any:
    """Return what the policy of the only secret allows."""
    [statement] = made.properties("AWS::SecretsManager::ResourcePolicy")["ResourcePolicy"]["Statement"]
    return statement


@START
def test_the_function_may_use_the_secrets_of_its_users_and_no_other(stack: cdk.Stack, start: Make) -> None:
    start(stack)
    new_user(stack)
    made = template(stack)
    statement = _of_secret(made)
    [secret] = made.of_type("AWS::SecretsManager::Secret")
    [role] = made.properties("AWS::Lambda::Function")["Role"]["Fn::GetAtt"][:1]
    assert statement["Principal"] == {"AWS": {"Fn::GetAtt": [role, "Arn"]}}
    assert statement["Resource"] == {"Ref": secret}
    assert statement["Action"] == [
        "secretsmanager:DescribeSecret",
        "secretsmanager:GetSecretValue",
        "secretsmanager:PutSecretValue",
        "secretsmanager:UpdateSecretVersionStage",
    ]
    [policy] = made.of_type("AWS::SecretsManager::ResourcePolicy")
    assert policy in made.only("Custom::RedshiftUser")["DependsOn"]
    assert policy in made.only("AWS::SecretsManager::RotationSchedule")["DependsOn"]


def test_a_warehouse_has_as_many_users_as_it_likes(stack: cdk.Stack) -> None:
    """A role has ten managed policies at most, unless a quota is raised, and a function's policy 20 KB."""
    new_user(stack)
    few = len(template(stack).of_type("AWS::IAM::ManagedPolicy"))
    many = new_stack()
    for number in range(12):
        redshift.User(many, f"User{number}", warehouse=new_warehouse(many), name=f"user{number}")
    verdict = judge(many)
    assert verdict.findings == []
    assert len(verdict.template().of_type("AWS::IAM::ManagedPolicy")) == few
    assert len(verdict.template().of_type("AWS::Lambda::Permission")) == 1


def test_a_policy_of_the_secret_has_room_for_more(stack: cdk.Stack) -> None:
    """A secret has one policy: whoever else uses it is let in by the same."""
    reader = iam.Role.from_role_arn(stack, "Reader", "arn:aws:iam::210987654321:role/reader")
    new_user(stack).secret.grant_read(reader)
    policy = template(stack).properties("AWS::SecretsManager::ResourcePolicy")
    assert len(policy["ResourcePolicy"]["Statement"]) == 2


def test_redshift_may_read_the_stream_and_no_other(stack: cdk.Stack) -> None:
    warehouse = ExistingWarehouse(stack, "Warehouse")
    clicks = new_streaming_ingestion(stack)
    assert warehouse.roles == [clicks.role]
    reads = ("DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards")
    assert template(stack).allowed("ClicksPolicy") == {
        **{f"kinesis:{it}": {"arn:aws:kinesis:eu-west-1:123456789012:stream/clicks"} for it in reads},
        "kinesis:ListStreams": {"*"},
        "kms:Decrypt": {"<StreamKey9F296F4F.Arn>"},
    }


def test_a_stream_without_a_key_needs_none(stack: cdk.Stack) -> None:
    stream = kinesis.Stream.from_stream_arn(stack, "Plain", "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks")
    new_streaming_ingestion(stack, stream=stream)
    assert "kms:Decrypt" not in template(stack).allowed("ClicksPolicy")


@pytest.mark.parametrize(
    ("target", "services"),
    [
        (None, "redshift.amazonaws.com"),
        (WORKGROUP, ["redshift-serverless.amazonaws.com", "redshift.amazonaws.com"]),
    ],
)
def test_the_warehouse_assumes_the_role_by_its_names(
    stack: cdk.Stack, target: Mapping[str, str] | None, services: str | list[str]
) -> None:
    warehouse = ExistingWarehouse(stack, "Other", target=target) if target else new_warehouse(stack)
    new_streaming_ingestion(stack, warehouse=warehouse)
    [role] = [it for name, it in template(stack).of_type("AWS::IAM::Role").items() if "Clicks" in name]
    [statement] = role["Properties"]["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"]["Service"] == services


@pytest.mark.parametrize("lifecycle", Lifecycle)
def test_what_lasts_is_kept_or_dropped(stack: cdk.Stack, lifecycle: Lifecycle) -> None:
    new_table(stack, lifecycle=lifecycle)
    new_schema(stack, lifecycle=lifecycle)
    new_streaming_ingestion(stack, lifecycle=lifecycle)
    wanted = "Retain" if lifecycle is Lifecycle.RETAINED else "Delete"
    made = template(stack)
    assert {made.only(f"Custom::Redshift{kind}")["DeletionPolicy"] for kind in LASTING} == {wanted}


def test_what_can_be_made_again_goes_with_its_stack(stack: cdk.Stack) -> None:
    new_grant(stack, to=new_user(stack))
    made = template(stack)
    assert {made.only(f"Custom::Redshift{kind}")["DeletionPolicy"] for kind in ("Grant", "User")} == {"Delete"}


@START
def test_what_is_needed_is_made_before(stack: cdk.Stack, start: Make) -> None:
    start(stack)
    everything(stack)
    made = template(stack)
    kinds = {name: it["Type"] for name, it in made.resources.items()}
    needs = {
        it["Type"]: {kinds[name] for name in it["DependsOn"] if kinds[name].startswith("Custom::")}
        for it in made.resources.values()
        if it["Type"].startswith("Custom::") and it["Type"] != "Custom::RedshiftGrant"
    }
    assert needs == {
        "Custom::RedshiftRole": set(),
        "Custom::RedshiftSchema": set(),
        "Custom::RedshiftStreamingIngestion": {"Custom::RedshiftSchema"},
        "Custom::RedshiftTable": {"Custom::RedshiftSchema"},
        "Custom::RedshiftUser": {"Custom::RedshiftRole"},
    }
    grants = [it["DependsOn"] for it in made.of_type("Custom::RedshiftGrant").values()]
    assert all(len([name for name in it if kinds[name].startswith("Custom::")]) == 2 for it in grants)


@START
def test_a_password_is_made_and_changed_by_itself(stack: cdk.Stack, start: Make) -> None:
    start(stack)
    new_user(stack)
    made = template(stack)
    secret = made.properties("AWS::SecretsManager::Secret")
    assert made.type_of(secret["KmsKeyId"]) == "AWS::KMS::Key"
    assert secret["GenerateSecretString"]["SecretStringTemplate"] == '{"username": "loader"}'
    schedule = made.properties("AWS::SecretsManager::RotationSchedule")
    assert schedule["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert schedule["RotateImmediatelyOnUpdate"] is False
    assert made.type_of(schedule["RotationLambdaARN"]) == "AWS::Lambda::Function"
    permission = made.properties("AWS::Lambda::Permission")
    assert permission["Principal"] == "secretsmanager.amazonaws.com"
    assert deployed(permission["SourceAccount"]) == "123456789012"


@pytest.mark.parametrize("practice", user.WAIVABLE, ids=lambda it: it.id)
def test_a_waiver_leaves_the_practice_out_and_says_so(stack: cdk.Stack, practice: Practice) -> None:
    new_user(stack, waive={practice: REASON})
    verdict = judge(stack)
    assert verdict.findings == []
    assert acknowledged_for(verdict, REASON) == answered(practice) == listed_for(verdict, REASON)
    assert verdict.template().of_type("AWS::SecretsManager::RotationSchedule") == {}
    assert verdict.template().of_type("AWS::Lambda::Permission") == {}
    assert _of_secret(verdict.template())["Action"] == "secretsmanager:GetSecretValue"


def test_privileges_are_written_once_and_in_order(stack: cdk.Stack) -> None:
    new_grant(stack, privileges=["update", "SELECT", "Update"])
    assert template(stack).properties("Custom::RedshiftGrant")["Privileges"] == ["SELECT", "UPDATE"]


def test_the_names_are_known(stack: cdk.Stack) -> None:
    table = new_table(stack, schema=new_schema(stack))
    assert (table.schema_name, table.relation_name) == ("sales", "orders")
    clicks = new_streaming_ingestion(stack)
    assert (clicks.schema_name, clicks.relation_name, clicks.external_schema) == ("public", "clicks", "clicks_stream")


def test_constructs_are_exported() -> None:
    assert {"Column", "Grant", "Role", "Schema", "StreamingIngestion", "Table", "User"} < set(redshift.__all__)
