"""Records as they came, before anything changes them."""

from dataclasses import replace
from typing import Final

from aws_cdk import aws_s3 as s3
from constructs import Construct

from constructs_lib.buckets import SHARED, called, claim_folder, claim_folders_above
from constructs_lib.errors import Checks, is_token
from constructs_lib.firehose.buffering import Buffering
from constructs_lib.firehose.prefixes import BY_DAY, ERROR_TYPE, check_error_prefix, check_prefix, head
from constructs_lib.options import options

ERRORS: Final = f"source-errors/{ERROR_TYPE}/{BY_DAY}"


@options
class SourceBackup:
    """A copy of every record as it came, so that a wrong transformation can be mended. It cannot be turned off again.

    https://docs.aws.amazon.com/firehose/latest/dev/create-configure-backup.html

    Args:
        bucket: Where the copies go; None takes the bucket of the delivery stream.
        prefix: The folder of the copies, in which Firehose makes one for each hour; or with ``!{timestamp:...}`` for
            dates, but not on the way to Redshift.
        error_prefix: The folder of copies that could not be written; None takes ``source-errors``, and on the way to
            Redshift, where Firehose wants none, leaves it to Firehose.
        buffering: How much is gathered for one object. Objects are compressed with GZIP.

    Raises:
        InvalidOptionsError: A prefix cannot be accepted.
    """

    bucket: s3.IBucket | None = None
    prefix: str = "source/"
    error_prefix: str | None = None
    buffering: Buffering = Buffering()

    def __post_init__(self) -> None:
        checks = Checks(lambda: "SourceBackup")
        check_prefix("prefix", self.prefix, checks)
        check_error_prefix("error_prefix", self.error_folder, self.prefix, checks)
        checks.refuse()

    @property
    def error_folder(self) -> str:
        """The folder of copies that could not be written, where there may be one."""
        return ERRORS if self.error_prefix is None else self.error_prefix

    def of(self, folder: str) -> "SourceBackup":
        """Return the same with this folder inside each of its folders, so that several streams share them."""
        return replace(self, prefix=_inside(self.prefix, folder), error_prefix=_inside(self.error_folder, folder))


def _inside(prefix: str, folder: str) -> str:
    """Put a folder behind the part of a prefix that is the same for all objects."""
    if is_token(prefix):
        return prefix
    outer = head(prefix)
    return f"{outer.rstrip('/')}/{folder}".lstrip("/") + prefix.removeprefix(outer)


def claim_backup(scope: Construct, id: str, backup: SourceBackup | None, bucket: str, checks: Checks) -> None:
    """Take the folders of copies, which copies of others may share, and record one that holds data of others.

    Args:
        scope: The scope of the delivery stream.
        id: The id of the delivery stream.
        backup: Where the copies go.
        bucket: What tells the bucket of the delivery stream from others.
        checks: Collects the problems.
    """
    if backup is not None:
        where = called(backup.bucket) if backup.bucket else bucket
        for folder in (head(backup.prefix), head(backup.error_folder)):
            claim_folders_above(scope, id, "source_backup", where, folder, checks)
            claim_folder(scope, id, "source_backup", where, folder, checks, owner=SHARED)


def check_backup(backup: SourceBackup | None, prefix: str | None, checks: Checks) -> None:
    """Record a problem if copies of records would be read as data."""
    if backup is None or backup.bucket is not None:
        return
    data = head(prefix)
    checks.require(
        not data or not any(head(it).startswith(data) for it in (backup.prefix, backup.error_folder)),
        "source_backup",
        backup,
        given=f"copies in {head(backup.prefix)} and {head(backup.error_folder)}",
        allowed=f"folders outside of {data}",
        advice="Who reads that folder would read the copies as data: give them another folder, or another bucket.",
    )
