"""What instances and clusters have in common."""

from collections.abc import Callable
from typing import Any, NamedTuple

import aws_cdk as cdk
import pytest
from aws_cdk import aws_backup as backup
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns

from constructs_lib import rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from constructs_lib.practices import Practice, aurora
from constructs_lib.practices import rds as practices
from tests.rds.clusters import CLUSTER, MEMBER, new_cluster
from tests.rds.instances import new_instance
from tests.synthesis import deployed, judge, new_stack, new_vpc, template


class Store(NamedTuple):
    """One of the two, and where they differ."""

    make: Callable[..., Any]
    type: str
    inside: str
    arn: str
    port: int
    database_name: str
    protection: Practice
    kept_backups: Practice


STORES = {
    "instance": Store(
        new_instance, MEMBER, "instance", "db", 5433, "DBName", rds.DELETION_PROTECTION, practices.KEEP_BACKUPS
    ),
    "cluster": Store(
        new_cluster,
        CLUSTER,
        "cluster",
        "cluster",
        3307,
        "DatabaseName",
        rds.AURORA_DELETION_PROTECTION,
        aurora.KEEP_BACKUPS,
    ),
}


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest) -> Store:
    """An instance, then a cluster."""
    return STORES[request.param]


def test_a_key_that_is_given_encrypts_everything(stack: cdk.Stack, store: Store) -> None:
    made = store.make(stack, key=kms.Key(stack, "Given", enable_key_rotation=True))
    written = template(stack)
    [key] = written.of_type("AWS::KMS::Key")
    properties = written.properties(store.type)
    reference = {"Fn::GetAtt": [key, "Arn"]}
    watched = written.of_type(store.type) | written.of_type(MEMBER)
    insights = [
        value
        for it in watched.values()
        for name, value in it["Properties"].items()
        if name.lower() == "performanceinsightskmskeyid"
    ]
    assert made.key.node.path == "Stack/Given"
    assert properties["KmsKeyId"] == reference
    assert properties["MasterUserSecret"] == {"KmsKeyId": reference}
    assert insights == [reference] * len(watched)
    assert written.properties("AWS::Backup::BackupVault")["EncryptionKeyArn"] == reference
    for group in written.of_type("AWS::Logs::LogGroup").values():
        assert group["Properties"]["KmsKeyId"] == reference


def test_a_key_of_another_account_is_used_as_it_is(stack: cdk.Stack, store: Store) -> None:
    arn = "arn:aws:kms:eu-west-1:210987654321:key/11111111-2222-3333-4444-555555555555"
    store.make(stack, key=kms.Key.from_key_arn(stack, "Given", arn))
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().properties(store.type)["KmsKeyId"] == arn
    assert not verdict.template().of_type("AWS::KMS::Key")


