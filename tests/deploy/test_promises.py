"""The promises of the stores, as the services report them: what refers to what, and what protects it."""

from typing import Any

import pytest

from .cloud import REGION, Cloud, by_home

RECOVERY_DAYS = 35
"""The longest that DynamoDB and RDS keep what a point in time is recovered from."""

BACKTRACK_SECONDS = 48 * 60 * 60
PAUSE_SECONDS = 30 * 60
COOLDOWN_SECONDS = 5 * 60
LAST_TIER = 15
"""The promotion tier of what never takes over: the readers for reports and for moderation."""

ACCOUNTS = {"eu-west-1": True, "eu-central-1": False, "us-east-1": False}
"""The Regions of the accounts database, and which of them is written to."""

ACCOUNT_WIDE = {"UserErrors"}
"""Metrics that a service has once for all that an account does: they have no dimensions."""


def _arns(cloud: Cloud, resource_type: str, prefix: str) -> set[str]:
    """The ARNs of the deployed resources of a type."""
    service = resource_type.split("::")[1].lower()
    return {
        f"arn:aws:{service}:{it.cloud.region}:{it.cloud.account}:{prefix}{it.physical_id.rpartition('/')[2]}"
        for it in cloud.resources(resource_type)
    }


def _alarms(cloud: Cloud) -> list[dict[str, Any]]:
    """The alarms of the stacks."""
    alarms: list[dict[str, Any]] = []
    for home, names in by_home(cloud.resources("AWS::CloudWatch::Alarm")).items():
        pages = home.client("cloudwatch").get_paginator("describe_alarms").paginate()
        found = [alarm for page in pages for alarm in page["MetricAlarms"] if alarm["AlarmName"] in names]
        assert len(found) == len(names)
        alarms += found
    return alarms


def _log_groups(cloud: Cloud) -> dict[str, Any]:
    """All log groups of a Region, by name."""
    return {group["logGroupName"]: group for group in cloud.client("logs").describe_log_groups()["logGroups"]}


def _cluster(cloud: Cloud, stack: str) -> dict[str, Any]:
    """The only database cluster of a stack."""
    [found] = [it for it in cloud.resources("AWS::RDS::DBCluster") if it.stack.name == stack]
    [cluster] = found.cloud.client("rds").describe_db_clusters(DBClusterIdentifier=found.physical_id)["DBClusters"]
    return dict(cluster)


def _copies(cloud: Cloud) -> set[str]:
    """The ARNs of the clusters that another Region writes to."""
    found = cloud.client("rds").describe_global_clusters()["GlobalClusters"]
    return {it["DBClusterArn"] for database in found for it in database["GlobalClusterMembers"] if not it["IsWriter"]}


@pytest.fixture(scope="module")
def own_keys(cloud: Cloud) -> set[str]:
    """The ARNs of the keys that the stacks made."""
    return _arns(cloud, "AWS::KMS::Key", "key/")


@pytest.fixture(scope="module")
def instances(cloud: Cloud) -> list[dict[str, Any]]:
    """The database instances of the stacks that are stores by themselves, not members of a cluster."""
    return [
        instance
        for home, names in by_home(cloud.resources("AWS::RDS::DBInstance")).items()
        for instance in home.client("rds").describe_db_instances()["DBInstances"]
        if instance["DBInstanceIdentifier"] in names and not instance.get("DBClusterIdentifier")
    ]


@pytest.fixture(scope="module")
def clusters(cloud: Cloud) -> list[dict[str, Any]]:
    """The database clusters of the stacks."""
    return [
        cluster
        for home, names in by_home(cloud.resources("AWS::RDS::DBCluster")).items()
        for cluster in home.client("rds").describe_db_clusters()["DBClusters"]
        if cluster["DBClusterIdentifier"] in names
    ]


@pytest.fixture(scope="module")
def tables(cloud: Cloud) -> list[dict[str, Any]]:
    """The tables of the stacks."""
    return [
        it.cloud.client("dynamodb").describe_table(TableName=it.physical_id)["Table"]
        for it in cloud.resources("AWS::DynamoDB::GlobalTable")
    ]


def test_instances_survive_and_are_private(instances: list[dict[str, Any]]) -> None:
    for instance in instances:
        assert instance["MultiAZ"]
        assert instance["DeletionProtection"]
        assert instance["IAMDatabaseAuthenticationEnabled"]
        assert not instance["PubliclyAccessible"]
        assert instance["BackupRetentionPeriod"] > 0
        assert instance["EnabledCloudwatchLogsExports"]


