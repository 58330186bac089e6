"""Every rule fails on what AWS makes of a resource that says nothing, and names that resource."""

import re
from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import (
    aws_athena,
    aws_backup,
    aws_cloudwatch,
    aws_dsql,
    aws_dynamodb,
    aws_glue,
    aws_iam,
    aws_kinesis,
    aws_kinesisfirehose,
    aws_kms,
    aws_lambda,
    aws_lambda_event_sources,
    aws_logs,
    aws_rds,
    aws_redshift,
    aws_redshiftserverless,
    aws_s3,
    aws_sns,
    aws_sqs,
)
from aws_cdk import aws_ec2 as ec2
from syrupy.assertion import SnapshotAssertion

from constructs_lib.practices import CATALOGUE, guard_rules
from constructs_lib.practices.engine import Engine
from tests.dynamodb.tables import CODE, attribute
from tests.practices.judging import broken, found
from tests.rds.clusters import ENGINES as AURORA
from tests.rds.instances import POSTGRES
from tests.synthesis import template

Resource = Mapping[str, Any]

INSTANCE: Resource = {
    "Type": "AWS::RDS::DBInstance",
    "Properties": {"Engine": "postgres", "MasterUsername": "postgres"},
}
CLUSTER: Resource = {
    "Type": "AWS::RDS::DBCluster",
    "Properties": {"Engine": "aurora-mysql", "MasterUsername": "admin"},
}
GLOBAL_CLUSTER: Resource = {"Type": "AWS::RDS::GlobalCluster", "Properties": {"Engine": "aurora-mysql"}}
MEMBER: Resource = {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "aurora-mysql"}}
DSQL: Resource = {"Type": "AWS::DSQL::Cluster"}
TABLE: Resource = {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": []}}
GLOBAL_TABLE: Resource = {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {"Replicas": [{"Region": "eu-west-1"}]}}
STREAM: Resource = {"Type": "AWS::Kinesis::Stream"}
BUCKET: Resource = {"Type": "AWS::S3::Bucket"}
REDSHIFT: Resource = {
    "Type": "AWS::Redshift::Cluster",
    "Properties": {
        "ClusterType": "multi-node",
        "DBName": "dev",
        "MasterUsername": "awsuser",
        "NodeType": "ra3.large",
        "NumberOfNodes": 2,
    },
}
REDSHIFT_NAMESPACE: Resource = {
    "Type": "AWS::RedshiftServerless::Namespace",
    "Properties": {"AdminUsername": "admin", "DbName": "dev"},
}
REDSHIFT_WORKGROUP: Resource = {"Type": "AWS::RedshiftServerless::Workgroup"}
WORKGROUP: Resource = {"Type": "AWS::Athena::WorkGroup", "Properties": {"Name": "queries"}}
GLUE_TABLE: Resource = {
    "Type": "AWS::Glue::Table",
    "Properties": {"TableInput": {"PartitionKeys": [{"Name": "day", "Type": "string"}]}},
}
ICEBERG_TABLE: Resource = {
    "Type": "AWS::Glue::Table",
    "Properties": {
        "TableInput": {"Name": "orders"},
        "OpenTableFormatInput": {"IcebergInput": {"MetadataOperation": "CREATE"}},
    },
}
DELIVERY: Resource = {
    "Type": "AWS::KinesisFirehose::DeliveryStream",
    "Properties": {"ExtendedS3DestinationConfiguration": {"BucketARN": "arn", "RoleARN": "arn"}},
}
COPY: Resource = {
    "Type": "AWS::KinesisFirehose::DeliveryStream",
    "Properties": {"RedshiftDestinationConfiguration": {"RoleARN": "arn", "Password": "secret"}},
}
ROWS: Resource = {
    "Type": "AWS::KinesisFirehose::DeliveryStream",
    "Properties": {"IcebergDestinationConfiguration": {"RoleARN": "arn", "S3Configuration": {"BucketARN": "arn"}}},
}
FUNCTION: Resource = {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "index.handler"}}
MAPPING: Resource = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": {"StartingPosition": "LATEST"}}
SECRET: Resource = {"Type": "AWS::SecretsManager::Secret"}
QUEUE: Resource = {"Type": "AWS::SQS::Queue"}
PLAN: Resource = {
    "Type": "AWS::Backup::BackupPlan",
    "Properties": {"BackupPlan": {"BackupPlanName": "Daily", "BackupPlanRule": [{"RuleName": "Daily"}]}},
}
ALARM: Resource = {"Type": "AWS::CloudWatch::Alarm", "Properties": {"MetricName": "CPUUtilization"}}

