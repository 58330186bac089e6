"""What AWS recommends for Amazon RDS DB instances."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, PCI, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide"

EXPORTABLE_LOGS = (
    "agent",
    "alert",
    "audit",
    "error",
    "general",
    "listener",
    "oemagent",
    "postgresql",
    "slowquery",
    "trace",
    "upgrade",
)

STORAGE_ENCRYPTION = Practice(
    id="RDS_STORAGE_ENCRYPTION",
    claim="Storage, backups and snapshots are encrypted with a customer managed key.",
    source=f"{_GUIDE}/Overview.Encryption.html",
    controls=("RDS.3", "RDS.4"),
    answers=("AwsSolutions-RDS2", *nag("RDSStorageEncrypted", HIPAA, NIST_R4, NIST_R5, PCI)),
)
MANAGED_PASSWORD = Practice(
    id="RDS_MANAGED_PASSWORD",
    claim="RDS creates the master password, keeps it in Secrets Manager under a customer managed key and rotates it.",
    source=f"{_GUIDE}/rds-secrets-manager.html",
    controls=("SecretsManager.1", "SecretsManager.4"),
)
ADMIN_USERNAME = Practice(
    id="RDS_ADMIN_USERNAME",
    claim="The master user does not have a name that everybody can guess.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    controls=("RDS.25",),
)
IAM_AUTHENTICATION = Practice(
    id="RDS_IAM_AUTHENTICATION",
    constant="rds.IAM_AUTHENTICATION",
    claim="Applications log in with short-lived IAM tokens, where the engine can check them.",
    source=f"{_GUIDE}/UsingWithRDS.IAMDBAuth.html",
    controls=("RDS.10",),
)
MULTI_AZ = Practice(
    id="RDS_MULTI_AZ",
    constant="rds.MULTI_AZ",
    claim="A standby in a second Availability Zone takes over by itself.",
    source=f"{_GUIDE}/Concepts.MultiAZSingleStandby.html",
    controls=("RDS.5",),
    answers=("AwsSolutions-RDS3", *nag("RDSMultiAZSupport", HIPAA, NIST_R4, NIST_R5)),
)
NOT_PUBLIC = Practice(
    id="RDS_NOT_PUBLIC",
    claim="The instance has no public address.",
    source=f"{_GUIDE}/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    controls=("RDS.2",),
    answers=nag("RDSInstancePublicAccess", HIPAA, NIST_R4, NIST_R5, PCI),
)
SUBNET_GROUP = Practice(
    id="RDS_SUBNET_GROUP",
    claim="The instance lives in a subnet group of its own, over at least two isolated subnets.",
    source=f"{_GUIDE}/USER_VPC.WorkingWithRDSInstanceinaVPC.html",
    controls=("RDS.46",),
)
NON_DEFAULT_PORT = Practice(
    id="RDS_NON_DEFAULT_PORT",
    constant="rds.NON_DEFAULT_PORT",
    claim="The engine does not listen on the port that scanners try first.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    controls=("RDS.23",),
    answers=("AwsSolutions-RDS11",),
)
ENCRYPTION_IN_TRANSIT = Practice(
    id="RDS_ENCRYPTION_IN_TRANSIT",
    constant="rds.ENCRYPTION_IN_TRANSIT",
    claim="The engine refuses connections that are not encrypted.",
    source=f"{_GUIDE}/UsingWithRDS.SSL.html",
    controls=("RDS.38", "RDS.39", "RDS.41", "RDS.44"),
)
CURRENT_CA = Practice(
    id="RDS_CURRENT_CA",
    claim="The server certificate comes from a certificate authority that has not expired.",
    source=f"{_GUIDE}/UsingWithRDS.SSL-certificate-rotation.html",
)
BACKUP_RETENTION = Practice(
    id="RDS_BACKUP_RETENTION",
    constant="rds.BACKUP_RETENTION",
    claim="Automated backups reach back at least seven days.",
    source=f"{_GUIDE}/USER_WorkingWithAutomatedBackups.BackupRetention.html",
    controls=("RDS.11",),
    answers=("AwsSolutions-RDS13", *nag("RDSInstanceBackupEnabled", HIPAA, NIST_R4, NIST_R5)),
)
KEEP_BACKUPS = Practice(
    id="RDS_KEEP_BACKUPS",
    claim="Automated backups outlive the instance, and snapshots carry its tags.",
    source=f"{_GUIDE}/USER_WorkingWithAutomatedBackups.Retaining.html",
    controls=("RDS.17",),
)
BACKUP_PLAN = Practice(
    id="RDS_BACKUP_PLAN",
    constant="rds.BACKUP_PLAN",
    claim="An AWS Backup plan in the same stack selects the instance.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html",
    controls=("RDS.26",),
    answers=nag("RDSInBackupPlan", HIPAA, NIST_R4, NIST_R5),
)
DELETION_PROTECTION = Practice(
    id="RDS_DELETION_PROTECTION",
    constant="rds.DELETION_PROTECTION",
    claim="Nobody deletes the instance by mistake, and CloudFormation retains it.",
    source=f"{_GUIDE}/USER_DeleteInstance.html",
    controls=("RDS.8",),
    answers=("AwsSolutions-RDS10", *nag("RDSInstanceDeletionProtectionEnabled", HIPAA, NIST_R4, NIST_R5)),
)
STORAGE = Practice(
    id="RDS_STORAGE",
    constant="rds.STORAGE",
    claim="Storage is of a current SSD type and grows by itself up to a stated maximum.",
    source=f"{_GUIDE}/USER_PIOPS.Autoscaling.html",
)
MINOR_UPGRADES = Practice(
    id="RDS_MINOR_UPGRADES",
    constant="rds.MINOR_UPGRADES",
    claim="Minor versions with security fixes are installed in the maintenance window.",
    source=f"{_GUIDE}/USER_UpgradeDBInstance.Upgrading.html",
    controls=("RDS.13",),
    answers=nag("RDSAutomaticMinorVersionUpgradeEnabled", HIPAA, PCI),
)
EXTENDED_SUPPORT_OFF = Practice(
    id="RDS_EXTENDED_SUPPORT_OFF",
    constant="rds.EXTENDED_SUPPORT_OFF",
    claim="An engine version past its end of standard support is refused, not billed.",
    source=f"{_GUIDE}/extended-support-viewing.html",
)
WINDOWS = Practice(
    id="RDS_WINDOWS",
    claim="Backups and maintenance run in windows that somebody chose.",
    source=f"{_GUIDE}/USER_UpgradeDBInstance.Maintenance.html",
)
ENHANCED_MONITORING = Practice(
    id="RDS_ENHANCED_MONITORING",
    constant="rds.ENHANCED_MONITORING",
    claim="Operating system metrics are published at least once a minute.",
    source=f"{_GUIDE}/USER_Monitoring.OS.html",
    controls=("RDS.6",),
    answers=nag("RDSEnhancedMonitoringEnabled", HIPAA, NIST_R4, NIST_R5),
)
DATABASE_INSIGHTS = Practice(
    id="RDS_DATABASE_INSIGHTS",
    constant="rds.DATABASE_INSIGHTS",
    claim="Database Insights records the load by query, encrypted with a customer managed key.",
    source=f"{_GUIDE}/USER_DatabaseInsights.html",
)
LOG_EXPORTS = Practice(
    id="RDS_LOG_EXPORTS",
    constant="rds.LOG_EXPORTS",
    claim="Every log of the engine is published to CloudWatch Logs.",
    source=f"{_GUIDE}/USER_LogAccess.Procedural.UploadtoCloudWatch.html",
    controls=("RDS.9", "RDS.36", "RDS.40", "RDS.42"),
    answers=tuple(
        answer
        for log in EXPORTABLE_LOGS
        for answer in nag(f"RDSLoggingEnabled[LogExport::{log}]", HIPAA, NIST_R4, NIST_R5, PCI)
    ),
)
EVENT_SUBSCRIPTION = Practice(
    id="RDS_EVENT_SUBSCRIPTION",
    constant="rds.EVENT_SUBSCRIPTION",
    claim="Failures, failovers, maintenance and configuration changes are announced on a topic.",
    source=f"{_GUIDE}/USER_Events.html",
    controls=("RDS.20", "RDS.21"),
)
ALARMS = Practice(
    id="RDS_ALARMS",
    constant="rds.ALARMS",
    claim="Alarms watch the instance's CPU, memory, storage, connections, latency and disk queue.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
    "Best_Practice_Recommended_Alarms_AWS_Services.html#RDS",
)
