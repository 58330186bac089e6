"""The workgroup: as a whole, what each practice writes into the template, and who may query."""

from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_glue as glue
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_s3 as s3
from aws_cdk import aws_sns as sns
from syrupy.assertion import SnapshotAssertion

from constructs_lib import athena
from constructs_lib.athena.workgroup import WAIVABLE
from constructs_lib.errors import Problem
from constructs_lib.landing_bucket import LandingBucket
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.practices import CATALOGUE, Practice
from constructs_lib.practices import athena as practices
from tests.athena.workgroups import full_workgroup, new_workgroup
from tests.refusing import OF_THAT_TYPE, problems
from tests.synthesis import ENVIRONMENTS, Template, deployed, judge, new_app, new_stack, template
from tests.waiving import REASON, acknowledged_for, answered, listed_for

WORKGROUP = "AWS::Athena::WorkGroup"
BUCKET = "AWS::S3::Bucket"
KEY = "AWS::KMS::Key"
POLICY = "AWS::IAM::ManagedPolicy"
KEY_ARN = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
ALARM = "AWS::CloudWatch::Alarm"


def test_minimal(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    new_workgroup(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


def test_everything(stack: cdk.Stack, snapshot: SnapshotAssertion) -> None:
    full_workgroup(stack)
    verdict = judge(stack)
    assert verdict.findings == []
    assert verdict.template().content == snapshot


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("results", [athena.BucketResults(), athena.ManagedResults()], ids=["bucket", "managed"])
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, results: Any) -> None:
    stack = new_stack(env)
    group = new_workgroup(stack, results=results)
    _grant(stack, group)
    assert judge(stack).findings == []


def test_every_practice_is_tested_here() -> None:
    known = {practice for name, practice in CATALOGUE.items() if name.startswith("ATHENA_")}
    assert known == {
        practices.ENFORCED,
        practices.ENCRYPTION,
        practices.METRICS,
        practices.SCAN_LIMIT,
        practices.BUCKET_OWNER,
        practices.ALARMS,
    }


def _configuration(written: Template) -> Any:
    return written.properties(WORKGROUP)["WorkGroupConfiguration"]


def test_no_client_lifts_a_limit(stack: cdk.Stack) -> None:
    new_workgroup(stack)
    configuration = _configuration(template(stack))
    assert configuration["EnforceWorkGroupConfiguration"] is True
    assert configuration["PublishCloudWatchMetricsEnabled"] is True
    assert configuration["BytesScannedCutoffPerQuery"] == 100 * 2**30
    assert configuration["EngineVersion"] == {"SelectedEngineVersion": "Athena engine version 3"}


def test_results_are_encrypted_in_a_bucket_of_the_account_and_expire(stack: cdk.Stack) -> None:
    group = new_workgroup(stack)
    written = template(stack)
    results = _configuration(written)["ResultConfiguration"]
    [name] = [name for name in written.of_type(BUCKET) if "ResultsBucket" in name]
    [rule] = written.resources[name]["Properties"]["LifecycleConfiguration"]["Rules"]
    assert results["EncryptionConfiguration"]["EncryptionOption"] == "SSE_KMS"
    assert written.type_of(results["EncryptionConfiguration"]["KmsKey"]) == KEY
    assert deployed(results["OutputLocation"]) == f"s3://<{name}>/"
    assert deployed(results["ExpectedBucketOwner"]) == "123456789012"
    assert rule["ExpirationInDays"] == 30
    assert len(written.of_type(KEY)) == 1
    assert group.results


def test_results_go_to_a_bucket_that_is_given_with_its_key(stack: cdk.Stack) -> None:
    lake = LandingBucket(stack, "Lake")
    group = new_workgroup(stack, results=athena.BucketResults(bucket=lake.bucket, prefix="athena/"))
    written = template(stack)
    assert group.key.node.path == "Stack/Lake/Key"
    assert deployed(_configuration(written)["ResultConfiguration"]["OutputLocation"]).endswith(">/athena/")
    assert len(written.of_type(BUCKET)) == 2


def test_athena_manages_results_with_a_key_that_it_may_use_for_this_workgroup_alone(stack: cdk.Stack) -> None:
    group = new_workgroup(stack, results=athena.ManagedResults())
    written = template(stack)
    managed = _configuration(written)["ManagedQueryResultsConfiguration"]
    [allowed] = [it for it in written.properties(KEY)["KeyPolicy"]["Statement"] if it.get("Sid")]
    name = deployed(written.properties(WORKGROUP)["Name"])
    assert group.results is None
    assert managed["Enabled"] is True
    assert written.type_of(managed["EncryptionConfiguration"]["KmsKey"]) == KEY
    assert "ResultConfiguration" not in _configuration(written)
    assert not written.of_type(BUCKET)
    assert allowed["Principal"] == {"Service": "encryption.athena.amazonaws.com"}
    assert deployed(allowed["Condition"]) == {
        "ArnLike": {"aws:SourceArn": f"arn:aws:athena:eu-west-1:123456789012:workgroup/{name}"},
        "StringEquals": {"aws:SourceAccount": "123456789012"},
    }


@pytest.mark.parametrize(("lifecycle", "recursive"), [(Lifecycle.RETAINED, False), (Lifecycle.DISPOSABLE, True)])
def test_workgroup_and_saved_queries_go_if_disposable_alone(
    stack: cdk.Stack, lifecycle: Lifecycle, recursive: bool
) -> None:
    new_workgroup(stack, lifecycle=lifecycle)
    written = template(stack)
    kept = {
        it[policy]
        for it in (*written.of_type(BUCKET).values(), written.only(WORKGROUP))
        for policy in ("DeletionPolicy", "UpdateReplacePolicy")
    }
    assert written.properties(WORKGROUP)["RecursiveDeleteOption"] is recursive
    assert kept == {"Delete" if recursive else "Retain"}


def test_alarms_watch_failures_and_the_limit(stack: cdk.Stack) -> None:
    arn = "arn:aws:sns:eu-west-1:123456789012:alarms"
    new_workgroup(stack, results=athena.ManagedResults(), alarm_topic=sns.Topic.from_topic_arn(stack, "Topic", arn))
    written = template(stack)
    alarms = {it["Properties"]["MetricName"]: it["Properties"] for it in written.of_type(ALARM).values()}
    failed, near = alarms["TotalExecutionTime"], alarms["ProcessedBytes"]
    names = {it["Name"]: deployed(it["Value"]) for it in failed["Dimensions"]}
    [group] = written.of_type(WORKGROUP)
    assert names == {"WorkGroup": f"<{group}>", "QueryState": "FAILED", "QueryType": "DML"}
    assert near["Dimensions"] == [{"Name": "WorkGroup", "Value": {"Ref": group}}]
    assert (near["Statistic"], near["Threshold"]) == ("Maximum", int(0.8 * 100 * 2**30))
    assert {it["Namespace"] for it in alarms.values()} == {"AWS/Athena"}
    assert all(it["AlarmActions"] == it["OKActions"] == [arn] for it in alarms.values())


def _role(stack: cdk.Stack, id: str = "App") -> iam.Role:
    return iam.Role(stack, id, assumed_by=iam.AccountRootPrincipal())


def _clicks(stack: cdk.Stack) -> glue.CfnTable:
    return glue.CfnTable(
        stack, "Clicks", catalog_id=cdk.Aws.ACCOUNT_ID, database_name="shop", table_input={"name": "clicks"}
    )


def _grant(stack: cdk.Stack, group: athena.WorkGroup) -> iam.ManagedPolicy:
    key = kms.Key(stack, "LakeKey", enable_key_rotation=True)
    lake = s3.Bucket.from_bucket_attributes(stack, "Lake", bucket_name="lake", encryption_key=key)
    return group.grant_query(_role(stack), tables=[_clicks(stack)], locations=[athena.Location(lake, "clicks/")])


def test_a_role_may_query_these_tables_and_read_these_objects_alone(stack: cdk.Stack) -> None:
    group = new_workgroup(stack, results=athena.ManagedResults())
    _grant(stack, group)
    written = template(stack)
    allowed = written.allowed("AppAccess")
    arn = "arn:aws:glue:eu-west-1:123456789012"
    name = deployed(written.properties(WORKGROUP)["Name"])
    [table] = written.of_type("AWS::Glue::Table")
    [group_arn] = allowed["athena:BatchGetQueryExecution"]
    assert group_arn.endswith(f":workgroup/{name}")
    assert allowed["glue:BatchGetPartition"] == {
        f"{arn}:catalog",
        f"{arn}:database/shop",
        f"{arn}:table/shop/<{table}>",
    }
    [lists] = [it for it in written.statements("AppAccess") if "s3:ListBucket" in it["Action"]]
    assert lists["Condition"] == {"StringLike": {"s3:prefix": ["clicks/", "clicks/*"]}}
    assert allowed["s3:GetObject"] == {"arn:aws:s3:::lake/clicks/*"}
    assert not written.of_type("AWS::IAM::Policy")


def test_a_role_may_list_these_databases_and_tables_alone(stack: cdk.Stack) -> None:
    """Glue leaves out of ``SHOW TABLES`` what a role may not read."""
    _grant(stack, new_workgroup(stack, results=athena.ManagedResults()))
    statements = template(stack).statements("AppAccess")
    allowed = {it["Action"] if isinstance(it["Action"], str) else it["Action"][0]: it for it in statements}
    arn = "arn:aws:glue:eu-west-1:123456789012"
    assert "glue:GetTables" in allowed["glue:BatchGetPartition"]["Action"]
    assert allowed["glue:GetDatabase"]["Action"] == ["glue:GetDatabase", "glue:GetDatabases"]
    assert allowed["glue:GetDatabase"]["Resource"] == [
        f"{arn}:catalog",
        f"{arn}:database/default",
        f"{arn}:database/shop",
    ]
    browsing = allowed["athena:GetDataCatalog"]
    assert browsing["Resource"] == "arn:aws:athena:eu-west-1:123456789012:datacatalog/AwsDataCatalog"
    assert {"athena:ListDatabases", "athena:ListTableMetadata"} < set(browsing["Action"])


@pytest.mark.parametrize("given", [True, False], ids=["key", "no key"])
def test_a_role_may_decrypt_objects_with_the_key_of_the_location(stack: cdk.Stack, given: bool) -> None:
    group = new_workgroup(stack, results=athena.ManagedResults())
    lake = s3.Bucket.from_bucket_name(stack, "Lake", "lake")
    key = kms.Key.from_key_arn(stack, "LakeKey", KEY_ARN) if given else None
    location = athena.Location(lake, "clicks/", key=key)
    group.grant_query(_role(stack), tables=[_clicks(stack)], locations=[location])
    statements = deployed(template(stack).properties(POLICY)["PolicyDocument"]["Statement"])
    decrypts = [it["Resource"] for it in statements if it["Action"] == "kms:Decrypt"]
    assert decrypts == ([KEY_ARN] if given else [])


def test_a_role_may_decrypt_the_catalog(stack: cdk.Stack) -> None:
    group = new_workgroup(stack, results=athena.ManagedResults())
    lake = s3.Bucket.from_bucket_name(stack, "Lake", "lake")
    group.grant_query(
        _role(stack),
        tables=[_clicks(stack)],
        locations=[athena.Location(lake)],
        catalog_key=kms.Key.from_key_arn(stack, "CatalogKey", KEY_ARN),
    )
    statements = deployed(template(stack).properties(POLICY)["PolicyDocument"]["Statement"])
    [decrypting] = [it for it in statements if it["Action"] == "kms:Decrypt"]
    via = {"StringEquals": {"kms:ViaService": "glue.eu-west-1.amazonaws.com"}}
    assert (decrypting["Resource"], decrypting["Condition"]) == (KEY_ARN, via)


def test_a_role_may_write_results_where_they_go(stack: cdk.Stack) -> None:
    group = new_workgroup(stack, results=athena.BucketResults(prefix="athena/"))
    _grant(stack, group)
    statements = template(stack).statements("AppAccess")
    written = [it for it in statements if "s3:PutObject" in it["Action"]]
    encrypting = [it for it in statements if "kms:GenerateDataKey" in it["Action"]]
    assert [it["Resource"].rpartition(">")[2] for it in written] == ["/athena/*"]
    assert encrypting[0]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}


