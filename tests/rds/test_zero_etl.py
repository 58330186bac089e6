"""Zero-ETL integrations of an Aurora cluster with Amazon Redshift."""

from collections.abc import Mapping
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_kms as kms
from aws_cdk import aws_rds

from constructs_lib import rds
from constructs_lib.errors import Problem
from constructs_lib.practices.engine import Engine
from constructs_lib.rds.zero_etl import REGIONS_WITHOUT_ZERO_ETL
from tests.rds.clusters import ENGINES, MEMBER, MYSQL, POSTGRES, SERVERLESS, member, mysql, new_cluster, postgres
from tests.rds.regions import regions_without
from tests.refusing import problems
from tests.synthesis import ACCOUNT, CHINA, ENVIRONMENTS, deployed, judge, new_stack, template

INTEGRATION = "AWS::RDS::Integration"
PARAMETERS = "AWS::RDS::DBClusterParameterGroup"
UUID = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"
SERVERLESS_ARN = f"arn:aws:redshift-serverless:eu-west-1:{ACCOUNT}:namespace/{UUID}"
PROVISIONED_ARN = f"arn:aws:redshift:eu-west-1:999999999999:namespace:{UUID}"
INCLUDE: Mapping[str, str] = {"mysql": "include: orders.*", "postgres": "include: orders.public.*"}
FEATURES = rds.AuroraFeatures(zero_etl=True)
NO_BACKTRACK = {rds.AURORA_BACKTRACK: "Zero-ETL reads enhanced binary logs."}


def source(stack: cdk.Stack, **options: Any) -> rds.AuroraCluster:
    """Make a cluster that can be replicated."""
    return new_cluster(stack, **{"features": FEATURES, "waive": NO_BACKTRACK, **options})


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("engine", ENGINES)
def test_is_clean_wherever_it_is_deployed(env: cdk.Environment | None, engine: str) -> None:
    stack = new_stack(env)
    target = SERVERLESS_ARN.replace("aws:", "aws-cn:").replace("eu-west-1", "cn-north-1")
    source(stack, engine=ENGINES[engine]).add_zero_etl_integration(
        "warehouse", target_arn=target if env is CHINA else SERVERLESS_ARN, data_filter=INCLUDE[engine]
    )
    assert judge(stack).findings == []


