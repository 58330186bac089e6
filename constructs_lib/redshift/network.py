"""The subnets of a warehouse, and the one way in that Amazon Data Firehose needs."""

from collections.abc import Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import region_info
from constructs import Construct

from constructs_lib.errors import Checks, is_token
from constructs_lib.networking import FEWEST_ZONES, isolated_subnets
from constructs_lib.options import message_of

FIREHOSE_REASON: Final = (
    "firehose_access: Amazon Data Firehose delivers to public addresses alone. The security group lets in nobody but "
    "the addresses of the service in this Region."
)


def warehouse_subnets(
    vpc: ec2.IVpc, given: ec2.SubnetSelection | None, *, zones: int, public: bool, checks: Checks
) -> Sequence[str]:
    """Return the ids of the subnets that were given, or of the VPC's isolated ones.

    Args:
        vpc: The VPC.
        given: What the caller selects.
        zones: Over how many Availability Zones they have to stretch. Zones that are known only at deployment count by
            their number; a VPC that is being looked up, or has a list of zones from elsewhere, is not judged.
        public: Whether they have to be public, for Firehose, rather than private.
        checks: Collects what is wrong with them.
    """
    option = "subnets" if given else "vpc"
    if public and given is None:
        checks.problem(
            "subnets", "nothing", allowed="public subnets", advice="Firehose reaches no others: select them."
        )
        return ()
    wanted = given if public and given else isolated_subnets(vpc, given, checks)
    try:
        found = vpc.select_subnets(**wanted._values)
    except RuntimeError as error:
        if public:
            checks.problem(option, message_of(error), allowed="public subnets", advice="Select others.")
        return ()
    if not found.is_pending_lookup:
        names = set(found.availability_zones)
        count, unknown = len(names), any(is_token(name) for name in names)
        if not any(name.startswith("#{Token[") for name in names):
            environment = "Give the stack env=cdk.Environment(...), without which CDK knows two zones alone."
            checks.require(
                count >= zones or (count < FEWEST_ZONES and not public and not unknown),
                option,
                vpc,
                given=f"subnets in {count} Availability Zone(s)",
                allowed=f"at least {zones}",
                advice=environment if unknown else f"Give the VPC max_azs={zones} or more (zones of an IsolatedVpc).",
            )
        checks.require(
            found.has_public or not public,
            option,
            vpc,
            given="private subnets",
            allowed="public subnets",
            advice="Firehose reaches no others: select them, or leave firehose_access out.",
        )
    return found.subnet_ids


def firehose_addresses(scope: Construct, wanted: bool, checks: Checks) -> str | None:
    """Return the addresses from which Firehose delivers in the Region; refuse a Region where they are not known.

    https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-rs-vpc
    """
    if not wanted:
        return None
    region = cdk.Stack.of(scope).region
    addresses = None if is_token(region) else region_info.Fact.find(region, region_info.FactName.FIREHOSE_CIDR_BLOCK)
    if addresses is None:
        given = "a stack that names no Region" if is_token(region) else f"a stack in {region}"
        checks.problem(
            "firehose_access",
            given,
            allowed="a Region of which AWS CDK knows the addresses of Firehose",
            advice="Give the stack env=cdk.Environment(region=...), or use streaming ingestion, which is private.",
        )
    return addresses
