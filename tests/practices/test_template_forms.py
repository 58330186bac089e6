"""Rules judge what CloudFormation takes: YAML, its short forms, strings for booleans and numbers, both table types."""

from collections.abc import Mapping
from typing import Any

import pytest

from constructs_lib.practices.engine import Engine
from tests.practices.judging import found

INSTANCE = """
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: {true}
  Orders:
    Type: AWS::RDS::DBInstance
    DeletionPolicy: Retain
    UpdateReplacePolicy: Retain
    Properties:
      Engine: postgres
      StorageEncrypted: {true}
      KmsKeyId: !GetAtt Key.Arn
      ManageMasterUserPassword: {true}
      MasterUserSecret:
        KmsKeyId: !Ref Key
      MasterUsername: !Sub "${{AWS::StackName}}admin"
      MultiAZ: {true}
      PubliclyAccessible: {false}
      DeletionProtection: {true}
      AutoMinorVersionUpgrade: {true}
      CopyTagsToSnapshot: {true}
      DeleteAutomatedBackups: {false}
      EnableIAMDatabaseAuthentication: {true}
      EnablePerformanceInsights: {true}
      PerformanceInsightsKMSKeyId: !Ref Key
      DatabaseInsightsMode: standard
      MonitoringInterval: {sixty}
      MonitoringRoleArn: !ImportValue MonitoringRole
      Port: {port}
      BackupRetentionPeriod: {seven}
      DBSubnetGroupName: !Select [0, !Split [",", !ImportValue Subnets]]
"""
JUDGED = {
    "KMS_ROTATION",
    "RDS_STORAGE_ENCRYPTION",
    "RDS_MANAGED_PASSWORD",
    "RDS_ADMIN_USERNAME",
    "RDS_MULTI_AZ",
    "RDS_NOT_PUBLIC",
    "RDS_DELETION_PROTECTION",
    "RDS_MINOR_UPGRADES",
    "RDS_KEEP_BACKUPS",
    "RDS_IAM_AUTHENTICATION",
    "RDS_DATABASE_INSIGHTS",
    "RDS_ENHANCED_MONITORING",
    "RDS_NON_DEFAULT_PORT",
    "RDS_BACKUP_RETENTION",
    "RDS_SUBNET_GROUP",
}
PLAIN = {"true": "true", "false": "false", "sixty": "60", "port": "5433", "seven": "7"}
QUOTED = {name: f"'{value}'" for name, value in PLAIN.items()}


def _broken(rules: Engine, text: str) -> set[str]:
    return {finding.rule for finding in found(rules, text)} & JUDGED


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(PLAIN, id="plain"),
        pytest.param({**QUOTED, "seven": "7"}, id="quoted"),
        pytest.param(
            QUOTED,
            id="quoted number",
        ),
    ],
)
def test_what_is_right_is_right_in_every_form(rules: Engine, values: dict[str, str]) -> None:
    assert _broken(rules, INSTANCE.format(**values)) == set()


@pytest.mark.parametrize("quote", ["", "'"], ids=["plain", "quoted"])
def test_what_is_wrong_is_wrong_in_every_form(rules: Engine, quote: str) -> None:
    wrong = {"true": "false", "false": "true", "sixty": "0", "port": "5432", "seven": "6"}
    text = INSTANCE.format(**{name: f"{quote}{value}{quote}" for name, value in wrong.items()})
    assert _broken(rules, text) == JUDGED - {"RDS_ADMIN_USERNAME", "RDS_SUBNET_GROUP"}


@pytest.mark.parametrize(
    ("rule", "type", "property", "kept", "lost"),
    [
        ("LOGS_RETENTION", "AWS::Logs::LogGroup", "RetentionInDays", "365", "364"),
        ("RDS_BACKUP_RETENTION", "AWS::RDS::DBInstance", "BackupRetentionPeriod", "14", "6"),
        ("AURORA_BACKUP_RETENTION", "AWS::RDS::DBCluster", "BackupRetentionPeriod", "14", "6"),
        ("KINESIS_RETENTION", "AWS::Kinesis::Stream", "RetentionPeriodHours", "168", "167"),
        ("KINESIS_RETENTION", "AWS::Kinesis::Stream", "RetentionPeriodHours", "8760", "24"),
    ],
)
def test_a_retention_may_be_written_as_a_string(
    rules: Engine, rule: str, type: str, property: str, kept: str, lost: str
) -> None:
    text = "Resources: {{Store: {{Type: {}, Properties: {{{}: '{}'}}}}}}"
    assert rule not in {finding.rule for finding in found(rules, text.format(type, property, kept))}
    assert rule in {finding.rule for finding in found(rules, text.format(type, property, lost))}


