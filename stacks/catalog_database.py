"""A relational store for a product catalogue that is read far more than it is written."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_rds
from constructs import Construct

from constructs_lib import rds
from constructs_lib.rds.custom_endpoint import lacks_endpoints
from stacks.foundation import Foundation

SHOP = ec2.InstanceType("r7g.large")
REPORTS = ec2.InstanceType("r7g.2xlarge")


class CatalogDatabase(cdk.Stack):
    """Aurora MySQL with backtracking: readers for the shop that come and go, and one for reports.

    Each group has an address. That of the shop leaves out the reader for reports alone, so it leads to whatever readers
    are added; the cluster's own reader endpoint would send the shop to the reader for reports, too.
    """

    def __init__(
        self, scope: Construct, id: str, *, foundation: Foundation, env: cdk.Environment | None = None
    ) -> None:
        super().__init__(scope, id, env=env)
        self.catalog = rds.AuroraCluster(
            self,
            "Catalog",
            engine=aws_rds.DatabaseClusterEngine.aurora_mysql(version=aws_rds.AuroraMysqlEngineVersion.VER_3_12_0),
            vpc=foundation.vpc,
            database_name="catalog",
            writer=rds.Member(instance_type=SHOP),
            readers={
                "First": rds.Member(instance_type=SHOP),
                "Second": rds.Member(instance_type=SHOP),
                "Analytics": rds.Member(instance_type=REPORTS, promotion_tier=15, group="reports"),
            },
            features=rds.AuroraFeatures(backtrack_window=cdk.Duration.hours(48)),
            alarm_topic=foundation.alarms.topic,
        )
        # Six in all, Analytics among them, whose CPU counts in the average.
        self.catalog.scale_readers(maximum=6, cpu_percent=60)
        if not lacks_endpoints(self.region):
            browsing = self.catalog.add_endpoint("browsing", excluded=["reports"])
            reporting = self.catalog.add_endpoint("reporting", members=["reports"])
            cdk.CfnOutput(self, "Browsing", value=browsing.address, description="Where the shop reads from.")
            cdk.CfnOutput(self, "Reporting", value=reporting.address, description="Where reports are read from.")
