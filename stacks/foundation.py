"""What the stores share: a VPC without a way out, and a topic for alarms."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.notifications import AlarmTopic

INTERFACES = (ec2.InterfaceVpcEndpointAwsService.KINESIS_STREAMS, ec2.InterfaceVpcEndpointAwsService.STS)
"""What a warehouse calls from inside the VPC to read a stream."""


class Foundation(cdk.Stack):
    """Deployed before the stores, and kept as long as any of them."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment | None = None) -> None:
        super().__init__(scope, id, env=env)
        self.alarms = AlarmTopic(self, "Alarms")
        self.vpc = IsolatedVpc(self, "Network", interfaces=INTERFACES, key=self.alarms.key).vpc
