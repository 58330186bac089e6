"""The Multi-AZ DB instance as a whole."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from syrupy.assertion import SnapshotAssertion

from constructs_lib import rds
from tests.rds.instances import ENGINES, full_instance, new_instance
from tests.synthesis import CHINA, ENVIRONMENTS, judge, new_app, new_stack, template

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


def test_two_instances_share_a_stack(stack: cdk.Stack, vpc: ec2.IVpc) -> None:
    for name in ("One", "Two"):
        rds.MultiAzInstance(stack, name, engine=ENGINES["postgres"], vpc=vpc)
    assert judge(stack).findings == []


def test_the_docs_promise_holds_that_overrides_are_judged(stack: cdk.Stack) -> None:
    resource = new_instance(stack).instance.node.default_child
    assert isinstance(resource, cdk.CfnResource)
    resource.add_property_override("MultiAZ", False)
    assert judge(stack).findings == [("RDS_MULTI_AZ", "Stack/Orders/Instance/Resource")]
