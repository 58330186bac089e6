"""Roles that may do exactly what they need, and wildcards that are explained."""

from collections.abc import Callable, Mapping

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs

from constructs_lib.arns import arn
from constructs_lib.permissions import Permission, grant, service_role
from tests.defects import defect
from tests.synthesis import ENVIRONMENTS, deployed, judge, new_stack, template

POLICY = "AWS::IAM::ManagedPolicy"
REASON = "Objects are named by their order."


def test_a_permission_is_written_as_iam_writes_it() -> None:
    plain = Permission(actions=("s3:GetObject",), resources=("*",))
    bounded = Permission(actions=("s3:GetObject",), resources=("*",), conditions={"Bool": {"a": "b"}})
    assert plain.statement == {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["*"]}
    assert bounded.statement == {**plain.statement, "Condition": {"Bool": {"a": "b"}}}


def test_permissions_are_attached_in_a_managed_policy(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    grant(stack, "Policy", role, [Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/b",))])
    written = template(stack)
    [name] = written.of_type("AWS::IAM::Role")
    assert written.properties(POLICY)["Roles"] == [{"Ref": name}]
    assert not written.of_type("AWS::IAM::Policy")


def test_a_service_role_is_assumed_by_its_service_alone(stack: cdk.Stack) -> None:
    service_role(
        stack,
        "Role",
        service="backup.amazonaws.com",
        permissions=[Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/b",))],
        conditions={"StringEquals": {"aws:SourceAccount": "123456789012"}},
    )
    [statement] = template(stack).properties("AWS::IAM::Role")["AssumeRolePolicyDocument"]["Statement"]
    assert statement == {
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"aws:SourceAccount": "123456789012"}},
        "Effect": "Allow",
        "Principal": {"Service": "backup.amazonaws.com"},
    }


def _of_another_stack(stack: cdk.Stack) -> str:
    app = stack.node.root
    assert isinstance(app, cdk.App)
    return _of_a_queue(new_stack(app=app, id="Other", env=environment(stack)))


def environment(stack: cdk.Stack) -> cdk.Environment | None:
    """Return the environment that the stack was given."""
    return (
        None if cdk.Token.is_unresolved(stack.region) else cdk.Environment(account=stack.account, region=stack.region)
    )


def _of_a_queue(stack: cdk.Stack) -> str:
    queue = sqs.Queue(
        stack, "Queue", encryption_master_key=kms.Key(stack, "Key", enable_key_rotation=True), enforce_ssl=True
    )
    queue.node.add_metadata("aws:cdk:acknowledged-rules", dict.fromkeys(NOT_TESTED, "Not what is tested."))
    return f"{queue.queue_arn}/*"


NOT_TESTED = (
    "AwsSolutions::AwsSolutions-SQS3",
    "Serverless::Serverless-SQSRedrivePolicy",
    "constructs-lib::SQS_REDRIVE",
)
SHAPES: Mapping[str, Callable[[cdk.Stack], str]] = {
    "all": lambda _: "*",
    "literal": lambda _: "arn:aws:s3:::audit/*",
    "own": lambda _: arn("rds", "snapshot:awsbackup:*"),
    "of the stack": lambda stack: f"arn:{stack.partition}:rds:{stack.region}:{stack.account}:snapshot:*",
    "attribute": _of_a_queue,
    "attribute of another stack": _of_another_stack,
    "reference": lambda stack: f"arn:aws:s3:::{cdk.CfnParameter(stack, 'Bucket').value_as_string}/*",
    "import": lambda _: f"{cdk.Fn.import_value('Bucket')}/*",
}

NOT_YET = ("attribute of another stack", "import")
SPELLED_OTHERWISE = defect("cdk-nag spells what comes from other stacks in another way")


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize(
    "shape", [pytest.param(shape, marks=[SPELLED_OTHERWISE] if shape in NOT_YET else []) for shape in SHAPES]
)
def test_a_wildcard_is_acknowledged_as_nag_spells_it(env: cdk.Environment | None, shape: str) -> None:
    stack = new_stack(env)
    permission = Permission(actions=("s3:GetObject",), resources=(SHAPES[shape](stack),), wildcard=REASON)
    service_role(stack, "Role", service="backup.amazonaws.com", permissions=[permission])
    verdict = judge(stack)
    listed = {(path, reason) for path, rule, reason in verdict.acknowledged if "IAM5" in rule}
    assert verdict.findings == []
    assert listed == {("Stack/RolePolicy/Resource", REASON)}


def test_reasons_for_the_same_wildcard_are_put_together(stack: cdk.Stack) -> None:
    permissions = [
        Permission(actions=("xray:PutTraceSegments",), resources=("*",), wildcard="X-Ray knows no resources."),
        Permission(actions=("ec2:DescribeSubnets",), resources=("*",), wildcard="Neither does this action."),
    ]
    service_role(stack, "Role", service="backup.amazonaws.com", permissions=permissions)
    verdict = judge(stack)
    assert verdict.findings == []
    assert {reason for _, _, reason in verdict.acknowledged} == {"X-Ray knows no resources. Neither does this action."}


def test_the_arn_of_the_stack_knows_its_partition() -> None:
    stack = new_stack(None)
    cdk.CfnOutput(stack, "Arn", value=arn("rds", "db:orders"))
    written = template(stack).content["Outputs"]["Arn"]["Value"]
    assert deployed(written) == "arn:aws:rds:eu-west-1:123456789012:db:orders"
    assert deployed(written, "cn-north-1") == "arn:aws-cn:rds:cn-north-1:123456789012:db:orders"
