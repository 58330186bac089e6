"""A relational store of customers' accounts, which has to outlive the loss of a whole Region."""

import aws_cdk as cdk
from aws_cdk import aws_rds
from constructs import Construct

from constructs_lib import rds
from constructs_lib.isolated_vpc import IsolatedVpc
from constructs_lib.notifications import AlarmTopic

REGIONS = {"Ireland": "eu-west-1", "Frankfurt": "eu-central-1", "Virginia": "us-east-1"}
"""The first is written to; the second answers readers nearby; the third keeps a copy, without members."""


class AccountsRegion(cdk.Stack):
    """What the database needs in each of its Regions: a network, and a topic for alarms."""

    def __init__(self, scope: Construct, id: str, *, env: cdk.Environment) -> None:
        super().__init__(scope, id, env=env)
        alarms = AlarmTopic(self, "Alarms")
        self.topic = alarms.topic
        self.vpc = IsolatedVpc(self, "Network", key=alarms.key).vpc


def accounts_database(scope: Construct, account: str | None) -> rds.AuroraGlobalDatabase:
    """Make the stacks of three Regions, and one Aurora PostgreSQL database over all of them."""
    ireland, frankfurt, virginia = (
        AccountsRegion(scope, f"Accounts{name}", env=cdk.Environment(account=account, region=region))
        for name, region in REGIONS.items()
    )
    return rds.AuroraGlobalDatabase(
        ireland,
        "Accounts",
        engine=aws_rds.DatabaseClusterEngine.aurora_postgres(version=aws_rds.AuroraPostgresEngineVersion.VER_17_6),
        vpc=ireland.vpc,
        identifier="accounts",
        database_name="accounts",
        alarm_topic=ireland.topic,
        secondaries=[
            rds.GlobalRegion(scope=frankfurt, vpc=frankfurt.vpc, alarm_topic=frankfurt.topic, write_forwarding=True),
            rds.GlobalRegion(scope=virginia, vpc=virginia.vpc, alarm_topic=virginia.topic, headless=True),
        ],
    )
