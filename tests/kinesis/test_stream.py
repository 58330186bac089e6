"""The stream: as a whole, what each practice writes into the template, and who may write and read."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import kinesis
from constructs_lib.lifecycle import DISPOSABLE_REASON, Lifecycle
from constructs_lib.practices import CATALOGUE
from constructs_lib.practices import kinesis as practices
from tests.kinesis.streams import FRIEND, METRICS, TRAFFIC, full_stream, new_role, new_stream
from tests.synthesis import ENVIRONMENTS, Template, deployed, judge, new_app, new_stack, template

STREAM = "AWS::Kinesis::Stream"
CONSUMER = "AWS::Kinesis::StreamConsumer"
SHARING = "AWS::Kinesis::ResourcePolicy"
KEY = "AWS::KMS::Key"
POLICY = "AWS::IAM::ManagedPolicy"
ALARM = "AWS::CloudWatch::Alarm"
DAY = 24 * 3_600_000

LOOKS = ("DescribeStreamSummary", "ListShards")
READS = {f"kinesis:{it}" for it in (*LOOKS, "DescribeStream", "GetRecords", "GetShardIterator")}
WRITES = {f"kinesis:{it}" for it in (*LOOKS, "PutRecord", "PutRecords")}


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_stream(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_stream(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("make", [new_stream, full_stream])
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, make: Any) -> None:
    stack = new_stack(env)
    make(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    if env is None or env.region == "cn-north-1":
        assert "arn:aws:" not in str(verdict.template()).replace(FRIEND, "")


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("KINESIS_")}
    assert known == {practices.ENCRYPTION, practices.RETENTION, practices.RETAINED, practices.ALARMS}


def test_records_are_encrypted_with_a_key_of_their_own(stack: cdk.Stack) -> None:
    new_stream(stack)
    written = template(stack)
    encryption = written.properties(STREAM)["StreamEncryption"]
    assert (encryption["EncryptionType"], written.type_of(encryption["KeyId"])) == ("KMS", KEY)
    assert written.properties(KEY)["EnableKeyRotation"] is True


def test_a_key_that_is_given_encrypts_several_streams(stack: cdk.Stack) -> None:
    key = kms.Key(stack, "Given", enable_key_rotation=True)
    for name in ("One", "Two"):
        kinesis.Stream(stack, name, key=key)
    verdict = judge(stack)
    assert verdict.findings == []
    assert len(verdict.template().of_type(KEY)) == 1


def test_records_are_kept_for_a_week(stack: cdk.Stack) -> None:
    new_stream(stack)
    assert template(stack).properties(STREAM)["RetentionPeriodHours"] == 168


def test_is_retained_unless_told_otherwise(stack: cdk.Stack) -> None:
    new_stream(stack)
    stream = template(stack).only(STREAM)
    assert (stream["DeletionPolicy"], stream["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_disposable_leaves_nothing_behind_and_says_so(stack: cdk.Stack) -> None:
    new_stream(stack, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    assert [name for name, it in written.resources.items() if it.get("DeletionPolicy", "Delete") != "Delete"] == []
    assert written.only(STREAM)["Metadata"]["constructs-lib"] == {"waived": {kinesis.RETAINED.id: DISPOSABLE_REASON}}


@pytest.mark.parametrize(
    ("capacity", "says"),
    [
        (kinesis.OnDemand(), {"StreamModeDetails": {"StreamMode": "ON_DEMAND"}}),
        (
            kinesis.OnDemand(distribution="AUTO", advantage=True, warm_mib_per_second=100),
            {
                "StreamModeDetails": {"StreamMode": "ON_DEMAND"},
                "RecordDistributionStrategy": "AUTO",
                "WarmThroughputMiBps": 100,
            },
        ),
        (kinesis.Provisioned(3), {"StreamModeDetails": {"StreamMode": "PROVISIONED"}, "ShardCount": 3}),
        (kinesis.Provisioned(TRAFFIC), {"StreamModeDetails": {"StreamMode": "PROVISIONED"}, "ShardCount": 10}),
    ],
    ids=["on-demand", "advantage", "shards", "traffic"],
)
def test_the_capacity_is_what_was_asked_for(stack: cdk.Stack, capacity: Any, says: dict[str, Any]) -> None:
    new_stream(stack, capacity=capacity)
    verdict = judge(stack)
    properties = verdict.template().properties(STREAM)
    of_capacity = ("StreamModeDetails", "ShardCount", "RecordDistributionStrategy", "WarmThroughputMiBps")
    assert verdict.findings == []
    assert {name: properties[name] for name in of_capacity if name in properties} == says


def test_every_option_reaches_the_stream(stack: cdk.Stack) -> None:
    full_stream(stack)
    properties = template(stack).properties(STREAM)
    assert properties["RetentionPeriodHours"] == 720
    assert properties["DesiredShardLevelMetrics"] == ["IncomingBytes", "IteratorAgeMilliseconds"]
    assert properties["MaxRecordSizeInKiB"] == 10_240


def test_all_shard_metrics_are_one(stack: cdk.Stack) -> None:
    new_stream(stack, shard_metrics=[METRICS.ALL])
    assert template(stack).properties(STREAM)["DesiredShardLevelMetrics"] == ["ALL"]


def _alarms(written: Template) -> dict[str, Any]:
    return {it["Properties"]["MetricName"]: it["Properties"] for it in written.of_type(ALARM).values()}


OF_EVERY_STREAM = {
    "GetRecords.IteratorAgeMilliseconds": DAY,
    "WriteProvisionedThroughputExceeded": 0,
    "ReadProvisionedThroughputExceeded": 0,
    "PutRecords.FailedRecords": 0,
    "PutRecord.Success": 0.99,
}


def test_alarms_watch_the_stream_and_reach_the_topic(stack: cdk.Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    stream = new_stream(stack, alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", arn))
    written = template(stack)
    alarms = _alarms(written)
    [name] = written.of_type(STREAM)
    assert stream.alarms
    assert set(stream.alarms.by_metric) == set(alarms)
    assert {metric: alarm["Threshold"] for metric, alarm in alarms.items()} == OF_EVERY_STREAM
    assert all(it["Namespace"] == "AWS/Kinesis" for it in alarms.values())
    assert all(it["Dimensions"] == [{"Name": "StreamName", "Value": {"Ref": name}}] for it in alarms.values())
    assert all(it["AlarmActions"] == it["OKActions"] == [arn] for it in alarms.values())


def test_a_number_of_shards_is_watched_for_how_full_they_are(stack: cdk.Stack) -> None:
    new_stream(stack, capacity=kinesis.Provisioned(2))
    alarms = _alarms(template(stack))
    thresholds = {metric: alarms[metric]["Threshold"] for metric in alarms.keys() - OF_EVERY_STREAM.keys()}
    assert thresholds == {"IncomingRecords": 2 * 1000 * 60 * 0.8, "IncomingBytes": int(2 * 2**20 * 60 * 0.8)}


def test_the_alarm_says_how_the_shards_were_found(stack: cdk.Stack) -> None:
    new_stream(stack, capacity=kinesis.Provisioned(TRAFFIC))
    assert TRAFFIC.reason in _alarms(template(stack))["IncomingBytes"]["AlarmDescription"]


@pytest.mark.parametrize(
    ("retention", "hours", "words"),
    [
        (cdk.Duration.hours(24), 12, "24 hours"),
        (cdk.Duration.hours(36), 18, "36 hours"),
        (cdk.Duration.days(2), 24, "2 days"),
        (cdk.Duration.days(365), 24, "365 days"),
    ],
)
def test_a_consumer_is_late_long_before_records_are_gone(
    stack: cdk.Stack, retention: cdk.Duration, hours: int, words: str
) -> None:
    new_stream(stack, retention=retention, waive={kinesis.RETENTION: "It is a cache."})
    alarm = _alarms(template(stack))["GetRecords.IteratorAgeMilliseconds"]
    assert alarm["Threshold"] == hours * 3_600_000
    assert f"{hours} hours behind; the stream forgets records after {words}." in alarm["AlarmDescription"]


def test_a_registered_consumer_is_watched(stack: cdk.Stack) -> None:
    stream = new_stream(stack)
    made = stream.add_consumer("analytics.v2")
    verdict = judge(stack)
    written = verdict.template()
    [name] = written.of_type(STREAM)
    alarm = _alarms(written)["SubscribeToShardEvent.MillisBehindLatest"]
    assert verdict.findings == []
    assert stream.consumers == {"analytics.v2": made}
    assert made.alarms
    assert written.properties(CONSUMER)["ConsumerName"] == "analytics.v2"
    assert (alarm["Threshold"], alarm["Statistic"]) == (DAY, "Maximum")
    assert alarm["Dimensions"] == [
        {"Name": "StreamName", "Value": {"Ref": name}},
        {"Name": "ConsumerName", "Value": "analytics.v2"},
    ]


def test_no_more_than_five_consumers_are_made_at_a_time(stack: cdk.Stack) -> None:
    stream = new_stream(stack, waive={kinesis.ALARMS: "Watched elsewhere."})
    for number in range(12):
        stream.add_consumer(f"reader-{number}")
    written = template(stack).of_type(CONSUMER)
    numbers = {name: int(it["Properties"]["ConsumerName"].partition("-")[2]) for name, it in written.items()}
    waits = {numbers[name]: [numbers[on] for on in it.get("DependsOn", [])] for name, it in written.items()}
    assert waits == {number: [number - 5] if number >= 5 else [] for number in range(12)}


def _statements(written: Template, policy: str) -> list[Any]:
    [resource] = [it for name, it in written.of_type(POLICY).items() if policy in name]
    assert [written.type_of(role) for role in resource["Properties"]["Roles"]] == ["AWS::IAM::Role"]
    statements: list[Any] = resource["Properties"]["PolicyDocument"]["Statement"]
    return statements


def test_a_role_may_write(stack: cdk.Stack) -> None:
    new_stream(stack).grant_write(new_role(stack))
    verdict = judge(stack)
    written = verdict.template()
    puts, encrypts = _statements(written, "AppAccess")
    assert verdict.findings == []
    assert (set(puts["Action"]), written.type_of(puts["Resource"])) == (WRITES, STREAM)
    assert (encrypts["Action"], written.type_of(encrypts["Resource"])) == ("kms:GenerateDataKey", KEY)
    assert not written.of_type("AWS::IAM::Policy")


def test_a_role_may_read(stack: cdk.Stack) -> None:
    new_stream(stack).grant_read(new_role(stack))
    verdict = judge(stack)
    written = verdict.template()
    gets, decrypts = _statements(written, "AppAccess")
    assert verdict.findings == []
    assert (set(gets["Action"]), written.type_of(gets["Resource"])) == (READS, STREAM)
    assert (decrypts["Action"], written.type_of(decrypts["Resource"])) == ("kms:Decrypt", KEY)


def test_a_role_may_read_as_a_registered_consumer(stack: cdk.Stack) -> None:
    stream = new_stream(stack)
    stream.add_consumer("analytics")
    stream.grant_read(new_role(stack), consumer="analytics")
    verdict = judge(stack)
    written = verdict.template()
    looks, subscribes, _ = _statements(written, "AppAccess")
    assert verdict.findings == []
    assert set(looks["Action"]) == {"kinesis:DescribeStreamSummary", "kinesis:ListShards"}
    assert set(subscribes["Action"]) == {"kinesis:DescribeStreamConsumer", "kinesis:SubscribeToShard"}
    assert written.type_of(subscribes["Resource"]) == CONSUMER


def test_a_role_may_use_several_streams_in_several_ways(stack: cdk.Stack) -> None:
    role = new_role(stack)
    for name in ("One", "Two"):
        stream = kinesis.Stream(stack, name)
        assert stream.grant_write(role).node.path == stream.grant_write(role).node.path
        stream.grant_read(role)
    allowed = template(stack).allowed("AppAccess")
    assert len(allowed["kinesis:PutRecords"]) == len(allowed["kinesis:GetRecords"]) == 2


def test_a_role_of_another_stack_may_write() -> None:
    app = new_app()
    data, compute = (new_stack(app=app, id=name) for name in ("Data", "Compute"))
    new_stream(data).grant_write(new_role(compute))
    verdict = judge(app)
    assert verdict.findings == []
    assert "kinesis:PutRecords" in str(verdict.template("Compute").only(POLICY))


def test_a_role_that_was_imported_may_write(stack: cdk.Stack) -> None:
    new_stream(stack).grant_write(iam.Role.from_role_arn(stack, "App", "arn:aws:iam::123456789012:role/app"))
    assert template(stack).properties(POLICY)["Roles"] == ["app"]


def test_other_accounts_may_write_and_read_the_stream_and_use_its_key(stack: cdk.Stack) -> None:
    new_stream(stack, sharing=kinesis.Sharing(writers=["210987654321", "210987654321"], readers=[FRIEND]))
    verdict = judge(stack)
    written = verdict.template()
    policy = written.properties(SHARING)
    write, read = policy["ResourcePolicy"]["Statement"]
    assert verdict.findings == []
    assert {written.type_of(it) for it in (policy["ResourceArn"], write["Resource"], read["Resource"])} == {STREAM}
    assert (write["Principal"], set(write["Action"])) == ({"AWS": ["210987654321"]}, WRITES)
    assert (read["Principal"], set(read["Action"])) == ({"AWS": [FRIEND]}, READS)
    statements = deployed(written.properties(KEY)["KeyPolicy"]["Statement"])
    uses = {it["Sid"]: it for it in statements if "Sid" in it}
    assert {sid: it["Action"] for sid, it in uses.items()} == {
        "KinesisWriters": "kms:GenerateDataKey",
        "KinesisReaders": "kms:Decrypt",
    }
    streams = "arn:aws:kinesis:eu-west-1:123456789012:stream/*"
    assert {str(it["Condition"]) for it in uses.values()} == {
        str({"ArnLike": {"kms:EncryptionContext:aws:kinesis:arn": streams}})
    }


@pytest.mark.parametrize(("option", "sid"), [("writers", "Write"), ("readers", "Read")])
def test_a_stream_may_be_shared_one_way_alone(stack: cdk.Stack, option: str, sid: str) -> None:
    new_stream(stack, sharing=kinesis.Sharing(**{option: [FRIEND]}))
    [statement] = template(stack).properties(SHARING)["ResourcePolicy"]["Statement"]
    assert statement["Sid"] == sid


def test_a_stream_is_not_shared_by_default(stack: cdk.Stack) -> None:
    new_stream(stack)
    assert not template(stack).of_type(SHARING)


def test_the_wish_for_the_key_of_the_service_is_answered(stack: cdk.Stack) -> None:
    new_stream(stack)
    assert ("Stack/Clicks/Stream/Resource", "AwsSolutions::AwsSolutions-KDS3") in {
        (path, rule) for path, rule, _ in judge(stack).acknowledged
    }