KEYS = (
    (
        "ATHENA_ENCRYPTION",
        "AWS::Athena::WorkGroup",
        "WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.KmsKey",
    ),
    ("AURORA_STORAGE_ENCRYPTION", "AWS::RDS::DBCluster", "KmsKeyId"),
    ("AURORA_MANAGED_PASSWORD", "AWS::RDS::DBCluster", "MasterUserSecret.KmsKeyId"),
    ("AURORA_DATABASE_INSIGHTS", "AWS::RDS::DBCluster", "PerformanceInsightsKmsKeyId"),
    ("BACKUP_VAULT_ENCRYPTION", "AWS::Backup::BackupVault", "EncryptionKeyArn"),
    ("DYNAMODB_ENCRYPTION", "AWS::DynamoDB::Table", "SSESpecification.KMSMasterKeyId"),
    ("DYNAMODB_ENCRYPTION", "AWS::DynamoDB::GlobalTable", "Replicas.*.SSESpecification.KMSMasterKeyId"),
    (
        "FIREHOSE_OBJECT_ENCRYPTION",
        "AWS::KinesisFirehose::DeliveryStream",
        "RedshiftDestinationConfiguration.S3Configuration.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN",
    ),
    (
        "GLUE_CATALOG_ENCRYPTION",
        "AWS::Glue::DataCatalogEncryptionSettings",
        "DataCatalogEncryptionSettings.EncryptionAtRest.SseAwsKmsKeyId",
    ),
    ("KINESIS_ENCRYPTION", "AWS::Kinesis::Stream", "StreamEncryption.KeyId"),
    ("RDS_STORAGE_ENCRYPTION", "AWS::RDS::DBInstance", "KmsKeyId"),
    ("RDS_MANAGED_PASSWORD", "AWS::RDS::DBInstance", "MasterUserSecret.KmsKeyId"),
    ("RDS_DATABASE_INSIGHTS", "AWS::RDS::DBInstance", "PerformanceInsightsKMSKeyId"),
    ("REDSHIFT_ENCRYPTION", "AWS::Redshift::Cluster", "KmsKeyId"),
    ("REDSHIFT_SERVERLESS_ENCRYPTION", "AWS::RedshiftServerless::Namespace", "KmsKeyId"),
    (
        "S3_ENCRYPTION",
        "AWS::S3::Bucket",
        "BucketEncryption.ServerSideEncryptionConfiguration.*.ServerSideEncryptionByDefault.KMSMasterKeyID",
    ),
    ("SECRETSMANAGER_ENCRYPTION", "AWS::SecretsManager::Secret", "KmsKeyId"),
    ("SNS_ENCRYPTION", "AWS::SNS::Topic", "KmsMasterKeyId"),
    ("SQS_ENCRYPTION", "AWS::SQS::Queue", "KmsMasterKeyId"),
)
PARTITION = {"Ref": "AWS::Partition"}


@pytest.mark.parametrize(
    ("form", "managed"),
    [
        ("alias/aws/service", True),
        ("arn:aws:kms:eu-west-1:123456789012:alias/aws/service", True),
        ({"Fn::Join": ["", ["arn:", PARTITION, ":kms:eu-west-1:123456789012:alias/aws/service"]]}, True),
        ({"Fn::Sub": "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/aws/service"}, True),
        ("alias/aws-own", False),
        ({"Ref": "Key"}, False),
        ({"Fn::GetAtt": ["Key", "Arn"]}, False),
        ({"Fn::If": ["Own", {"Ref": "Key"}, {"Ref": "Other"}]}, False),
        ({"Fn::Join": ["", ["arn:", PARTITION, ":kms:eu-west-1:123456789012:key/", {"Ref": "Key"}]]}, False),
        ({"Fn::Join": ["", {"Ref": "Parts"}]}, False),
    ],
)
@pytest.mark.parametrize(("rule", "type", "path"), KEYS)
def test_a_key_of_aws_is_no_customer_managed_key(
    rules: Engine, rule: str, type: str, path: str, form: Any, managed: bool
) -> None:
    def messages(value: Any) -> set[str]:
        for step in reversed(path.split(".")):
            value = [value] if step == "*" else {step: value}
        findings = found(rules, {"Resources": {"Store": {"Type": type, "Properties": value}}})
        return {it.message for it in findings if it.rule == rule}

    assert (messages(form) != messages({"Ref": "Key"})) is managed


