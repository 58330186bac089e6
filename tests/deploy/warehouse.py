"""What a Redshift cluster answers to SQL."""

from typing import Any

from .cloud import Cloud, eventually

Rows = list[list[Any]]


def ask(cloud: Cloud, cluster: str, sql: str) -> Rows:
    """What a statement of the admin finds, through the Redshift Data API."""
    [found] = cloud.client("redshift").describe_clusters(ClusterIdentifier=cluster)["Clusters"]
    data = cloud.client("redshift-data")
    secret = found["MasterPasswordSecretArn"]
    given = {"ClusterIdentifier": cluster, "Database": found["DBName"], "SecretArn": secret}
    statement = data.execute_statement(Sql=sql, **given)["Id"]

    def ended() -> Any:
        described = data.describe_statement(Id=statement)
        return described["Status"] in ("FINISHED", "FAILED", "ABORTED") and described

    done = eventually(f"the end of {sql}", ended)
    assert done["Status"] == "FINISHED", done["Error"]
    pages = data.get_paginator("get_statement_result").paginate(Id=statement)
    return [[next(iter(field.values())) for field in row] for page in pages for row in page["Records"]]
