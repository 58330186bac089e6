"""A database of the Glue Data Catalog: where the tables of a lake are found by name."""

from aws_cdk import aws_glue as glue
from constructs import Construct

from constructs_lib.arns import ACCOUNT, arn
from constructs_lib.errors import Checks
from constructs_lib.glue.schema import check_description, check_name
from constructs_lib.naming import claim
from constructs_lib.options import checked, checks_for


class Database(Construct):
    """A name for the tables of a lake.

    https://docs.aws.amazon.com/glue/latest/dg/define-database.html

    It holds descriptions alone, so it goes with its stack; the data stays in its buckets. What is in the catalog is
    encrypted once in an account and Region, by a :class:`CatalogEncryption`.

    Args:
        scope: The parent construct.
        id: The construct's id.
        name: The name that queries use, in the account and Region: small letters, digits and underscores.
        description: What is in it; None says nothing.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    @checked
    def __init__(self, scope: Construct, id: str, *, name: str, description: str | None = None) -> None:
        checks = checks_for(scope, id)
        check_name("name", name, checks)
        check_description(description, checks)
        advice = "Share that database, or name this one otherwise."
        claim(scope, id, "name", "database", [name], advice, checks)
        checks.refuse()

        super().__init__(scope, id)
        self.database = glue.CfnDatabase(
            self,
            "Database",
            catalog_id=ACCOUNT,
            database_input=glue.CfnDatabase.DatabaseInputProperty(name=name, description=description),
        )
        self.name = self.database.ref
        self.arn = arn("glue", f"database/{self.name}")


def name_of(database: Database | glue.IDatabase) -> str:
    """Return the name of a database, one of ours or one that CDK knows."""
    return database.name if isinstance(database, Database) else database.database_name


def claim_table(scope: Construct, id: str, database: str, name: str, checks: Checks) -> None:
    """Take the name of a table, and record a problem if another table of the database has it.

    Args:
        scope: The scope of the table.
        id: The id of the table.
        database: The name of the database.
        name: The name of the table.
        checks: Collects the problem.
    """
    advice = "Tables of a database have names that differ: rename one of the two."
    claim(scope, id, "name", "table", [database, name], advice, checks)