def test_instances_are_encrypted_with_own_keys(
    cloud: Cloud, instances: list[dict[str, Any]], own_keys: set[str]
) -> None:
    for instance in instances:
        assert instance["StorageEncrypted"]
        assert instance["KmsKeyId"] in own_keys
        assert instance["PerformanceInsightsKMSKeyId"] in own_keys
        secret = instance["MasterUserSecret"]
        assert secret["KmsKeyId"] in own_keys
        kept = cloud.home_of(secret["SecretArn"]).client("secretsmanager").describe_secret(SecretId=secret["SecretArn"])
        assert kept["KmsKeyId"] == secret["KmsKeyId"]


def test_exported_logs_are_encrypted_and_expire(
    cloud: Cloud, instances: list[dict[str, Any]], own_keys: set[str]
) -> None:
    for instance in instances:
        groups = _log_groups(cloud.home_of(instance["DBInstanceArn"]))
        for log in instance["EnabledCloudwatchLogsExports"]:
            group = groups[f"/aws/rds/instance/{instance['DBInstanceIdentifier']}/{log}"]
            assert group["kmsKeyId"] in own_keys
            assert group["retentionInDays"]


def test_instances_let_nobody_in_from_anywhere(cloud: Cloud, instances: list[dict[str, Any]]) -> None:
    for instance in instances:
        groups = [group["VpcSecurityGroupId"] for group in instance["VpcSecurityGroups"]]
        assert groups
        network = cloud.home_of(instance["DBInstanceArn"]).client("ec2")
        for group in network.describe_security_groups(GroupIds=groups)["SecurityGroups"]:
            for rule in group["IpPermissions"]:
                assert rule.get("IpRanges", []) + rule.get("Ipv6Ranges", []) == [], group


def test_clusters_survive(clusters: list[dict[str, Any]]) -> None:
    assert clusters
    for cluster in clusters:
        assert cluster["DeletionProtection"]
        assert cluster["IAMDatabaseAuthenticationEnabled"]
        assert cluster["BackupRetentionPeriod"] == RECOVERY_DAYS


def test_a_reader_takes_over(cloud: Cloud, clusters: list[dict[str, Any]]) -> None:
    copies = _copies(cloud)
    for cluster in clusters:
        writers = [it["PromotionTier"] for it in cluster["DBClusterMembers"] if it["IsClusterWriter"]]
        readers = [it["PromotionTier"] for it in cluster["DBClusterMembers"] if not it["IsClusterWriter"]]
        if cluster["DBClusterArn"] in copies:
            assert writers == []
        else:
            assert writers == [0]
            assert 1 in readers


def test_accounts_are_copied_to_two_regions(cloud: Cloud) -> None:
    [resource] = cloud.resources("AWS::RDS::GlobalCluster")
    [found] = cloud.client("rds").describe_global_clusters(GlobalClusterIdentifier=resource.physical_id)[
        "GlobalClusters"
    ]
    members = {cloud.home_of(it["DBClusterArn"]).region: it for it in found["GlobalClusterMembers"]}
    assert {region: it["IsWriter"] for region, it in members.items()} == ACCOUNTS
    assert {cloud.home_of(arn).region for arn in members[REGION]["Readers"]} == ACCOUNTS.keys() - {REGION}
    forwarding = {region for region, it in members.items() if it["GlobalWriteForwardingStatus"] == "enabled"}
    assert forwarding == {"eu-central-1"}
    assert found["StorageEncrypted"]
    assert found["DeletionProtection"]


def test_the_catalog_goes_back_in_time(cloud: Cloud) -> None:
    assert _cluster(cloud, "CatalogDatabase")["BacktrackWindow"] == BACKTRACK_SECONDS


def test_the_members_of_reviews_pause(cloud: Cloud) -> None:
    cluster = _cluster(cloud, "ReviewsDatabase")
    assert cluster["ServerlessV2ScalingConfiguration"] == {
        "MinCapacity": 0,
        "MaxCapacity": 16,
        "SecondsUntilAutoPause": PAUSE_SECONDS,
    }
    assert cluster["HttpEndpointEnabled"]
    of_cluster = [{"Name": "db-cluster-id", "Values": [cluster["DBClusterIdentifier"]]}]
    members = cloud.client("rds").describe_db_instances(Filters=of_cluster)["DBInstances"]
    assert {it["DBInstanceClass"] for it in members} == {"db.serverless"}
    assert sorted(it["PromotionTier"] for it in members) == [0, 1, LAST_TIER]


