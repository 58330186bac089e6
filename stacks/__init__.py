"""The stacks of this project: examples that run, and what ``cdk synth`` makes."""

import aws_cdk as cdk

from stacks.accounts_database import accounts_database
from stacks.catalog_database import CatalogDatabase
from stacks.clickstream_lake import ClickstreamLake
from stacks.clickstream_warehouse import clickstream_warehouse
from stacks.foundation import Foundation
from stacks.orders_database import OrdersDatabase
from stacks.orders_table import OrdersTable
from stacks.reviews_database import ReviewsDatabase


def build(app: cdk.App, env: cdk.Environment | None = None) -> None:
    """Add every stack to the app.

    Args:
        app: The app.
        env: The account and Region to deploy to; None leaves both to the time of deployment. The accounts database has
            Regions of its own, and copies of the warehouse's snapshots have another one.
    """
    cdk.Tags.of(app).add("project", "constructs-lib-examples")
    foundation = Foundation(app, "Foundation", env=env)
    accounts_database(app, env.account if env else None)
    CatalogDatabase(app, "CatalogDatabase", foundation=foundation, env=env)
    lake = ClickstreamLake(app, "ClickstreamLake", foundation=foundation, env=env)
    clickstream_warehouse(app, foundation=foundation, clicks=lake.clicks, env=env)
    OrdersDatabase(app, "OrdersDatabase", foundation=foundation, env=env)
    OrdersTable(app, "OrdersTable", foundation=foundation, env=env)
    ReviewsDatabase(app, "ReviewsDatabase", foundation=foundation, env=env)