def test_a_topic_that_is_given_receives_alarms_and_events(stack: cdk.Stack, store: Store) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    store.make(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", arn))
    written = template(stack)
    alarms = written.of_type("AWS::CloudWatch::Alarm").values()
    subscriptions = written.of_type("AWS::RDS::EventSubscription").values()
    assert all(alarm["Properties"]["AlarmActions"] == alarm["Properties"]["OKActions"] == [arn] for alarm in alarms)
    assert [subscription["Properties"]["SnsTopicArn"] for subscription in subscriptions] == [arn, arn]


def test_a_backup_plan_that_is_given_selects_the_store(stack: cdk.Stack, store: Store) -> None:
    store.make(stack, backup=BackupPolicy(plan=backup.BackupPlan.from_backup_plan_id(stack, "Plan", "given")))
    written = template(stack)
    selection = written.properties("AWS::Backup::BackupSelection")
    [name] = written.of_type(store.type)
    [arn] = deployed(selection["BackupSelection"]["Resources"])
    assert selection["BackupPlanId"] == "given"
    assert arn == f"arn:aws:rds:eu-west-1:123456789012:{store.arn}:<{name}>"
    assert not written.of_type("AWS::Backup::BackupVault")


def test_waits_for_its_logs_and_for_the_policy_of_its_monitoring(stack: cdk.Stack, store: Store) -> None:
    """RDS tries the role when the store is made."""
    store.make(stack)
    written = template(stack)
    waits = set(written.only(store.type)["DependsOn"])
    assert waits >= written.of_type("AWS::Logs::LogGroup").keys()
    assert waits >= {name for name in written.of_type("AWS::IAM::ManagedPolicy") if "Monitoring" in name}


def test_a_proxy_is_put_before_it(store: Store) -> None:
    """In an app without feature flags the policy of the key names the proxy's role."""
    stack = new_stack(app=cdk.App(builtin_cloud_formation_validation=False))
    vpc = new_vpc(stack)
    inside = getattr(store.make(stack, vpc=vpc), store.inside)
    isolated = ec2.SubnetSelection(subnets=vpc.isolated_subnets)
    inside.add_proxy("Proxy", secrets=[inside.secret], vpc=vpc, vpc_subnets=isolated)
    assert "F3004" not in {rule for rule, _ in judge(stack).findings}


def test_is_retained_and_protected_unless_told_otherwise(stack: cdk.Stack, store: Store) -> None:
    store.make(stack)
    written = template(stack)
    assert written.properties(store.type)["DeletionProtection"] is True
    assert written.properties(store.type)["DeleteAutomatedBackups"] is False
    for it in (written.of_type(store.type) | written.of_type(MEMBER)).values():
        assert (it["DeletionPolicy"], it["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_disposable_leaves_nothing_behind_and_says_so(stack: cdk.Stack, store: Store) -> None:
    store.make(stack, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    resources = verdict.template().resources
    resource = verdict.template().only(store.type)
    assert verdict.findings == []
    assert resource["Properties"]["DeletionProtection"] is False
    assert resource["Properties"]["DeleteAutomatedBackups"] is True
    assert {name for name, it in resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"} == set()
    assert resource["Metadata"]["constructs-lib"]["waived"] == {
        store.protection.id: DISPOSABLE_REASON,
        store.kept_backups.id: DISPOSABLE_REASON,
    }


def test_disposable_keeps_the_reason_that_the_caller_gave(stack: cdk.Stack, store: Store) -> None:
    store.make(stack, lifecycle=Lifecycle.DISPOSABLE, waive={store.protection: "Rebuilt nightly."})
    waived = template(stack).only(store.type)["Metadata"]["constructs-lib"]["waived"]
    assert waived == {store.protection.id: "Rebuilt nightly.", store.kept_backups.id: DISPOSABLE_REASON}


@pytest.mark.parametrize("option", ["port", "database_name"])
def test_an_option_known_only_at_deployment_reaches_the_template(stack: cdk.Stack, store: Store, option: str) -> None:
    parameter = cdk.CfnParameter(stack, "Later", type="Number" if option == "port" else "String", default="6432")
    value: Any = parameter.value_as_number if option == "port" else parameter.value_as_string
    store.make(stack, **{option: value})
    verdict = judge(stack)
    properties = verdict.template().properties(store.type)
    assert properties[{"port": "Port", "database_name": store.database_name}[option]] == {"Ref": "Later"}
    assert verdict.findings == []


def test_nobody_gets_in_and_nothing_gets_out_until_it_is_allowed(stack: cdk.Stack, store: Store) -> None:
    store.make(stack)
    group = template(stack).properties("AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group
    assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]


def test_connections_let_a_client_in_on_the_literal_port(stack: cdk.Stack, vpc: ec2.IVpc, store: Store) -> None:
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    store.make(stack, vpc=vpc).connections.allow_default_port_from(client)
    verdict = judge(stack)
    ingress = verdict.template().properties("AWS::EC2::SecurityGroupIngress")
    assert (ingress["FromPort"], ingress["ToPort"]) == (store.port, store.port)
    assert verdict.findings == []


def test_a_client_lets_itself_in_with_the_store_as_what_it_reaches(
    stack: cdk.Stack, vpc: ec2.IVpc, store: Store
) -> None:
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    client.connections.allow_to_default_port(store.make(stack, vpc=vpc))
    ingress = template(stack).properties("AWS::EC2::SecurityGroupIngress")
    assert ingress["FromPort"] == store.port


def test_the_aws_construct_grants_what_it_always_grants(stack: cdk.Stack, store: Store) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    getattr(store.make(stack), store.inside).grant_connect(role, "app")
    assert "rds-db:connect" in str(template(stack))