OF_NAMESPACES = ("ENCRYPTION", "MANAGED_PASSWORD", "NAMES", "AUDIT_LOGGING", "BACKUP_PLAN", "RETAINED")
OF_WORKGROUPS = (
    "NOT_PUBLIC",
    "SUBNETS",
    "RESTRICTED_INGRESS",
    "NON_DEFAULT_PORT",
    "ENCRYPTION_IN_TRANSIT",
    "ENHANCED_VPC_ROUTING",
    "CAPACITY_LIMIT",
    "ALARMS",
)

BARE: Mapping[str, tuple[Resource, ...]] = {
    **{name: (INSTANCE,) for name in CATALOGUE if name.startswith("RDS_")},
    **{name: (CLUSTER,) for name in CATALOGUE if name.startswith("AURORA_")},
    "AURORA_DELETION_PROTECTION": (CLUSTER, GLOBAL_CLUSTER),
    "AURORA_NOT_PUBLIC": (MEMBER,),
    "AURORA_CURRENT_CA": (MEMBER,),
    **{name: (DSQL,) for name in CATALOGUE if name.startswith("DSQL_")},
    **{name: (TABLE, GLOBAL_TABLE) for name in CATALOGUE if name.startswith("DYNAMODB_")},
    **{name: (STREAM,) for name in CATALOGUE if name.startswith("KINESIS_")},
    **{name: (BUCKET,) for name in CATALOGUE if name.startswith("S3_")},
    **{name: (REDSHIFT,) for name in CATALOGUE if name.startswith("REDSHIFT_")},
    **{f"REDSHIFT_SERVERLESS_{name}": (REDSHIFT_NAMESPACE,) for name in OF_NAMESPACES},
    **{f"REDSHIFT_SERVERLESS_{name}": (REDSHIFT_WORKGROUP,) for name in OF_WORKGROUPS},
    "GLUE_PARTITION_PROJECTION": (GLUE_TABLE,),
    "GLUE_ICEBERG_SCHEMA": (ICEBERG_TABLE,),
    "GLUE_ICEBERG_RETAINED": (ICEBERG_TABLE,),
    "GLUE_CATALOG_ENCRYPTION": ({"Type": "AWS::Glue::DataCatalogEncryptionSettings"},),
    **{name: (WORKGROUP,) for name in CATALOGUE if name.startswith("ATHENA_")},
    **{name: (DELIVERY, ROWS) for name in CATALOGUE if name.startswith("FIREHOSE_")},
    "FIREHOSE_REDSHIFT_SECRET": (COPY,),
    "LAMBDA_PARTIAL_BATCH_RESPONSES": (MAPPING,),
    "LAMBDA_BOUNDED_RETRIES": (MAPPING,),
    "LAMBDA_FAILURE_DESTINATION": (MAPPING,),
    "LAMBDA_ITERATOR_AGE_ALARM": (MAPPING,),
    "LAMBDA_TRACING": (FUNCTION,),
    "LAMBDA_OWN_LOG_GROUP": (FUNCTION,),
    "LAMBDA_RESERVED_CONCURRENCY": (FUNCTION,),
    "LAMBDA_IN_VPC": (FUNCTION,),
    "SECRETSMANAGER_ENCRYPTION": (SECRET,),
    "SECRETSMANAGER_ROTATION": (SECRET,),
    "SQS_ENCRYPTION": (QUEUE,),
    "SQS_REDRIVE": (QUEUE,),
    "SNS_ENCRYPTION": ({"Type": "AWS::SNS::Topic"},),
    "KMS_ROTATION": (
        {"Type": "AWS::KMS::Key"},
        {"Type": "AWS::KMS::Key", "Properties": {"KeySpec": "SYMMETRIC_DEFAULT"}},
    ),
    "LOGS_ENCRYPTION": ({"Type": "AWS::Logs::LogGroup"},),
    "LOGS_RETENTION": ({"Type": "AWS::Logs::LogGroup"},),
    "CLOUDWATCH_ALARM_DIMENSIONS": (ALARM,),
    "CLOUDWATCH_ALARM_ACTIONS": (ALARM,),
    "BACKUP_VAULT_ENCRYPTION": ({"Type": "AWS::Backup::BackupVault"},),
    "BACKUP_RETENTION": (PLAN,),
}


