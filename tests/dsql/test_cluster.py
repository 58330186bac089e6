"""The cluster: as a whole, what each practice writes into the template, and who may log in."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_backup as backup
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import dsql
from constructs_lib.backup import BackupPolicy
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices import dsql as practices
from tests.dsql.clusters import LONDON, full_cluster, new_cluster
from tests.synthesis import CHINA, Template, deployed, judge, new_app, new_stack, template

CLUSTER = "AWS::DSQL::Cluster"
KEY = "AWS::KMS::Key"
POLICY = "AWS::IAM::ManagedPolicy"
ALARM = "AWS::CloudWatch::Alarm"


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_cluster(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_cluster(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("make", [new_cluster, full_cluster])
def test_is_clean_in_a_stack_that_names_no_region(make: Any) -> None:
    stack = new_stack(None)
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert "arn:aws:" not in str(verdict.template()).replace(LONDON, "")


def test_a_region_without_aurora_dsql_is_found() -> None:
    stack = new_stack(CHINA)
    new_cluster(stack)
    assert judge(stack).findings == [("F3006", "Stack/Ledger/Cluster")]


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("DSQL_")}
    assert known == {
        practices.ENCRYPTION,
        practices.DELETION_PROTECTION,
        practices.BACKUP_PLAN,
        practices.ALARMS,
    }


def test_the_cluster_is_encrypted_with_its_own_key(stack: cdk.Stack) -> None:
    new_cluster(stack)
    written = template(stack)
    assert written.type_of(written.properties(CLUSTER)["KmsEncryptionKey"]) == KEY
    assert written.properties(KEY)["EnableKeyRotation"] is True


def _services(written: Template) -> list[Any]:
    statements = deployed(written.properties(KEY)["KeyPolicy"]["Statement"])
    return [it for it in statements if it["Principal"] == {"Service": "dsql.amazonaws.com"}]


def test_aurora_dsql_may_use_the_key_for_clusters_of_the_account_and_region_alone(stack: cdk.Stack) -> None:
    new_cluster(stack)
    encrypts, describes = _services(template(stack))
    source = {"ArnLike": {"aws:SourceArn": "arn:aws:dsql:eu-west-1:123456789012:cluster/*"}}
    assert encrypts["Action"] == [f"kms:{it}" for it in ("Decrypt", "Encrypt", "GenerateDataKey", *REENCRYPT)]
    assert encrypts["Condition"] == {**source, "Null": {"kms:EncryptionContext:aws:dsql:ClusterId": "false"}}
    assert (describes["Action"], describes["Condition"]) == ("kms:DescribeKey", source)


REENCRYPT = ("ReEncryptFrom", "ReEncryptTo")


def test_a_key_that_is_given_encrypts_several_clusters(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Given", enable_key_rotation=True)
    clusters = [dsql.Cluster(stack, name, key=key) for name in ("One", "Two")]
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    assert {cluster.key.node.path for cluster in clusters} == {"Stack/Given"}
    assert len(written.of_type(KEY)) == 1
    assert [it["Sid"] for it in _services(written)] == ["AuroraDsqlEncrypts", "AuroraDsqlDescribes"]


def test_is_protected_and_retained_unless_told_otherwise(stack: cdk.Stack) -> None:
    new_cluster(stack)
    cluster = template(stack).only(CLUSTER)
    assert cluster["Properties"]["DeletionProtectionEnabled"] is True
    assert (cluster["DeletionPolicy"], cluster["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_disposable_leaves_nothing_behind_and_says_so(stack: cdk.Stack) -> None:
    new_cluster(stack, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    assert written.properties(CLUSTER)["DeletionProtectionEnabled"] is False
    assert [name for name, it in written.resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"] == []
    assert written.only(CLUSTER)["Metadata"]["constructs-lib"] == {
        "waived": {dsql.DELETION_PROTECTION.id: DISPOSABLE_REASON}
    }


def _name(stack: cdk.Stack) -> str:
    [tag] = template(stack).properties(CLUSTER)["Tags"]
    assert tag["Key"] == "Name"
    return str(tag["Value"])


def test_the_path_is_the_name(stack: cdk.Stack) -> None:
    new_cluster(stack)
    assert _name(stack) == "Stack/Ledger"


def test_a_tag_gives_it_another_name(stack: cdk.Stack) -> None:
    cdk.Tags.of(new_cluster(stack)).add("Name", "ledger")
    assert _name(stack) == "ledger"


def test_a_daily_backup_selects_the_cluster(stack: cdk.Stack) -> None:
    new_cluster(stack, backup=BackupPolicy(retention=cdk.Duration.days(14)))
    written = template(stack)
    [rule] = written.properties("AWS::Backup::BackupPlan")["BackupPlan"]["BackupPlanRule"]
    [selected] = written.properties("AWS::Backup::BackupSelection")["BackupSelection"]["Resources"]
    assert rule["Lifecycle"] == {"DeleteAfterDays": 14}
    assert written.type_of(selected) == CLUSTER
    assert written.type_of(written.properties("AWS::Backup::BackupVault")["EncryptionKeyArn"]) == KEY


def test_aws_backup_may_do_what_its_own_policy_says_on_this_cluster_alone(stack: cdk.Stack) -> None:
    new_cluster(stack)
    written = template(stack)
    on_cluster, listing, *_ = written.properties(POLICY)["PolicyDocument"]["Statement"]
    jobs = {"dsql:StartBackupJob", "dsql:GetBackupJob", "dsql:StopBackupJob"}
    assert set(on_cluster["Action"]) == jobs | {"dsql:GetCluster", "dsql:ListTagsForResource"}
    assert written.type_of(on_cluster["Resource"]) == CLUSTER
    assert (listing["Action"], listing["Resource"]) == ("dsql:ListClusters", "*")


def test_a_backup_plan_that_is_given_selects_the_cluster(stack: cdk.Stack) -> None:
    new_cluster(stack, backup=BackupPolicy(plan=backup.BackupPlan.from_backup_plan_id(stack, "Plan", "given")))
    written = template(stack)
    assert written.properties("AWS::Backup::BackupSelection")["BackupPlanId"] == "given"
    assert not written.of_type("AWS::Backup::BackupVault")


def _watched(alarm: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The metrics of an alarm."""
    return [it["MetricStat"]["Metric"] for it in alarm.get("Metrics", []) if "MetricStat" in it] or [alarm]


