"""What AWS recommends for Amazon DynamoDB tables."""

from constructs_lib.practices.practice import HIPAA, NIST_R4, NIST_R5, Practice, nag

_GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide"

ENCRYPTION = Practice(
    id="DYNAMODB_ENCRYPTION",
    claim="Items, indexes, streams and backups are encrypted with a customer managed key.",
    source=f"{_GUIDE}/encryption.howitworks.html",
)
POINT_IN_TIME_RECOVERY = Practice(
    id="DYNAMODB_POINT_IN_TIME_RECOVERY",
    constant="dynamodb.POINT_IN_TIME_RECOVERY",
    claim="The table can be restored to any second of the days that backups are kept: 35 unless told otherwise.",
    source=f"{_GUIDE}/Point-in-time-recovery.html",
    controls=("DynamoDB.2",),
    answers=("AwsSolutions-DDB3", *nag("DynamoDBPITREnabled", HIPAA, NIST_R4, NIST_R5)),
)
DELETION_PROTECTION = Practice(
    id="DYNAMODB_DELETION_PROTECTION",
    constant="dynamodb.DELETION_PROTECTION",
    claim="Nobody deletes the table by mistake, and CloudFormation retains it.",
    source=f"{_GUIDE}/WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection",
    controls=("DynamoDB.6",),
)
SCALES_WITH_DEMAND = Practice(
    id="DYNAMODB_SCALES_WITH_DEMAND",
    claim="Capacity follows the traffic: on-demand, or provisioned with autoscaling.",
    source=f"{_GUIDE}/capacity-mode.html",
    controls=("DynamoDB.1",),
    answers=nag("DynamoDBAutoScalingEnabled", HIPAA, NIST_R4, NIST_R5),
)
BACKUP_PLAN = Practice(
    id="DYNAMODB_BACKUP_PLAN",
    constant="dynamodb.BACKUP_PLAN",
    claim="An AWS Backup plan in the same stack selects the table.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html",
    controls=("DynamoDB.4",),
    answers=nag("DynamoDBInBackupPlan", HIPAA, NIST_R4, NIST_R5),
)
CONTRIBUTOR_INSIGHTS = Practice(
    id="DYNAMODB_CONTRIBUTOR_INSIGHTS",
    constant="dynamodb.CONTRIBUTOR_INSIGHTS",
    claim="The keys that are throttled can be seen by name.",
    source=f"{_GUIDE}/contributorinsights_HowItWorks.html",
)
ALARMS = Practice(
    id="DYNAMODB_ALARMS",
    constant="dynamodb.ALARMS",
    claim="Alarms watch throttled reads and writes, system errors, user errors and the distance to the capacity limit.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/"
    "Best_Practice_Recommended_Alarms_AWS_Services.html#DynamoDB",
)