def test_every_rule_is_tested_here() -> None:
    assert CATALOGUE.keys() - BARE.keys() == set(), "add to BARE the resource on which the rule fails"
    assert BARE.keys() <= CATALOGUE.keys()


@pytest.mark.parametrize(
    ("rule", "resource"), [(rule, resource) for rule, resources in BARE.items() for resource in resources]
)
def test_a_bare_resource_fails_and_is_named(rules: Engine, rule: str, resource: Resource) -> None:
    assert (rule, "Bare") in broken(rules, {"Bare": resource})


@pytest.mark.parametrize("rule", CATALOGUE)
def test_a_finding_leads_to_the_source(rules: Engine, rule: str) -> None:
    findings = [it for it in found(rules, {"Resources": {"Bare": BARE[rule][0]}}) if it.rule == rule]
    assert {it.reference for it in findings} == {CATALOGUE[rule].source}
    assert {it.resource_type for it in findings} == {BARE[rule][0]["Type"]}


@pytest.mark.parametrize(
    ("rule", "engine"),
    [
        ("RDS_ENCRYPTION_IN_TRANSIT", "oracle-se2"),
        ("RDS_ENCRYPTION_IN_TRANSIT", "sqlserver-se"),
        ("RDS_ENCRYPTION_IN_TRANSIT", "mariadb"),
        ("RDS_IAM_AUTHENTICATION", "mysql"),
        ("RDS_EXTENDED_SUPPORT_OFF", "mysql"),
    ],
)
def test_a_rule_judges_every_engine_that_it_is_for(rules: Engine, rule: str, engine: str) -> None:
    resources = {"Bare": {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": engine}}}
    assert (rule, "Bare") in broken(rules, resources)


@pytest.mark.parametrize(
    ("rule", "engine"),
    [
        ("RDS_IAM_AUTHENTICATION", "sqlserver-se"),
        ("RDS_IAM_AUTHENTICATION", "oracle-se2"),
        ("RDS_EXTENDED_SUPPORT_OFF", "mariadb"),
        ("RDS_MULTI_AZ", "aurora-postgresql"),
        ("RDS_MULTI_AZ", "custom-oracle-ee"),
    ],
)
def test_a_rule_leaves_other_engines_alone(rules: Engine, rule: str, engine: str) -> None:
    resources = {"Bare": {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": engine}}}
    assert (rule, "Bare") not in broken(rules, resources)


@pytest.mark.parametrize(
    ("version", "asked"),
    [
        ("10.4.34", False),
        ("10.5", False),
        ("10.6.25", False),
        ("10.11.16", True),
        ("11.8.6", True),
        ({"Ref": "Version"}, True),
    ],
)
def test_mariadb_is_asked_for_tokens_from_a_version_on(rules: Engine, version: object, asked: bool) -> None:
    properties = {"Engine": "mariadb", "EngineVersion": version}
    bare = broken(rules, {"Bare": {"Type": "AWS::RDS::DBInstance", "Properties": properties}})
    assert (("RDS_IAM_AUTHENTICATION", "Bare") in bare) is asked


@pytest.mark.parametrize(
    ("type", "properties"),
    [
        ("AWS::KMS::Key", {"KeySpec": "RSA_2048"}),
        ("AWS::KMS::Key", {"Origin": "EXTERNAL"}),
        ("AWS::RDS::DBCluster", {"Engine": {"Ref": "Engine"}, "DBClusterInstanceClass": "db.r6gd.large"}),
        ("AWS::Lambda::EventSourceMapping", {"EventSourceArn": "arn:aws:sqs:eu-west-1:123456789012:orders"}),
        ("AWS::Lambda::EventSourceMapping", {"StartingPosition": "LATEST", "Topics": ["orders"]}),
        (
            "AWS::Lambda::EventSourceMapping",
            {"StartingPosition": "LATEST", "DocumentDBEventSourceConfig": {"DatabaseName": "orders"}},
        ),
        ("AWS::Lambda::Function", {"Handler": "__entrypoint__.handler"}),
        (
            "AWS::CloudWatch::Alarm",
            {"MetricName": "UserErrors", "AlarmActions": ["arn:aws:sns:eu-west-1:123456789012:alarms"]},
        ),
    ],
)
def test_what_a_rule_is_not_for_is_left_alone(rules: Engine, type: str, properties: Mapping[str, Any]) -> None:
    assert broken(rules, {"Bare": {"Type": type, "Properties": properties}}) == set()


@pytest.mark.parametrize("source", ["SourceDBInstanceIdentifier", "SourceDBClusterIdentifier"])
def test_a_read_replica_is_not_asked_for_what_its_source_decides(rules: Engine, source: str) -> None:
    replica = {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres", source: "orders"}}
    found_in = {rule for rule, _ in broken(rules, {"Bare": replica})}
    assert not found_in & {"RDS_STORAGE_ENCRYPTION", "RDS_BACKUP_RETENTION", "RDS_MANAGED_PASSWORD", "RDS_STORAGE"}
    assert "RDS_BACKUP_PLAN" not in found_in
    assert found_in >= {"RDS_NOT_PUBLIC", "RDS_MULTI_AZ", "RDS_ALARMS"}


@pytest.mark.parametrize(
    "origin",
    [
        "DBSnapshotIdentifier",
        "DBClusterSnapshotIdentifier",
        "SourceDbiResourceId",
        "SourceDBInstanceAutomatedBackupsArn",
    ],
)
def test_a_restored_instance_is_not_asked_for_what_its_backup_decides(rules: Engine, origin: str) -> None:
    restored = {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres", origin: {"Ref": "Origin"}}}
    found_in = {rule for rule, _ in broken(rules, {"Bare": restored})}
    assert not found_in & {"RDS_STORAGE_ENCRYPTION", "RDS_ADMIN_USERNAME"}
    assert found_in >= {"RDS_MANAGED_PASSWORD", "RDS_BACKUP_RETENTION", "RDS_BACKUP_PLAN", "RDS_STORAGE"}


@pytest.mark.parametrize("engine", [{"Ref": "Engine"}, None], ids=["parameter", "none"])
def test_a_cluster_of_an_unknown_engine_is_judged(rules: Engine, engine: Any) -> None:
    properties = {"Engine": engine} if engine else {"SnapshotIdentifier": "orders"}
    resources: dict[str, dict[str, Any]] = {
        "Cluster": {"Type": "AWS::RDS::DBCluster", "Properties": properties},
        "Member": {
            "Type": "AWS::RDS::DBInstance",
            "Properties": {**properties, "DBClusterIdentifier": {"Ref": "Cluster"}},
        },
    }
    found_in = broken(rules, resources)
    assert found_in >= {
        ("AURORA_IAM_AUTHENTICATION", "Cluster"),
        ("AURORA_READER", "Cluster"),
        ("AURORA_DELETION_PROTECTION", "Cluster"),
        ("AURORA_NOT_PUBLIC", "Member"),
    }
    assert not [rule for rule, name in found_in if name == "Member" and not rule.startswith("AURORA_")]


@pytest.mark.parametrize(
    "properties",
    [
        {"SourceDBInstanceIdentifier": "orders", "PubliclyAccessible": True},
        {"DBSnapshotIdentifier": "orders", "PubliclyAccessible": True},
        {"Engine": {"Ref": "Engine"}, "PubliclyAccessible": True},
    ],
    ids=["replica", "snapshot", "parameter"],
)
def test_an_instance_of_an_unknown_engine_is_judged(rules: Engine, properties: Mapping[str, Any]) -> None:
    resources = {"Bare": {"Type": "AWS::RDS::DBInstance", "Properties": properties}}
    assert ("RDS_NOT_PUBLIC", "Bare") in broken(rules, resources)


@pytest.mark.parametrize("properties", [{"PackageType": "Image"}, {"Handler": {"Ref": "Handler"}}])
def test_a_function_is_judged_whatever_its_handler(rules: Engine, properties: Mapping[str, Any]) -> None:
    bare = {"Type": "AWS::Lambda::Function", "Properties": properties}
    assert ("LAMBDA_TRACING", "Bare") in broken(rules, {"Bare": bare})


def _instance(engine: str) -> Resource:
    return {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": engine}}


def _group(family: str) -> Resource:
    return {"Type": "AWS::RDS::DBParameterGroup", "Properties": {"Family": family, "Parameters": {"a": "b"}}}


def _cluster(engine: str, **properties: Any) -> Resource:
    return {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": engine, **properties}}


def _cluster_group(family: str) -> Resource:
    return {
        "Type": "AWS::RDS::DBClusterParameterGroup",
        "Properties": {"Family": family, "Parameters": {"a": "b"}},
    }


def _workgroup(**configuration: Any) -> Resource:
    return {**WORKGROUP, "Properties": {"WorkGroupConfiguration": configuration}}


def _logged(to: str) -> Resource:
    encryption = {"ServerSideEncryptionConfiguration": [{"BucketKeyEnabled": False}]}
    logging = {"DestinationBucketName": {"Ref": to}}
    return {**BUCKET, "Properties": {"BucketEncryption": encryption, "LoggingConfiguration": logging}}


EVERYBODY: Resource = {
    "Type": "AWS::EC2::SecurityGroup",
    "Properties": {"SecurityGroupIngress": [{"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}]},
}
OPEN_GROUP = [{"Fn::GetAtt": ["Group", "GroupId"]}]
OPEN_WORKGROUP: Resource = {**REDSHIFT_WORKGROUP, "Properties": {"SecurityGroupIds": OPEN_GROUP, "Port": 5439}}
OPEN_CLUSTER: Resource = {
    "Type": "AWS::Redshift::Cluster",
    "Properties": {
        "AllowVersionUpgrade": False,
        "AutomatedSnapshotRetentionPeriod": 6,
        "Port": 5439,
        "VpcSecurityGroupIds": OPEN_GROUP,
    },
}

HALF_DONE: tuple[Mapping[str, Resource], ...] = (
    {"MySql": _cluster("aurora-mysql", Port=3306, BacktrackWindow=0), "Parameters": _cluster_group("aurora-mysql8.0")},
    {"Lake": {**BUCKET, "Properties": {"VersioningConfiguration": {"Status": "Enabled"}}}},
    {"Secondary": _cluster("aurora-mysql", GlobalClusterIdentifier="accounts")},
    {"Postgres": _cluster("aurora-postgresql"), "Parameters": _cluster_group("aurora-postgresql17")},
    {"Postgres": _cluster("aurora-postgresql", DBClusterParameterGroupName="default.aurora-postgresql17")},
    {
        "Cluster": _cluster("aurora-mysql", BackupRetentionPeriod=1),
        "Member": MEMBER,
        "Subnets": {"Type": "AWS::RDS::DBSubnetGroup", "Properties": {"SubnetIds": ["subnet-0123456789abcdef0"]}},
    },
    {
        "Oracle": _instance("oracle-se2"),
        "Options": {"Type": "AWS::RDS::OptionGroup", "Properties": {"EngineName": "oracle-se2"}},
    },
    {"Postgres": _instance("postgres"), "Parameters": _group("postgres18")},
    {"MySql": _instance("mysql"), "Parameters": _group("mysql8.4")},
    {
        "Postgres": _instance("postgres"),
        "Subnets": {"Type": "AWS::RDS::DBSubnetGroup", "Properties": {"SubnetIds": ["subnet-0123456789abcdef0"]}},
    },
    {"Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": 180}}},
    {"Postgres": {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres", "BackupRetentionPeriod": 6}}},
    {"Managed": _workgroup(ManagedQueryResultsConfiguration={"Enabled": True})},
    {"Bare": BUCKET, "Logged": _logged("Bare"), "Unlogged": BUCKET},
    {"Cluster": {**DSQL, "Properties": {"KmsEncryptionKey": "AWS_OWNED_KMS_KEY"}}},
    {"Stream": {**STREAM, "Properties": {"RetentionPeriodHours": 24}}},
    {"Cluster": OPEN_CLUSTER, "Group": EVERYBODY},
    {"Workgroup": OPEN_WORKGROUP, "Group": EVERYBODY},
    {"Namespace": {"Type": "AWS::RedshiftServerless::Namespace"}},
    {
        "Cluster": REDSHIFT,
        "Subnets": {
            "Type": "AWS::Redshift::ClusterSubnetGroup",
            "Properties": {"SubnetIds": ["subnet-0123456789abcdef0"]},
        },
        "Parameters": {"Type": "AWS::Redshift::ClusterParameterGroup", "Properties": {"Parameters": []}},
    },
    {
        "Delivery": {
            **DELIVERY,
            "Properties": {
                "ExtendedS3DestinationConfiguration": {
                    "BucketARN": "arn",
                    "S3BackupConfiguration": {"BucketARN": "arn"},
                }
            },
        }
    },
    {
        "Copy": {
            **COPY,
            "Properties": {"RedshiftDestinationConfiguration": {"S3Configuration": {"BucketARN": "arn"}}},
        }
    },
    {"Alarm": {**ALARM, "Properties": {"AlarmActions": ["arn"], "ActionsEnabled": False}}},
    {"Alarm": {**ALARM, "Properties": {"Metrics": [{"Id": "m", "MetricStat": {"Metric": {"MetricName": "Errors"}}}]}}},
)


def test_every_clause_of_every_rule_can_fail(rules: Engine) -> None:
    templates = [{"Bare": resource} for resources in BARE.values() for resource in resources]
    said = {finding.message for it in (*templates, *HALF_DONE) for finding in found(rules, {"Resources": it})}
    written = set(re.findall(r"<<(.*?)>>", guard_rules()))
    assert written - said == set()


def test_bare_constructs_of_aws_cdk_fail(
    stack: cdk.Stack, vpc: ec2.IVpc, rules: Engine, snapshot: SnapshotAssertion
) -> None:
    """The snapshot lists the rules that AWS CDK's own defaults satisfy."""
    aws_rds.DatabaseInstance(
        stack, "Instance", engine=POSTGRES, vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnets=vpc.isolated_subnets)
    )
    for name, engine in AURORA.items():
        aws_rds.DatabaseCluster(
            stack,
            name,
            engine=engine,
            vpc=vpc,
            vpc_subnets=ec2.SubnetSelection(subnets=vpc.isolated_subnets),
            writer=aws_rds.ClusterInstance.provisioned("Writer"),
        )
    aws_rds.CfnGlobalCluster(stack, "GlobalCluster", engine="aurora-mysql")
    aws_dsql.CfnCluster(stack, "Dsql")
    aws_redshift.CfnCluster(
        stack,
        "Redshift",
        cluster_type="multi-node",
        number_of_nodes=2,
        db_name="dev",
        master_username="awsuser",
        node_type="ra3.large",
    )
    aws_redshiftserverless.CfnNamespace(stack, "Namespace", namespace_name="default")
    aws_redshiftserverless.CfnWorkgroup(stack, "Workgroup", workgroup_name="default")
    aws_dynamodb.TableV2(stack, "GlobalTable", partition_key=attribute("id"))
    aws_kinesis.Stream(stack, "Stream")
    bucket = aws_s3.Bucket(stack, "Bucket")
    aws_kinesisfirehose.DeliveryStream(stack, "S3Delivery", destination=aws_kinesisfirehose.S3Bucket(bucket))
    role = aws_iam.Role(stack, "Role", assumed_by=aws_iam.ServicePrincipal("firehose.amazonaws.com"))
    aws_kinesisfirehose.CfnDeliveryStream(
        stack,
        "RedshiftDelivery",
        redshift_destination_configuration=aws_kinesisfirehose.CfnDeliveryStream.RedshiftDestinationConfigurationProperty(
            cluster_jdbcurl="jdbc:redshift://sales.abc123.eu-west-1.redshift.amazonaws.com:5439/sales",
            copy_command=aws_kinesisfirehose.CfnDeliveryStream.CopyCommandProperty(data_table_name="orders"),
            role_arn=role.role_arn,
            s3_configuration=aws_kinesisfirehose.CfnDeliveryStream.S3DestinationConfigurationProperty(
                bucket_arn=bucket.bucket_arn, role_arn=role.role_arn
            ),
        ),
    )
    aws_kinesisfirehose.CfnDeliveryStream(
        stack,
        "IcebergDelivery",
        iceberg_destination_configuration=aws_kinesisfirehose.CfnDeliveryStream.IcebergDestinationConfigurationProperty(
            catalog_configuration=aws_kinesisfirehose.CfnDeliveryStream.CatalogConfigurationProperty(
                catalog_arn="arn:aws:glue:eu-west-1:123456789012:catalog"
            ),
            role_arn=role.role_arn,
            s3_configuration=aws_kinesisfirehose.CfnDeliveryStream.S3DestinationConfigurationProperty(
                bucket_arn=bucket.bucket_arn, role_arn=role.role_arn
            ),
        ),
    )
    table = aws_dynamodb.Table(
        stack, "Table", partition_key=attribute("id"), stream=aws_dynamodb.StreamViewType.KEYS_ONLY
    )
    function = aws_lambda.Function(
        stack,
        "Function",
        code=aws_lambda.Code.from_asset(str(CODE)),
        handler="index.handler",
        runtime=aws_lambda.Runtime.PYTHON_3_14,
    )
    function.add_event_source(
        aws_lambda_event_sources.DynamoEventSource(table, starting_position=aws_lambda.StartingPosition.LATEST)
    )
    aws_athena.CfnWorkGroup(stack, "WorkGroup", name="queries")
    aws_glue.S3Table(
        stack,
        "GlueTable",
        database=aws_glue.Database(stack, "Database"),
        columns=[aws_glue.Column(name="id", type=aws_glue.Schema.STRING)],
        partition_keys=[aws_glue.Column(name="day", type=aws_glue.Schema.STRING)],
        data_format=aws_glue.DataFormat.PARQUET,
    )
    aws_glue.CfnTable(
        stack,
        "IcebergTable",
        catalog_id=cdk.Aws.ACCOUNT_ID,
        database_name="sales",
        table_input=aws_glue.CfnTable.TableInputProperty(name="orders"),
        open_table_format_input={"icebergInput": {"metadataOperation": "CREATE"}},
    )
    aws_glue.CfnDataCatalogEncryptionSettings(
        stack, "Catalog", catalog_id=cdk.Aws.ACCOUNT_ID, data_catalog_encryption_settings={}
    )
    queue = aws_sqs.Queue(stack, "Queue")
    aws_sns.Topic(stack, "Topic")
    aws_kms.Key(stack, "Key")
    aws_logs.LogGroup(stack, "Logs")
    metric = queue.metric_approximate_age_of_oldest_message()
    aws_cloudwatch.Alarm(stack, "Alarm", metric=metric, threshold=1, evaluation_periods=1)
    plan = aws_backup.BackupPlan(stack, "Plan", backup_vault=aws_backup.BackupVault(stack, "Vault"))
    plan.add_rule(aws_backup.BackupPlanRule(rule_name="Daily"))
    written = template(stack)
    wanted = {resource["Type"] for resources in BARE.values() for resource in resources}
    missing = {it for it in wanted if not written.of_type(it)}
    assert missing == set(), "add AWS CDK's own construct to this test; its new rules do not belong into the snapshot"
    failed = {finding.rule for finding in found(rules, written.content)}
    assert sorted(CATALOGUE.keys() - failed) == snapshot
