"""Amazon Redshift: what a database holds, and who may use it, as declared resources."""

from constructs_lib.practices.secretsmanager import ROTATION
from constructs_lib.redshift.column import Column
from constructs_lib.redshift.grant import Grant
from constructs_lib.redshift.role import Role
from constructs_lib.redshift.schema import Schema
from constructs_lib.redshift.streaming_ingestion import StreamingIngestion
from constructs_lib.redshift.table import Distribution, DistributionKey, Table
from constructs_lib.redshift.user import User

__all__ = [
    "ROTATION",
    "Column",
    "Distribution",
    "DistributionKey",
    "Grant",
    "Role",
    "Schema",
    "StreamingIngestion",
    "Table",
    "User",
]
