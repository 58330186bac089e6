"""Cluster and workgroup as a whole, and what both have alike."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from syrupy.assertion import SnapshotAssertion

from constructs_lib import dynamodb, redshift
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import Practice
from tests.dynamodb.tables import attribute
from tests.redshift.warehouses import (
    FRANKFURT,
    PUBLIC,
    SOURCE,
    full_cluster,
    full_workgroup,
    new_cluster,
    new_workgroup,
    other_stack,
    public_vpc,
)
from tests.synthesis import CHINA, ENVIRONMENTS, Template, deployed, judge, new_app, new_stack, new_vpc, template

Make = Callable[..., Any]
CLUSTER = "AWS::Redshift::Cluster"
NAMESPACE = "AWS::RedshiftServerless::Namespace"
WORKGROUP = "AWS::RedshiftServerless::Workgroup"
MAKES = {"cluster": (new_cluster, full_cluster), "workgroup": (new_workgroup, full_workgroup)}
EACH = pytest.mark.parametrize("make", [new_cluster, new_workgroup], ids=MAKES)


@EACH
def test_minimal(stack: cdk.Stack, make: Make, snapshot: SnapshotAssertion) -> None:
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("make", [full_cluster, full_workgroup], ids=MAKES)
def test_everything(make: Make, snapshot: SnapshotAssertion) -> None:
    stack = new_stack(FRANKFURT)
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert {name: verdict.template(name).content for name in ("Stack", "Elsewhere")} == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@EACH
def test_is_clean_wherever_it_is_deployed(make: Make, env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    make(stack)
    assert judge(stack).findings == []


@EACH
@pytest.mark.parametrize("env", [CHINA, None], ids=["china", "agnostic"])
def test_names_no_partition_of_other_regions(make: Make, env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    make(stack)
    assert "arn:aws:" not in str(template(stack))


@EACH
def test_a_vpc_that_is_still_being_looked_up_is_not_judged(stack: cdk.Stack, make: Make) -> None:
    make(stack, vpc=ec2.Vpc.from_lookup(stack, "Found", vpc_id="vpc-0123456789abcdef0"))
    assert judge(stack).findings == []


def test_every_kind_of_store_is_found_in_its_own_backup_plan(stack: cdk.Stack) -> None:
    vpc = new_vpc(stack, 3)
    for name in ("One", "Two"):
        redshift.Cluster(stack, f"{name}Cluster", vpc=vpc)
        redshift.ServerlessWorkgroup(stack, f"{name}Workgroup", vpc=vpc)
        dynamodb.Table(stack, f"{name}Table", partition_key=attribute("id"))
    assert judge(stack).findings == []


@EACH
def test_key_and_topic_may_be_of_another_stack(make: Make) -> None:
    app = new_app()
    shared = new_stack(app=app, id="Shared")
    key = kms.Key(shared, "Key", enable_key_rotation=True)
    make(new_stack(app=app), key=key, alarm_topic=AlarmTopic(shared, "Topic", key=key).topic)
    assert judge(app).findings == []


def _of_warehouse(written: Template) -> list[Any]:
    return [it for it in written.resources.values() if it["Type"] in (CLUSTER, NAMESPACE, WORKGROUP)]


@EACH
def test_disposable_leaves_nothing_behind_and_says_so(stack: cdk.Stack, make: Make) -> None:
    make(stack, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    assert [name for name, it in written.resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"] == []
    assert "RETAINED" in str(written.content)
    assert "FinalSnapshotName" not in str(written)


@EACH
def test_is_retained_unless_told_otherwise(stack: cdk.Stack, make: Make) -> None:
    make(stack)
    stores = _of_warehouse(template(stack))
    assert {(it["DeletionPolicy"], it["UpdateReplacePolicy"]) for it in stores} == {("Retain", "Retain")}


@pytest.mark.parametrize(
    ("make", "type", "folder", "name"),
    [
        (new_cluster, CLUSTER, "/aws/redshift/cluster/", "ClusterIdentifier"),
        (new_workgroup, NAMESPACE, "/aws/redshift/", "NamespaceName"),
    ],
    ids=MAKES,
)
def test_every_log_has_an_encrypted_group_before_anything_is_written(
    stack: cdk.Stack, make: Make, type: str, folder: str, name: str
) -> None:
    make(stack)
    written = template(stack)
    groups = written.of_type("AWS::Logs::LogGroup")
    store = written.only(type)
    identifier = deployed(store["Properties"][name])
    assert {deployed(it["Properties"]["LogGroupName"]) for it in groups.values()} == {
        f"{folder}{identifier}/{log}" for log in ("connectionlog", "useractivitylog", "userlog")
    }
    assert all(written.type_of(it["Properties"]["KmsKeyId"]) == "AWS::KMS::Key" for it in groups.values())
    assert set(groups) <= set(store["DependsOn"])


@EACH
def test_a_key_that_is_given_encrypts_everything(stack: cdk.Stack, make: Make) -> None:
    key = kms.Key(stack, "Given", enable_key_rotation=True)
    made = make(stack, key=key)
    verdict = judge(stack)
    assert verdict.findings == []
    assert made.key.node.path == "Stack/Given"
    assert len(verdict.template().of_type("AWS::KMS::Key")) == 1


@pytest.mark.parametrize(
    ("make", "type", "attribute"),
    [(new_cluster, CLUSTER, "Endpoint.Address"), (new_workgroup, WORKGROUP, "Workgroup.Endpoint.Address")],
    ids=MAKES,
)
def test_clients_know_where_to_connect(stack: cdk.Stack, make: Make, type: str, attribute: str) -> None:
    made = make(stack, port=8191)
    written = template(stack)
    [name] = written.of_type(type)
    assert stack.resolve(made.endpoint) == {"Fn::GetAtt": [name, attribute]}
    assert made.port == written.properties(type)["Port"] == 8191
    assert not made.firehose_access


@EACH
def test_nobody_gets_in_until_allowed(stack: cdk.Stack, make: Make) -> None:
    app = ec2.SecurityGroup.from_security_group_id(stack, "App", "sg-0123456789abcdef0")
    make(stack).connections.allow_default_port_from(app)
    verdict = judge(stack)
    written = verdict.template()
    [rule] = written.of_type("AWS::EC2::SecurityGroupIngress").values()
    assert verdict.findings == []
    assert (rule["Properties"]["FromPort"], rule["Properties"]["ToPort"]) == (5433, 5433)
    assert "SecurityGroupIngress" not in written.properties("AWS::EC2::SecurityGroup")


@EACH
def test_it_calls_out_by_https_alone(stack: cdk.Stack, make: Make) -> None:
    make(stack)
    [rule] = template(stack).properties("AWS::EC2::SecurityGroup")["SecurityGroupEgress"]
    assert (rule["IpProtocol"], rule["FromPort"], rule["ToPort"]) == ("tcp", 443, 443)


@pytest.mark.parametrize(
    ("make", "practice"),
    [
        (new_cluster, redshift.ENHANCED_VPC_ROUTING),
        (new_workgroup, redshift.SERVERLESS_ENHANCED_VPC_ROUTING),
    ],
    ids=MAKES,
)
def test_it_calls_nobody_when_its_traffic_goes_elsewhere(stack: cdk.Stack, make: Make, practice: Practice) -> None:
    make(stack, waive={practice: "COPY reads from buckets of other accounts."})
    [rule] = template(stack).properties("AWS::EC2::SecurityGroup")["SecurityGroupEgress"]
    assert rule["CidrIp"] == "255.255.255.255/32"


@pytest.mark.parametrize(("make", "type"), [(new_cluster, CLUSTER), (new_workgroup, NAMESPACE)], ids=MAKES)
def test_roles_are_attached_once(stack: cdk.Stack, make: Make, type: str) -> None:
    made = make(stack)
    roles = [
        iam.Role(stack, name, assumed_by=iam.ServicePrincipal("redshift.amazonaws.com")) for name in ("One", "Two")
    ]
    for role in (*roles, roles[0]):
        made.attach_role(role)
    written = template(stack)
    assert [written.type_of(it) for it in written.properties(type)["IamRoles"]] == ["AWS::IAM::Role"] * 2
    assert judge(stack).findings == []


@pytest.mark.parametrize(("make", "type"), [(new_cluster, CLUSTER), (new_workgroup, NAMESPACE)], ids=MAKES)
def test_zero_etl_lets_in_the_sources_alone(stack: cdk.Stack, make: Make, type: str) -> None:
    make(stack, zero_etl_sources=[SOURCE])
    written = template(stack)
    source, account = deployed(written.properties(type)["NamespaceResourcePolicy"])["Statement"]
    assert source["Principal"] == {"Service": "redshift.amazonaws.com"}
    assert source["Condition"] == {"StringEquals": {"aws:SourceArn": [SOURCE]}}
    assert account["Action"] == "redshift:CreateInboundIntegration"
    assert "enable_case_sensitive_identifier" in str(written)


@pytest.mark.parametrize(("make", "type"), [(new_cluster, CLUSTER), (new_workgroup, WORKGROUP)], ids=MAKES)
def test_firehose_reaches_it_and_nobody_else(stack: cdk.Stack, make: Make, type: str) -> None:
    made = make(stack, vpc=public_vpc(stack), subnets=PUBLIC, firehose_access=True)
    verdict = judge(stack)
    written = verdict.template()
    [rule] = written.properties("AWS::EC2::SecurityGroup")["SecurityGroupIngress"]
    assert verdict.findings == []
    assert (rule["CidrIp"], rule["FromPort"]) == ("52.19.239.192/27", 5433)
    assert written.properties(type)["PubliclyAccessible"] is True
    assert made.firehose_access
    reasons = {reason for _, _, reason in verdict.acknowledged if reason.startswith("firehose_access")}
    assert reasons


@pytest.mark.parametrize(("make", "type"), [(new_cluster, CLUSTER), (new_workgroup, NAMESPACE)], ids=MAKES)
def test_a_daily_backup_selects_it(stack: cdk.Stack, make: Make, type: str) -> None:
    make(stack)
    written = template(stack)
    [selected] = written.properties("AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]
    [name] = written.of_type(type)
    assert f'"{name}"' in str(Template({"Selected": selected}))


@pytest.mark.parametrize("make", [new_cluster, new_workgroup], ids=MAKES)
def test_the_second_region_is_deployed_first(make: Make) -> None:
    stack = new_stack(FRANKFURT)
    there = other_stack(stack)
    make(stack, snapshot_copy=redshift.SnapshotCopy(scope=there))
    assert [it.stack_name for it in stack.dependencies] == ["Elsewhere"]
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template("Elsewhere").only("AWS::KMS::Key")["DeletionPolicy"] == "Retain"


def test_copies_of_a_cluster_use_the_grant_of_the_second_region() -> None:
    stack = new_stack(FRANKFURT)
    there = other_stack(stack)
    new_cluster(stack, snapshot_copy=redshift.SnapshotCopy(scope=there))
    verdict = judge(stack)
    grant = verdict.template("Elsewhere").properties("AWS::Redshift::SnapshotCopyGrant")
    cluster = verdict.template().properties(CLUSTER)
    assert cluster["SnapshotCopyGrantName"] == grant["SnapshotCopyGrantName"] == "stack-sales-7e65a231"
    assert (cluster["DestinationRegion"], cluster["SnapshotCopyRetentionPeriod"]) == ("us-east-1", 35)


def test_copies_of_a_namespace_use_the_alias_of_the_second_region() -> None:
    stack = new_stack(FRANKFURT)
    there = other_stack(stack)
    new_workgroup(stack, snapshot_copy=redshift.SnapshotCopy(scope=there))
    verdict = judge(stack)
    alias = verdict.template("Elsewhere").properties("AWS::KMS::Alias")["AliasName"]
    [copy] = deployed(verdict.template().properties(NAMESPACE)["SnapshotCopyConfigurations"], "eu-west-1")
    assert copy["DestinationKmsKeyId"] == f"arn:aws:kms:us-east-1:123456789012:{alias}"


@EACH
def test_two_of_one_app_may_be_copied_to_one_region(make: Make) -> None:
    app = new_app()
    there = new_stack(cdk.Environment(account="123456789012", region="us-east-1"), app=app, id="There")
    for name in ("One", "Two"):
        make(new_stack(FRANKFURT, app=app, id=name), snapshot_copy=redshift.SnapshotCopy(scope=there))
    assert judge(app).findings == []


def test_sql_reaches_a_cluster(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack)
    [name] = template(stack).of_type(CLUSTER)
    assert stack.resolve(cluster.data_api_target) == {"ClusterIdentifier": {"Ref": name}}
    assert stack.resolve(cluster.admin_secret_arn) == {"Fn::GetAtt": [name, "MasterPasswordSecretArn"]}
    assert deployed(stack.resolve(cluster.data_api_arn)) == f"arn:aws:redshift:eu-west-1:123456789012:cluster:<{name}>"


def test_sql_reaches_a_workgroup(stack: cdk.Stack) -> None:
    made = new_workgroup(stack)
    [name] = template(stack).of_type(WORKGROUP)
    assert stack.resolve(made.data_api_target) == {"WorkgroupName": {"Ref": name}}
    assert stack.resolve(made.data_api_arn) == {"Fn::GetAtt": [name, "Workgroup.WorkgroupArn"]}
    assert deployed(stack.resolve(made.admin_secret_arn)).endswith("-0a1b2c3d-dbadmin")
