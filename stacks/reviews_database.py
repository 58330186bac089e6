"""A relational store for product reviews, which are written and read in bursts, and at night not at all."""

import aws_cdk as cdk
from aws_cdk import aws_rds
from constructs import Construct

from constructs_lib import rds
from stacks.foundation import Foundation


class ReviewsDatabase(cdk.Stack):
    """Aurora PostgreSQL, all serverless: capacity follows the load, and whoever has none for half an hour pauses.

    The shop asks over the Data API, which holds no connection that would keep a member awake.
    """

    def __init__(
        self, scope: Construct, id: str, *, foundation: Foundation, env: cdk.Environment | None = None
    ) -> None:
        super().__init__(scope, id, env=env)
        self.reviews = rds.AuroraCluster(
            self,
            "Reviews",
            engine=aws_rds.DatabaseClusterEngine.aurora_postgres(version=aws_rds.AuroraPostgresEngineVersion.VER_17_9),
            vpc=foundation.vpc,
            database_name="reviews",
            writer=rds.Member(),
            readers={
                "Standby": rds.Member(),  # Pauses and scales with the writer, whom it stands in for
                "Moderation": rds.Member(promotion_tier=15),  # Pauses and scales by itself
            },
            serverless=rds.ServerlessCapacity(minimum=0, maximum=16, auto_pause=cdk.Duration.minutes(30)),
            features=rds.AuroraFeatures(data_api=True),
            alarm_topic=foundation.alarms.topic,
        )