def test_a_role_may_be_granted_more_later_and_live_elsewhere() -> None:
    app = new_app()
    data, compute = (new_stack(app=app, id=name) for name in ("Data", "Compute"))
    group, role, table = new_workgroup(data, results=athena.ManagedResults()), _role(compute), _clicks(data)
    lake = s3.Bucket.from_bucket_name(data, "Lake", "lake")
    for prefix in ("clicks/", "views/", "clicks/"):
        group.grant_query(role, tables=[table], locations=[athena.Location(lake, prefix)])
    verdict = judge(app)
    assert verdict.findings == []
    [policy] = verdict.template("Compute").of_type(POLICY).values()
    assert [str(policy).count(f":s3:::lake/{prefix}/*") for prefix in ("clicks", "views")] == [1, 1]


@pytest.mark.parametrize(
    ("given", "option"),
    [
        ({"role": "app"}, "role"),
        ({"tables": []}, "tables"),
        ({"tables": ["clicks"]}, "tables"),
        ({"locations": []}, "locations"),
        ({"catalog_key": KEY_ARN}, "catalog_key"),
    ],
    ids=str,
)
def test_a_grant_is_refused_with_what_to_do(stack: cdk.Stack, given: dict[str, Any], option: str) -> None:
    group = new_workgroup(stack)
    right = {
        "role": _role(stack),
        "tables": [_clicks(stack)],
        "locations": [athena.Location(s3.Bucket.from_bucket_name(stack, "Lake", "lake"))],
    }
    [problem] = problems(lambda: group.grant_query(**{**right, **given}))
    assert problem.option == option
    advice = {"role": "iam.Role", "catalog_key": "glue.CatalogEncryption"}.get(option, "athena.Location")
    assert advice in problem.advice


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"scan_limit": cdk.Size.mebibytes(9)},
            Problem(
                "scan_limit",
                "9437184 bytes",
                "10000000 bytes or more",
                "Write cdk.Size.gibibytes(n); 10 MB is billed anyway.",
            ),
        ),
        (
            {"scan_limit": 10},
            Problem("scan_limit", "10", "Size", "Write a cdk.Size, such as cdk.Size.gibibytes(100)."),
        ),
        (
            {"results": "s3://lake"},
            Problem("results", "'s3://lake'", "athena.BucketResults or athena.ManagedResults", OF_THAT_TYPE),
        ),
        (
            {"result": None},
            Problem(
                "result",
                "an unknown option",
                "results, scan_limit, key, alarm_topic, lifecycle, waive",
                "Did you mean results?",
            ),
        ),
    ],
    ids=lambda it: "-".join(it) if isinstance(it, dict) else it.given[:24],
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_workgroup(stack, **options)) == [expected]


