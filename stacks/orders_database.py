"""A relational store for orders."""

import aws_cdk as cdk
from aws_cdk import aws_rds
from constructs import Construct

from constructs_lib import rds
from stacks.foundation import Foundation


class OrdersDatabase(cdk.Stack):
    """PostgreSQL with a standby in a second Availability Zone."""

    def __init__(
        self, scope: Construct, id: str, *, foundation: Foundation, env: cdk.Environment | None = None
    ) -> None:
        super().__init__(scope, id, env=env)
        self.orders = rds.MultiAzInstance(
            self,
            "Orders",
            engine=aws_rds.DatabaseInstanceEngine.postgres(version=aws_rds.PostgresEngineVersion.VER_18_3),
            vpc=foundation.vpc,
            database_name="orders",
            storage=rds.Storage(allocated=cdk.Size.gibibytes(200)),
            alarm_topic=foundation.alarms.topic,
        )