@pytest.mark.parametrize(
    ("rule", "versioned", "broken"),
    [
        ("NoncurrentVersionExpiration: {NoncurrentDays: 30}", "Enabled", False),
        ("NoncurrentVersionExpirationInDays: 30", "Enabled", False),
        ("ExpirationInDays: 30", "Enabled", True),
        ("ExpirationInDays: 30", "Suspended", False),
    ],
)
def test_versions_expire_where_there_are_any(rules: Engine, rule: str, versioned: str, broken: bool) -> None:
    text = f"""
Resources:
  Lake:
    Type: AWS::S3::Bucket
    Properties:
      VersioningConfiguration: {{Status: {versioned}}}
      LifecycleConfiguration:
        Rules:
          - Status: Enabled
            AbortIncompleteMultipartUpload: {{DaysAfterInitiation: 7}}
          - Status: Enabled
            {rule}
"""
    assert ("S3_LIFECYCLE" in {finding.rule for finding in found(rules, text)}) is broken


@pytest.mark.parametrize(("status", "broken"), [("Enabled", False), ("Disabled", True)])
def test_a_lifecycle_rule_counts_while_it_is_enabled(rules: Engine, status: str, broken: bool) -> None:
    rule = {"Status": status, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
    expires = {**rule, "NoncurrentVersionExpiration": {"NoncurrentDays": 30}}
    for versioning, written in (("Suspended", rule), ("Enabled", expires)):
        properties = {
            "VersioningConfiguration": {"Status": versioning},
            "LifecycleConfiguration": {"Rules": [written]},
        }
        findings = found(rules, {"Resources": {"Lake": {"Type": "AWS::S3::Bucket", "Properties": properties}}})
        named = [it.resource for it in findings if it.rule == "S3_LIFECYCLE"]
        assert named == (["Lake"] * (2 if versioning == "Enabled" else 1) if broken else [])


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ({"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": False}}}, False),
        ({"Effect": "Allow", "Condition": {"Bool": {"aws:SecureTransport": False}}}, True),
        ({"Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": True}}}, True),
    ],
)
@pytest.mark.parametrize("listed", [True, False], ids=["list", "object"])
def test_a_policy_has_statements_or_one(
    rules: Engine, statement: Mapping[str, Any], listed: bool, broken: bool
) -> None:
    policy = {"Bucket": {"Ref": "Lake"}, "PolicyDocument": {"Statement": [statement] if listed else statement}}
    resources = {"Lake": {"Type": "AWS::S3::Bucket"}, "Policy": {"Type": "AWS::S3::BucketPolicy", "Properties": policy}}
    said = [it.message for it in found(rules, {"Resources": resources}) if it.rule == "S3_TLS"]
    assert any("aws:SecureTransport" in it for it in said) is broken


def test_an_access_log_has_a_destination(rules: Engine) -> None:
    def is_broken(logging: Mapping[str, Any]) -> bool:
        properties = {"LoggingConfiguration": logging}
        findings = found(rules, {"Resources": {"Lake": {"Type": "AWS::S3::Bucket", "Properties": properties}}})
        return "S3_ACCESS_LOGS" in {it.rule for it in findings}

    assert is_broken({"LogFilePrefix": "logs/"})
    assert not is_broken({"LogFilePrefix": "logs/", "DestinationBucketName": "logs"})


@pytest.mark.parametrize(
    ("rule", "type", "property"),
    [
        ("CLOUDWATCH_ALARM_ACTIONS", "AWS::CloudWatch::Alarm", "AlarmActions"),
        ("RDS_LOG_EXPORTS", "AWS::RDS::DBInstance", "EnableCloudwatchLogsExports"),
        ("AURORA_LOG_EXPORTS", "AWS::RDS::DBCluster", "EnableCloudwatchLogsExports"),
    ],
)
def test_a_list_may_be_a_reference(rules: Engine, rule: str, type: str, property: str) -> None:
    for value, broken in (({"Ref": "Listed"}, False), ([], True)):
        store = {"Type": type, "Properties": {property: value}}
        assert (rule in {it.rule for it in found(rules, {"Resources": {"Store": store}})}) is broken


