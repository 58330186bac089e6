"""What the stores share: a VPC without a way out, and a topic for alarms."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from constructs import Construct

from constructs_lib.encryption import allow_logs
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.logs import log_group
from constructs_lib.naming import unique_name
from constructs_lib.notifications import AlarmTopic
from constructs_lib.permissions import Permission, service_role


class Foundation(cdk.Stack):
    """A VPC of isolated subnets in two Availability Zones, its flow log, and the topic."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment | None = None) -> None:
        super().__init__(scope, id, env=env)
        self.vpc = ec2.Vpc(
            self,
            "Vpc",
            max_azs=2,
            nat_gateways=0,
            restrict_default_security_group=True,
            subnet_configuration=[
                ec2.SubnetConfiguration(name="Isolated", subnet_type=ec2.SubnetType.PRIVATE_ISOLATED)
            ],
            gateway_endpoints={
                "DynamoDb": ec2.GatewayVpcEndpointOptions(service=ec2.GatewayVpcEndpointAwsService.DYNAMODB)
            },
        )
        self.alarms = AlarmTopic(self, "Alarms")
        self._log_flows()

    def _log_flows(self) -> None:
        name = unique_name(self.vpc)
        allow_logs(self.alarms.key, f"/aws/vpc/{name.prefix}")
        logs = log_group(
            self, "Flows", key=self.alarms.key, lifecycle=Lifecycle.RETAINED, name=f"/aws/vpc/{name.value}"
        )
        role = service_role(
            self,
            "FlowsRole",
            service="vpc-flow-logs.amazonaws.com",
            permissions=[
                Permission(
                    actions=("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
                    resources=(logs.log_group_arn,),
                )
            ],
        )
        ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_type="VPC",
            resource_id=self.vpc.vpc_id,
            traffic_type="ALL",
            log_destination=logs.log_group_arn,
            deliver_logs_permission_arn=role.role_arn,
        )
