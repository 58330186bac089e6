"""A rule that wants another resource wants it for each store, in whatever form the store is named."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import aws_cdk as cdk
import pytest

from constructs_lib import athena, dsql, dynamodb, kinesis, rds, redshift
from constructs_lib.functions import FunctionCode
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.notifications import AlarmTopic
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices.engine import Engine
from tests.dynamodb.tables import CODE, VIEWS, attribute
from tests.firehose.streams import new_delivery, new_rows
from tests.practices.judging import broken, found, unexplained
from tests.rds.clusters import MYSQL as AURORA_MYSQL
from tests.rds.instances import POSTGRES
from tests.redshift_sql.warehouses import new_warehouse
from tests.synthesis import new_vpc, template


def _instances(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack), AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        rds.MultiAzInstance(stack, name, engine=POSTGRES, vpc=vpc, alarm_topic=topic)


def _clusters(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack), AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        rds.AuroraCluster(stack, name, engine=AURORA_MYSQL, vpc=vpc, alarm_topic=topic)


def _secondaries(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack), AlarmTopic(stack, "Topic").topic
    origin = rds.GlobalSecondary(identifier="accounts", primary_region="us-east-1")
    for name in ("One", "Two"):
        rds.AuroraCluster(stack, name, engine=AURORA_MYSQL, vpc=vpc, alarm_topic=topic, origin=origin)


def _dsql_clusters(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        dsql.Cluster(stack, name, alarm_topic=topic)


def _redshift_clusters(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack, 3), AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        redshift.Cluster(stack, name, vpc=vpc, availability=redshift.Availability.MULTI_AZ, alarm_topic=topic)


def _workgroups(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack, 3), AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        redshift.ServerlessWorkgroup(stack, name, vpc=vpc, alarm_topic=topic)


def _tables(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        dynamodb.Table(stack, name, partition_key=attribute("id"), alarm_topic=topic)


def _streams(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        kinesis.Stream(stack, name, alarm_topic=topic)


def _buckets(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        LandingBucket(stack, name, alarm_topic=topic)


def _users(stack: cdk.Stack) -> None:
    for name in ("One", "Two"):
        redshift.User(stack, name, warehouse=new_warehouse(stack), name=name.lower())


def _athena_workgroups(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        athena.WorkGroup(stack, name, results=athena.ManagedResults(), alarm_topic=topic)


def _consumers(stack: cdk.Stack) -> None:
    vpc, topic = new_vpc(stack), AlarmTopic(stack, "Topic").topic
    table = dynamodb.Table(stack, "Table", partition_key=attribute("id"), stream=VIEWS.KEYS_ONLY, alarm_topic=topic)
    for name in ("One", "Two"):
        code = FunctionCode(CODE, vpc=vpc)
        dynamodb.StreamConsumer(stack, name, table=table, function=code, alarm_topic=topic)


def _deliveries(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        new_delivery(stack, name, alarm_topic=topic, prefix=f"{name}/")


def _rows(stack: cdk.Stack) -> None:
    topic = AlarmTopic(stack, "Topic").topic
    for name in ("One", "Two"):
        new_rows(stack, name, alarm_topic=topic)


@pytest.mark.parametrize(
    ("rule", "make", "type"),
    [
        ("RDS_BACKUP_PLAN", _instances, "AWS::Backup::BackupSelection"),
        ("RDS_EVENT_SUBSCRIPTION", _instances, "AWS::RDS::EventSubscription"),
        ("RDS_ALARMS", _instances, "AWS::CloudWatch::Alarm"),
        ("AURORA_BACKUP_PLAN", _clusters, "AWS::Backup::BackupSelection"),
        ("AURORA_EVENT_SUBSCRIPTION", _clusters, "AWS::RDS::EventSubscription"),
        ("AURORA_ALARMS", _clusters, "AWS::CloudWatch::Alarm"),
        ("AURORA_ALARMS", _secondaries, "AWS::CloudWatch::Alarm"),
        ("AURORA_READER", _clusters, "AWS::RDS::DBInstance"),
        ("DSQL_BACKUP_PLAN", _dsql_clusters, "AWS::Backup::BackupSelection"),
        ("SECRETSMANAGER_ROTATION", _users, "AWS::SecretsManager::RotationSchedule"),
        ("DSQL_ALARMS", _dsql_clusters, "AWS::CloudWatch::Alarm"),
        ("REDSHIFT_BACKUP_PLAN", _redshift_clusters, "AWS::Backup::BackupSelection"),
        ("REDSHIFT_EVENT_SUBSCRIPTION", _redshift_clusters, "AWS::Redshift::EventSubscription"),
        ("REDSHIFT_ALARMS", _redshift_clusters, "AWS::CloudWatch::Alarm"),
        ("REDSHIFT_SERVERLESS_BACKUP_PLAN", _workgroups, "AWS::Backup::BackupSelection"),
        ("REDSHIFT_SERVERLESS_ALARMS", _workgroups, "AWS::CloudWatch::Alarm"),
        ("DYNAMODB_BACKUP_PLAN", _tables, "AWS::Backup::BackupSelection"),
        ("DYNAMODB_ALARMS", _tables, "AWS::CloudWatch::Alarm"),
        ("KINESIS_ALARMS", _streams, "AWS::CloudWatch::Alarm"),
        ("S3_ALARMS", _buckets, "AWS::CloudWatch::Alarm"),
        ("S3_TLS", _buckets, "AWS::S3::BucketPolicy"),
        ("ATHENA_ALARMS", _athena_workgroups, "AWS::CloudWatch::Alarm"),
        ("FIREHOSE_ALARMS", _deliveries, "AWS::CloudWatch::Alarm"),
        ("FIREHOSE_ALARMS", _rows, "AWS::CloudWatch::Alarm"),
        ("LAMBDA_ITERATOR_AGE_ALARM", _consumers, "AWS::CloudWatch::Alarm"),
    ],
)
def test_what_one_store_has_does_not_excuse_the_other(
    rules: Engine, stack: cdk.Stack, rule: str, make: Callable[[cdk.Stack], None], type: str
) -> None:
    make(stack)
    content = template(stack).content
    left = {
        name: resource
        for name, resource in content["Resources"].items()
        if not (resource["Type"] == type and name.startswith("Two"))
    }
    findings = unexplained(rules, {**content, "Resources": left})
    assert unexplained(rules, content) == []
    assert {finding.rule for finding in findings} == {rule}
    assert all(str(finding.resource).startswith("Two") for finding in findings)


ALARM_TYPE = "AWS::CloudWatch::Alarm"
WATCHED = (
    _instances,
    _clusters,
    _secondaries,
    _dsql_clusters,
    _redshift_clusters,
    _workgroups,
    _tables,
    _streams,
    _buckets,
    _athena_workgroups,
    _deliveries,
    _rows,
    _consumers,
)


@pytest.mark.parametrize("make", WATCHED)
def test_what_watches_something_else_excuses_nothing_and_accuses_nobody(
    rules: Engine, stack: cdk.Stack, make: Callable[[cdk.Stack], None]
) -> None:
    """The alarms of a store that stands elsewhere name it literally."""
    make(stack)
    content = template(stack).content
    alarms = {name: it for name, it in content["Resources"].items() if it["Type"] == ALARM_TYPE}
    elsewhere = {f"Elsewhere{name}": _named_literally(alarm) for name, alarm in alarms.items()}
    both = {**content, "Resources": {**content["Resources"], **elsewhere}}
    left = {name: it for name, it in both["Resources"].items() if name not in alarms}
    assert unexplained(rules, both) == []
    assert {it.rule for it in unexplained(rules, {**both, "Resources": left})}


def _named_literally(alarm: Mapping[str, Any]) -> dict[str, Any]:
    properties = alarm["Properties"]
    if "Dimensions" in properties:
        properties = {**properties, "Dimensions": [{**it, "Value": "elsewhere"} for it in properties["Dimensions"]]}
    return {**alarm, "Properties": properties}


INSTANCE = {"Type": "AWS::RDS::DBInstance", "Properties": {"Engine": "postgres"}}
AURORA: Final[Mapping[str, Any]] = {"Type": "AWS::RDS::DBCluster", "Properties": {"Engine": "aurora-postgresql"}}
TABLE = {"Type": "AWS::DynamoDB::Table", "Properties": {"KeySchema": []}}
DSQL = {"Type": "AWS::DSQL::Cluster"}
REDSHIFT = {"Type": "AWS::Redshift::Cluster", "Properties": {}}
NAMESPACE = {"Type": "AWS::RedshiftServerless::Namespace", "Properties": {}}


def _selection(resource: Any) -> Mapping[str, Any]:
    return {"Type": "AWS::Backup::BackupSelection", "Properties": {"BackupSelection": {"Resources": [resource]}}}


@pytest.mark.parametrize(
    ("store", "arn"),
    [
        (INSTANCE, {"Fn::Join": ["", ["arn:aws:rds:eu-west-1:123456789012:db:", {"Ref": "Store"}]]}),
        (INSTANCE, {"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}, "rds", "", "", "db", {"Ref": "Store"}]]}),
        (INSTANCE, {"Fn::GetAtt": ["Store", "DBInstanceArn"]}),
        (INSTANCE, {"Fn::Sub": "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:db:${Store}"}),
        (AURORA, {"Fn::Join": ["", ["arn:aws:rds:eu-west-1:123456789012:cluster:", {"Ref": "Store"}]]}),
        (AURORA, {"Fn::GetAtt": ["Store", "DBClusterArn"]}),
        (AURORA, {"Fn::Sub": "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}:cluster:${Store}"}),
        (DSQL, {"Fn::GetAtt": ["Store", "ResourceArn"]}),
        (DSQL, {"Fn::GetAtt": "Store.ResourceArn"}),
        (DSQL, {"Fn::Sub": "arn:${AWS::Partition}:dsql:${AWS::Region}:${AWS::AccountId}:cluster/${Store}"}),
        (REDSHIFT, {"Fn::Join": ["", ["arn:aws:redshift:eu-west-1:123456789012:cluster:", {"Ref": "Store"}]]}),
        (REDSHIFT, {"Fn::Sub": "arn:${AWS::Partition}:redshift:${AWS::Region}:${AWS::AccountId}:cluster:${Store}"}),
        (NAMESPACE, {"Fn::GetAtt": ["Store", "Namespace.NamespaceArn"]}),
        (NAMESPACE, {"Fn::Sub": "${Store.Namespace.NamespaceArn}"}),
        (TABLE, {"Fn::GetAtt": ["Store", "Arn"]}),
        (TABLE, {"Fn::GetAtt": "Store.Arn"}),
        (TABLE, {"Fn::Sub": "${Store.Arn}"}),
        (TABLE, {"Fn::Sub": "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Store}"}),
    ],
)
def test_a_selection_may_name_the_store_in_any_form(rules: Engine, store: Mapping[str, Any], arn: Any) -> None:
    resources = {"Store": store, "Selection": _selection(arn)}
    failed = {finding.rule for finding in found(rules, {"Resources": resources})}
    assert not failed & {it for it in CATALOGUE if it.endswith("_BACKUP_PLAN")}


@pytest.mark.parametrize("store", [INSTANCE, AURORA, DSQL, REDSHIFT, NAMESPACE, TABLE], ids=lambda it: it["Type"])
@pytest.mark.parametrize(
    "selected",
    [
        {"Resources": ["arn:aws:dynamodb:eu-west-1:123456789012:table/other"]},
        {"Resources": [{"Fn::GetAtt": ["Other", "Arn"]}]},
        {"ListOfTags": [{"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}]},
    ],
    ids=["literal", "attribute", "tags"],
)
def test_a_selection_of_something_else_backs_up_nothing(
    rules: Engine, store: Mapping[str, Any], selected: Mapping[str, Any]
) -> None:
    selection = {"Type": "AWS::Backup::BackupSelection", "Properties": {"BackupSelection": selected}}
    found_in = broken(rules, {"Store": store, "Selection": selection})
    assert {name for rule, name in found_in if rule.endswith("_BACKUP_PLAN")} == {"Store"}


@pytest.mark.parametrize(
    ("rule", "store", "type", "source_type"),
    [
        ("RDS_EVENT_SUBSCRIPTION", INSTANCE, "AWS::RDS::EventSubscription", "db-instance"),
        ("AURORA_EVENT_SUBSCRIPTION", AURORA, "AWS::RDS::EventSubscription", "db-cluster"),
        ("REDSHIFT_EVENT_SUBSCRIPTION", REDSHIFT, "AWS::Redshift::EventSubscription", "cluster"),
    ],
)
@pytest.mark.parametrize(
    ("properties", "announced"),
    [
        ({}, True),
        ({"SourceType": "own"}, True),
        ({"SourceType": "own", "SourceIds": [{"Ref": "Store"}]}, True),
        ({"SourceType": "own", "SourceIds": [{"Ref": "Other"}]}, False),
        ({"SourceType": "other"}, False),
    ],
)
def test_a_subscription_announces_all_stores_unless_it_names_some(
    rules: Engine,
    rule: str,
    store: Mapping[str, Any],
    type: str,
    source_type: str,
    properties: Mapping[str, Any],
    announced: bool,
) -> None:
    said = {**properties, "SourceType": source_type} if properties.get("SourceType") == "own" else properties
    resources = {"Store": store, "Subscription": {"Type": type, "Properties": said}}
    assert ((rule, "Store") in broken(rules, resources)) is not announced


def _member(cluster: Any = None, **properties: Any) -> Mapping[str, Any]:
    cluster = cluster or {"Ref": "Store"}
    return {
        "Type": "AWS::RDS::DBInstance",
        "Properties": {"Engine": "aurora-postgresql", "DBClusterIdentifier": cluster, **properties},
    }


@pytest.mark.parametrize(
    ("members", "enough"),
    [
        ((_member(), _member()), True),
        ((_member(PromotionTier=0), _member(PromotionTier="1")), True),
        ((_member(), _member(PromotionTier={"Ref": "Tier"})), True),
        ((_member(PromotionTier=1),), False),
        ((_member(), _member(PromotionTier=2)), False),
        ((_member(), _member("other")), False),
        ((_member(), _member({"Ref": "Other"})), False),
        ((), False),
    ],
)
def test_two_members_take_over_from_each_other(
    rules: Engine, members: tuple[Mapping[str, Any], ...], enough: bool
) -> None:
    resources = {"Store": AURORA, **{f"Member{number}": member for number, member in enumerate(members)}}
    found_in = {name for rule, name in broken(rules, resources) if rule == "AURORA_READER"}
    assert found_in == (set() if enough else {"Store"})


MONITORED = {"MonitoringInterval": 60, "MonitoringRoleArn": {"Ref": "Role"}}
INSPECTED = {"EnablePerformanceInsights": True, "PerformanceInsightsKMSKeyId": {"Ref": "Key"}}
INSPECTED_CLUSTER = {"PerformanceInsightsEnabled": True, "PerformanceInsightsKmsKeyId": {"Ref": "Key"}}


@pytest.mark.parametrize(
    ("rule", "of_members", "of_cluster"),
    [
        ("AURORA_ENHANCED_MONITORING", MONITORED, MONITORED),
        ("AURORA_DATABASE_INSIGHTS", INSPECTED, INSPECTED_CLUSTER),
    ],
)
def test_the_cluster_is_watched_by_what_it_says_or_all_its_members_say(
    rules: Engine, rule: str, of_members: Mapping[str, Any], of_cluster: Mapping[str, Any]
) -> None:
    def is_broken(cluster: Mapping[str, Any], *members: Mapping[str, Any]) -> bool:
        said = {**AURORA["Properties"], "DatabaseInsightsMode": "standard", **cluster}
        beside = {f"Member{number}": _member(**it) for number, it in enumerate(members)}
        return (rule, "Store") in broken(rules, {"Store": {**AURORA, "Properties": said}, **beside})

    assert not is_broken(of_cluster)
    assert not is_broken(of_cluster, {})
    assert not is_broken({}, of_members, of_members)
    assert is_broken({})
    for name in of_members:
        assert is_broken({}, of_members, {key: value for key, value in of_members.items() if key != name})
    for name in of_cluster:
        assert is_broken({key: value for key, value in of_cluster.items() if key != name}, {})


def test_an_alarm_names_the_table(rules: Engine) -> None:
    alarms = {
        f"{kind}s": {
            "Type": ALARM_TYPE,
            "Properties": {
                "Namespace": "AWS/DynamoDB",
                "MetricName": f"{kind}ThrottleEvents",
                "Dimensions": [{"Name": "TableName", "Value": {"Ref": "Store"}}],
            },
        }
        for kind in ("Read", "Write")
    }
    failed = {finding.rule for finding in found(rules, {"Resources": {"Store": TABLE, **alarms}})}
    assert "DYNAMODB_ALARMS" not in failed


def test_each_of_the_two_alarms_of_a_stream_is_missed(rules: Engine) -> None:
    store = {"Type": "AWS::Kinesis::Stream"}
    alarms = {
        metric.replace(".", ""): {
            "Type": ALARM_TYPE,
            "Properties": {
                "Namespace": "AWS/Kinesis",
                "MetricName": metric,
                "Dimensions": [{"Name": "StreamName", "Value": {"Ref": "Store"}}],
            },
        }
        for metric in ("GetRecords.IteratorAgeMilliseconds", "WriteProvisionedThroughputExceeded")
    }
    assert ("KINESIS_ALARMS", "Store") not in broken(rules, {"Store": store, **alarms})
    assert ("KINESIS_ALARMS", "Other") in broken(rules, {"Store": store, "Other": store, **alarms})
    for metric in alarms:
        left = {name: alarm for name, alarm in alarms.items() if name != metric}
        assert ("KINESIS_ALARMS", "Store") in broken(rules, {"Store": store, **left})


@pytest.mark.parametrize("named", [{"Ref": "Store"}, {"Fn::GetAtt": ["Store", "Identifier"]}], ids=["Ref", "GetAtt"])
def test_an_alarm_names_the_cluster_in_any_form(rules: Engine, named: Any) -> None:
    alarms = {
        metric: {
            "Type": ALARM_TYPE,
            "Properties": {
                "Namespace": "AWS/AuroraDSQL",
                "MetricName": metric,
                "Dimensions": [{"Name": "ClusterId", "Value": named}],
            },
        }
        for metric in ("QueryTimeouts", "ClusterStorageSize")
    }
    assert ("DSQL_ALARMS", "Store") not in broken(rules, {"Store": DSQL, **alarms})
    assert ("DSQL_ALARMS", "Other") in broken(rules, {"Store": DSQL, "Other": DSQL, **alarms})
    for metric in alarms:
        left = {name: alarm for name, alarm in alarms.items() if name != metric}
        assert ("DSQL_ALARMS", "Store") in broken(rules, {"Store": DSQL, **left})


def _policy(bucket: Any) -> Mapping[str, Any]:
    conditions = ({"Bool": {"aws:SecureTransport": "false"}}, {"NumericLessThan": {"s3:TlsVersion": "1.2"}})
    statements = [{"Effect": "Deny", "Condition": it} for it in conditions]
    return {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": bucket, "PolicyDocument": {"Statement": statements}},
    }


def _schedule(secret: Any) -> Mapping[str, Any]:
    return {"Type": "AWS::SecretsManager::RotationSchedule", "Properties": {"SecretId": secret}}


@pytest.mark.parametrize(
    ("rule", "store", "beside"),
    [
        ("S3_TLS", {"Type": "AWS::S3::Bucket"}, _policy),
        ("SECRETSMANAGER_ROTATION", {"Type": "AWS::SecretsManager::Secret"}, _schedule),
    ],
)
def test_what_names_another_store_literally_accuses_none(
    rules: Engine, rule: str, store: Mapping[str, Any], beside: Callable[[Any], Mapping[str, Any]]
) -> None:
    resources = {"Store": store, "Beside": beside({"Ref": "Store"}), "Elsewhere": beside("elsewhere")}
    assert rule not in {it for it, _ in broken(rules, resources)}
    found_in = broken(rules, {"Store": store, "Elsewhere": beside("elsewhere")})
    assert {name for it, name in found_in if it == rule} == {"Store"}


EVERYBODY = {"CidrIp": "0.0.0.0/0", "IpProtocol": "tcp", "FromPort": 5433, "ToPort": 5433}
EVERYBODY_V6 = {"CidrIpv6": "::/0", "IpProtocol": "tcp", "FromPort": 5433, "ToPort": 5433}
WAREHOUSES = (
    ("REDSHIFT_RESTRICTED_INGRESS", "AWS::Redshift::Cluster", "VpcSecurityGroupIds"),
    ("REDSHIFT_SERVERLESS_RESTRICTED_INGRESS", "AWS::RedshiftServerless::Workgroup", "SecurityGroupIds"),
)


@pytest.mark.parametrize(("rule", "type", "option"), WAREHOUSES, ids=["cluster", "workgroup"])
@pytest.mark.parametrize("ingress", [EVERYBODY, EVERYBODY_V6], ids=["v4", "v6"])
@pytest.mark.parametrize("inline", [True, False], ids=["inline", "apart"])
@pytest.mark.parametrize(("opened", "found_there"), [("Group", True), ("Other", False)])
def test_a_group_that_lets_in_everybody_is_found_where_a_warehouse_has_it(
    rules: Engine,
    rule: str,
    type: str,
    option: str,
    ingress: Mapping[str, Any],
    inline: bool,
    opened: str,
    found_there: bool,
) -> None:
    resources: dict[str, Any] = {
        "Store": {"Type": type, "Properties": {option: [{"Fn::GetAtt": ["Group", "GroupId"]}]}},
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": {}},
        "Other": {"Type": "AWS::EC2::SecurityGroup", "Properties": {}},
    }
    if inline:
        resources[opened]["Properties"] = {"SecurityGroupIngress": [ingress]}
    else:
        properties = {**ingress, "GroupId": {"Fn::GetAtt": [opened, "GroupId"]}}
        resources["Rule"] = {"Type": "AWS::EC2::SecurityGroupIngress", "Properties": properties}
    failed = {finding.rule for finding in found(rules, {"Resources": resources})}
    assert (rule in failed) is found_there


@pytest.mark.parametrize(("namespace", "asked"), [("AWS/SQS", True), ("Shop", False), ({"Ref": "Namespace"}, False)])
def test_dimensions_are_asked_of_metrics_of_aws(rules: Engine, namespace: Any, asked: bool) -> None:
    metric = {"Namespace": namespace, "MetricName": "Orders"}
    named = {**metric, "Dimensions": [{"Name": "Shop", "Value": "1"}]}
    resources = {
        name: {"Type": ALARM_TYPE, "Properties": properties}
        for name, properties in {
            "Simple": metric,
            "Named": named,
            "Computed": {"Metrics": [{"Id": "m1", "MetricStat": {"Metric": metric, "Stat": "Sum"}}]},
            "ComputedOfNamed": {"Metrics": [{"Id": "m1", "MetricStat": {"Metric": named, "Stat": "Sum"}}]},
        }.items()
    }
    found_in = {name for rule, name in broken(rules, resources) if rule == "CLOUDWATCH_ALARM_DIMENSIONS"}
    assert found_in == ({"Simple", "Computed"} if asked else set())


def _version(type: str, function: Any) -> Mapping[str, Any]:
    return {"Type": type, "Properties": {"FunctionName": function}}


@pytest.mark.parametrize(
    ("function", "watched"),
    [
        ({"Fn::GetAtt": ["Function", "Arn"]}, True),
        ({"Ref": "Alias"}, True),
        ({"Ref": "Version"}, True),
        ({"Fn::Join": ["", [{"Fn::GetAtt": ["Function", "Arn"]}, ":live"]]}, True),
        ({"Fn::Sub": "${Function}:live"}, True),
        ({"Fn::GetAtt": ["Other", "Arn"]}, False),
        ({"Ref": "OtherAlias"}, False),
    ],
)
def test_a_function_is_watched_whichever_version_reads_the_stream(rules: Engine, function: Any, watched: bool) -> None:
    mapping = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {"FunctionName": function, "StartingPosition": "LATEST"},
    }
    alarm = {
        "Type": ALARM_TYPE,
        "Properties": {
            "Namespace": "AWS/Lambda",
            "MetricName": "IteratorAge",
            "Dimensions": [{"Name": "FunctionName", "Value": {"Ref": "Function"}}],
        },
    }
    others = {
        "Alias": _version("AWS::Lambda::Alias", {"Ref": "Function"}),
        "Version": _version("AWS::Lambda::Version", {"Ref": "Function"}),
        "OtherAlias": _version("AWS::Lambda::Alias", {"Ref": "Other"}),
        "Elsewhere": _version("AWS::Lambda::Alias", "elsewhere"),
    }
    late = ("LAMBDA_ITERATOR_AGE_ALARM", "Mapping")
    assert (late in broken(rules, {"Mapping": mapping, "Alarm": alarm, **others})) is not watched
    if "Ref" in function or "Fn::GetAtt" in function:
        assert late in broken(rules, {"Mapping": mapping, **others})