@pytest.mark.parametrize(
    ("options", "option"),
    [
        ({"prefix": "athena"}, "prefix"),
        ({"prefix": "/athena/"}, "prefix"),
        ({"expire_after": cdk.Duration.hours(1)}, "expire_after"),
    ],
    ids=["text", "slash", "hours"],
)
def test_results_are_refused(options: dict[str, Any], option: str) -> None:
    assert [problem.option for problem in problems(lambda: athena.BucketResults(**options))] == [option]


def test_results_of_a_bucket_that_is_given_expire_by_its_own_lifecycle(stack: cdk.Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Lake", "lake")
    found = problems(lambda: athena.BucketResults(bucket=bucket, expire_after=cdk.Duration.days(1)))
    assert [problem.advice for problem in found] == ["Say it in the lifecycle of the bucket."]


@pytest.mark.parametrize(
    ("elsewhere", "given", "allowed"),
    [
        ({"account": "210987654321"}, "a bucket of 210987654321 in eu-west-1", "one of 123456789012 in eu-west-1"),
        ({"region": "us-east-1"}, "a bucket of 123456789012 in us-east-1", "one of 123456789012 in eu-west-1"),
    ],
    ids=["account", "region"],
)
def test_results_stay_in_account_and_region(
    stack: cdk.Stack, elsewhere: dict[str, Any], given: str, allowed: str
) -> None:
    bucket = s3.Bucket.from_bucket_attributes(stack, "Far", bucket_name="far", **elsewhere)
    [problem] = problems(lambda: new_workgroup(stack, results=athena.BucketResults(bucket)))
    assert (problem.option, problem.given, problem.allowed) == ("results", given, allowed)
    anywhere = new_stack(None)
    bucket = s3.Bucket.from_bucket_attributes(anywhere, "Far", bucket_name="far", **elsewhere)
    assert new_workgroup(anywhere, results=athena.BucketResults(bucket)).results


def test_a_location_is_a_folder(stack: cdk.Stack) -> None:
    bucket = s3.Bucket.from_bucket_name(stack, "Lake", "lake")
    assert [problem.option for problem in problems(lambda: athena.Location(bucket, "clicks"))] == ["prefix"]


def test_the_waiver_is_tested_here_and_can_be_imported() -> None:
    exported = {it for name in athena.__all__ if isinstance(it := getattr(athena, name), Practice)}
    assert exported == set(WAIVABLE) == {athena.ALARMS}
    assert athena.ALARMS.constant == "athena.ALARMS"


def test_the_reason_of_a_waiver_stands_in_template_and_report(stack: cdk.Stack) -> None:
    group = new_workgroup(stack, results=athena.ManagedResults(), waive={athena.ALARMS: REASON})
    verdict = judge(stack)
    written = verdict.template()
    assert verdict.findings == []
    assert group.alarms is None
    assert not written.of_type(ALARM)
    assert written.only(WORKGROUP)["Metadata"]["constructs-lib"] == {"waived": {athena.ALARMS.id: REASON}}
    assert acknowledged_for(verdict, REASON) == answered(athena.ALARMS)
    assert f"constructs-lib::{athena.ALARMS.id}" in listed_for(verdict, REASON)
