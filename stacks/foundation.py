"""What the stores share: a VPC without a way out, and a topic for alarms."""

import aws_cdk as cdk
from constructs import Construct

from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.notifications import AlarmTopic


class Foundation(cdk.Stack):
    """Deployed before the stores, and kept as long as any of them."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment | None = None) -> None:
        super().__init__(scope, id, env=env)
        self.alarms = AlarmTopic(self, "Alarms")
        self.vpc = IsolatedVpc(self, "Network", key=self.alarms.key).vpc
