"""Privileges in a database, declared: granted, changed and revoked by deployments."""

from collections.abc import Mapping, Sequence
from typing import Final

from constructs import Construct

from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for
from constructs_lib.redshift.declarations import check_first
from constructs_lib.redshift.role import Role
from constructs_lib.redshift.schema import Schema, check_warehouse
from constructs_lib.redshift.sql_runner import declare
from constructs_lib.redshift.streaming_ingestion import StreamingIngestion
from constructs_lib.redshift.table import Table
from constructs_lib.redshift.user import User

PRIVILEGES: Final[Mapping[type, tuple[str, ...]]] = {
    Schema: ("ALTER", "CREATE", "DROP", "USAGE"),
    StreamingIngestion: ("SELECT",),
    Table: ("ALTER", "DELETE", "DROP", "INSERT", "REFERENCES", "SELECT", "TRUNCATE", "UPDATE"),
}
"""https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html"""


class Grant(Construct):
    """What a role or user may do with a schema, a table, or the view of a stream.

    https://docs.aws.amazon.com/redshift/latest/dg/r_GRANT.html

    A deployment grants what is new and revokes what is not declared any more; with the stack go all of them. So each
    privilege is declared once. Privileges that were granted otherwise are left alone. To read a table takes USAGE of
    its schema too, which everybody has of ``public`` alone.

    Args:
        scope: The parent construct.
        id: The construct's id.
        to: Who may.
        on: With what.
        privileges: What they may, as SQL writes it: ``SELECT``.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        to: Role | User,
        on: Schema | Table | StreamingIngestion,
        privileges: Sequence[str],
    ) -> None:
        checks = checks_for(scope, id)
        known = PRIVILEGES.get(type(on), ())
        wanted = sorted({privilege.upper() for privilege in privileges})
        wrong = [privilege for privilege in wanted if privilege not in known]
        advice = "Name those that are needed, each by its word."
        if wrong or not wanted:
            checks.problem("privileges", ", ".join(wrong) or "none", allowed=", ".join(known), advice=advice)
        check_warehouse("on", on, on.warehouse, to.warehouse, checks)
        declaration = {
            "Grantee": "ROLE" if isinstance(to, Role) else "USER",
            "GranteeName": to.role_name if isinstance(to, Role) else to.user_name,
            "Schema": on.schema_name,
            **({} if isinstance(on, Schema) else {"Relation": on.relation_name}),
            "Privileges": wanted,
        }
        check_first("privileges", "Grant", declaration, to.warehouse, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.resource = declare(
            self,
            "Grant",
            to.warehouse,
            declaration,
            lifecycle=Lifecycle.DISPOSABLE,
            after=(to, on),
        )
