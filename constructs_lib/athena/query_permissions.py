"""What a role has to do to query tables."""

from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_glue as glue
from aws_cdk import aws_kms as kms

from constructs_lib.arns import arn
from constructs_lib.athena.results import Location
from constructs_lib.permissions import Permission, through

_QUERIES: Final = (
    "athena:BatchGetQueryExecution",
    "athena:GetQueryExecution",
    "athena:GetQueryResults",
    "athena:GetQueryResultsStream",
    "athena:GetWorkGroup",
    "athena:ListQueryExecutions",
    "athena:StartQueryExecution",
    "athena:StopQueryExecution",
)
_BROWSES: Final = (
    "athena:GetDataCatalog",
    "athena:GetDatabase",
    "athena:GetTableMetadata",
    "athena:ListDatabases",
    "athena:ListTableMetadata",
)
CATALOG: Final = "AwsDataCatalog"
"""What Athena calls the Data Catalog of its own account."""
DEFAULT_DATABASE: Final = "default"
"""The database that Athena looks into before any other."""


def query(workgroup: str) -> Permission:
    """Return what runs queries in a workgroup, and fetches their results."""
    return Permission(actions=_QUERIES, resources=(workgroup,))


def write_results(results: Location | None, key: kms.IKey) -> list[Permission]:
    """Return what writes results to a bucket, or to storage that Athena manages."""
    encrypt = Permission(
        actions=("kms:Decrypt", "kms:GenerateDataKey"),
        resources=(key.key_arn,),
        conditions=through("s3" if results else "athena"),
    )
    if results is None:
        return [encrypt]
    bucket = results.bucket.bucket_arn
    return [
        encrypt,
        Permission(
            actions=("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"), resources=(bucket,)
        ),
        Permission(
            actions=("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"),
            resources=(f"{bucket}/{results.prefix}*",),
            wildcard="Athena names the objects of each result.",
        ),
    ]


def describe_tables(tables: Sequence[glue.CfnTable]) -> list[Permission]:
    """Return what reads descriptions of these tables; Glue lists those alone.

    https://docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
    """
    catalog = arn("glue", "catalog")
    databases = [arn("glue", f"database/{name}") for name in dict.fromkeys(table.database_name for table in tables)]
    default = arn("glue", f"database/{DEFAULT_DATABASE}")
    return [
        Permission(actions=_BROWSES, resources=(arn("athena", f"datacatalog/{CATALOG}"),)),
        Permission(
            actions=("glue:GetDatabase", "glue:GetDatabases"),
            resources=tuple(dict.fromkeys((catalog, default, *databases))),
        ),
        Permission(
            actions=(
                "glue:BatchGetPartition",
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:GetTable",
                "glue:GetTables",
            ),
            resources=(
                catalog,
                *databases,
                *(arn("glue", f"table/{table.database_name}/{table.ref}") for table in tables),
            ),
        ),
    ]


def read(location: Location) -> list[Permission]:
    """Return what reads the objects of a table."""
    bucket, prefix, key = location.bucket.bucket_arn, location.prefix, location.key or location.bucket.encryption_key
    reads = [
        Permission(actions=("s3:GetBucketLocation",), resources=(bucket,)),
        Permission(
            actions=("s3:ListBucket",),
            resources=(bucket,),
            conditions={"StringLike": {"s3:prefix": [prefix, f"{prefix}*"]}} if prefix else {},
        ),
        Permission(
            actions=("s3:GetObject",),
            resources=(f"{bucket}/{prefix}*",),
            wildcard="The table is made of all objects of this location.",
        ),
    ]
    if key is not None:
        reads.append(Permission(actions=("kms:Decrypt",), resources=(key.key_arn,), conditions=through("s3")))
    return reads
