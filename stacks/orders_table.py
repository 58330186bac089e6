"""A table of orders, and an audit of what changes in it."""

from pathlib import Path

import aws_cdk as cdk
from aws_cdk import aws_dynamodb
from constructs import Construct

from constructs_lib import dynamodb
from constructs_lib.delivery import Delivery
from constructs_lib.functions import FunctionCode
from stacks.foundation import Foundation

HANDLERS = Path(__file__).parent / "handlers"


class OrdersTable(cdk.Stack):
    """Orders by customer and time, whose changes a function in the VPC writes to its log."""

    def __init__(
        self, scope: Construct, id: str, *, foundation: Foundation, env: cdk.Environment | None = None
    ) -> None:
        super().__init__(scope, id, env=env)
        self.orders = dynamodb.Table(
            self,
            "Orders",
            partition_key=aws_dynamodb.Attribute(name="customer", type=aws_dynamodb.AttributeType.STRING),
            sort_key=aws_dynamodb.Attribute(name="placed_at", type=aws_dynamodb.AttributeType.STRING),
            stream=aws_dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            expiry_attribute="expires_at",
            alarm_topic=foundation.alarms.topic,
        )
        self.audit = dynamodb.StreamConsumer(
            self,
            "Audit",
            table=self.orders,
            function=FunctionCode(HANDLERS / "audit", vpc=foundation.vpc),
            needs=aws_dynamodb.StreamViewType.NEW_IMAGE,
            delivery=Delivery(batch_size=50),
            alarm_topic=foundation.alarms.topic,
        )
