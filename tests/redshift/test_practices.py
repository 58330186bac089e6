"""What each practice writes into the template."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sns as sns

from constructs_lib import redshift
from constructs_lib.practices import CATALOGUE, Practice
from constructs_lib.practices import redshift as practices
from constructs_lib.practices import redshift_serverless as serverless
from tests.redshift.warehouses import FRANKFURT, new_cluster, new_workgroup
from tests.synthesis import judge, new_stack, new_vpc, template

CLUSTER = "AWS::Redshift::Cluster"
NAMESPACE = "AWS::RedshiftServerless::Namespace"
WORKGROUP = "AWS::RedshiftServerless::Workgroup"
LOGS = ["connectionlog", "useractivitylog", "userlog"]
TOPIC = "arn:aws:sns:eu-west-1:123456789012:alarms"

SAYS: Mapping[Practice, Mapping[str, Any]] = {
    practices.ENCRYPTION: {"Encrypted": True},
    practices.MANAGED_PASSWORD: {"ManageMasterPassword": True, "MasterUserPassword": None},
    practices.NAMES: {"MasterUsername": "dbadmin", "DBName": "warehouse"},
    practices.NOT_PUBLIC: {"PubliclyAccessible": False},
    practices.NON_DEFAULT_PORT: {"Port": 5433},
    practices.ENHANCED_VPC_ROUTING: {"EnhancedVpcRouting": True},
    practices.AUDIT_LOGGING: {"LoggingProperties": {"LogDestinationType": "cloudwatch", "LogExports": LOGS}},
    practices.BACKUP_RETENTION: {"AutomatedSnapshotRetentionPeriod": 35},
    practices.VERSION_UPGRADES: {"AllowVersionUpgrade": True, "PreferredMaintenanceWindow": "Sun:04:00-Sun:05:00"},
    practices.AVAILABILITY: {"AvailabilityZoneRelocation": True, "MultiAZ": False, "NumberOfNodes": 2},
    practices.TAGS: {"Tags": [{"Key": "Name", "Value": "Stack/Sales"}]},
}
REFERS: Mapping[Practice, Mapping[str, str]] = {
    practices.ENCRYPTION: {"KmsKeyId": "AWS::KMS::Key"},
    practices.MANAGED_PASSWORD: {"MasterPasswordSecretKmsKeyId": "AWS::KMS::Key"},
    practices.SUBNET_GROUP: {"ClusterSubnetGroupName": "AWS::Redshift::ClusterSubnetGroup"},
    practices.ENCRYPTION_IN_TRANSIT: {"ClusterParameterGroupName": "AWS::Redshift::ClusterParameterGroup"},
}
TESTED_APART = {
    practices.RESTRICTED_INGRESS,
    practices.BACKUP_PLAN,
    practices.RETAINED,
    practices.MULTI_AZ,
    practices.EVENT_SUBSCRIPTION,
    practices.ALARMS,
}
SERVERLESS_SAYS: Mapping[Practice, tuple[str, Mapping[str, Any]]] = {
    serverless.MANAGED_PASSWORD: (NAMESPACE, {"ManageAdminPassword": True, "AdminUserPassword": None}),
    serverless.NAMES: (NAMESPACE, {"AdminUsername": "dbadmin", "DbName": "warehouse"}),
    serverless.AUDIT_LOGGING: (NAMESPACE, {"LogExports": LOGS}),
    serverless.NOT_PUBLIC: (WORKGROUP, {"PubliclyAccessible": False}),
    serverless.NON_DEFAULT_PORT: (WORKGROUP, {"Port": 5433}),
    serverless.ENHANCED_VPC_ROUTING: (WORKGROUP, {"EnhancedVpcRouting": True}),
    serverless.CAPACITY_LIMIT: (WORKGROUP, {"BaseCapacity": 128, "MaxCapacity": 512}),
}
SERVERLESS_APART = {
    serverless.ENCRYPTION,
    serverless.SUBNETS,
    serverless.RESTRICTED_INGRESS,
    serverless.ENCRYPTION_IN_TRANSIT,
    serverless.BACKUP_PLAN,
    serverless.RETAINED,
    serverless.ALARMS,
}


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("REDSHIFT_")}
    assert known == {*SAYS, *REFERS, *TESTED_APART, *SERVERLESS_SAYS, *SERVERLESS_APART}


@pytest.mark.parametrize("practice", SAYS, ids=lambda it: it.id)
def test_the_cluster_says(stack: cdk.Stack, practice: Practice) -> None:
    new_cluster(stack)
    properties = template(stack).properties(CLUSTER)
    assert {name: properties.get(name) for name in SAYS[practice]} == SAYS[practice]


@pytest.mark.parametrize("practice", REFERS, ids=lambda it: it.id)
def test_the_cluster_refers_to(stack: cdk.Stack, practice: Practice) -> None:
    new_cluster(stack)
    written = template(stack)
    properties = written.properties(CLUSTER)
    assert {name: written.type_of(properties[name]) for name in REFERS[practice]} == REFERS[practice]


@pytest.mark.parametrize("practice", SERVERLESS_SAYS, ids=lambda it: it.id)
def test_the_workgroup_says(stack: cdk.Stack, practice: Practice) -> None:
    new_workgroup(stack)
    kind, says = SERVERLESS_SAYS[practice]
    properties = template(stack).properties(kind)
    assert {name: properties.get(name) for name in says} == says


def test_the_namespace_is_encrypted_with_its_own_key(stack: cdk.Stack) -> None:
    new_workgroup(stack)
    written = template(stack)
    properties = written.properties(NAMESPACE)
    assert {written.type_of(properties[it]) for it in ("KmsKeyId", "AdminPasswordSecretKmsKeyId")} == {"AWS::KMS::Key"}


def test_the_workgroup_is_in_three_zones_behind_a_group_of_its_own(stack: cdk.Stack) -> None:
    new_workgroup(stack)
    written = template(stack)
    properties = written.properties(WORKGROUP)
    assert len(properties["SubnetIds"]) == 3
    assert [written.type_of(it) for it in properties["SecurityGroupIds"]] == ["AWS::EC2::SecurityGroup"]


def test_two_zones_are_enough_in_northern_california() -> None:
    stack = new_stack(cdk.Environment(account="123456789012", region="us-west-1"))
    new_workgroup(stack, vpc=new_vpc(stack, 2))
    assert len(template(stack).properties(WORKGROUP)["SubnetIds"]) == 2


def test_parameters_require_tls_and_fill_the_log(stack: cdk.Stack) -> None:
    new_cluster(stack)
    written = template(stack).properties("AWS::Redshift::ClusterParameterGroup")["Parameters"]
    parameters = {it["ParameterName"]: it["ParameterValue"] for it in written}
    assert parameters.pop("wlm_json_configuration").startswith('[{"auto_wlm": true')
    assert parameters == {"require_ssl": "true", "enable_user_activity_logging": "true"}


def test_parameters_of_the_workgroup_require_tls_and_end_queries(stack: cdk.Stack) -> None:
    new_workgroup(stack)
    parameters = {
        it["ParameterKey"]: it["ParameterValue"] for it in template(stack).properties(WORKGROUP)["ConfigParameters"]
    }
    assert parameters == {
        "require_ssl": "true",
        "enable_user_activity_logging": "true",
        "max_query_execution_time": "14400",
    }


def test_two_zones_at_once(stack: cdk.Stack) -> None:
    new_cluster(stack, availability=redshift.Availability.MULTI_AZ)
    verdict = judge(stack)
    properties = verdict.template().properties(CLUSTER)
    assert verdict.findings == []
    assert (properties["MultiAZ"], properties["AvailabilityZoneRelocation"]) == (True, False)
    assert "constructs-lib::REDSHIFT_MULTI_AZ" not in {rule for _, rule, _ in verdict.acknowledged}


def test_relocation_says_why_there_are_no_two_zones(stack: cdk.Stack) -> None:
    new_cluster(stack, vpc=new_vpc(stack, 2))
    verdict = judge(stack)
    [reason] = [why for _, rule, why in verdict.acknowledged if rule == "constructs-lib::REDSHIFT_MULTI_AZ"]
    assert reason.startswith("Availability.RELOCATION")
    assert verdict.findings == []


@pytest.mark.parametrize(
    ("make", "namespace", "dimension", "type", "metrics"),
    [
        (
            new_cluster,
            "AWS/Redshift",
            "ClusterIdentifier",
            CLUSTER,
            {
                "CPUUtilization",
                "CommitQueueLength",
                "DatabaseConnections",
                "HealthStatus",
                "PercentageDiskSpaceUsed",
                "WLMQueueLength",
            },
        ),
        (new_workgroup, "AWS/Redshift-Serverless", "Workgroup", WORKGROUP, {"ComputeCapacity", "ComputeSeconds"}),
    ],
    ids=["cluster", "workgroup"],
)
def test_alarms_watch_it_and_reach_the_topic(
    stack: cdk.Stack, make: Any, namespace: str, dimension: str, type: str, metrics: set[str]
) -> None:
    made = make(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", TOPIC))
    written = template(stack)
    [name] = written.of_type(type)
    alarms = [it["Properties"] for it in written.of_type("AWS::CloudWatch::Alarm").values()]
    assert set(made.alarms.by_metric) == {it["MetricName"] for it in alarms} == metrics
    assert {it["Namespace"] for it in alarms} == {namespace}
    assert all(it["Dimensions"] == [{"Name": dimension, "Value": {"Ref": name}}] for it in alarms)
    assert all(it["AlarmActions"] == it["OKActions"] == [TOPIC] for it in alarms)


def test_the_ceiling_decides_when_capacity_is_short(stack: cdk.Stack) -> None:
    made = new_workgroup(stack, capacity=redshift.BaseCapacity(8, max_rpus=80))
    assert made.alarms
    assert made.alarms.by_metric["ComputeCapacity"].threshold == 72
    assert made.alarms.by_metric["ComputeSeconds"].threshold == 80 * 86_400 // 2


def test_events_reach_the_topic(stack: cdk.Stack) -> None:
    new_cluster(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", TOPIC))
    written = template(stack)
    subscription = written.properties("AWS::Redshift::EventSubscription")
    assert subscription["SnsTopicArn"] == TOPIC
    assert [written.type_of(it) for it in subscription["SourceIds"]] == [CLUSTER]
    assert len(subscription["EventCategories"]) == 5


def test_a_cluster_rests_and_its_alarms_with_it(stack: cdk.Stack) -> None:
    schedule = redshift.PauseSchedule(pause="cron(0 20 ? * MON-FRI *)", resume="cron(0 6 ? * MON-FRI *)")
    new_cluster(stack, pause=schedule)
    verdict = judge(stack)
    written = verdict.template()
    actions = written.of_type("AWS::Redshift::ScheduledAction").values()
    assert verdict.findings == []
    assert {next(iter(it["Properties"]["TargetAction"])) for it in actions} == {"PauseCluster", "ResumeCluster"}
    assert {it["Properties"]["TreatMissingData"] for it in written.of_type("AWS::CloudWatch::Alarm").values()} == {
        "notBreaching"
    }
    [role] = [it for it in written.of_type("AWS::IAM::Role").values() if "scheduler.redshift" in str(it)]
    assert role["Properties"]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {
        "Service": "scheduler.redshift.amazonaws.com"
    }


def test_usage_is_limited() -> None:
    stack = new_stack(FRANKFURT)
    limits = [redshift.UsageLimit("spectrum", 10), redshift.UsageLimit("concurrency-scaling", 60, "daily", "disable")]
    new_cluster(stack, usage_limits=limits)
    verdict = judge(stack)
    written = [it["Properties"] for it in verdict.template().of_type("AWS::Redshift::UsageLimit").values()]
    assert verdict.findings == []
    assert {(it["FeatureType"], it["LimitType"], it["BreachAction"]) for it in written} == {
        ("spectrum", "data-scanned", "emit-metric"),
        ("concurrency-scaling", "time", "disable"),
    }


def test_a_region_that_knows_no_usage_limits_is_found(stack: cdk.Stack) -> None:
    new_cluster(stack, usage_limits=[redshift.UsageLimit("spectrum", 10)])
    assert {rule for rule, _ in judge(stack).findings} == {"F3006"}


@pytest.mark.parametrize(
    ("make", "on_store", "on_snapshots"),
    [
        (new_cluster, "redshift:DescribeClusters", "redshift:DeleteClusterSnapshot"),
        (new_workgroup, "redshift-serverless:GetNamespace", "redshift-serverless:DeleteSnapshot"),
    ],
    ids=["cluster", "workgroup"],
)
def test_aws_backup_may_do_what_its_own_policy_says(
    stack: cdk.Stack, make: Any, on_store: str, on_snapshots: str
) -> None:
    make(stack)
    statements = template(stack).properties("AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    assert on_store in statements[0]["Action"]
    assert any(on_snapshots in it["Action"] and "snapshot" in str(it["Resource"]) for it in statements[1:])
