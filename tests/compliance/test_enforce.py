"""The checks are really on: a bare store does not get through."""

import base64
import gzip
import json
import subprocess
import sys
import textwrap
from collections import defaultdict
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb, aws_lambda, aws_rds
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_kms as kms
from constructs import Construct

from constructs_lib import compliance
from tests.dynamodb.tables import CODE, attribute
from tests.rds.instances import POSTGRES, new_instance
from tests.synthesis import ROOT, Template, judge, new_app, new_stack

PACKS = {"AwsSolutions", "HIPAA.Security", "NIST.800.53.R4", "NIST.800.53.R5", "PCI.DSS.321", "Serverless"}


@pytest.fixture
def bare(stack: cdk.Stack, vpc: ec2.IVpc) -> aws_rds.DatabaseInstance:
    """An instance as AWS CDK makes it."""
    return aws_rds.DatabaseInstance(
        stack, "Bare", engine=POSTGRES, vpc=vpc, vpc_subnets=ec2.SubnetSelection(subnets=vpc.isolated_subnets)
    )


@pytest.mark.usefixtures("bare")
def test_synthesis_fails(stack: cdk.Stack) -> None:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    compliance.enforce(app)
    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()


def test_synthesis_of_ours_does_not_fail(stack: cdk.Stack) -> None:
    new_instance(stack)
    app = stack.node.root
    assert isinstance(app, cdk.App)
    compliance.enforce(app)
    assert app.synth().stacks


def _traced(app: cdk.App) -> bool:
    """Tell whether CDK wrote down who made the resources."""
    compliance.enforce(app)
    stack = cdk.Stack(app, "Traced")
    kms.Key(stack, "Key", enable_key_rotation=True)
    metadata = json.loads(Path(app.synth().directory, "Traced.metadata.json").read_text(encoding="utf-8"))
    return "aws:cdk:creationStack" in {it["type"] for it in metadata["/Traced/Key/Resource"]}


