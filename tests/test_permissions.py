"""Roles that may do exactly what they need, and wildcards that are explained."""

from collections.abc import Callable, Mapping
from typing import Any, cast

import aws_cdk as cdk
import pytest
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sqs as sqs

from constructs_lib.arns import arn
from constructs_lib.errors import Problem
from constructs_lib.permissions import Permission, grant, grant_beside, service_role
from tests.refusing import problems
from tests.synthesis import ACCOUNT, ENVIRONMENTS, IRELAND, deployed, judge, new_app, new_stack, template

POLICY = "AWS::IAM::ManagedPolicy"
FRANKFURT = cdk.Environment(account=ACCOUNT, region="eu-central-1")
REASON = "Objects are named by their order."


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"resources": ("arn:aws:s3:::audit/*", "*")},
            Problem(
                "wildcard",
                "None",
                "the reason for arn:aws:s3:::audit/*, *",
                "Name the resource exactly, or say why that cannot be.",
            ),
        ),
        ({"resources": ()}, Problem("resources", "()", "one or more", "Name them.")),
        ({"actions": ()}, Problem("actions", "()", "one or more", "Name them.")),
        (
            {"actions": ("s3:Get*", "GetObject")},
            Problem("actions", "'GetObject'", 'actions such as "s3:GetObject"', "Write the service's prefix too."),
        ),
    ],
)
def test_a_permission_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    given = {"actions": ("s3:GetObject",), "resources": ("arn:aws:s3:::audit/orders",), **options}
    assert problems(lambda: Permission(**given)) == [expected]


def test_a_permission_is_written_as_iam_writes_it() -> None:
    arn = "arn:aws:s3:::audit/orders"
    plain = Permission(actions=("s3:GetObject",), resources=(arn,))
    bounded = Permission(actions=("s3:GetObject",), resources=(arn,), conditions={"Bool": {"a": "b"}})
    assert plain.statement == {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [arn]}
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
    "reference": lambda stack: f"arn:aws:s3:::{cdk.CfnParameter(stack, 'Bucket').value_as_string}/*",
    "import": lambda _: f"{cdk.Fn.import_value('Bucket')}/*",
}


@pytest.mark.parametrize("env", ENVIRONMENTS.values(), ids=ENVIRONMENTS)
@pytest.mark.parametrize("shape", SHAPES)
def test_a_wildcard_is_acknowledged_as_nag_spells_it(env: cdk.Environment | None, shape: str) -> None:
    stack = new_stack(env)
    permission = Permission(actions=("s3:GetObject",), resources=(SHAPES[shape](stack),), wildcard=REASON)
    service_role(stack, "Role", service="backup.amazonaws.com", permissions=[permission])
    verdict = judge(stack)
    listed = {(path, reason) for path, rule, reason in verdict.acknowledged if "IAM5" in rule}
    assert verdict.findings == []
    assert listed == {("Stack/RolePolicy/Resource", REASON)}


OTHERS: Mapping[str, Callable[[cdk.App], tuple[cdk.Stack, cdk.Stack]]] = {
    "same Region": lambda app: (new_stack(app=app, id="Data"), new_stack(app=app)),
    "no Region": lambda app: (new_stack(None, app=app, id="Data"), new_stack(None, app=app)),
    "another Region": lambda app: (
        cdk.Stack(app, "Data", env=FRANKFURT, cross_region_references=True),
        cdk.Stack(app, "Stack", env=IRELAND, cross_region_references=True),
    ),
    "nested": lambda app: (cdk.NestedStack(new_stack(app=app, id="Parent"), "Data"), new_stack(app=app)),
}


@pytest.mark.parametrize("others", OTHERS.values(), ids=OTHERS)
def test_a_wildcard_on_a_resource_of_another_stack_is_acknowledged_too(
    others: Callable[[cdk.App], tuple[cdk.Stack, cdk.Stack]],
) -> None:
    """CDK decides how it is spelled when all stacks are made: nobody can acknowledge it before."""
    app = new_app()
    data, stack = others(app)
    permission = Permission(actions=("s3:GetObject",), resources=(_of_a_queue(data),), wildcard=REASON)
    service_role(stack, "Role", service="backup.amazonaws.com", permissions=[permission])
    verdict = judge(app)
    assert [it for it in verdict.findings if it[1].startswith("Stack/RolePolicy")] == []
    assert [(path, reason) for path, rule, reason in verdict.acknowledged if "IAM5" in rule and "Role" in path] == [
        ("Stack/RolePolicy/Resource", REASON)
    ]


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


