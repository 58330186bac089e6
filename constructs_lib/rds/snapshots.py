"""What AWS Backup has to do on an instance or a cluster, and on the snapshots that it takes of it."""

from dataclasses import dataclass
from typing import Final

from constructs_lib.arns import arn
from constructs_lib.permissions import Permission


@dataclass(frozen=True, slots=True)
class SnapshotType:
    """The words that RDS has for a store and its snapshots.

    Args:
        store: The store in names of actions: ``DBInstance``.
        snapshot: A snapshot in names of actions: ``DBSnapshot``.
        resource: A snapshot in ARNs: ``snapshot``.
    """

    store: str
    snapshot: str
    resource: str


INSTANCE_SNAPSHOT: Final = SnapshotType(store="DBInstance", snapshot="DBSnapshot", resource="snapshot")
CLUSTER_SNAPSHOT: Final = SnapshotType(store="DBCluster", snapshot="DBClusterSnapshot", resource="cluster-snapshot")


def backup_permissions(store: str, type: SnapshotType) -> list[Permission]:
    """Return what AWS Backup may do on the store of this ARN, and on its own snapshots alone."""
    return [
        Permission(
            actions=(f"rds:Create{type.snapshot}", f"rds:Describe{type.store}s", "rds:ListTagsForResource"),
            resources=(store,),
        ),
        Permission(
            actions=(
                "rds:AddTagsToResource",
                f"rds:Create{type.snapshot}",
                f"rds:Delete{type.snapshot}",
                f"rds:Describe{type.snapshot}s",
                "rds:ListTagsForResource",
            ),
            resources=(arn("rds", f"{type.resource}:awsbackup:*"),),
            wildcard="AWS Backup names each snapshot when it takes it.",
        ),
    ]
