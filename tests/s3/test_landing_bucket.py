"""The bucket: as a whole, and what each practice and option writes into the template."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib.access_logs import AccessLogBucket
from constructs_lib.landing_bucket import LandingBucket, Replica, ReplicaRegion, Tier
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices import s3 as practices
from tests.s3.buckets import CLASSES, copies, days, frankfurt_key, full_bucket, new_bucket
from tests.synthesis import ACCOUNT, CHINA, ENVIRONMENTS, Template, deployed, judge, new_app, new_stack, template

BUCKET = "AWS::S3::Bucket"
POLICY = "AWS::S3::BucketPolicy"
KEY = "AWS::KMS::Key"
ALARM = "AWS::CloudWatch::Alarm"


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_bucket(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_bucket(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("options", [{}, {"lifecycle": Lifecycle.DISPOSABLE}, {"events": True}], ids=str)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, options: dict[str, Any]) -> None:
    stack = new_stack(env)
    new_bucket(stack, **options)
    verdict = judge(stack)
    assert verdict.findings == []
    assert "arn:aws:" not in str(verdict.template())


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("S3_")}
    assert known == {
        practices.ENCRYPTION,
        practices.TLS,
        practices.NOT_PUBLIC,
        practices.NO_ACLS,
        practices.VERSIONING,
        practices.LIFECYCLE,
        practices.ACCESS_LOGS,
        practices.RETAINED,
        practices.ALARMS,
    }


def _landing(written: Template) -> Any:
    """The bucket itself, not that of its logs."""
    [bucket] = [it for name, it in written.of_type(BUCKET).items() if name.startswith("LakeBucket")]
    return bucket


def _logs(written: Template) -> Any:
    [bucket] = [it for name, it in written.of_type(BUCKET).items() if "Logs" in name]
    return bucket


def _statements(written: Template, bucket: str) -> Any:
    [policy] = [it for name, it in written.of_type(POLICY).items() if name.startswith(bucket)]
    return deployed(policy["Properties"]["PolicyDocument"]["Statement"])


def test_objects_are_encrypted_with_a_key_of_their_own_and_a_bucket_key(stack: cdk.Stack) -> None:
    new_bucket(stack)
    written = template(stack)
    [rule] = _landing(written)["Properties"]["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert rule["ServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert written.type_of(rule["ServerSideEncryptionByDefault"]["KMSMasterKeyID"]) == KEY
    assert rule["BucketKeyEnabled"] is True
    assert written.properties(KEY)["EnableKeyRotation"] is True


def test_a_key_that_is_given_is_taken(stack: cdk.Stack) -> None:
    bucket = new_bucket(stack, key=kms.Key(stack, "Given", enable_key_rotation=True))
    assert bucket.key.node.path == "Stack/Given"
    assert len(template(stack).of_type(KEY)) == 1


@pytest.mark.parametrize("bucket", ["LakeBucket", "LakeAccessLogs"])
def test_old_tls_and_none_are_refused(stack: cdk.Stack, bucket: str) -> None:
    new_bucket(stack)
    denied = [it for it in _statements(template(stack), bucket) if it["Effect"] == "Deny"]
    assert [it["Condition"] for it in denied] == [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"NumericLessThan": {"s3:TlsVersion": 1.2}},
    ]
    assert all((it["Principal"], it["Action"], len(it["Resource"])) == ({"AWS": "*"}, "s3:*", 2) for it in denied)


def test_neither_bucket_can_be_public_or_have_acls(stack: cdk.Stack) -> None:
    new_bucket(stack)
    for bucket in template(stack).of_type(BUCKET).values():
        blocked = bucket["Properties"]["PublicAccessBlockConfiguration"]
        assert list(blocked.values()) == [True] * 4
        assert bucket["Properties"]["OwnershipControls"] == {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}


def test_versions_come_back_for_a_month(stack: cdk.Stack) -> None:
    new_bucket(stack)
    properties = _landing(template(stack))["Properties"]
    [rule] = properties["LifecycleConfiguration"]["Rules"]
    assert properties["VersioningConfiguration"] == {"Status": "Enabled"}
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 30}
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 7}
    assert rule["ExpiredObjectDeleteMarker"] is True
    assert "ExpirationInDays" not in rule


def test_objects_become_cheaper_and_go(stack: cdk.Stack) -> None:
    tiers = [Tier(CLASSES.INTELLIGENT_TIERING, days(0)), Tier(CLASSES.GLACIER_INSTANT_RETRIEVAL, days(90))]
    new_bucket(stack, tiers=tiers, expire_after=days(365), replaced_expire_after=days(1))
    [rule] = _landing(template(stack))["Properties"]["LifecycleConfiguration"]["Rules"]
    assert rule["Transitions"] == [
        {"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0},
        {"StorageClass": "GLACIER_IR", "TransitionInDays": 90},
    ]
    assert (rule["ExpirationInDays"], rule["NoncurrentVersionExpiration"]) == (365, {"NoncurrentDays": 1})
    assert "ExpiredObjectDeleteMarker" not in rule


def test_requests_are_logged_to_a_bucket_that_lets_in_this_account_alone(stack: cdk.Stack) -> None:
    new_bucket(stack)
    written = template(stack)
    logging = _landing(written)["Properties"]["LoggingConfiguration"]
    [name] = [name for name, it in written.of_type(BUCKET).items() if it is _logs(written)]
    [delivery] = [it for it in _statements(written, "LakeAccessLogs") if it["Effect"] == "Allow"]
    assert logging["DestinationBucketName"] == {"Ref": name}
    assert logging["TargetObjectKeyFormat"] == {"PartitionedPrefix": {"PartitionDateSource": "EventTime"}}
    assert delivery == {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"<{name}.Arn>/*",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
    }


def test_the_log_is_encrypted_by_s3_and_kept_for_a_year(stack: cdk.Stack) -> None:
    new_bucket(stack)
    properties = _logs(template(stack))["Properties"]
    [encryption] = properties["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    [rule] = properties["LifecycleConfiguration"]["Rules"]
    assert encryption["ServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    assert rule["ExpirationInDays"] == 365
    assert "LoggingConfiguration" not in properties


def test_many_buckets_of_many_stacks_share_one_log() -> None:
    app = new_app()
    logs, lake = (new_stack(app=app, id=name) for name in ("Logs", "Lake"))
    shared = AccessLogBucket(logs, "Shared").bucket
    for name in ("One", "Two"):
        LandingBucket(lake, name, access_logs=shared)
    LandingBucket(logs, "Near", access_logs=shared)
    verdict = judge(app)
    allowed = [it for it in _statements(verdict.template("Logs"), "Shared") if it["Effect"] == "Allow"]
    assert verdict.findings == []
    assert [list(it["Condition"]) for it in allowed] == [["StringEquals"]]


def test_a_log_that_others_import_lets_in_their_buckets(stack: cdk.Stack) -> None:
    AccessLogBucket(stack, "Shared")
    allowed = [it for it in _statements(template(stack), "Shared") if it["Effect"] == "Allow"]
    assert [it["Condition"] for it in allowed] == [{"StringEquals": {"aws:SourceAccount": "123456789012"}}]


def test_a_log_of_cdk_lets_in_the_bucket(stack: cdk.Stack) -> None:
    new_bucket(stack, access_logs=s3.Bucket(stack, "Theirs"))
    [allowed] = _statements(template(stack), "Theirs")
    assert allowed["Principal"] == {"Service": "logging.s3.amazonaws.com"}


def test_a_bucket_of_logs_that_was_imported_is_taken(stack: cdk.Stack) -> None:
    given = s3.Bucket.from_bucket_name(stack, "Logs", "logs-of-the-account")
    bucket = new_bucket(stack, access_logs=given)
    written = template(stack)
    assert bucket.log_bucket is given
    assert _landing(written)["Properties"]["LoggingConfiguration"]["DestinationBucketName"] == "logs-of-the-account"
    assert len(written.of_type(BUCKET)) == 1


def test_is_retained_unless_told_otherwise(stack: cdk.Stack) -> None:
    new_bucket(stack)
    for bucket in template(stack).of_type(BUCKET).values():
        assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_disposable_is_emptied_and_says_so(stack: cdk.Stack) -> None:
    new_bucket(stack, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    written = verdict.template()
    emptied = {it["Properties"]["BucketName"]["Ref"] for it in written.of_type("Custom::S3AutoDeleteObjects").values()}
    assert verdict.findings == []
    assert emptied == set(written.of_type(BUCKET))
    assert [name for name, it in written.resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"] == []
    assert _landing(written)["Metadata"]["constructs-lib"] == {"waived": {practices.RETAINED.id: DISPOSABLE_REASON}}


def test_event_bridge_is_told_without_a_function(stack: cdk.Stack) -> None:
    new_bucket(stack, events=True)
    written = template(stack)
    told = _landing(written)["Properties"]["NotificationConfiguration"]
    assert told == {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}
    assert not written.of_type("AWS::Lambda::Function")


def test_nobody_is_told_by_default(stack: cdk.Stack) -> None:
    new_bucket(stack)
    assert "NotificationConfiguration" not in _landing(template(stack))["Properties"]


def test_versions_are_locked(stack: cdk.Stack) -> None:
    new_bucket(stack, object_lock=s3.ObjectLockRetention.compliance(days(30)))
    verdict = judge(stack)
    properties = _landing(verdict.template())["Properties"]
    assert properties["ObjectLockEnabled"] is True
    assert properties["ObjectLockConfiguration"]["Rule"] == {"DefaultRetention": {"Days": 30, "Mode": "COMPLIANCE"}}
    assert verdict.findings == []
    locked = [path for path, rule, _ in verdict.acknowledged if "DefaultLock" in rule]
    assert locked == ["Stack/Lake/AccessLogs/Bucket/Resource"]


def test_what_nobody_asked_for_is_acknowledged_with_the_reason(stack: cdk.Stack) -> None:
    new_bucket(stack)
    reasons = {
        reason
        for path, rule, reason in judge(stack).acknowledged
        if path == "Stack/Lake/Bucket/Resource" and ("Replication" in rule or "Lock" in rule)
    }
    assert {reason.partition(":")[0] for reason in reasons} == {
        "No replica was given",
        "No object_lock was given",
    }


def _replica(stack: cdk.Stack, **options: Any) -> Replica:
    return Replica(copies(stack), frankfurt_key(stack), **options)


def test_every_object_is_copied_and_no_deletion(stack: cdk.Stack) -> None:
    bucket = new_bucket(stack, replica=_replica(stack))
    verdict = judge(stack)
    written = verdict.template()
    configuration = _landing(written)["Properties"]["ReplicationConfiguration"]
    [rule] = configuration["Rules"]
    assert verdict.findings == []
    assert bucket.replication_role
    assert written.type_of(configuration["Role"]) == "AWS::IAM::Role"
    assert rule["DeleteMarkerReplication"] == {"Status": "Disabled"}
    assert rule["SourceSelectionCriteria"] == {"SseKmsEncryptedObjects": {"Status": "Enabled"}}
    assert (rule["Status"], rule["Filter"]) == ("Enabled", {"Prefix": ""})
    assert set(rule["Destination"]) == {"Bucket", "EncryptionConfiguration", "Metrics"}


def test_copies_in_another_account_belong_to_it(stack: cdk.Stack) -> None:
    new_bucket(stack, replica=_replica(stack, account="210987654321"))
    written = template(stack)
    [rule] = _landing(written)["Properties"]["ReplicationConfiguration"]["Rules"]
    assert rule["Destination"]["Account"] == "210987654321"
    assert rule["Destination"]["AccessControlTranslation"] == {"Owner": "Destination"}
    assert "s3:ObjectOwnerOverrideToBucketOwner" in str(written.only("AWS::IAM::ManagedPolicy"))


@pytest.mark.parametrize("env", [CHINA, None], ids=["china", "agnostic"])
def test_s3_may_replicate_these_objects_and_use_these_keys_alone(env: cdk.Environment | None) -> None:
    stack = new_stack(env)
    new_bucket(
        stack, replica=Replica(copies(stack), kms.Key.from_key_arn(stack, "K", "arn:aws:kms:eu-central-1:1:key/2"))
    )
    statements = template(stack).properties("AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"]
    listing, reading, writing, decrypting, encrypting = deployed(statements, "cn-north-1")
    [source] = [name for name in template(stack).of_type(BUCKET) if name.startswith("LakeBucket")]
    assert listing["Action"] == ["s3:GetReplicationConfiguration", "s3:ListBucket"]
    assert listing["Resource"] == f"<{source}.Arn>"
    assert reading["Resource"] == f"<{source}.Arn>/*"
    assert {it.removeprefix("s3:") for it in reading["Action"]} == {
        "GetObjectVersionAcl",
        "GetObjectVersionForReplication",
        "GetObjectVersionTagging",
    }
    assert writing["Action"] == ["s3:ReplicateObject", "s3:ReplicateTags"]
    assert writing["Resource"].endswith(":s3:::copies/*")
    assert decrypting["Condition"]["StringEquals"] == {"kms:ViaService": "s3.cn-north-1.amazonaws.com.cn"}
    assert encrypting["Action"] == ["kms:Encrypt", "kms:GenerateDataKey"]
    assert encrypting["Resource"] == "arn:aws:kms:eu-central-1:1:key/2"


def _regions() -> tuple[cdk.Stack, cdk.Stack]:
    app = new_app()
    return new_stack(app=app), new_stack(cdk.Environment(account=ACCOUNT, region="us-east-1"), app=app, id="Second")


@pytest.mark.parametrize("lifecycle", Lifecycle)
def test_a_replica_is_made_in_another_region(lifecycle: Lifecycle) -> None:
    here, there = _regions()
    made = new_bucket(here, replica=ReplicaRegion(there), expire_after=days(90), lifecycle=lifecycle)
    verdict = judge(here)
    first, second = verdict.template(), verdict.template("Second")
    copies = [it for it in second.of_type(BUCKET).values() if "BucketName" in it["Properties"]]
    name = copies[0]["Properties"]["BucketName"]
    [rule] = _landing(first)["Properties"]["ReplicationConfiguration"]["Rules"]
    assert verdict.findings == []
    assert len(copies) == 1
    assert name.endswith("-123456789012-us-east-1")
    assert deployed(rule["Destination"]["Bucket"]) == f"arn:aws:s3:::{name}"
    assert copies[0]["Properties"]["LifecycleConfiguration"]["Rules"][0]["ExpirationInDays"] == 90
    # One with a name would be in the way of the next deployment, if the first one rolled back.
    assert copies[0]["DeletionPolicy"] == ("RetainExceptOnCreate" if lifecycle.protected else "Delete")
    assert made.replica
    assert [it.stack_name for it in here.dependencies] == ["Second"]


def test_the_key_of_the_other_region_is_known_by_its_alias() -> None:
    here, there = _regions()
    new_bucket(here, replica=ReplicaRegion(there))
    written, second = template(here), template(there)
    alias = second.properties("AWS::KMS::Alias")
    [rule] = _landing(written)["Properties"]["ReplicationConfiguration"]["Rules"]
    encrypting = deployed(written.properties("AWS::IAM::ManagedPolicy")["PolicyDocument"]["Statement"])[-1]
    prefix = "arn:aws:kms:us-east-1:123456789012"
    assert second.type_of(alias["TargetKeyId"]) == KEY
    assert deployed(rule["Destination"]["EncryptionConfiguration"]) == {
        "ReplicaKmsKeyID": f"{prefix}:{alias['AliasName']}"
    }
    assert encrypting["Resource"] == f"{prefix}:key/*"
    assert encrypting["Condition"]["ForAnyValue:StringEquals"] == {"kms:ResourceAliases": alias["AliasName"]}


def test_a_replica_has_key_log_and_topic_of_its_region() -> None:
    here, there = _regions()
    arn = "arn:aws:sns:us-east-1:123456789012:alarms"
    copies = ReplicaRegion(
        there,
        access_logs=AccessLogBucket(there, "Logs").bucket,
        key=kms.Key(there, "Key", enable_key_rotation=True),
        alarm_topic=sns.Topic.from_topic_arn(there, "Topic", arn),
    )
    new_bucket(here, replica=copies)
    verdict = judge(here)
    second = verdict.template("Second")
    assert verdict.findings == []
    assert len(second.of_type(KEY)) == 1
    assert len(second.of_type(BUCKET)) == 2
    assert all(it["Properties"]["AlarmActions"] == [arn] for it in second.of_type(ALARM).values())


def test_alarms_watch_the_requests_and_reach_the_topic(stack: cdk.Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    bucket = new_bucket(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", arn), replica=_replica(stack))
    written = template(stack)
    alarms = {it["Properties"]["MetricName"]: it["Properties"] for it in written.of_type(ALARM).values()}
    dimensions = {
        metric: {it["Name"]: deployed(it["Value"]) for it in alarm["Dimensions"]} for metric, alarm in alarms.items()
    }
    [name] = [name for name in written.of_type(BUCKET) if name.startswith("LakeBucket")]
    of_requests = {"BucketName": f"<{name}>", "FilterId": "EntireBucket"}
    assert bucket.alarms
    assert dimensions == {
        "4xxErrors": of_requests,
        "5xxErrors": of_requests,
        "OperationsFailedReplication": {
            "SourceBucket": f"<{name}>",
            "DestinationBucket": "copies",
            "RuleId": "Everything",
        },
    }
    assert _landing(written)["Properties"]["MetricsConfigurations"] == [{"Id": "EntireBucket"}]
    assert {it["Namespace"] for it in alarms.values()} == {"AWS/S3"}
    assert all(alarm["AlarmActions"] == alarm["OKActions"] == [arn] for alarm in alarms.values())
