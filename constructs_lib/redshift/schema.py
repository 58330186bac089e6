"""A schema of a Redshift database, declared beside the warehouse that has it."""

from typing import Final

from constructs import Construct

from constructs_lib.errors import Checks, show
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.options import checked, checks_for
from constructs_lib.redshift.declarations import check_first
from constructs_lib.redshift.sql_names import check_name
from constructs_lib.redshift.sql_runner import declare
from constructs_lib.redshift.warehouse import Warehouse
from constructs_lib.regions import check_home

SYSTEM: Final = "pg_"
"""What the names of Redshift's own schemas begin with."""
INFORMATION: Final = "information_schema"


class Schema(Construct):
    """A schema. One that exists already is taken over as it is, and never dropped.

    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_SCHEMA.html

    Args:
        scope: The parent construct.
        id: The construct's id.
        warehouse: Where it is.
        name: Its name, in lower case. It is changed in SQL first, with ALTER SCHEMA ... RENAME TO.
        lifecycle: Whether the schema outlives its stack. A disposable one is dropped if it is empty; if not, its
            deletion fails.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        warehouse: Warehouse,
        name: str,
        lifecycle: Lifecycle = Lifecycle.RETAINED,
    ) -> None:
        checks = checks_for(scope, id)
        check_home(scope, {"warehouse": warehouse}, checks)
        if check_name("name", name, checks):
            check_free("name", name, checks)
            check_first("name", "Schema", {"Name": name}, warehouse, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.warehouse = warehouse
        self.schema_name = name
        self.resource = declare(self, "Schema", warehouse, {"Name": name}, lifecycle=lifecycle)


def check_schema(schema: Schema | str, warehouse: Warehouse, checks: Checks) -> str:
    """Return the name of a schema, and record what is wrong with it: its name, or that it is elsewhere."""
    if isinstance(schema, str):
        if check_name("schema", schema, checks):
            check_free("schema", schema, checks)
        return schema
    check_warehouse("schema", schema, schema.warehouse, warehouse, checks)
    return schema.schema_name


def check_free(option: str, name: str, checks: Checks) -> None:
    """Record a problem with a schema that belongs to Redshift.

    https://docs.aws.amazon.com/redshift/latest/dg/r_CREATE_SCHEMA.html
    """
    checks.require(
        not name.startswith(SYSTEM) and name != INFORMATION,
        option,
        name,
        allowed=f"another name than {INFORMATION}, and those that begin with {SYSTEM}",
        advice="What is in there belongs to Redshift.",
    )


def check_warehouse(option: str, value: Construct, its: Warehouse, warehouse: Warehouse, checks: Checks) -> None:
    """Record a problem with something that is declared in another warehouse."""
    if its is not warehouse:
        advice = "Declare it in the same warehouse."
        given = f"{show(value)} of {its.node.path}"
        checks.problem(option, given, allowed=f"one of {warehouse.node.path}", advice=advice)
