"""Who may replicate into a warehouse without ETL."""

import re
from collections.abc import Sequence
from typing import Any, Final

from constructs_lib.arns import ACCOUNT, PARTITION
from constructs_lib.errors import Checks, is_token

_SOURCE: Final = re.compile(r"arn:aws(-[^:]+)?:(rds|dynamodb|s3|glue|redshift):.+")
PARAMETER: Final = "enable_case_sensitive_identifier"


def check_sources(sources: Sequence[str], checks: Checks) -> None:
    """Refuse sources that are no ARNs of stores that Redshift replicates from."""
    for source in sources:
        checks.require(
            is_token(source) or _SOURCE.fullmatch(source) is not None,
            "zero_etl_sources",
            source,
            allowed="ARNs of clusters and instances of RDS, of tables of DynamoDB, and of integrations' other sources",
            advice="Pass cluster.cluster.cluster_arn or table.table.table_arn.",
        )


def inbound_policy(sources: Sequence[str]) -> dict[str, Any] | None:
    """Return the policy of a namespace that lets in these sources, for integrations that the account makes.

    https://docs.aws.amazon.com/redshift/latest/mgmt/zero-etl-using.setting-up.html
    """
    if not sources:
        return None
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "redshift.amazonaws.com"},
                "Action": "redshift:AuthorizeInboundIntegration",
                "Condition": {"StringEquals": {"aws:SourceArn": list(sources)}},
            },
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:{PARTITION}:iam::{ACCOUNT}:root"},
                "Action": "redshift:CreateInboundIntegration",
            },
        ],
    }
