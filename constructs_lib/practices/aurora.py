"""What AWS recommends for Amazon Aurora DB clusters and their members."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, PCI, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide"
_CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html"

EXPORTABLE_LOGS = ("audit", "error", "general", "postgresql", "slowquery")

STORAGE_ENCRYPTION = Practice(
    id="AURORA_STORAGE_ENCRYPTION",
    claim="The cluster volume, its backups and snapshots are encrypted with a customer managed key.",
    source=f"{_GUIDE}/Overview.Encryption.html",
    controls=("RDS.27", "RDS.4"),
    answers=("AwsSolutions-RDS2", *nag("RDSStorageEncrypted", HIPAA, NIST_R4, NIST_R5, PCI)),
)
MANAGED_PASSWORD = Practice(
    id="AURORA_MANAGED_PASSWORD",
    claim="RDS creates the master password, keeps it in Secrets Manager under a customer managed key and rotates it.",
    source=f"{_GUIDE}/rds-secrets-manager.html",
    controls=("SecretsManager.1", "SecretsManager.4"),
)
ADMIN_USERNAME = Practice(
    id="AURORA_ADMIN_USERNAME",
    claim="The master user of the cluster does not have a name that everybody can guess.",
    source=_CONTROLS,
    controls=("RDS.24",),
)
IAM_AUTHENTICATION = Practice(
    id="AURORA_IAM_AUTHENTICATION",
    constant="rds.AURORA_IAM_AUTHENTICATION",
    claim="Applications log in to the cluster with short-lived IAM tokens.",
    source=f"{_GUIDE}/UsingWithRDS.IAMDBAuth.html",
    controls=("RDS.12",),
    answers=("AwsSolutions-RDS6",),
)
READER = Practice(
    id="AURORA_READER",
    constant="rds.AURORA_READER",
    claim="A reader in another Availability Zone, of promotion tier 0 or 1, takes over when the writer fails.",
    source=f"{_GUIDE}/Concepts.AuroraHighAvailability.html",
    controls=("RDS.15",),
)
NOT_PUBLIC = Practice(
    id="AURORA_NOT_PUBLIC",
    claim="No member of the cluster has a public address.",
    source=f"{_GUIDE}/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    controls=("RDS.2",),
    answers=nag("RDSInstancePublicAccess", HIPAA, NIST_R4, NIST_R5, PCI),
)
SUBNET_GROUP = Practice(
    id="AURORA_SUBNET_GROUP",
    claim="The cluster lives in a subnet group of its own, over at least two isolated subnets.",
    source=f"{_GUIDE}/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    controls=("RDS.46",),
)
NON_DEFAULT_PORT = Practice(
    id="AURORA_NON_DEFAULT_PORT",
    constant="rds.AURORA_NON_DEFAULT_PORT",
    claim="The cluster does not listen on the port that scanners try first.",
    source=_CONTROLS,
    controls=("RDS.23",),
    answers=("AwsSolutions-RDS11",),
)
ENCRYPTION_IN_TRANSIT = Practice(
    id="AURORA_ENCRYPTION_IN_TRANSIT",
    constant="rds.AURORA_ENCRYPTION_IN_TRANSIT",
    claim="The cluster refuses connections that are not encrypted.",
    source=f"{_GUIDE}/UsingWithRDS.SSL.html",
)
CURRENT_CA = Practice(
    id="AURORA_CURRENT_CA",
    claim="The certificates of the members come from a certificate authority that has not expired.",
    source=f"{_GUIDE}/UsingWithRDS.SSL-certificate-rotation.html",
)
BACKTRACK = Practice(
    id="AURORA_BACKTRACK",
    constant="rds.AURORA_BACKTRACK",
    claim="Aurora MySQL can go back in time without a restore. Left out, it is off for good.",
    source=f"{_GUIDE}/AuroraMySQL.Managing.Backtrack.html",
    controls=("RDS.14",),
    answers=("AwsSolutions-RDS14",),
)
BACKUP_RETENTION = Practice(
    id="AURORA_BACKUP_RETENTION",
    constant="rds.AURORA_BACKUP_RETENTION",
    claim="Continuous backups of the cluster reach back at least seven days.",
    source=f"{_GUIDE}/Aurora.Managing.Backups.html",
    controls=("RDS.50",),
)
KEEP_BACKUPS = Practice(
    id="AURORA_KEEP_BACKUPS",
    claim="Automated backups outlive the cluster, and snapshots carry its tags.",
    source=f"{_GUIDE}/Aurora.Managing.Backups.Retaining.html",
    controls=("RDS.16",),
)
BACKUP_PLAN = Practice(
    id="AURORA_BACKUP_PLAN",
    constant="rds.AURORA_BACKUP_PLAN",
    claim="An AWS Backup plan in the same stack selects the cluster.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html",
)
DELETION_PROTECTION = Practice(
    id="AURORA_DELETION_PROTECTION",
    constant="rds.AURORA_DELETION_PROTECTION",
    claim="Nobody deletes the cluster by mistake, and CloudFormation retains it.",
    source=f"{_GUIDE}/USER_DeleteCluster.html",
    controls=("RDS.7",),
    answers=("AwsSolutions-RDS10", *nag("RDSInstanceDeletionProtectionEnabled", HIPAA, NIST_R4, NIST_R5)),
)
MINOR_UPGRADES = Practice(
    id="AURORA_MINOR_UPGRADES",
    constant="rds.AURORA_MINOR_UPGRADES",
    claim="Minor versions with security fixes are installed in the maintenance window.",
    source=f"{_GUIDE}/USER_UpgradeDBInstance.Upgrading.html",
    controls=("RDS.13", "RDS.35"),
    answers=nag("RDSAutomaticMinorVersionUpgradeEnabled", HIPAA, PCI),
)
EXTENDED_SUPPORT_OFF = Practice(
    id="AURORA_EXTENDED_SUPPORT_OFF",
    constant="rds.AURORA_EXTENDED_SUPPORT_OFF",
    claim="An engine version past its end of standard support is refused, not billed.",
    source=f"{_GUIDE}/extended-support.html",
)
WINDOWS = Practice(
    id="AURORA_WINDOWS",
    claim="Backups and maintenance run in windows that somebody chose.",
    source=f"{_GUIDE}/USER_UpgradeDBInstance.Maintenance.html",
)
ENHANCED_MONITORING = Practice(
    id="AURORA_ENHANCED_MONITORING",
    constant="rds.AURORA_ENHANCED_MONITORING",
    claim="Operating system metrics of all members are published at least once a minute.",
    source=f"{_GUIDE}/USER_Monitoring.OS.html",
    controls=("RDS.6",),
    answers=nag("RDSEnhancedMonitoringEnabled", HIPAA, NIST_R4, NIST_R5),
)
DATABASE_INSIGHTS = Practice(
    id="AURORA_DATABASE_INSIGHTS",
    constant="rds.AURORA_DATABASE_INSIGHTS",
    claim="Database Insights records the load by query, encrypted with a customer managed key.",
    source=f"{_GUIDE}/USER_DatabaseInsights.html",
)
LOG_EXPORTS = Practice(
    id="AURORA_LOG_EXPORTS",
    constant="rds.AURORA_LOG_EXPORTS",
    claim="Every log of the engine is filled and published to CloudWatch Logs, and what matters is audited.",
    source=f"{_GUIDE}/USER_LogAccess.Procedural.UploadtoCloudWatch.html",
    controls=("RDS.34", "RDS.37", "RDS.45"),
    answers=(
        "AwsSolutions-RDS16",
        *(
            answer
            for log in EXPORTABLE_LOGS
            for answer in nag(f"RDSLoggingEnabled[LogExport::{log}]", HIPAA, NIST_R4, NIST_R5, PCI)
        ),
    ),
)
EVENT_SUBSCRIPTION = Practice(
    id="AURORA_EVENT_SUBSCRIPTION",
    constant="rds.AURORA_EVENT_SUBSCRIPTION",
    claim="Failures, failovers, maintenance and configuration changes of the cluster are announced on a topic.",
    source=f"{_GUIDE}/USER_Events.html",
    controls=("RDS.19",),
)
ALARMS = Practice(
    id="AURORA_ALARMS",
    constant="rds.AURORA_ALARMS",
    claim="Alarms watch the cluster's CPU, memory, connections and replica lag.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
    "Best_Practice_Recommended_Alarms_AWS_Services.html#RDS",
)