def test_alarms_watch_the_cluster_and_reach_the_topic(stack: cdk.Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    cluster = new_cluster(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", arn))
    written = template(stack)
    [name] = written.of_type(CLUSTER)
    alarms = [alarm["Properties"] for alarm in written.of_type(ALARM).values()]
    metrics = [metric for alarm in alarms for metric in _watched(alarm)]
    assert cluster.alarms
    assert set(cluster.alarms.by_metric) == {"OccConflicts", "QueryTimeouts", "CommitLatency", "ClusterStorageSize"}
    assert {it["MetricName"] for it in metrics} == {*cluster.alarms.by_metric, "TotalTransactions"}
    assert {it["Namespace"] for it in metrics} == {"AWS/AuroraDSQL"}
    assert all(it["Dimensions"] == [{"Name": "ClusterId", "Value": {"Ref": name}}] for it in metrics)
    assert all(alarm["AlarmActions"] == alarm["OKActions"] == [arn] for alarm in alarms)


def test_conflicts_are_watched_as_a_share_of_the_transactions(stack: cdk.Stack) -> None:
    new_cluster(stack)
    [alarm] = [it["Properties"] for it in template(stack).of_type(ALARM).values() if "Metrics" in it["Properties"]]
    *parts, share = alarm["Metrics"]
    assert [(it["Id"], it["MetricStat"]["Metric"]["MetricName"]) for it in parts] == [
        ("part", "OccConflicts"),
        ("whole", "TotalTransactions"),
    ]
    assert (share["Expression"], alarm["Threshold"]) == ("100 * part / whole", 10)


def test_what_clients_and_other_stacks_need_is_at_hand(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack)
    for name, value in {"Endpoint": cluster.endpoint, "Arn": cluster.arn, "Id": cluster.identifier}.items():
        cdk.CfnOutput(stack, name, value=value)
    written = template(stack)
    [cluster_id] = written.of_type(CLUSTER)
    assert {name: it["Value"] for name, it in written.content["Outputs"].items()} == {
        "Endpoint": {"Fn::GetAtt": [cluster_id, "Endpoint"]},
        "Arn": {"Fn::GetAtt": [cluster_id, "ResourceArn"]},
        "Id": {"Ref": cluster_id},
    }


def _role(stack: cdk.Stack) -> iam.Role:
    return iam.Role(stack, "App", assumed_by=iam.AccountRootPrincipal())


@pytest.mark.parametrize(
    ("method", "action"), [("grant_connect", "dsql:DbConnect"), ("grant_connect_admin", "dsql:DbConnectAdmin")]
)
def test_a_role_may_log_in(stack: cdk.Stack, method: str, action: str) -> None:
    cluster, role = new_cluster(stack), _role(stack)
    policy = getattr(cluster, method)(role)
    verdict = judge(stack)
    written = verdict.template()
    properties = written.resources[stack.get_logical_id(policy.node.default_child)]["Properties"]
    [statement] = properties["PolicyDocument"]["Statement"]
    assert verdict.findings == []
    assert (statement["Action"], written.type_of(statement["Resource"])) == (action, CLUSTER)
    assert [written.type_of(it) for it in properties["Roles"]] == ["AWS::IAM::Role"]
    assert not written.of_type("AWS::IAM::Policy")


def test_a_role_may_log_in_to_several_clusters_in_several_ways(stack: cdk.Stack) -> None:
    role = _role(stack)
    for name in ("One", "Two"):
        cluster = dsql.Cluster(stack, name, waive={dsql.BACKUP_PLAN: "It is a cache."})
        assert cluster.grant_connect(role).node.path == cluster.grant_connect(role).node.path
        cluster.grant_connect_admin(role)
    allowed = template(stack).allowed("AppAccess")
    assert {action: len(clusters) for action, clusters in allowed.items()} == {
        "dsql:DbConnect": 2,
        "dsql:DbConnectAdmin": 2,
    }


def test_a_role_that_was_imported_may_log_in(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack, waive={dsql.BACKUP_PLAN: "It is a cache."})
    cluster.grant_connect(iam.Role.from_role_arn(stack, "App", "arn:aws:iam::123456789012:role/app"))
    assert template(stack).properties(POLICY)["Roles"] == ["app"]


def test_a_role_of_another_stack_may_log_in_and_use_the_endpoint() -> None:
    app = new_app()
    data, compute = (new_stack(app=app, id=name) for name in ("Data", "Compute"))
    cluster, role = new_cluster(data), _role(compute)
    cluster.grant_connect(role)
    cdk.CfnOutput(compute, "Endpoint", value=cluster.endpoint)
    verdict = judge(app)
    assert verdict.findings == []
    assert "dsql:DbConnect" in str(verdict.template("Compute").only(POLICY))


def test_a_resource_policy_is_given_to_the_l1(stack: cdk.Stack) -> None:
    new_cluster(stack).cluster.policy_document = '{"Version": "2012-10-17", "Statement": []}'
    assert template(stack).properties(CLUSTER)["PolicyDocument"].startswith("{")
