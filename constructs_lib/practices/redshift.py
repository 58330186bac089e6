"""What AWS recommends for Amazon Redshift clusters."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, PCI, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/redshift/latest/mgmt"
_CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/redshift-controls.html"

ENCRYPTION = Practice(
    id="REDSHIFT_ENCRYPTION",
    claim="Data and snapshots are encrypted with a customer managed key.",
    source=f"{_GUIDE}/working-with-db-encryption.html",
    controls=("Redshift.10",),
    answers=("AwsSolutions-RS6",),
)
MANAGED_PASSWORD = Practice(
    id="REDSHIFT_MANAGED_PASSWORD",
    claim="Redshift creates the admin's password, keeps it in Secrets Manager under a customer managed key and rotates "
    "it.",
    source=f"{_GUIDE}/redshift-secrets-manager-integration.html",
    controls=("SecretsManager.1", "SecretsManager.4"),
)
NAMES = Practice(
    id="REDSHIFT_NAMES",
    claim="Neither the admin nor the first database has the name that everybody can guess.",
    source=_CONTROLS,
    controls=("Redshift.8", "Redshift.9"),
    answers=("AwsSolutions-RS3",),
)
NOT_PUBLIC = Practice(
    id="REDSHIFT_NOT_PUBLIC",
    claim="The cluster has no public address.",
    source=f"{_GUIDE}/managing-clusters-vpc.html",
    controls=("Redshift.1",),
    answers=("AwsSolutions-RS8", *nag("RedshiftClusterPublicAccess", HIPAA, NIST_R4, NIST_R5, PCI)),
)
SUBNET_GROUP = Practice(
    id="REDSHIFT_SUBNET_GROUP",
    claim="The cluster lives in a subnet group of its own, over at least two isolated subnets.",
    source=f"{_GUIDE}/working-with-cluster-subnet-groups.html",
    controls=("Redshift.16",),
    answers=("AwsSolutions-RS2",),
)
RESTRICTED_INGRESS = Practice(
    id="REDSHIFT_RESTRICTED_INGRESS",
    claim="The cluster has a security group of its own, which does not let in the whole internet.",
    source=f"{_GUIDE}/rs-security-group-public-private.html",
    controls=("Redshift.15",),
)
NON_DEFAULT_PORT = Practice(
    id="REDSHIFT_NON_DEFAULT_PORT",
    constant="redshift.NON_DEFAULT_PORT",
    claim="The cluster does not listen on the port that scanners try first.",
    source=f"{_GUIDE}/create-cluster.html",
    answers=("AwsSolutions-RS4",),
)
ENCRYPTION_IN_TRANSIT = Practice(
    id="REDSHIFT_ENCRYPTION_IN_TRANSIT",
    constant="redshift.ENCRYPTION_IN_TRANSIT",
    claim="The cluster refuses connections that are not encrypted.",
    source=f"{_GUIDE}/connecting-ssl-support.html",
    controls=("Redshift.2",),
    answers=("AwsSolutions-RS1", *nag("RedshiftRequireTlsSSL", HIPAA, NIST_R4, NIST_R5, PCI)),
)
ENHANCED_VPC_ROUTING = Practice(
    id="REDSHIFT_ENHANCED_VPC_ROUTING",
    constant="redshift.ENHANCED_VPC_ROUTING",
    claim="COPY and UNLOAD go through the VPC, where endpoints, security groups and flow logs see them.",
    source=f"{_GUIDE}/enhanced-vpc-routing.html",
    controls=("Redshift.7",),
    answers=nag("RedshiftEnhancedVPCRoutingEnabled", HIPAA, NIST_R5, PCI),
)
AUDIT_LOGGING = Practice(
    id="REDSHIFT_AUDIT_LOGGING",
    constant="redshift.AUDIT_LOGGING",
    claim="Connections, changes of users and every query are logged to CloudWatch Logs.",
    source=f"{_GUIDE}/db-auditing.html",
    controls=("Redshift.4",),
    answers=(
        "AwsSolutions-RS5",
        "AwsSolutions-RS11",
        *nag("RedshiftClusterConfiguration", HIPAA, NIST_R4, NIST_R5, PCI),
    ),
)
BACKUP_RETENTION = Practice(
    id="REDSHIFT_BACKUP_RETENTION",
    constant="redshift.BACKUP_RETENTION",
    claim="Automated snapshots reach back at least seven days.",
    source=f"{_GUIDE}/working-with-snapshots.html",
    controls=("Redshift.3",),
    answers=("AwsSolutions-RS10", *nag("RedshiftBackupEnabled", HIPAA, NIST_R5)),
)
BACKUP_PLAN = Practice(
    id="REDSHIFT_BACKUP_PLAN",
    constant="redshift.BACKUP_PLAN",
    claim="An AWS Backup plan in the same stack selects the cluster.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/redshift-backups.html",
)
RETAINED = Practice(
    id="REDSHIFT_RETAINED",
    claim="CloudFormation retains the cluster, or takes a final snapshot: Redshift itself protects none from deletion.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html",
)
VERSION_UPGRADES = Practice(
    id="REDSHIFT_VERSION_UPGRADES",
    constant="redshift.VERSION_UPGRADES",
    claim="Upgrades of the engine are installed in a maintenance window that somebody chose.",
    source=f"{_GUIDE}/managing-cluster-considerations.html",
    controls=("Redshift.6",),
    answers=("AwsSolutions-RS9", *nag("RedshiftClusterMaintenanceSettings", HIPAA, NIST_R5, PCI)),
)
AVAILABILITY = Practice(
    id="REDSHIFT_AVAILABILITY",
    claim="A cluster of several nodes moves to another Availability Zone by itself, or runs in two.",
    source=f"{_GUIDE}/managing-cluster-recovery.html",
)
MULTI_AZ = Practice(
    id="REDSHIFT_MULTI_AZ",
    claim="The cluster runs in two Availability Zones at once.",
    source=f"{_GUIDE}/managing-cluster-multi-az.html",
    controls=("Redshift.18",),
)
TAGS = Practice(
    id="REDSHIFT_TAGS",
    claim="The cluster, its subnet group and its parameter group say whose they are.",
    source=f"{_GUIDE}/amazon-redshift-tagging.html",
    controls=("Redshift.11", "Redshift.14", "Redshift.17"),
)
EVENT_SUBSCRIPTION = Practice(
    id="REDSHIFT_EVENT_SUBSCRIPTION",
    constant="redshift.EVENT_SUBSCRIPTION",
    claim="Failures, maintenance and changes of configuration and security are announced on a topic.",
    source=f"{_GUIDE}/working-with-event-notifications.html",
)
ALARMS = Practice(
    id="REDSHIFT_ALARMS",
    constant="redshift.ALARMS",
    claim="Alarms watch the cluster's health, CPU, disk, connections and commits.",
    source=f"{_GUIDE}/metrics-listing.html",
)