def test_clusters_are_encrypted_with_own_keys(cloud: Cloud, clusters: list[dict[str, Any]], own_keys: set[str]) -> None:
    for cluster in clusters:
        groups = _log_groups(cloud.home_of(cluster["DBClusterArn"]))
        assert cluster["StorageEncrypted"]
        assert cluster["KmsKeyId"] in own_keys
        assert cluster["PerformanceInsightsKMSKeyId"] in own_keys
        if "GlobalClusterIdentifier" not in cluster:  # RDS keeps no password of those that are in one
            assert cluster["MasterUserSecret"]["KmsKeyId"] in own_keys
        for log in cluster["EnabledCloudwatchLogsExports"]:
            group = groups[f"/aws/rds/cluster/{cluster['DBClusterIdentifier']}/{log}"]
            assert group["kmsKeyId"] in own_keys
            assert group["retentionInDays"]


def test_the_readers_of_the_catalog_come_and_go(cloud: Cloud) -> None:
    scaling = cloud.client("application-autoscaling")
    name = f"cluster:{_cluster(cloud, 'CatalogDatabase')['DBClusterIdentifier']}"
    [target] = scaling.describe_scalable_targets(ServiceNamespace="rds", ResourceIds=[name])["ScalableTargets"]
    assert target["ScalableDimension"] == "rds:cluster:ReadReplicaCount"
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 6)
    [policy] = scaling.describe_scaling_policies(ServiceNamespace="rds", ResourceId=name)["ScalingPolicies"]
    assert policy["PolicyType"] == "TargetTrackingScaling"
    assert policy["TargetTrackingScalingPolicyConfiguration"] == {
        "PredefinedMetricSpecification": {"PredefinedMetricType": "RDSReaderAverageCPUUtilization"},
        "TargetValue": 60,
        "ScaleInCooldown": COOLDOWN_SECONDS,
        "ScaleOutCooldown": COOLDOWN_SECONDS,
    }


def test_custom_endpoints_part_the_shop_from_reports(cloud: Cloud) -> None:
    """The shop's endpoint names no member that it leads to, so it leads to those that are added."""
    cluster = _cluster(cloud, "CatalogDatabase")
    endpoints = cloud.client("rds").describe_db_cluster_endpoints()["DBClusterEndpoints"]
    stacks = cloud.client("cloudformation").describe_stacks()["Stacks"]
    addresses = {output["OutputValue"] for stack in stacks for output in stack.get("Outputs", [])}
    late = [it["DBInstanceIdentifier"] for it in cluster["DBClusterMembers"] if it["PromotionTier"] == LAST_TIER]
    parted = [(it.get("StaticMembers", []), it.get("ExcludedMembers", [])) for it in endpoints]
    assert late
    assert sorted(parted) == [([], late), (late, [])]
    for endpoint in endpoints:
        assert endpoint["DBClusterIdentifier"] == cluster["DBClusterIdentifier"]
        assert endpoint["CustomEndpointType"] == "READER"
        assert endpoint["Endpoint"] in addresses


def test_tables_are_recoverable_and_protected(cloud: Cloud, tables: list[dict[str, Any]]) -> None:
    for table in tables:
        dynamodb = cloud.home_of(table["TableArn"]).client("dynamodb")
        backups = dynamodb.describe_continuous_backups(TableName=table["TableName"])
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
        assert recovery["RecoveryPeriodInDays"] == RECOVERY_DAYS
        assert table["DeletionProtectionEnabled"]


def test_tables_are_encrypted_with_own_keys(tables: list[dict[str, Any]], own_keys: set[str]) -> None:
    for table in tables:
        assert table["SSEDescription"]["SSEType"] == "KMS"
        assert table["SSEDescription"]["KMSMasterKeyArn"] in own_keys


