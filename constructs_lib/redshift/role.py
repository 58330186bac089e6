"""A database role: what privileges are granted to, and what users are given."""

from constructs import Construct

from constructs_lib.errors import Checks
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for
from constructs_lib.redshift.declarations import check_first
from constructs_lib.redshift.reserved_words import RESERVED_WORDS
from constructs_lib.redshift.sql_names import check_name
from constructs_lib.redshift.sql_runner import declare
from constructs_lib.redshift.warehouse import Warehouse
from constructs_lib.regions import check_home


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
        check_home(scope, {"warehouse": warehouse}, checks)
        if check_name("name", name, checks):
            check_grantee(name, warehouse, checks)
            advice = "SQL keeps the word for itself, and Redshift takes no role of this name."
            checks.require(name not in RESERVED_WORDS, "name", name, allowed="another name", advice=advice)
            check_first("name", "Role", {"Name": name}, warehouse, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.warehouse = warehouse
        self.role_name = name
        self.resource = declare(self, "Role", warehouse, {"Name": name}, lifecycle=Lifecycle.DISPOSABLE)


def check_grantee(name: str, warehouse: Warehouse, checks: Checks) -> None:
    """Record a problem with a role or user that has the name of everybody, of the admin or of Redshift itself.

    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_ROLE.html
    """
    for taken, advice in (
        ("public", "PUBLIC means everybody."),
        ("rdsdb", "Redshift itself logs in by this name."),
        (warehouse.admin_username, "The admin is there already; the password is in warehouse.admin_secret_arn."),
    ):
        checks.require(name != taken, "name", name, allowed="another name", advice=advice)