RIGHT_TABLE = """
Resources:
  Orders:
    Type: {type}
    DeletionPolicy: RetainExceptOnCreate
    UpdateReplacePolicy: Retain
    Properties:
      BillingMode: PAY_PER_REQUEST
      SSESpecification:
        SSEEnabled: {true}
{settings}
  Selection:
    Type: AWS::Backup::BackupSelection
    Properties:
      BackupSelection:
        Resources: [!GetAtt Orders.Arn]
  Reads:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/DynamoDB
      MetricName: ReadThrottleEvents
      Dimensions: [{{Name: TableName, Value: !Ref Orders}}]
      AlarmActions: [!ImportValue Topic]
  Writes:
    Type: AWS::CloudWatch::Alarm
    Properties:
      Namespace: AWS/DynamoDB
      MetricName: WriteThrottleEvents
      Dimensions: [{{Name: TableName, Value: !Ref Orders}}]
      AlarmActions: [!ImportValue Topic]
"""
TABLE_SETTINGS = """
        KMSMasterKeyId: !ImportValue Key
      DeletionProtectionEnabled: {true}
      PointInTimeRecoverySpecification:
        PointInTimeRecoveryEnabled: {true}
      ContributorInsightsSpecification:
        Enabled: {true}
"""
REPLICA_SETTINGS = """
      Replicas:
        - Region: eu-west-1
          DeletionProtectionEnabled: {true}
          SSESpecification: {{KMSMasterKeyId: !ImportValue Key}}
          PointInTimeRecoverySpecification: {{PointInTimeRecoveryEnabled: {true}}}
          ContributorInsightsSpecification: {{Enabled: {true}}}
        - Region: eu-central-1
          DeletionProtectionEnabled: {second}
          SSESpecification: {{KMSMasterKeyId: !ImportValue OtherKey}}
          PointInTimeRecoverySpecification: {{PointInTimeRecoveryEnabled: {second}}}
          ContributorInsightsSpecification: {{Enabled: {second}}}
"""
TABLES = {"AWS::DynamoDB::Table": TABLE_SETTINGS, "AWS::DynamoDB::GlobalTable": REPLICA_SETTINGS}


def _table(type: str, true: str, second: str) -> str:
    settings = TABLES[type].format(true=true, second=second)
    return RIGHT_TABLE.format(type=type, true=true, settings=settings)


@pytest.mark.parametrize("true", ["true", "'true'"])
@pytest.mark.parametrize("type", TABLES)
def test_a_table_of_either_type_that_is_right_is_right(rules: Engine, type: str, true: str) -> None:
    assert found(rules, _table(type, true, true)) == []


@pytest.mark.parametrize("false", ["false", "'false'"])
@pytest.mark.parametrize("type", TABLES)
def test_a_table_of_either_type_that_is_wrong_is_wrong(rules: Engine, type: str, false: str) -> None:
    assert {finding.rule for finding in found(rules, _table(type, false, false))} == {
        "DYNAMODB_ENCRYPTION",
        "DYNAMODB_DELETION_PROTECTION",
        "DYNAMODB_POINT_IN_TIME_RECOVERY",
        "DYNAMODB_CONTRIBUTOR_INSIGHTS",
    }


def test_every_replica_is_judged(rules: Engine) -> None:
    findings = found(rules, _table("AWS::DynamoDB::GlobalTable", "true", "false"))
    assert {(it.rule, it.resource, str(it.location).split(".")[2]) for it in findings} == {
        ("DYNAMODB_DELETION_PROTECTION", "Orders", "1"),
        ("DYNAMODB_POINT_IN_TIME_RECOVERY", "Orders", "1"),
        ("DYNAMODB_CONTRIBUTOR_INSIGHTS", "Orders", "1"),
    }


def test_a_provisioned_table_that_is_scaled_is_right(rules: Engine) -> None:
    scaled = _table("AWS::DynamoDB::Table", "true", "true").replace("PAY_PER_REQUEST", "PROVISIONED")
    unscaled = {"DYNAMODB_SCALES_WITH_DEMAND"}
    assert {finding.rule for finding in found(rules, scaled)} == unscaled
    assert found(rules, scaled + _target('{"Fn::Join": ["", ["table/", {Ref: Orders}]]}')) == []
    assert found(rules, scaled + _target('{"Fn::Sub": "table/${Orders}"}')) == []
    assert found(rules, scaled + _target("table/orders")) == []
    for resource_id in ('{"Fn::Sub": "table/${Invoices}"}', '{"Fn::Sub": "service/shop"}'):
        assert {finding.rule for finding in found(rules, scaled + _target(resource_id))} == unscaled
    another = scaled + _target('{"Fn::Join": ["", ["table/", {Ref: Invoices}]]}')
    assert {finding.rule for finding in found(rules, another)} == unscaled


def _target(resource_id: str) -> str:
    properties = f"{{ServiceNamespace: dynamodb, ResourceId: {resource_id}}}"
    return f"\n  Target: {{Type: AWS::ApplicationAutoScaling::ScalableTarget, Properties: {properties}}}"
