"""The VPC that passes every check."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from syrupy.assertion import SnapshotAssertion

from constructs_lib.errors import Problem
from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.lifecycle import Lifecycle
from tests.refusing import problems
from tests.synthesis import ENVIRONMENTS, judge, new_stack, template

INTERFACES = (ec2.InterfaceVpcEndpointAwsService.KINESIS_STREAMS, ec2.InterfaceVpcEndpointAwsService.STS)
ADVICE = "Stores want two zones, and no Region has more than six."


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    IsolatedVpc(stack, "Network", interfaces=INTERFACES)
    assert judge(stack).findings == []


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    IsolatedVpc(stack, "Network")
    assert template(stack).content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    key = kms.Key(stack, "Key", enable_key_rotation=True)
    IsolatedVpc(stack, "Network", zones=3, interfaces=INTERFACES, key=key, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_there_is_no_way_in_or_out(stack: cdk.Stack) -> None:
    IsolatedVpc(stack, "Network")
    written = template(stack)
    assert not written.of_type("AWS::EC2::InternetGateway")
    assert not written.of_type("AWS::EC2::NatGateway")
    assert not written.of_type("AWS::EC2::Route")


def test_its_traffic_is_logged(stack: cdk.Stack) -> None:
    IsolatedVpc(stack, "Network")
    written = template(stack)
    flows, group = written.properties("AWS::EC2::FlowLog"), written.properties("AWS::Logs::LogGroup")
    assert flows["TrafficType"] == "ALL"
    assert written.type_of(flows["LogDestination"]) == "AWS::Logs::LogGroup"
    assert written.type_of(flows["ResourceId"]) == "AWS::EC2::VPC"
    assert written.type_of(group["KmsKeyId"]) == "AWS::KMS::Key"


@pytest.mark.parametrize(
    ("interfaces", "given"),
    [
        ((ec2.InterfaceVpcEndpointAwsService.S3, *INTERFACES), "s3"),
        ((*INTERFACES, INTERFACES[0]), "kinesis-streams"),
    ],
    ids=["gateway", "twice"],
)
def test_a_service_has_one_way_in(stack: cdk.Stack, interfaces: Any, given: str) -> None:
    [problem] = problems(lambda: IsolatedVpc(stack, "Network", interfaces=interfaces))
    assert (problem.option, problem.given) == ("interfaces", given)


def test_services_are_reached_from_inside_by_https(stack: cdk.Stack) -> None:
    IsolatedVpc(stack, "Network", interfaces=INTERFACES)
    written = template(stack)
    endpoints = [
        it["Properties"]
        for it in written.of_type("AWS::EC2::VPCEndpoint").values()
        if it["Properties"]["VpcEndpointType"] == "Interface"
    ]
    assert [it["ServiceName"].rpartition(".")[2] for it in endpoints] == ["kinesis-streams", "sts"]
    assert all(it["PrivateDnsEnabled"] for it in endpoints)
    [group] = {it["SecurityGroupIds"][0]["Fn::GetAtt"][0] for it in endpoints}
    [rule] = written.resources[group]["Properties"]["SecurityGroupIngress"]
    assert (rule["CidrIp"], rule["FromPort"], rule["ToPort"]) == ("10.0.0.0/16", 443, 443)
    assert written.properties("AWS::EC2::VPC")["CidrBlock"] == "10.0.0.0/16"


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"zones": 1}, Problem("zones", "1", "2 to 6", ADVICE)),
        ({"zones": 7}, Problem("zones", "7", "2 to 6", ADVICE)),
        ({"zone": 2}, Problem("zone", "an unknown option", "zones, interfaces, key, lifecycle", "Did you mean zones?")),
    ],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: IsolatedVpc(stack, "Network", **options)) == [expected]


@pytest.mark.parametrize("env", [None, cdk.Environment(region="eu-west-1"), cdk.Environment(account="123456789012")])
def test_more_than_two_zones_need_an_account_and_a_region(env: cdk.Environment | None) -> None:
    """Without them, CDK does not know how many zones there are."""
    [problem] = problems(lambda: IsolatedVpc(new_stack(env), "Network", zones=3))
    assert (problem.option, problem.allowed) == ("zones", "2 in a stack that does not name its account and Region")
