"""The Multi-AZ DB instance as a whole."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_backup as backup
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import rds
from constructs_lib.backup import BackupPolicy
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from tests.rds.instances import ENGINES, full_instance, new_instance
from tests.synthesis import CHINA, ENVIRONMENTS, deployed, judge, new_app, new_stack, template

INSTANCE = "AWS::RDS::DBInstance"


@pytest.mark.parametrize("engine", ENGINES)
def test_minimal(stack: cdk.Stack, engine: str, snapshot: SnapshotAssertion) -> None:
    new_instance(stack, engine=ENGINES[engine])
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_instance(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, engine: str) -> None:
    stack = new_stack(env)
    new_instance(stack, engine=ENGINES[engine])
    assert judge(stack).findings == []


def test_names_no_partition_of_other_regions() -> None:
    stack = new_stack(CHINA)
    new_instance(stack)
    assert "arn:aws:" not in str(template(stack))


def test_names_no_partition_where_the_region_is_not_known() -> None:
    stack = new_stack(None)
    new_instance(stack)
    assert "arn:aws" not in str(template(stack))


def test_a_key_that_is_given_encrypts_everything(stack: cdk.Stack) -> None:
    instance = new_instance(stack, key=kms.Key(stack, "Given", enable_key_rotation=True))
    written = template(stack)
    [key] = written.of_type("AWS::KMS::Key")
    properties = written.properties(INSTANCE)
    reference = {"Fn::GetAtt": [key, "Arn"]}
    assert instance.key.node.path == "Stack/Given"
    assert properties["KmsKeyId"] == reference
    assert properties["MasterUserSecret"] == {"KmsKeyId": reference}
    assert properties["PerformanceInsightsKMSKeyId"] == reference
    assert written.properties("AWS::Backup::BackupVault")["EncryptionKeyArn"] == reference
    assert all(
        group["Properties"]["KmsKeyId"] == reference for group in written.of_type("AWS::Logs::LogGroup").values()
    )


def test_a_key_of_another_account_is_used_as_it_is(stack: cdk.Stack) -> None:
    arn = "arn:aws:kms:eu-west-1:210987654321:key/11111111-2222-3333-4444-555555555555"
    new_instance(stack, key=kms.Key.from_key_arn(stack, "Given", arn))
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().properties(INSTANCE)["KmsKeyId"] == arn
    assert not verdict.template().of_type("AWS::KMS::Key")


def test_a_topic_that_is_given_receives_alarms_and_events(stack: cdk.Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    new_instance(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", arn))
    written = template(stack)
    alarms = written.of_type("AWS::CloudWatch::Alarm").values()
    subscriptions = written.of_type("AWS::RDS::EventSubscription").values()
    assert all(alarm["Properties"]["AlarmActions"] == alarm["Properties"]["OKActions"] == [arn] for alarm in alarms)
    assert [subscription["Properties"]["SnsTopicArn"] for subscription in subscriptions] == [arn, arn]


def test_a_backup_plan_that_is_given_selects_the_instance(stack: cdk.Stack) -> None:
    new_instance(stack, backup=BackupPolicy(plan=backup.BackupPlan.from_backup_plan_id(stack, "Plan", "given")))
    written = template(stack)
    selection = written.properties("AWS::Backup::BackupSelection")
    assert selection["BackupPlanId"] == "given"
    [name] = written.of_type(INSTANCE)
    [arn] = deployed(selection["BackupSelection"]["Resources"])
    assert arn == f"arn:aws:rds:eu-west-1:123456789012:db:<{name}>"
    assert not written.of_type("AWS::Backup::BackupVault")


def test_is_retained_and_protected_unless_told_otherwise(stack: cdk.Stack) -> None:
    new_instance(stack)
    instance = template(stack).only(INSTANCE)
    assert (instance["DeletionPolicy"], instance["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert instance["Properties"]["DeletionProtection"] is True


def test_disposable_leaves_nothing_behind_and_says_so(stack: cdk.Stack) -> None:
    new_instance(stack, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    resources = verdict.template().resources
    waived = verdict.template().only(INSTANCE)["Metadata"]["constructs-lib"]["waived"]
    assert verdict.findings == []
    assert verdict.template().properties(INSTANCE)["DeletionProtection"] is False
    assert {name for name, it in resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"} == set()
    assert waived == {rds.DELETION_PROTECTION.id: DISPOSABLE_REASON}


def test_disposable_keeps_the_reason_that_the_caller_gave(stack: cdk.Stack) -> None:
    new_instance(stack, lifecycle=Lifecycle.DISPOSABLE, waive={rds.DELETION_PROTECTION: "Rebuilt nightly."})
    waived = template(stack).only(INSTANCE)["Metadata"]["constructs-lib"]["waived"]
    assert waived == {rds.DELETION_PROTECTION.id: "Rebuilt nightly."}


@pytest.mark.parametrize("option", ["port", "database_name"])
def test_an_option_known_only_at_deployment_reaches_the_template(stack: cdk.Stack, option: str) -> None:
    parameter = cdk.CfnParameter(stack, "Later", type="Number" if option == "port" else "String")
    value: Any = parameter.value_as_number if option == "port" else parameter.value_as_string
    new_instance(stack, **{option: value})
    properties = template(stack).properties(INSTANCE)
    assert properties[{"port": "Port", "database_name": "DBName"}[option]] == {"Ref": "Later"}


def test_a_port_known_only_at_deployment_is_judged_clean(stack: cdk.Stack) -> None:
    new_instance(stack, port=cdk.CfnParameter(stack, "Later", type="Number", default=6432).value_as_number)
    assert judge(stack).findings == []


def test_a_vpc_that_is_still_being_looked_up_is_not_judged(stack: cdk.Stack) -> None:
    new_instance(stack, vpc=ec2.Vpc.from_lookup(stack, "Found", vpc_id="vpc-0123456789abcdef0"))
    assert judge(stack).findings == []
    assert template(stack).only(INSTANCE)


def test_a_vpc_that_was_looked_up_is_clean() -> None:
    stack = new_stack(app=new_app(**{LOOKED_UP: FOUND_VPC}))
    new_instance(stack, vpc=ec2.Vpc.from_lookup(stack, "Found", vpc_id=FOUND_VPC["vpcId"]))
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().properties("AWS::RDS::DBSubnetGroup")["SubnetIds"] == [
        subnet["subnetId"] for subnet in FOUND_VPC["subnetGroups"][0]["subnets"]
    ]


LOOKED_UP = (
    "vpc-provider:account=123456789012:filter.vpc-id=vpc-0123456789abcdef0:"
    "region=eu-west-1:returnAsymmetricSubnets=true"
)
FOUND_VPC: dict[str, Any] = {
    "vpcId": "vpc-0123456789abcdef0",
    "vpcCidrBlock": "10.0.0.0/16",
    "availabilityZones": [],
    "subnetGroups": [
        {
            "name": "Isolated",
            "type": "Isolated",
            "subnets": [
                {
                    "subnetId": f"subnet-0123456789abcdef{index}",
                    "cidr": f"10.0.{index}.0/24",
                    "availabilityZone": zone,
                    "routeTableId": f"rtb-0123456789abcdef{index}",
                }
                for index, zone in enumerate(("eu-west-1a", "eu-west-1b"))
            ],
        }
    ],
}


def test_subnets_known_only_at_deployment_are_not_judged(stack: cdk.Stack) -> None:
    zones, subnets, tables = (cdk.Fn.split(",", cdk.Fn.import_value(it), 2) for it in ("zones", "subnets", "tables"))
    vpc = ec2.Vpc.from_vpc_attributes(
        stack,
        "Vpc",
        vpc_id=cdk.Fn.import_value("vpc"),
        availability_zones=zones,
        isolated_subnet_ids=subnets,
        isolated_subnet_route_table_ids=tables,
    )
    new_instance(stack, vpc=vpc)
    assert template(stack).only(INSTANCE)


def test_nobody_gets_in_and_nothing_gets_out_until_it_is_allowed(stack: cdk.Stack) -> None:
    new_instance(stack)
    group = template(stack).properties("AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in group
    assert [rule["CidrIp"] for rule in group["SecurityGroupEgress"]] == ["255.255.255.255/32"]


def test_connections_let_a_client_in_on_the_literal_port(stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    client = ec2.SecurityGroup(stack, "Client", vpc=vpc, allow_all_outbound=False)
    instance = new_instance(stack, vpc=vpc)
    instance.connections.allow_default_port_from(client)
    verdict = judge(stack)
    ingress = verdict.template().properties("AWS::EC2::SecurityGroupIngress")
    assert (ingress["FromPort"], ingress["ToPort"]) == (5433, 5433)
    assert verdict.findings == []


def test_the_aws_construct_grants_what_it_always_grants(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    new_instance(stack).instance.grant_connect(role, "app")
    assert "rds-db:connect" in str(template(stack))


def test_two_instances_share_a_stack(stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    for name in ("One", "Two"):
        rds.MultiAzInstance(stack, name, engine=ENGINES["postgres"], vpc=vpc)
    assert judge(stack).findings == []


def test_the_docs_promise_holds_that_overrides_are_judged(stack: cdk.Stack) -> None:
    resource = new_instance(stack).instance.node.default_child
    assert isinstance(resource, cdk.CfnResource)
    resource.add_property_override("MultiAZ", False)
    assert judge(stack).findings == [("RDS_MULTI_AZ", "Stack/Orders/Instance/Resource")]
