"""What visitors of the shop click, as a stream, and as a lake to ask about it."""

import datetime
from dataclasses import dataclass

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from constructs_lib import kinesis
from constructs_lib.patterns import StreamToLake
from stacks.foundation import Foundation

FIRST_CLICKS = datetime.date(2026, 11, 1)


@dataclass
class Click:
    """A record of the stream, as JSON, and a row of the lake."""

    clicked_at: datetime.datetime
    visitor: str
    page: str
    seconds_on_page: float | None


class ClickstreamLake(cdk.Stack):
    """A stream that grows with its traffic, and hourly folders of Parquet that Athena queries from the first minute."""

    def __init__(
        self, scope: Construct, id: str, *, foundation: Foundation, env: cdk.Environment | None = None
    ) -> None:
        super().__init__(scope, id, env=env)
        self.clicks = kinesis.Stream(self, "Clicks", alarm_topic=foundation.alarms.topic)
        self.lake = StreamToLake(
            self,
            "Lake",
            stream=self.clicks,
            name="clicks",
            schema=Click,
            since=FIRST_CLICKS,
            alarm_topic=foundation.alarms.topic,
        )
        self.shop = iam.Role(self, "Shop", assumed_by=iam.AccountRootPrincipal(), description="Writes clicks.")
        self.clicks.grant_write(self.shop)
        self.analysts = iam.Role(self, "Analysts", assumed_by=iam.AccountRootPrincipal(), description="Query clicks.")
        self.lake.grant_query(self.analysts)
