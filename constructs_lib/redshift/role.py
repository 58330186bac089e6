"""A database role: what privileges are granted to, and what users are given."""

from constructs import Construct

from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for
from constructs_lib.redshift.sql_names import check_name
from constructs_lib.redshift.sql_runner import declare
from constructs_lib.redshift.warehouse import Warehouse


class Role(Construct):
    """A role of the database, not of IAM. It goes with its stack, unless it was there before.

    https://docs.aws.amazon.com/redshift/latest/dg/t_Roles.html

    Users who log in with IAM get it in SQL, when they are known there: ``GRANT ROLE reader TO "IAMR:analyst"``.

    Args:
        scope: The parent construct.
        id: The construct's id.
        warehouse: Where it is.
        name: Its name, in lower case; a change renames the role, which keeps its privileges.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(self, scope: Construct, id: str, *, warehouse: Warehouse, name: str) -> None:
        checks = checks_for(scope, id)
        check_name("name", name, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.warehouse = warehouse
        self.role_name = name
        self.resource = declare(self, "Role", warehouse, {"Name": name}, lifecycle=Lifecycle.DISPOSABLE)
