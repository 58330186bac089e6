"""What AWS Backup has to do on a cluster or a namespace, and on the snapshots that it takes of it."""

from constructs_lib.arns import arn
from constructs_lib.permissions import Permission


def cluster_permissions(name: str, cluster: str) -> list[Permission]:
    """Return what AWS Backup has to do.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
    """
    taking = ("redshift:CreateClusterSnapshot", "redshift:DescribeClusterSnapshots", "redshift:DescribeTags")
    return [
        Permission(actions=(*taking, "redshift:DescribeClusters"), resources=(cluster,)),
        Permission(
            actions=(*taking, "redshift:CreateTags", "redshift:DeleteClusterSnapshot"),
            resources=(arn("redshift", f"snapshot:{name}/*"),),
            wildcard="AWS Backup names each snapshot when it takes it.",
        ),
    ]


def namespace_permissions(namespace: str) -> list[Permission]:
    """Return what AWS Backup has to do.

    https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSBackupServiceRolePolicyForBackup.html
    """
    snapshots = (arn("redshift-serverless", "snapshot/*"),)
    unknown = "Snapshots get their ids when they are made, and AWS Backup names them."
    return [
        Permission(
            actions=("redshift-serverless:CreateSnapshot", "redshift-serverless:GetNamespace"), resources=(namespace,)
        ),
        Permission(
            actions=(
                "redshift-serverless:CreateSnapshot",
                "redshift-serverless:GetSnapshot",
                "redshift-serverless:TagResource",
            ),
            resources=snapshots,
            wildcard=unknown,
        ),
        Permission(
            actions=("redshift-serverless:DeleteSnapshot",),
            resources=snapshots,
            conditions={"Null": {"aws:ResourceTag/aws:backup:source-resource": "false"}},
            wildcard=unknown,
        ),
        Permission(
            actions=(
                "redshift-serverless:ListNamespaces",
                "redshift-serverless:ListSnapshots",
                "redshift-serverless:ListTagsForResource",
            ),
            resources=("*",),
            wildcard="AWS Backup lists what there is before it knows what to name.",
        ),
    ]
