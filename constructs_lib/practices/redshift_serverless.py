"""What AWS recommends for Amazon Redshift Serverless: namespaces, and the workgroups that compute for them."""

from constructs_lib.practices.practice import Practice

_GUIDE = "https://docs.aws.amazon.com/redshift/latest/mgmt"
_CONTROLS = "https://docs.aws.amazon.com/securityhub/latest/userguide/redshiftserverless-controls.html"

ENCRYPTION = Practice(
    id="REDSHIFT_SERVERLESS_ENCRYPTION",
    claim="Data and snapshots are encrypted with a customer managed key.",
    source=f"{_GUIDE}/serverless-workgroups-and-namespaces-rotate-kms-key.html",
    controls=("RedshiftServerless.4",),
)
MANAGED_PASSWORD = Practice(
    id="REDSHIFT_SERVERLESS_MANAGED_PASSWORD",
    claim="Redshift creates the admin's password, keeps it in Secrets Manager under a customer managed key and rotates "
    "it.",
    source=f"{_GUIDE}/redshift-secrets-manager-integration.html",
    controls=("SecretsManager.1", "SecretsManager.4"),
)
NAMES = Practice(
    id="REDSHIFT_SERVERLESS_NAMES",
    claim="Neither the admin nor the first database has the name that everybody can guess.",
    source=_CONTROLS,
    controls=("RedshiftServerless.5", "RedshiftServerless.7"),
)
NOT_PUBLIC = Practice(
    id="REDSHIFT_SERVERLESS_NOT_PUBLIC",
    claim="The workgroup has no public address.",
    source=f"{_GUIDE}/serverless-connecting.html",
    controls=("RedshiftServerless.3",),
)
SUBNETS = Practice(
    id="REDSHIFT_SERVERLESS_SUBNETS",
    claim="The workgroup lives in subnets that somebody chose, in the three Availability Zones that it needs.",
    source=f"{_GUIDE}/serverless-usage-considerations.html",
)
RESTRICTED_INGRESS = Practice(
    id="REDSHIFT_SERVERLESS_RESTRICTED_INGRESS",
    claim="The workgroup has a security group of its own, which does not let in the whole internet.",
    source=f"{_GUIDE}/rs-security-group-public-private.html",
)
NON_DEFAULT_PORT = Practice(
    id="REDSHIFT_SERVERLESS_NON_DEFAULT_PORT",
    constant="redshift.SERVERLESS_NON_DEFAULT_PORT",
    claim="The workgroup does not listen on the port that scanners try first.",
    source=f"{_GUIDE}/serverless-connecting.html",
)
ENCRYPTION_IN_TRANSIT = Practice(
    id="REDSHIFT_SERVERLESS_ENCRYPTION_IN_TRANSIT",
    constant="redshift.SERVERLESS_ENCRYPTION_IN_TRANSIT",
    claim="The workgroup refuses connections that are not encrypted.",
    source=f"{_GUIDE}/serverless-secure-connection.html",
    controls=("RedshiftServerless.2",),
)
ENHANCED_VPC_ROUTING = Practice(
    id="REDSHIFT_SERVERLESS_ENHANCED_VPC_ROUTING",
    constant="redshift.SERVERLESS_ENHANCED_VPC_ROUTING",
    claim="COPY and UNLOAD go through the VPC, where endpoints, security groups and flow logs see them.",
    source=f"{_GUIDE}/enhanced-vpc-routing.html",
    controls=("RedshiftServerless.1",),
)
AUDIT_LOGGING = Practice(
    id="REDSHIFT_SERVERLESS_AUDIT_LOGGING",
    constant="redshift.SERVERLESS_AUDIT_LOGGING",
    claim="Connections, changes of users and every query are logged to CloudWatch Logs.",
    source=f"{_GUIDE}/serverless-audit-logging.html",
    controls=("RedshiftServerless.6",),
)
CAPACITY_LIMIT = Practice(
    id="REDSHIFT_SERVERLESS_CAPACITY_LIMIT",
    claim="The capacity has a ceiling, and so has the bill of an hour.",
    source=f"{_GUIDE}/serverless-capacity.html",
)
BACKUP_PLAN = Practice(
    id="REDSHIFT_SERVERLESS_BACKUP_PLAN",
    constant="redshift.SERVERLESS_BACKUP_PLAN",
    claim="An AWS Backup plan in the same stack selects the namespace.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/redshift-backups.html",
)
RETAINED = Practice(
    id="REDSHIFT_SERVERLESS_RETAINED",
    claim="CloudFormation retains the namespace, and whoever deletes it leaves a final snapshot.",
    source="https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html",
)
ALARMS = Practice(
    id="REDSHIFT_SERVERLESS_ALARMS",
    constant="redshift.SERVERLESS_ALARMS",
    claim="Alarms watch how near the workgroup is to its highest capacity, and what it uses in a day.",
    source=f"{_GUIDE}/serverless-monitoring.html",
)
