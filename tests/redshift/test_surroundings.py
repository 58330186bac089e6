"""The zones that a warehouse stands in, and the roles that it is given."""

from collections.abc import Callable, Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam

from constructs_lib.errors import Problem
from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.redshift import Availability
from tests.redshift.warehouses import new_cluster, new_workgroup
from tests.refusing import problems
from tests.synthesis import new_stack, new_vpc, template

TEXT = cdk.Token.as_string({"Ref": "Later"})
MULTI_AZ = Availability.MULTI_AZ


def test_a_workgroup_needs_three_zones(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_workgroup(stack, vpc=new_vpc(stack, 2)))
    assert (problem.given, problem.allowed) == ("subnets in 2 Availability Zone(s)", "at least 3")


@pytest.mark.parametrize(
    ("make", "options"), [(new_workgroup, {}), (new_cluster, {"availability": MULTI_AZ})], ids=["workgroup", "cluster"]
)
def test_three_zones_take_a_region(make: Callable[..., Any], options: Mapping[str, Any]) -> None:
    """Without one, CDK makes a VPC of two; those of a VPC that exists already are known, or count by their number."""
    stack = new_stack(None)
    expected = Problem(
        "vpc",
        "subnets in 2 Availability Zone(s)",
        "at least 3",
        "Give the stack env=cdk.Environment(...), without which CDK knows two zones alone.",
    )
    assert problems(lambda: make(stack, vpc=IsolatedVpc(stack, "Network").vpc, **options)) == [expected]
    assert make(stack, vpc=_imported(stack, [TEXT, *(cdk.Fn.import_value(it) for it in "bc")]), **options)
    stack = new_stack(None)
    assert make(stack, vpc=_imported(stack, _listed("Zones")), **options)


def _listed(name: str) -> list[str]:
    return cdk.Fn.split(",", cdk.Fn.import_value(name))


def _imported(stack: cdk.Stack, zones: list[str]) -> ec2.IVpc:
    subnets = [f"subnet-0123456789abcdef{index}" for index in range(3)]
    return ec2.Vpc.from_vpc_attributes(
        stack,
        "Imported",
        vpc_id="vpc-0123456789abcdef0",
        availability_zones=zones,
        isolated_subnet_ids=subnets
        if len(zones) == len(subnets)
        else cdk.Fn.split(",", cdk.Fn.import_value("Subnets")),
    )


def test_two_zones_take_none() -> None:
    stack = new_stack(None)
    assert new_cluster(stack, vpc=IsolatedVpc(stack, "Network").vpc)


@pytest.mark.parametrize("make", [new_cluster, new_workgroup], ids=["cluster", "workgroup"])
def test_only_roles_are_attached(stack: cdk.Stack, make: Callable[..., Any]) -> None:
    made = make(stack)
    [problem] = problems(lambda: made.attach_role("reader"))
    assert (problem.option, problem.allowed) == ("role", "iam.IRole")


@pytest.mark.parametrize("make", [new_cluster, new_workgroup], ids=["cluster", "workgroup"])
def test_a_role_that_redshift_cannot_assume_is_refused(stack: cdk.Stack, make: Callable[..., Any]) -> None:
    made = make(stack)
    functions = iam.ServicePrincipal("lambda.amazonaws.com")
    tasks = iam.CompositePrincipal(functions, iam.ServicePrincipal("ecs-tasks.amazonaws.com"))
    for number, principal in enumerate((functions, tasks)):
        role = iam.Role(stack, f"Wrong{number}", assumed_by=principal)
        assert problems(lambda role=role: made.attach_role(role)) == [  # type: ignore[misc]
            Problem(
                "role",
                "a role that trusts other services alone",
                "one that trusts redshift.amazonaws.com",
                'Write assumed_by=iam.ServicePrincipal("redshift.amazonaws.com").',
            )
        ]


def test_a_role_that_redshift_may_assume_is_attached(stack: cdk.Stack) -> None:
    """Of accounts, tokens and roles that exist already, nobody knows what they let in."""
    made = new_cluster(stack)
    redshift_itself = iam.ServicePrincipal("redshift.amazonaws.com")
    for number, principal in enumerate(
        (
            redshift_itself,
            iam.CompositePrincipal(iam.ServicePrincipal("lambda.amazonaws.com"), redshift_itself),
            iam.AccountRootPrincipal(),
            iam.ServicePrincipal(TEXT),
        )
    ):
        made.attach_role(iam.Role(stack, f"Right{number}", assumed_by=principal))
    made.attach_role(iam.Role.from_role_arn(stack, "Found", "arn:aws:iam::123456789012:role/found"))
    assert len(template(stack).properties("AWS::Redshift::Cluster")["IamRoles"]) == 5