def test_tables_stream_and_expire(cloud: Cloud, tables: list[dict[str, Any]]) -> None:
    for table in tables:
        assert table["StreamSpecification"] == {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"}
        dynamodb = cloud.home_of(table["TableArn"]).client("dynamodb")
        expiry = dynamodb.describe_time_to_live(TableName=table["TableName"])
        assert expiry["TimeToLiveDescription"]["TimeToLiveStatus"] == "ENABLED"
        insights = dynamodb.describe_contributor_insights(TableName=table["TableName"])
        assert insights["ContributorInsightsStatus"] == "ENABLED"


def test_mappings_lose_no_record(cloud: Cloud, tables: list[dict[str, Any]]) -> None:
    queues = _arns(cloud, "AWS::SQS::Queue", "")
    for resource in cloud.resources("AWS::Lambda::EventSourceMapping"):
        mapping = resource.cloud.client("lambda").get_event_source_mapping(UUID=resource.physical_id)
        assert mapping["EventSourceArn"] in {table["LatestStreamArn"] for table in tables}
        assert mapping["DestinationConfig"]["OnFailure"]["Destination"] in queues
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["BisectBatchOnFunctionError"]
        assert mapping["MaximumRetryAttempts"] >= 0, "-1 retries a bad record until it expires"


def test_every_alarm_watches_a_deployed_resource(cloud: Cloud) -> None:
    names = {resource.physical_id.rpartition("/")[2] for resource in cloud.all_resources()}
    for alarm in _alarms(cloud):
        metrics = [metric["MetricStat"]["Metric"] for metric in alarm.get("Metrics", []) if "MetricStat" in metric]
        for metric in metrics or [alarm]:
            watched = {dimension["Value"] for dimension in metric["Dimensions"]}
            assert watched & names or metric["MetricName"] in ACCOUNT_WIDE, alarm["AlarmName"]


def test_every_alarm_reaches_a_deployed_topic(cloud: Cloud) -> None:
    topics = {resource.physical_id for resource in cloud.resources("AWS::SNS::Topic")}
    for alarm in _alarms(cloud):
        assert alarm["AlarmActions"], alarm["AlarmName"]
        assert set(alarm["AlarmActions"]) <= topics, alarm["AlarmName"]


def test_every_store_is_backed_up_to_an_encrypted_vault(
    cloud: Cloud,
    instances: list[dict[str, Any]],
    clusters: list[dict[str, Any]],
    tables: list[dict[str, Any]],
    own_keys: set[str],
) -> None:
    selected: set[str] = set()
    for plan in cloud.resources("AWS::Backup::BackupPlan"):
        backup, plan_id = plan.cloud.client("backup"), plan.physical_id
        for rule in backup.get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]["Rules"]:
            vault = backup.describe_backup_vault(BackupVaultName=rule["TargetBackupVaultName"])
            assert vault["EncryptionKeyArn"] in own_keys
        for entry in backup.list_backup_selections(BackupPlanId=plan_id)["BackupSelectionsList"]:
            selection = backup.get_backup_selection(BackupPlanId=plan_id, SelectionId=entry["SelectionId"])
            selected |= set(selection["BackupSelection"]["Resources"])
    stores = {it["DBInstanceArn"] for it in instances} | {it["DBClusterArn"] for it in clusters}
    stores |= {it["TableArn"] for it in tables} | _arns(cloud, "AWS::Redshift::Cluster", "cluster:")
    assert stores <= selected


def test_events_of_instances_reach_a_topic(cloud: Cloud) -> None:
    topics = {resource.physical_id for resource in cloud.resources("AWS::SNS::Topic")}
    for resource in cloud.resources("AWS::RDS::EventSubscription"):
        [found] = resource.cloud.client("rds").describe_event_subscriptions(SubscriptionName=resource.physical_id)[
            "EventSubscriptionsList"
        ]
        assert found["SnsTopicArn"] in topics
        assert found["Enabled"]


def test_default_groups_let_nothing_through(cloud: Cloud) -> None:
    for home, vpcs in by_home(cloud.resources("AWS::EC2::VPC")).items():
        of_vpcs = [{"Name": "vpc-id", "Values": vpcs}, {"Name": "group-name", "Values": ["default"]}]
        groups = home.client("ec2").describe_security_groups(Filters=of_vpcs)["SecurityGroups"]
        assert len(groups) == len(vpcs)
        assert not any(group["IpPermissions"] or group["IpPermissionsEgress"] for group in groups)


def test_networks_log_their_traffic(cloud: Cloud) -> None:
    for home, vpcs in by_home(cloud.resources("AWS::EC2::VPC")).items():
        logged = {entry["ResourceId"] for entry in home.client("ec2").describe_flow_logs()["FlowLogs"]}
        assert set(vpcs) <= logged
