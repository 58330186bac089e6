"""Records as they came, before anything changes them."""

from aws_cdk import aws_s3 as s3

from constructs_lib.errors import Checks
from constructs_lib.firehose.buffering import Buffering
from constructs_lib.firehose.prefixes import BY_DAY, ERROR_TYPE, check_error_prefix, check_prefix, head
from constructs_lib.options import options


@options
class SourceBackup:
    """A copy of every record as it came, so that a wrong transformation can be mended. It cannot be turned off again.

    https://docs.aws.amazon.com/firehose/latest/dev/create-configure-backup.html

    Args:
        bucket: Where the copies go; None takes the bucket of the delivery stream.
        prefix: The folder of the copies, with ``!{timestamp:...}`` for dates.
        error_prefix: The folder of copies that could not be written.
        buffering: How much is gathered for one object. Objects are compressed with GZIP.

    Raises:
        InvalidOptionsError: A prefix cannot be accepted.
    """

    bucket: s3.IBucket | None = None
    prefix: str = f"source/{BY_DAY}"
    error_prefix: str = f"source-errors/{ERROR_TYPE}/{BY_DAY}"
    buffering: Buffering = Buffering()

    def __post_init__(self) -> None:
        checks = Checks(lambda: "SourceBackup")
        check_prefix("prefix", self.prefix, checks)
        check_error_prefix("error_prefix", self.error_prefix, self.prefix, checks)
        checks.refuse()


def check_backup(backup: SourceBackup | None, prefix: str | None, checks: Checks) -> None:
    """Record a problem if copies of records would be read as data."""
    if backup is None or backup.bucket is not None:
        return
    data = head(prefix)
    checks.require(
        not data or not any(head(it).startswith(data) for it in (backup.prefix, backup.error_prefix)),
        "source_backup",
        backup,
        given=f"copies in {head(backup.prefix)} and {head(backup.error_prefix)}",
        allowed=f"folders outside of {data}",
        advice="Who reads that folder would read the copies as data: give them another folder, or another bucket.",
    )
