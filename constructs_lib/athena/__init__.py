"""Amazon Athena: the construct, its options, and the practices that can be waived."""

from constructs_lib.athena.results import BucketResults, Location, ManagedResults
from constructs_lib.athena.workgroup import WorkGroup
from constructs_lib.practices.athena import ALARMS

__all__ = [
    "ALARMS",
    "BucketResults",
    "Location",
    "ManagedResults",
    "WorkGroup",
]
