"""Aurora in several Regions."""

from functools import partial
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from syrupy.assertion import SnapshotAssertion

from constructs_lib import kinesis, rds
from constructs_lib.lifecycle import Lifecycle
from constructs_lib.notifications import AlarmTopic
from tests.rds.clusters import CLUSTER, ENGINES, MEMBER, MYSQL, POSTGRES, member
from tests.refusing import problems
from tests.synthesis import ACCOUNT, Verdict, deployed, judge, new_app, new_stack, new_vpc

GLOBAL = "AWS::RDS::GlobalCluster"
ALARM = "AWS::CloudWatch::Alarm"
LAG = "AuroraGlobalDBReplicationLag"
PLACES = {"Ireland": "eu-west-1", "Frankfurt": "eu-central-1", "Virginia": "us-east-1"}


def new_stacks(**regions: str) -> dict[str, cdk.Stack]:
    """Make a stack for each Region, by its name."""
    app = new_app()
    return {
        name: new_stack(cdk.Environment(account=ACCOUNT, region=region), app=app, id=name)
        for name, region in (regions or PLACES).items()
    }


def new_database(stacks: dict[str, cdk.Stack], *, headless: bool = False, **options: Any) -> rds.AuroraGlobalDatabase:
    """Make a global database over the stacks; the first is the primary's, the last may be headless."""
    first, *others = stacks.values()
    options.setdefault("engine", POSTGRES)
    if "vpc" not in options:
        options["vpc"] = new_vpc(first)
    if "secondaries" not in options:
        options["secondaries"] = [
            rds.GlobalRegion(scope=it, vpc=new_vpc(it), headless=headless and it is others[-1]) for it in others
        ]
    return rds.AuroraGlobalDatabase(first, "Accounts", **options)


def _metrics(verdict: Verdict, stack: str) -> set[str]:
    return {it["Properties"].get("MetricName", "") for it in verdict.template(stack).of_type(ALARM).values()}


@pytest.mark.parametrize("engine", ENGINES)
def test_minimal(engine: str, snapshot: SnapshotAssertion) -> None:
    stacks = new_stacks()
    new_database(stacks, engine=ENGINES[engine])
    verdict = judge(stacks["Ireland"])
    assert verdict.findings == []
    assert {name: verdict.template(name).content for name in ("Ireland", "Frankfurt")} == snapshot


def test_everything() -> None:
    stacks = new_stacks()
    first, second, third = stacks.values()
    topics = {name: AlarmTopic(stack, "Topic").topic for name, stack in stacks.items()}
    vpcs = {name: new_vpc(stack, zones=3) for name, stack in stacks.items()}
    large = member("r7g.xlarge")
    rds.AuroraGlobalDatabase(
        first,
        "Accounts",
        engine=MYSQL,
        vpc=vpcs["Ireland"],
        secondaries=[
            rds.GlobalRegion(
                scope=second,
                vpc=vpcs["Frankfurt"],
                subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_ISOLATED),
                readers={"Reader": large, "Reports": member("r7g.4xlarge", 15)},
                write_forwarding=True,
                alarm_topic=topics["Frankfurt"],
            ),
            rds.GlobalRegion(scope=third, vpc=vpcs["Virginia"], headless=True, alarm_topic=topics["Virginia"]),
        ],
        identifier="accounts",
        writer=large,
        readers={"Reader": large, "Bursts": rds.Member()},
        serverless=rds.ServerlessCapacity(minimum=8, maximum=64),
        features=rds.AuroraFeatures(io_optimized=True, local_write_forwarding=True, parallel_query=True),
        database_name="accounts",
        port=6432,
        alarm_topic=topics["Ireland"],
        lifecycle=Lifecycle.DISPOSABLE,
        waive={rds.AURORA_EXTENDED_SUPPORT_OFF: "It is paid for."},
    )
    verdict = judge(first)
    assert verdict.findings == []
    primary, secondary, headless = (verdict.template(name).properties(CLUSTER) for name in stacks)
    assert primary["EnableLocalWriteForwarding"] is True
    assert "EnableLocalWriteForwarding" not in secondary
    assert secondary["EnableGlobalWriteForwarding"] is True
    assert "EnableGlobalWriteForwarding" not in headless
    assert verdict.template("Ireland").properties(GLOBAL)["GlobalClusterIdentifier"] == "accounts"
    assert secondary["GlobalClusterIdentifier"] == headless["GlobalClusterIdentifier"] == "accounts"
    assert {it["Properties"]["DBInstanceClass"] for it in verdict.template("Frankfurt").of_type(MEMBER).values()} == {
        "db.r7g.xlarge",
        "db.r7g.4xlarge",
    }