@pytest.mark.parametrize("engine", ENGINES)
def test_a_cluster_is_replicated(stack: cdk.Stack, engine: str) -> None:
    cdk.Tags.of(stack).add("team", "shop")
    cluster = source(stack, engine=ENGINES[engine])
    cluster.add_zero_etl_integration("warehouse", target_arn=SERVERLESS_ARN, data_filter=INCLUDE[engine])
    written = template(stack)
    properties = written.properties(INTEGRATION)
    [key] = written.of_type("AWS::KMS::Key")
    [name] = written.of_type("AWS::RDS::DBCluster")
    assert deployed(properties["SourceArn"]) == f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:<{name}>"
    assert properties["TargetArn"] == SERVERLESS_ARN
    assert properties["DataFilter"] == INCLUDE[engine]
    assert properties["KMSKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    assert deployed(properties["IntegrationName"]).startswith("stack-orders-zeroetl-warehouse-")
    assert len(deployed(properties["IntegrationName"])) <= 63
    assert {"Key": "team", "Value": "shop"} in properties["Tags"]
    assert set(written.only(INTEGRATION)["DependsOn"]) == set(written.of_type(MEMBER))


@pytest.mark.parametrize(
    ("engine", "parameters"),
    [
        (
            MYSQL,
            {
                "aurora_enhanced_binlog": "1",
                "binlog_backup": "0",
                "binlog_format": "ROW",
                "binlog_replication_globaldb": "0",
                "binlog_row_image": "full",
                "binlog_row_metadata": "full",
            },
        ),
        (
            POSTGRES,
            {
                "aurora.enhanced_logical_replication": "1",
                "aurora.logical_replication_backup": "0",
                "aurora.logical_replication_globaldb": "0",
                "rds.logical_replication": "1",
            },
        ),
    ],
    ids=ENGINES,
)
def test_the_feature_sets_the_parameters_that_the_engine_needs(
    engine: aws_rds.IClusterEngine, parameters: Mapping[str, str]
) -> None:
    written = {}
    for wanted in (False, True):
        stack = new_stack()
        source(stack, engine=engine, features=rds.AuroraFeatures(zero_etl=wanted))
        written[wanted] = template(stack).properties(PARAMETERS)["Parameters"]
    assert written[True] == {**written[False], **parameters}
    assert not parameters.keys() & written[False].keys()


def test_redshift_may_use_the_key_for_this_cluster_alone(stack: cdk.Stack) -> None:
    source(stack).add_zero_etl_integration("warehouse", target_arn=SERVERLESS_ARN)
    written = template(stack)
    context = written.properties(INTEGRATION)["AdditionalEncryptionContext"]
    statement = written.properties("AWS::KMS::Key")["KeyPolicy"]["Statement"][-1]
    assert context == {"aurora-cluster": written.properties("AWS::RDS::DBCluster")["DBClusterIdentifier"]}
    assert statement == {
        "Action": "kms:CreateGrant",
        "Condition": {
            "ForAllValues:StringEquals": {"kms:GrantOperations": ["Decrypt", "GenerateDataKey", "CreateGrant"]},
            "StringEquals": {"kms:EncryptionContext:aurora-cluster": context["aurora-cluster"]},
        },
        "Effect": "Allow",
        "Principal": {"Service": "redshift.amazonaws.com"},
        "Resource": "*",
    }


def test_a_key_and_a_context_that_are_given_are_used(stack: cdk.Stack) -> None:
    given = kms.Key(stack, "Given", enable_key_rotation=True)
    source(stack).add_zero_etl_integration(
        "warehouse", target_arn=PROVISIONED_ARN, key=given, encryption_context={"department": "sales"}
    )
    verdict = judge(stack)
    written = verdict.template()
    [key] = [name for name in written.of_type("AWS::KMS::Key") if name.startswith("Given")]
    policy = written.resources[key]["Properties"]["KeyPolicy"]["Statement"]
    assert written.properties(INTEGRATION)["KMSKeyId"] == {"Fn::GetAtt": [key, "Arn"]}
    assert written.properties(INTEGRATION)["AdditionalEncryptionContext"] == {"department": "sales"}
    assert policy[-1]["Condition"]["StringEquals"] == {"kms:EncryptionContext:department": "sales"}
    assert verdict.findings == []


def test_integrations_are_made_one_after_the_other(stack: cdk.Stack) -> None:
    cluster = source(stack)
    one = cluster.add_zero_etl_integration("one", target_arn=SERVERLESS_ARN)
    two = cluster.add_zero_etl_integration("two", target_arn=PROVISIONED_ARN)
    verdict = judge(stack)
    written = verdict.template()
    waits = {
        name.removeprefix("OrdersZeroEtl").partition("Integration")[0]: {
            it for it in integration["DependsOn"] if "ZeroEtl" in it
        }
        for name, integration in written.of_type(INTEGRATION).items()
    }
    [first] = [name for name in written.of_type(INTEGRATION) if "ZeroEtlone" in name]
    assert waits == {"one": set(), "two": {first}}
    assert (one.node.path, two.target_arn) == ("Stack/Orders/ZeroEtl/one", PROVISIONED_ARN)
    assert verdict.findings == []


def test_a_target_known_only_at_deployment_reaches_the_template(stack: cdk.Stack) -> None:
    target = cdk.CfnParameter(stack, "Target", default=SERVERLESS_ARN).value_as_string
    text = cdk.CfnParameter(stack, "Filter", default="include: shop.public.*").value_as_string
    source(stack, engine=POSTGRES).add_zero_etl_integration("warehouse", target_arn=target, data_filter=text)
    properties = template(stack).properties(INTEGRATION)
    assert (properties["TargetArn"], properties["DataFilter"]) == ({"Ref": "Target"}, {"Ref": "Filter"})


@pytest.mark.parametrize(
    "engine",
    [
        mysql("8.0.mysql_aurora.3.05.2"),
        mysql("8.4.mysql_aurora.8.4.8", "8.4"),
        postgres("16.4"),
        postgres("17.4"),
        postgres("18.3"),
    ],
    ids=lambda it: str(it.engine_version.full_version),
)
def test_versions_that_can_be_replicated_are_accepted(stack: cdk.Stack, engine: aws_rds.IClusterEngine) -> None:
    assert source(stack, engine=engine).cluster


def test_where_nobody_goes_back_in_time_nothing_has_to_be_waived() -> None:
    stack = new_stack(cdk.Environment(account=ACCOUNT, region="eu-north-1"))
    source(stack, waive={})
    assert judge(stack).findings == []


def test_serverless_members_that_never_pause_are_accepted(stack: cdk.Stack) -> None:
    source(stack, writer=SERVERLESS, serverless=rds.ServerlessCapacity(minimum=0.5))
    assert judge(stack).findings == []


VERSION_3 = "zero_etl from version 3.5.2 or newer"
VERSION_16 = "zero_etl from version 16.4, 17.4 or newer"


@pytest.mark.parametrize(
    ("options", "option", "given", "allowed"),
    [
        ({"engine": mysql("8.0.mysql_aurora.3.04.4")}, "features", "zero_etl", VERSION_3),
        ({"engine": mysql("8.0.mysql_aurora.3.05.1")}, "features", "zero_etl", VERSION_3),
        ({"engine": postgres("15.13")}, "features", "zero_etl", VERSION_16),
        ({"engine": postgres("16.3")}, "features", "zero_etl", VERSION_16),
        ({"engine": postgres("17.3")}, "features", "zero_etl", VERSION_16),
        (
            {"waive": {}},
            "features",
            "zero_etl with backtracking",
            "zero_etl where rds.AURORA_BACKTRACK is waived",
        ),
        (
            {"writer": SERVERLESS, "serverless": rds.ServerlessCapacity(minimum=0)},
            "serverless",
            "a minimum of 0 ACUs",
            "0.5 or more with zero_etl",
        ),
    ],
)
def test_a_cluster_that_cannot_be_replicated_is_refused(
    stack: cdk.Stack, options: dict[str, Any], option: str, given: str, allowed: str
) -> None:
    [problem] = problems(lambda: source(stack, **options))
    assert (problem.option, problem.given, problem.allowed) == (option, given, allowed)


def test_all_that_stands_against_it_is_said_at_once() -> None:
    stack = new_stack(cdk.Environment(account=ACCOUNT, region="ap-southeast-5"))
    found = problems(
        lambda: source(
            stack,
            engine=mysql("8.0.mysql_aurora.3.04.4"),
            writer=SERVERLESS,
            serverless=rds.ServerlessCapacity(minimum=0),
            waive={},
        )
    )
    assert len([it for it in found if "zero_etl" in f"{it.given} {it.allowed}"]) == 4


def test_the_regions_without_integrations_are_those_that_the_rules_know(rules: Engine) -> None:
    properties = {"SourceArn": f"arn:aws:rds:eu-west-1:{ACCOUNT}:cluster:orders", "TargetArn": SERVERLESS_ARN}
    assert regions_without(rules, INTEGRATION, properties) == REGIONS_WITHOUT_ZERO_ETL


@pytest.mark.parametrize(
    ("options", "option", "given", "allowed"),
    [
        ({"name": "1st"}, "name", "'1st'", "1 to 63 letters, digits and single dashes"),
        ({"name": "ware--house"}, "name", "'ware--house'", "1 to 63 letters, digits and single dashes"),
        ({"name": "x" * 64}, "name", "'xxx", "1 to 63 letters, digits and single dashes"),
        (
            {"target_arn": "warehouse"},
            "target_arn",
            "'warehouse'",
            "arn:PARTITION:redshift-serverless:REGION:ACCOUNT:name",
        ),
        (
            {"target_arn": f"arn:aws:redshift:eu-west-1:{ACCOUNT}:cluster:warehouse"},
            "target_arn",
            "'arn:aws:red",
            "arn:PARTITION:redshift-serverless:REGION:ACCOUNT:namespace/UUID or",
        ),
        (
            {"target_arn": SERVERLESS_ARN.replace("namespace/", "namespace:")},
            "target_arn",
            "'arn:aws:red",
            "arn:PARTITION:redshift-serverless:REGION:ACCOUNT:namespace/UUID or",
        ),
        (
            {"target_arn": SERVERLESS_ARN.replace("eu-west-1", "eu-central-1")},
            "target_arn",
            "a warehouse in eu-central-1",
            "one in eu-west-1, where the cluster is",
        ),
        ({"encryption_context": {}}, "encryption_context", "0 pairs", "1 to 6"),
        ({"encryption_context": dict.fromkeys("abcdefg", "x")}, "encryption_context", "7 pairs", "1 to 6"),
        ({"encryption_context": {"aws:x": "y"}}, "encryption_context", "'aws:x': 'y'", "names and values, and no"),
        ({"encryption_context": {"x": ""}}, "encryption_context", "'x': ''", "names and values, and no"),
        ({"target_arn": None}, "target_arn", "None", "str"),
    ],
)
def test_an_integration_is_refused_with_what_to_do(
    stack: cdk.Stack, options: dict[str, Any], option: str, given: str, allowed: str
) -> None:
    cluster = source(stack)
    given_options = {"name": "warehouse", "target_arn": SERVERLESS_ARN, **options}
    [problem] = problems(lambda: cluster.add_zero_etl_integration(**given_options))
    assert problem.option == option
    assert problem.given.startswith(given)
    assert problem.allowed.startswith(allowed)
    assert problem.advice.endswith(".")


def test_a_cluster_that_is_not_prepared_is_refused_with_all_the_rest(stack: cdk.Stack) -> None:
    cluster = new_cluster(stack, engine=POSTGRES)
    found = problems(lambda: cluster.add_zero_etl_integration("1st", target_arn="warehouse"))
    assert [it.option for it in found] == ["add_zero_etl_integration", "name", "target_arn", "data_filter"]
    assert found[0] == Problem(
        "add_zero_etl_integration",
        "a cluster without zero_etl",
        "a cluster that keeps the logs of its changes",
        "Write features=rds.AuroraFeatures(zero_etl=True).",
    )


def test_a_warehouse_is_fed_once_and_five_at_most(stack: cdk.Stack) -> None:
    cluster = source(stack)
    for number in range(5):
        cluster.add_zero_etl_integration(f"it-{number}", target_arn=f"{SERVERLESS_ARN[:-1]}{number}")
    found = problems(lambda: cluster.add_zero_etl_integration("it-5", target_arn=f"{SERVERLESS_ARN[:-1]}4"))
    assert [it.allowed for it in found] == ["at most 5 integrations a cluster", "each warehouse once"]


def test_a_cluster_that_pauses_is_accepted_without_zero_etl(stack: cdk.Stack) -> None:
    capacity = rds.ServerlessCapacity(minimum=0)
    assert new_cluster(stack, writer=member("r7g.large"), readers={"One": SERVERLESS}, serverless=capacity).cluster
