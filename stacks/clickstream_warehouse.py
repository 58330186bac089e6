"""The same clicks in a warehouse, beside what they are joined with."""

import aws_cdk as cdk
from constructs import Construct

from constructs_lib import kinesis, redshift
from constructs_lib.patterns import StreamToWarehouse, View
from stacks.foundation import Foundation

COPIES = "eu-central-1"


class ClickstreamWarehouse(cdk.Stack):
    """A Redshift cluster that reads the stream by itself, with a table of pages, and a role that may read both.

    Clicks are there seconds after they were made. Snapshots are copied to a second Region, if there is a stack of it.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        foundation: Foundation,
        clicks: kinesis.Stream,
        copies: cdk.Stack | None = None,
        env: cdk.Environment | None = None,
    ) -> None:
        super().__init__(scope, id, env=env)
        self.warehouse = redshift.Cluster(
            self,
            "Warehouse",
            vpc=foundation.vpc,
            wlm=redshift.AutomaticWlm(
                queues=(
                    redshift.Queue(name="dashboards", query_groups=("dashboards",), priority="high"),
                    redshift.Queue(name="reports", query_groups=("reports",), priority="low"),
                ),
            ),
            snapshot_copy=redshift.SnapshotCopy(scope=copies) if copies else None,
            alarm_topic=foundation.alarms.topic,
        )
        shop = redshift.Schema(self, "Shop", warehouse=self.warehouse, name="shop")
        self.pages = redshift.Table(
            self,
            "Pages",
            warehouse=self.warehouse,
            schema=shop,
            name="pages",
            columns=[
                redshift.Column("page", "varchar(2048)", not_null=True),
                redshift.Column("title", "varchar(256)"),
                redshift.Column("published_at", "timestamptz"),
            ],
            distribution=redshift.Distribution.ALL,
        )
        analysts = redshift.Role(self, "Analysts", warehouse=self.warehouse, name="analysts")
        redshift.Grant(self, "UseShop", to=analysts, on=shop, privileges=["USAGE"])
        redshift.Grant(self, "ReadPages", to=analysts, on=self.pages, privileges=["SELECT"])
        self.clicks = StreamToWarehouse(
            self,
            "Clicks",
            stream=clicks,
            warehouse=self.warehouse,
            into=View("clicks", schema=shop),
            readers=[analysts],
            alarm_topic=foundation.alarms.topic,
        )


def clickstream_warehouse(
    scope: Construct, *, foundation: Foundation, clicks: kinesis.Stream, env: cdk.Environment | None
) -> ClickstreamWarehouse:
    """Make the stack of the warehouse, and in the European Union one for copies of its snapshots."""
    region = (env and env.region) or ""
    copies = (
        cdk.Stack(scope, "ClickstreamCopies", env=cdk.Environment(account=env.account, region=COPIES))
        if env and region.startswith("eu-") and region != COPIES
        else None
    )
    return ClickstreamWarehouse(
        scope, "ClickstreamWarehouse", foundation=foundation, clicks=clicks, copies=copies, env=env
    )
