"""Where a table of a Redshift warehouse is, and who may write it."""

import re
from collections.abc import Sequence
from typing import Final

import aws_cdk as cdk
from aws_cdk import aws_secretsmanager as secretsmanager

from constructs_lib.errors import Checks, is_token
from constructs_lib.options import options

DEFAULT_PORT: Final = 5439
HIGHEST_PORT: Final = 65_535
LONGEST_COLUMNS: Final = 10_240

_HOST: Final = re.compile(r"((?!-)[A-Za-z0-9-]{1,63}(?<!-)\.)+redshift(-serverless)?\.[a-zA-Z0-9.\-]+")
_DATABASE: Final = re.compile(r"[a-zA-Z0-9_$-]{1,64}")
_TABLE: Final = re.compile(r"([a-zA-Z_][\w$]{0,126}\.)?[a-zA-Z_#][\w$]{0,126}", re.ASCII)
_COLUMN: Final = re.compile(r'[a-zA-Z_][\w$]{0,126}|"[^"]{1,127}"', re.ASCII)


@options
class WarehouseTable:
    """A table of a Redshift cluster, or of a workgroup of Redshift Serverless. It has to exist before records come.

    https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-redshift

    Args:
        host: The public endpoint, without port.
        database: The database's name.
        table: The table's name, with its schema if that is not ``public``: ``sales.orders``.
        secret: The user that writes, in JSON with ``username`` and ``password``: one of its own, which may INSERT into
            this table alone. Its key is read too: import a secret with
            ``Secret.from_secret_attributes(secret_complete_arn=..., encryption_key=...)``.
        port: The endpoint's port; a text if it is known only at deployment.
        columns: The columns, in the order of the values; empty takes those of the table.

    Raises:
        InvalidOptionsError: Some options cannot be accepted; it names all of them.
    """

    host: str
    database: str
    table: str
    secret: secretsmanager.ISecret
    port: int | str = DEFAULT_PORT
    columns: Sequence[str] = ()

    def __post_init__(self) -> None:
        checks = Checks(lambda: "WarehouseTable")
        checks.require(
            _HOST.fullmatch(self.host) is not None,
            "host",
            self.host,
            allowed="an endpoint of Redshift, without port and database",
            advice='Write "sales.abc123.eu-west-1.redshift.amazonaws.com".',
        )
        named = _DATABASE.fullmatch(self.database) is not None
        allowed = "letters, digits, _, $ and -"
        checks.require(named, "database", self.database, allowed=allowed, advice="Write the database's name.")
        named = _TABLE.fullmatch(self.table) is not None
        checks.require(named, "table", self.table, allowed="a table, or schema.table", advice='Write "sales.orders".')
        self._check_port(checks)
        for column in self.columns:
            checks.require(
                _COLUMN.fullmatch(column) is not None,
                "columns",
                column,
                allowed="names of columns",
                advice="List each by itself; what is no plain name stands in double quotation marks.",
            )
        checks.require(
            len(self.column_list or "") <= LONGEST_COLUMNS,
            "columns",
            self.columns,
            given=f"{len(self.columns)} columns",
            allowed=f"{LONGEST_COLUMNS} characters in all",
            advice="Leave them out: values then go to the columns of the table.",
        )
        checks.require(
            self.secret.secret_full_arn is not None,
            "secret",
            self.secret,
            given="a secret whose ARN is not known whole",
            allowed="a secret with its complete ARN",
            advice="Import it with Secret.from_secret_complete_arn or from_secret_attributes.",
        )
        checks.refuse()

    def _check_port(self, checks: Checks) -> None:
        text = str(self.port)
        checks.require(
            is_token(self.port) or (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= HIGHEST_PORT),
            "port",
            self.port,
            allowed=f"1 to {HIGHEST_PORT}",
            advice=f"Redshift listens on {DEFAULT_PORT} unless told otherwise.",
        )

    @property
    def url(self) -> str:
        """The address, as JDBC writes it."""
        port = cdk.Tokenization.stringify_number(self.port) if isinstance(self.port, int | float) else self.port
        return f"jdbc:redshift://{self.host}:{port}/{self.database}"

    @property
    def column_list(self) -> str | None:
        """The columns as COPY lists them; None for all."""
        return ",".join(self.columns) or None
