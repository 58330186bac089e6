"""The six packs of cdk-nag."""

from collections.abc import Sequence
from importlib import import_module
from threading import Thread
from typing import TYPE_CHECKING, Final

from constructs_lib.practices.verdicts import shared_verdicts

if TYPE_CHECKING:
    from cdk_nag import NagPack

import_module("aws_cdk")  # Asks Node for CDK itself, before there are two threads.

SHARED: Final = (
    *(f"aws_cdk.aws_{service}" for service in ("backup", "cloudwatch", "ec2", "iam", "kms", "logs", "sns")),
    "typeguard",  # With which jsii checks arguments.
)
"""What nearly every store needs. To import it asks Node nothing."""


def _load() -> "Sequence[type[NagPack]]":
    """Load the packs, which takes Node a quarter of a second; Python imports meanwhile what it will need next."""
    beside = Thread(target=_import_shared)
    beside.start()
    import cdk_nag

    beside.join()
    return (
        cdk_nag.AwsSolutionsChecks,
        cdk_nag.HIPAASecurityChecks,
        cdk_nag.NIST80053R4Checks,
        cdk_nag.NIST80053R5Checks,
        cdk_nag.PCIDSS321Checks,
        cdk_nag.ServerlessChecks,
    )


def _import_shared() -> None:
    for name in SHARED:
        import_module(name)
    if not shared_verdicts().used:  # The rules will have to judge.
        import_module("constructs_lib.practices.engine")


PACKS: Final = _load()
