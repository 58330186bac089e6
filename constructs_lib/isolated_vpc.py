"""A VPC for stores: no way in from the internet, no way out to it, and a log of what flows."""

from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib.encryption import store_key
from constructs_lib.errors import Checks, is_token
from constructs_lib.lifecycle import Lifecycle, check_lasts
from constructs_lib.logs import log_group
from constructs_lib.naming import unique_name
from constructs_lib.networking import FEWEST_ZONES, closed_security_group
from constructs_lib.options import checked, checks_for
from constructs_lib.permissions import Permission, service_role
from constructs_lib.regions import check_region

MOST_ZONES = 6
GATEWAYS: Mapping[str, ec2.GatewayVpcEndpointOptions] = {
    "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB),
    "S3": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.S3),
}
"""Services that isolated subnets reach by route, free of charge."""
ADDRESSES = "10.0.0.0/16"
"""Those of the VPC; rules of the packs cannot judge a reference to them."""
GATEWAYS_OF = ("dynamodb", "s3")
HTTPS = 443


class IsolatedVpc(Construct):
    """A VPC of isolated subnets, whose default security group is closed and whose traffic is logged.

    https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-best-practices.html

    Any VPC with private subnets does for the stores of this library; this is one that passes every check.

    Args:
        scope: The parent construct.
        id: The construct's id.
        zones: Over how many Availability Zones it stretches: 2 to 6; more than 2 only in a stack that names its account
            and Region.
        interfaces: Services besides DynamoDB and S3 that are reached from inside, each by an interface endpoint. AWS
            charges for it by the hour, in every zone.
        key: Encrypts the flow log; None makes a key.
        lifecycle: Whether the flow log and its key outlive their stack.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        zones: int = FEWEST_ZONES,
        interfaces: Sequence[ec2.InterfaceVpcEndpointAwsService] = (),
        key: kms.IKey | None = None,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks, stack = checks_for(scope, id), cdk.Stack.of(scope)
        advice = "Stores want two zones, and no Region has more than six."
        checks.require_between(FEWEST_ZONES, zones, MOST_ZONES, "zones", advice=advice)
        checks.require_literal("zones", zones)
        checks.require(
            zones == FEWEST_ZONES or not (is_token(stack.region) or is_token(stack.account)),
            "zones",
            zones,
            allowed=f"{FEWEST_ZONES} in a stack that does not name its account and Region",
            advice="Give the stack env=cdk.Environment(account=..., region=...).",
        )
        check_region(scope, {"key": key}, checks)
        check_lasts({"key": key}, lifecycle, checks)
        _check_interfaces(interfaces, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.key = store_key(self, key, lifecycle, logs=True)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            ip_addresses=ec2.IpAddresses.cidr(ADDRESSES),
            max_azs=zones,
            nat_gateways=0,
            restrict_default_security_group=True,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            ],
            gateway_endpoints=GATEWAYS,
        )
        self._log_flows(lifecycle)
        if interfaces:
            self._reach(interfaces)

    def _reach(self, services: Sequence[ec2.InterfaceVpcEndpointAwsService]) -> None:
        """Give each service an address inside, which all of the VPC may call by HTTPS."""
        group = closed_security_group(Construct(self, "Interfaces"), self.vpc, "Who calls AWS services from inside.")
        group.add_ingress_rule(ec2.Peer.ipv4(ADDRESSES), ec2.Port.tcp(HTTPS), "Whoever is in the VPC")
        for service in services:
            self.vpc.add_interface_endpoint(service.short_name, service=service, open=False, security_groups=[group])

    def _log_flows(self, lifecycle: Lifecycle) -> None:
        """Log all traffic; the L2 would write an inline policy, and leave the log group unencrypted."""
        logs = log_group(self, "Flows", key=self.key, lifecycle=lifecycle, name=f"/aws/vpc/{unique_name(self)}")
        write = Permission(
            actions=("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
            resources=(logs.log_group_arn,),
        )
        role, _ = service_role(self, "FlowsRole", service="vpc-flow-logs.amazonaws.com", permissions=[write])
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_type="VPC",
            resource_id=self.vpc.vpc_id,
            traffic_type="ALL",
            log_destination=logs.log_group_arn,
            deliver_logs_permission_arn=role.role_arn,
        )


def _check_interfaces(services: Sequence[ec2.InterfaceVpcEndpointAwsService], checks: Checks) -> None:
    names = [service.short_name for service in services]
    wrong = [name for place, name in enumerate(names) if name in GATEWAYS_OF or name in names[:place]]
    checks.require(
        not wrong,
        "interfaces",
        wrong,
        given=", ".join(wrong),
        allowed="each service once, without DynamoDB and S3",
        advice="These two are reached already, free of charge.",
    )