def test_the_primary_is_the_source() -> None:
    stacks = new_stacks()
    new_database(stacks)
    written = judge(stacks["Ireland"]).template("Ireland")
    resource = written.only(GLOBAL)
    [cluster] = written.of_type(CLUSTER)
    source = deployed(resource["Properties"]["SourceDBClusterIdentifier"])
    assert source == f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:<{cluster}>"
    assert set(resource["DependsOn"]) == set(written.of_type(MEMBER))
    assert resource["Properties"]["DeletionProtection"] is True
    assert resource["DeletionPolicy"] == "Retain"
    assert resource["Properties"]["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


def test_nobody_has_a_password() -> None:
    stacks = new_stacks()
    new_database(stacks)
    verdict = judge(stacks["Ireland"])
    primary, *others = (verdict.template(name).properties(CLUSTER) for name in stacks)
    secrets = {"ManageMasterUserPassword", "MasterUserSecret", "MasterUserPassword"}
    assert primary["MasterUserAuthenticationType"] == "iam-db-auth"
    assert primary["MasterUsername"] == "dbadmin"
    assert not {name for it in (primary, *others) for name in it} & secrets
    assert all("MasterUsername" not in it for it in others)
    assert all(not verdict.template(name).of_type("AWS::SecretsManager::Secret") for name in stacks)


def test_every_region_has_its_own_key_and_backup_plan() -> None:
    stacks = new_stacks()
    new_database(stacks)
    verdict = judge(stacks["Ireland"])
    for name in stacks:
        written = verdict.template(name)
        assert written.type_of(written.properties(CLUSTER)["KmsKeyId"]) == "AWS::KMS::Key"
        assert written.only("AWS::Backup::BackupSelection")


def test_every_other_region_is_watched_for_its_lag() -> None:
    stacks = new_stacks()
    new_database(stacks, headless=True)
    verdict = judge(stacks["Ireland"])
    assert verdict.findings == []
    assert LAG not in _metrics(verdict, "Ireland")
    assert LAG in _metrics(verdict, "Frankfurt")
    assert _metrics(verdict, "Virginia") == {LAG}


def test_a_headless_region_has_storage_alone() -> None:
    stacks = new_stacks()
    new_database(stacks, headless=True, writer=rds.Member(), serverless=rds.ServerlessCapacity(minimum=8, maximum=16))
    written = judge(stacks["Ireland"]).template("Virginia")
    assert written.of_type(MEMBER) == {}
    assert written.properties(CLUSTER)["StorageEncrypted"] is True


def test_other_regions_come_after_the_primary_and_go_before_it() -> None:
    stacks = new_stacks()
    new_database(stacks)
    first, *others = stacks.values()
    assert [it.dependencies for it in others] == [[first], [first]]


def test_the_identifier_is_known_everywhere() -> None:
    stacks = new_stacks()
    database = new_database(stacks)
    assert not cdk.Token.is_unresolved(database.identifier)
    assert database.identifier.startswith("ireland-accounts-")
    assert new_database(new_stacks(Ohio="us-east-2", Oregon="us-west-2")).identifier != database.identifier


def test_a_disposable_one_is_not_protected() -> None:
    stacks = new_stacks()
    new_database(stacks, lifecycle=Lifecycle.DISPOSABLE)
    verdict = judge(stacks["Ireland"])
    resource = verdict.template("Ireland").only(GLOBAL)
    assert verdict.findings == []
    assert resource["Properties"]["DeletionProtection"] is False
    assert resource["DeletionPolicy"] == "Delete"


def test_the_clusters_are_found_by_their_region() -> None:
    database = new_database(new_stacks())
    assert [*database.secondaries] == ["eu-central-1", "us-east-1"]
    assert all(it.members.keys() == {"Writer", "Reader"} for it in database.secondaries.values())


def test_no_region_comes_twice() -> None:
    stacks = new_stacks(Ireland="eu-west-1", Frankfurt="eu-central-1", Again="eu-central-1", Home="eu-west-1")
    [problem] = problems(lambda: new_database(stacks))
    assert (problem.option, problem.given) == ("secondaries", "eu-central-1, eu-west-1 more than once")


@pytest.mark.parametrize(("count", "given"), [(0, "0 Regions"), (11, "11 Regions")])
def test_how_many_regions_there_may_be(count: int, given: str) -> None:
    [problem] = problems(lambda: new_database(new_stacks(**{f"R{it}": f"xx-test-{it}" for it in range(count + 1)})))
    assert (problem.given, problem.allowed) == (given, "1 to 10 Regions")


def test_a_stack_has_to_say_where_it_is() -> None:
    app = new_app()
    stacks = {name: new_stack(env=None, app=app, id=name) for name in ("Here", "There")}
    [problem] = problems(lambda: new_database(stacks))
    assert (problem.option, problem.given) == ("secondaries", "2 stack(s) without a Region")


def test_regions_cost_the_primary_readers() -> None:
    readers = {f"Reader{it}": member("r7g.large") for it in range(14)}
    [problem] = problems(lambda: new_database(new_stacks(), readers=readers))
    assert (problem.option, problem.given) == ("readers", "14 readers")
    assert problem.allowed == "at most 13 beside 2 other Regions"


@pytest.mark.parametrize("identifier", ["", "Accounts", "accounts--eu", "1st", "a" * 64])
def test_an_identifier_that_is_refused(identifier: str) -> None:
    [problem] = problems(lambda: new_database(new_stacks(), identifier=identifier))
    assert problem.option == "identifier"


@pytest.mark.parametrize("option", ["readers", "write_forwarding"])
def test_a_headless_region_has_no_members(stack: cdk.Stack, option: str) -> None:
    given: dict[str, Any] = {"readers": {"Reader": member("r7g.large")}, "write_forwarding": True}
    [problem] = problems(
        lambda: rds.GlobalRegion(scope=stack, vpc=new_vpc(stack), headless=True, **{option: given[option]})
    )
    assert problem.option == option


def test_all_problems_come_at_once() -> None:
    stacks = new_stacks(Ireland="eu-west-1", Again="eu-west-1")
    found = problems(lambda: new_database(stacks, identifier="Accounts"))
    assert {it.option for it in found} == {"identifier", "secondaries"}


def test_zero_etl_needs_no_waiver_where_there_is_no_backtracking() -> None:
    stacks = new_stacks()
    new_database(stacks, engine=MYSQL, features=rds.AuroraFeatures(zero_etl=True))
    assert judge(stacks["Ireland"]).findings == []


def test_secondaries_do_not_scale() -> None:
    database = new_database(new_stacks(), headless=True)
    database.primary.scale_readers(maximum=3, cpu_percent=60)
    following, headless = database.secondaries.values()
    for scale in (following.scale_readers, headless.scale_readers):
        found = problems(partial(scale, maximum=3, cpu_percent=60))
        assert "a secondary of a global database" in [problem.given for problem in found]


@pytest.mark.parametrize("option", ["vpc", "key", "alarm_topic"])
def test_what_a_region_uses_is_in_that_region(option: str) -> None:
    stacks = new_stacks(Ireland="eu-west-1", Frankfurt="eu-central-1")
    first, second = stacks.values()
    of_the_first: dict[str, Any] = {
        "vpc": new_vpc(first),
        "key": kms.Key(first, "Key"),
        "alarm_topic": AlarmTopic(first, "Topic").topic,
    }
    given: dict[str, Any] = {"scope": second, "vpc": new_vpc(second), option: of_the_first[option]}
    [problem] = problems(lambda: rds.GlobalRegion(**given))
    assert (problem.option, problem.given, problem.allowed) == (option, "one of eu-west-1", "one of eu-central-1")


@pytest.mark.parametrize("option", ["vpc", "key", "alarm_topic"])
def test_what_the_primary_uses_is_in_its_region(option: str) -> None:
    stacks = new_stacks(Ireland="eu-west-1", Frankfurt="eu-central-1")
    second = stacks["Frankfurt"]
    of_the_second: dict[str, Any] = {
        "vpc": new_vpc(second),
        "key": kms.Key(second, "Key"),
        "alarm_topic": AlarmTopic(second, "Topic").topic,
    }
    region = rds.GlobalRegion(scope=second, vpc=of_the_second["vpc"])
    [problem] = problems(lambda: new_database(stacks, secondaries=[region], **{option: of_the_second[option]}))
    assert (problem.option, problem.given, problem.allowed) == (option, "one of eu-central-1", "one of eu-west-1")


@pytest.mark.parametrize(
    ("account", "region", "given"),
    [
        ("999999999999", "us-east-1", f"stacks in {ACCOUNT}, 999999999999"),
        (ACCOUNT, "cn-north-1", "stacks in aws, aws-cn"),
    ],
)
def test_a_global_database_stays_in_one_account_and_partition(account: str, region: str, given: str) -> None:
    stacks = new_stacks(Ireland="eu-west-1")
    env = cdk.Environment(account=account, region=region)
    stacks["Other"] = new_stack(env, app=cast("cdk.App", stacks["Ireland"].node.root), id="Other")
    [problem] = problems(lambda: new_database(stacks))
    assert (problem.option, problem.given) == ("secondaries", given)


def test_no_secondary_outlives_its_key() -> None:
    stacks = new_stacks(Ireland="eu-west-1", Frankfurt="eu-central-1")
    second = stacks["Frankfurt"]
    goes = kinesis.Stream(second, "Goes", lifecycle=Lifecycle.DISPOSABLE).key
    secondary = rds.GlobalRegion(scope=second, vpc=new_vpc(second), key=goes)
    [problem] = problems(lambda: new_database(stacks, secondaries=[secondary]))
    assert (problem.option, problem.given) == ("secondaries", "one that goes with its stack")