@pytest.mark.parametrize("permissions", [[], ["s3:GetObject"], "s3:GetObject", None, 5])
def test_a_grant_of_nothing_is_refused(stack: cdk.Stack, permissions: Any) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    [problem] = problems(lambda: grant(stack, "Policy", role, permissions))
    assert problem.option == "permissions"


def test_a_second_policy_of_an_id_is_refused_without_javascript(stack: cdk.Stack) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    permission = Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/b",))
    grant(stack, "Policy", role, [permission])
    [problem] = problems(lambda: grant(stack, "Policy", role, [permission]))
    assert "already a Construct with name 'Policy'" in problem.advice


@pytest.mark.parametrize("missing", ["scope", "id"])
def test_a_policy_has_a_scope_and_an_id(stack: cdk.Stack, missing: str) -> None:
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    permission = Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/b",))
    place: dict[str, Any] = {"scope": stack, "id": "Policy", missing: None}
    [problem] = problems(lambda: grant(role=role, permissions=[permission], **place))
    assert problem.option == "scope and id"


def test_a_role_that_is_made_in_another_account_is_granted_nothing(stack: cdk.Stack) -> None:
    app = cast("cdk.App", stack.node.root)
    far = cdk.Stack(app, "Far", env=cdk.Environment(account="999922223333", region="eu-west-1"))
    role = iam.Role(far, "Role", assumed_by=iam.AccountRootPrincipal())
    permission = Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/b",))
    [problem] = problems(lambda: grant(stack, "Policy", role, [permission]))
    assert problem.given == "one of the account 999922223333"


def _queues(stack: cdk.Stack, count: int) -> list[sqs.Queue]:
    return [sqs.Queue(stack, f"Queue{number}") for number in range(count)]


def _use(queue: sqs.Queue, action: str) -> list[Permission]:
    return [Permission(actions=(action,), resources=(queue.queue_arn,))]


def test_one_policy_beside_a_role_has_what_it_may_do_with_all_stores() -> None:
    app = new_app()
    one, two = _queues(new_stack(app=app, id="Data"), 2)
    stack = new_stack(app=app)
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    made = [
        grant_beside(queue, role, _use(queue, action))
        for queue, action in ((one, "sqs:SendMessage"), (two, "sqs:ReceiveMessage"), (one, "sqs:SendMessage"))
    ]
    assert {policy.node.path for policy in made} == {"Stack/RoleAccess"}
    allowed = template(stack).allowed(service="sqs:")
    assert {action: len(resources) for action, resources in allowed.items()} == {
        "sqs:ReceiveMessage": 1,
        "sqs:SendMessage": 1,
    }


def test_a_second_policy_has_what_the_first_has_no_room_for(stack: cdk.Stack) -> None:
    """AWS attaches ten policies to a role, and takes 6144 characters in each."""
    role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
    queues = _queues(stack, 80)
    for queue in (*queues, queues[0]):
        grant_beside(queue, role, _use(queue, "sqs:SendMessage"))
    written = template(stack)
    assert len(written.of_type(POLICY)) == 2
    assert len(written.allowed(service="sqs:")["sqs:SendMessage"]) == len(queues)


def test_a_role_of_another_account_is_refused(stack: cdk.Stack) -> None:
    """A policy would be attached to the role of the same name in this account."""
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::999922223333:role/app")
    [queue] = _queues(stack, 1)
    assert problems(lambda: grant_beside(queue, role, _use(queue, "sqs:SendMessage"))) == [
        Problem(
            "role",
            "one of the account 999922223333",
            "one of the account 123456789012",
            "Let the other account in by the policy of what it uses, and grant there.",
        )
    ]


def test_a_role_of_another_account_is_granted_nothing(stack: cdk.Stack) -> None:
    role = iam.Role.from_role_arn(stack, "Role", "arn:aws:iam::999922223333:role/app")
    permission = Permission(actions=("s3:GetObject",), resources=("arn:aws:s3:::a/b",))
    [problem] = problems(lambda: grant(stack, "Policy", role, [permission]))
    assert (problem.option, problem.given) == ("role", "one of the account 999922223333")


def test_only_a_role_is_let_in(stack: cdk.Stack) -> None:
    queue = sqs.Queue(stack, "Queue")
    permission = Permission(actions=("sqs:SendMessage",), resources=(queue.queue_arn,))
    assert problems(lambda: grant_beside(queue, "app", [permission])) == [  # type: ignore[arg-type]
        Problem("role", "'app'", "iam.IRole", "Pass the role itself, or one imported with iam.Role.from_role_arn.")
    ]