@pytest.mark.parametrize(("told", "traced"), [(None, False), ("0", False), ("1", True), ("True", True)])
def test_who_made_a_resource_is_traced_if_python_tells(
    told: str | None, traced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CDK_DEBUG", raising=False)
    monkeypatch.delenv("JSII_HOST_STACK_TRACES", raising=False)
    if told is not None:
        monkeypatch.setenv("JSII_HOST_STACK_TRACES", told)
    assert _traced(new_app()) is traced


def test_an_app_that_wants_traces_keeps_them() -> None:
    assert _traced(new_app(**{"aws:cdk:disable-creation-stack-traces": False}))


def test_an_app_that_has_stacks_keeps_its_traces() -> None:
    app = new_app()
    kms.Key(cdk.Stack(app, "Earlier"), "Key", enable_key_rotation=True)
    assert _traced(app)


def test_the_metadata_of_templates_does_not_list_the_rules() -> None:
    app = cdk.App(builtin_cloud_formation_validation=False, analytics_reporting=True)
    stack = cdk.Stack(app, "Stack")
    kms.Key(stack, "Key", enable_key_rotation=True)
    compliance.enforce(app)
    written = Template(app.synth().get_stack_by_name("Stack").template)
    analytics = written.properties("AWS::CDK::Metadata")["Analytics"]
    listed = gzip.decompress(base64.b64decode(analytics.rpartition(":")[2])).decode()
    assert "policyValidation.constructs-lib" in listed
    assert "E3012" not in listed


@pytest.mark.usefixtures("bare")
def test_every_pack_is_on(stack: cdk.Stack) -> None:
    aws_lambda.Function(
        stack,
        "Function",
        code=aws_lambda.Code.from_asset(str(CODE)),
        handler="index.handler",
        runtime=aws_lambda.Runtime.PYTHON_3_9,
    )
    rules: dict[str, set[str]] = defaultdict(set)
    for plugin, violation in judge(stack).listed("violations"):
        rules[plugin].add(violation["ruleName"])
    assert {pack for pack in PACKS if rules[pack]} == PACKS
    assert all(rule.startswith(f"{pack}-") for pack in PACKS for rule in rules[pack])
    assert "AwsSolutions-RDS3" in rules["AwsSolutions"]
    assert "Serverless-LambdaTracing" in rules["Serverless"]
    assert {"RDS_MULTI_AZ", "LAMBDA_TRACING", "W9008"} <= rules["constructs-lib"]


@pytest.mark.usefixtures("bare")
def test_a_finding_names_construct_resource_and_property(stack: cdk.Stack) -> None:
    [violation] = [it for _, it in judge(stack).listed("violations") if it["ruleName"] == "RDS_MULTI_AZ"]
    [construct] = violation["violatingConstructs"]
    resource = construct["cloudFormationResource"]
    assert construct["constructPath"] == "Stack/Bare/Resource"
    assert resource["templatePath"].endswith("Stack.template.json")
    assert resource["logicalId"].startswith("Bare")
    assert resource["propertyPaths"] == ["Properties"]
    assert violation["description"] == "Set MultiAZ to true."
    assert violation["suggestedFix"].startswith("https://docs.aws.amazon.com/")


def test_a_finding_of_cloudformation_names_the_property(stack: cdk.Stack) -> None:
    resource = new_instance(stack).instance.node.default_child
    assert isinstance(resource, cdk.CfnResource)
    resource.add_property_override("BackupRetentionPeriod", 36)
    [violation] = [it for plugin, it in judge(stack).listed("violations") if plugin == "constructs-lib"]
    [construct] = violation["violatingConstructs"]
    assert construct["cloudFormationResource"]["propertyPaths"] == ["Properties.BackupRetentionPeriod"]


def test_a_finding_about_the_template_names_the_stack(stack: cdk.Stack) -> None:
    [violation] = [it for _, it in judge(stack).listed("violations")]
    assert violation["ruleName"] == "F0001"
    assert violation["violatingConstructs"][0]["constructPath"] == "Stack"


def test_an_acknowledgement_of_the_user_is_honoured_and_listed(stack: cdk.Stack, bare: Construct) -> None:
    reason = "A sandbox, rebuilt every night."
    cdk.Validations.of(bare).acknowledge(cdk.Acknowledgment(id="constructs-lib::RDS_MULTI_AZ", reason=reason))
    verdict = judge(stack)
    assert ("Stack/Bare/Resource", "constructs-lib::RDS_MULTI_AZ", reason) in verdict.acknowledged
    assert "RDS_MULTI_AZ" not in {rule for rule, _ in verdict.findings}
    assert "RDS_STORAGE" in {rule for rule, _ in verdict.findings}


@pytest.mark.usefixtures("bare")
def test_an_acknowledgement_elsewhere_hides_nothing(stack: cdk.Stack) -> None:
    reason = "Not this one."
    other = new_instance(stack, vpc=stack.node.find_child("Vpc"))
    cdk.Validations.of(other).acknowledge(cdk.Acknowledgment(id="constructs-lib::RDS_MULTI_AZ", reason=reason))
    assert ("RDS_MULTI_AZ", "Stack/Bare/Resource") in judge(stack).findings


def test_a_table_that_no_pack_reads_is_judged_by_ours(stack: cdk.Stack) -> None:
    aws_dynamodb.TableV2(stack, "Bare", partition_key=attribute("id"))
    plugins = {plugin for plugin, _ in judge(stack).listed("violations")}
    assert plugins == {"constructs-lib"}


def test_a_finding_about_a_parameter_can_be_acknowledged(stack: cdk.Stack) -> None:
    kms.Key(stack, "Key", enable_key_rotation=True)
    cdk.CfnParameter(stack, "Unused")
    reason = "It is read by a transform."
    cdk.Validations.of(stack).acknowledge(cdk.Acknowledgment(id="constructs-lib::W2001", reason=reason))
    assert judge(stack).findings == []


def test_a_finding_in_a_nested_stack_is_found(stack: cdk.Stack) -> None:
    nested = cdk.NestedStack(stack, "Nested")
    aws_dynamodb.TableV2(nested, "Bare", partition_key=attribute("id"))
    assert ("DYNAMODB_DELETION_PROTECTION", "Stack/Nested/Bare/Resource") in judge(stack).findings


def test_a_finding_in_a_stage_is_found() -> None:
    app = new_app()
    aws_dynamodb.TableV2(cdk.Stack(cdk.Stage(app, "Prod"), "Data"), "Bare", partition_key=attribute("id"))
    assert ("DYNAMODB_DELETION_PROTECTION", "Prod/Data/Bare/Resource") in judge(app).findings


def test_a_template_is_judged_before_all_is_looked_up(stack: cdk.Stack) -> None:
    ec2.Vpc(stack, "Vpc", max_azs=3, nat_gateways=0)
    aws_dynamodb.TableV2(stack, "Bare", partition_key=attribute("id"))
    assert ("DYNAMODB_DELETION_PROTECTION", "Stack/Bare/Resource") in judge(stack).findings


def test_what_cdk_makes_up_before_a_lookup_is_no_finding(stack: cdk.Stack) -> None:
    vpc = ec2.Vpc.from_lookup(stack, "Vpc", vpc_name="shared")
    new_instance(stack, vpc=vpc, subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PRIVATE_WITH_EGRESS))
    assert judge(stack).findings == []


def test_the_region_of_a_stack_decides_what_it_may_have() -> None:
    stack = new_stack(cdk.Environment(account="123456789012", region="ap-southeast-7"))
    cdk.CfnResource(stack, "Resource", type="AWS::Evidently::Project", properties={"Name": "orders"})
    assert judge(stack).findings


MEMORY = """
    import resource
    import aws_cdk as cdk
    from aws_cdk import aws_kms as kms
    from constructs_lib import compliance

    def synthesize():
        app = cdk.App(builtin_cloud_formation_validation=False)
        kms.Key(cdk.Stack(app, "Stack"), "Key", enable_key_rotation=True)
        compliance.enforce(app)
        app.synth()
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

    first = synthesize()
    print([synthesize() for _ in range(4)][-1] - first)
"""


def test_apps_of_one_process_share_the_engine() -> None:
    """Whoever tests an app makes hundreds of them in one process."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(MEMORY)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    megabytes = int(done.stdout)
    assert megabytes < 150
