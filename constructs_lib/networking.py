"""Isolated subnets, and security groups that let nothing out."""

from weakref import WeakKeyDictionary

from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.naming import as_description
from constructs_lib.options import message_of

FEWEST_ZONES = 2

_ACCEPTED: WeakKeyDictionary[ec2.IVpc, ec2.SubnetSelection] = WeakKeyDictionary()
"""The isolated subnets of VPCs that were found good: many stores share one, and each question crosses to Node."""


def isolated_subnets(vpc: ec2.IVpc, given: ec2.SubnetSelection | None, checks: Checks) -> ec2.SubnetSelection:
    """Return the subnets that were given, or the VPC's isolated ones; public ones and too few zones are refused.

    A VPC that is still being looked up is not judged.
    """
    if given is None and vpc in _ACCEPTED:
        return _ACCEPTED[vpc]
    wanted = given or ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
    try:
        found = vpc.select_subnets(**wanted._values)
    except RuntimeError as error:
        checks.problem(
            "subnets" if given else "vpc",
            message_of(error),
            allowed=f"private subnets in at least {FEWEST_ZONES} Availability Zones",
            advice="Give the VPC PRIVATE_ISOLATED subnets, or select others with subnets=.",
        )
        return wanted
    if not found.is_pending_lookup and not any(zone.startswith("#{Token[") for zone in found.availability_zones):
        option = "subnets" if given else "vpc"
        checks.require(
            not found.has_public,
            option,
            vpc,
            given="public subnets",
            allowed="private subnets",
            advice="Select subnets without a route to an internet gateway.",
        )
        checks.require(
            len(set(found.availability_zones)) >= FEWEST_ZONES,
            option,
            vpc,
            given=f"subnets in {len(set(found.availability_zones))} Availability Zone(s)",
            allowed=f"at least {FEWEST_ZONES}",
            advice=f"Give the VPC max_azs={FEWEST_ZONES} or more.",
        )
    selection = ec2.SubnetSelection(subnets=found.subnets)
    if given is None and not found.is_pending_lookup and not checks.failed:
        _ACCEPTED[vpc] = selection
    return selection


def closed_security_group(scope: Construct, vpc: ec2.IVpc, description: str) -> ec2.SecurityGroup:
    """Make a security group that nothing enters until it is allowed, and nothing leaves.

    https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html
    """
    return ec2.SecurityGroup(
        scope,
        "SecurityGroup",
        vpc=vpc,
        description=as_description(description),
        allow_all_outbound=False,
        disable_inline_rules=False,
    )
