"""Service roles that may do exactly what they need."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cache
from typing import Any, Final, cast

import aws_cdk as cdk
import jsii
from aws_cdk import aws_iam as iam
from constructs import Construct, IValidation

from constructs_lib.acknowledgements import acknowledge
from constructs_lib.arns import REGION, URL_SUFFIX, spelled_out
from constructs_lib.errors import Checks, is_token, show
from constructs_lib.options import check_place, checks_for, describe, fits, options, path_of, refusals_of_cdk
from constructs_lib.regions import differ

_ACTION: Final = re.compile(r"[a-z0-9-]+:[a-zA-Z0-9*?]+")
LONGEST_POLICY: Final = 6_144
LONG_NAME: Final = 100
"""What a reference becomes, once AWS has made up a name or an ARN."""


@options
class Permission:
    """Actions that a role may take.

    Args:
        actions: The IAM actions.
        resources: The ARNs on which it may take them.
        conditions: When it may.
        wildcard: Why a resource cannot be named exactly; required where an ARN has a wildcard, and acknowledged.

    Raises:
        InvalidOptionsError: There is no action or resource, an action without its service, or a wildcard without a
            reason.
    """

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    wildcard: str | None = None

    def __post_init__(self) -> None:
        checks = Checks(lambda: "Permission")
        for option, values in (("actions", self.actions), ("resources", self.resources)):
            checks.require(len(values) > 0, option, values, allowed="one or more", advice="Name them.")
        for action in self.actions:
            named = _ACTION.fullmatch(action) is not None
            advice = "Write the service's prefix too."
            checks.require(named, "actions", action, allowed='actions such as "s3:GetObject"', advice=advice)
        open_ended = [resource for resource in self.resources if "*" in resource]
        checks.require(
            not open_ended or bool((self.wildcard or "").strip()),
            "wildcard",
            self.wildcard,
            allowed=f"the reason for {', '.join(map(spelled_out, open_ended))}",
            advice="Name the resource exactly, or say why that cannot be.",
        )
        checks.refuse()

    @property
    def statement(self) -> dict[str, Any]:
        """The permission as IAM's JSON writes it."""
        statement = {"Effect": "Allow", "Action": list(self.actions), "Resource": list(self.resources)}
        return {**statement, "Condition": dict(self.conditions)} if self.conditions else statement


def through(service: str) -> Mapping[str, Any]:
    """Return the condition that a key is used by one service of the Region alone, on behalf of whoever may use it.

    https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service

    Args:
        service: The beginning of the service's name: ``s3``.
    """
    return {"StringEquals": {"kms:ViaService": f"{service}.{REGION}.{URL_SUFFIX}"}}


def grant(scope: Construct, id: str, role: iam.IRole, permissions: Sequence[Permission]) -> iam.ManagedPolicy:
    """Attach permissions to a role, in a managed policy of their own rather than inline.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html

    Raises:
        InvalidOptionsError: There is no permission, or something that is none, the role is of another account, or there
            is a policy of that id already.
    """
    check_place(scope, id, "grant")
    checks = checks_for(scope, id)
    given = permissions if isinstance(permissions, Sequence) else ()
    if not given or not all(isinstance(permission, Permission) for permission in given):
        advice = 'Write Permission(actions=("s3:GetObject",), resources=(...,)).'
        checks.problem("permissions", show(permissions), allowed="a list of permissions", advice=advice)
    check_role(role, checks, scope)
    checks.refuse()
    with refusals_of_cdk(lambda: path_of(scope, id)):
        return _attach(scope, id, role, permissions)


def _attach(scope: Construct, id: str, role: iam.IRole, permissions: Sequence[Permission]) -> iam.ManagedPolicy:
    policy = iam.ManagedPolicy(scope, id, document=_document(permissions), roles=[role])
    _acknowledge_wildcards(policy, permissions)
    return policy


def grant_beside(store: Construct, role: iam.IRole, permissions: Sequence[Permission]) -> iam.ManagedPolicy:
    """Let a role use a store, in a policy beside the role: so that the two stacks do not need each other.

    One policy takes what a role may do with all its stores, and a second one what the first has no room for: AWS
    attaches ten to a role, of 6144 characters each.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html

    Args:
        store: What is used.
        role: The IAM role.
        permissions: What the role may do.

    Returns:
        The managed policy.

    Raises:
        InvalidOptionsError: What is given is no role of this account.
    """
    checks = checks_for(store, "grant")
    check_role(role, checks, store)
    checks.refuse()
    scope = cast("Construct", role.node.scope)
    name, resolve = f"{role.node.id}Access", cdk.Stack.of(scope).resolve
    number = 0
    while made := cast("iam.ManagedPolicy | None", scope.node.try_find_child(f"{name}{number or ''}")):
        there = resolve(made.document)
        allowed = _allowed(there)
        missing = [it for it in permissions if not _allowed(resolve(_document([it]))) <= allowed]
        if not missing:
            return made
        if _length([there, resolve(_document(missing))]) <= LONGEST_POLICY:
            made.add_statements(*(iam.PolicyStatement.from_json(it.statement) for it in missing))
            _acknowledge_wildcards(made, missing)
            return made
        permissions = missing
        number += 1
    return grant(scope, f"{name}{number or ''}", role, permissions)


def check_role(role: iam.IRole, checks: Checks, store: Construct) -> None:
    """Record a problem with what is no role, or one of another account, whose owner alone can attach policies to it.

    Args:
        role: What was given.
        checks: Collects the problem.
        store: What the role is for.
    """
    if not fits(role, iam.IRole):
        advice = "Pass the role itself, or one imported with iam.Role.from_role_arn."
        checks.problem("role", show(role), allowed=describe(iam.IRole), advice=advice)
        return
    home, here = role.env.account, cdk.Stack.of(store).account
    checks.require(
        not differ(home, here),
        "role",
        role,
        given=f"one of the account {home}",
        allowed=f"one of the account {here}",
        advice="Let the other account in by the policy of what it uses, and grant there.",
    )


def _allowed(document: Mapping[str, Any]) -> set[str]:
    """Return each action on each resource that a policy allows, whatever statements they stand in."""
    return {
        json.dumps([action, resource, statement.get("Condition")], sort_keys=True)
        for statement in document["Statement"]
        for action in _listed(statement["Action"])
        for resource in _listed(statement["Resource"])
    }


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _length(value: Any) -> int:
    """Return how long a resolved value becomes as JSON, at the most, once it is deployed."""
    match value:
        case {"Fn::Join": [_, parts]}:
            return sum(map(_length, parts))
        case {"Ref": str(name)} if name.startswith("AWS::"):
            return len(name)
        case {"Ref": _} | {"Fn::GetAtt": _} | {"Fn::ImportValue": _}:
            return LONG_NAME
        case dict():
            return sum(len(name) + _length(it) + len('"":,') for name, it in value.items()) + len("{}")
        case list():
            return sum(_length(it) + len(",") for it in value) + len("[]")
    return len(json.dumps(value))


def _acknowledge_wildcards(policy: Construct, permissions: Sequence[Permission]) -> None:
    wildcards = [
        (spelled_out(resource), permission.wildcard or "")
        for permission in permissions
        for resource in permission.resources
        if "*" in resource
    ]
    acknowledge(policy, _explained([it for it in wildcards if not is_token(it[0])]))
    late = [it for it in wildcards if is_token(it[0])]
    if late:
        policy.node.add_validation(_LateWildcards(policy, late))


def _document(permissions: Sequence[Permission]) -> iam.PolicyDocument:
    return iam.PolicyDocument.from_json(
        {"Version": "2012-10-17", "Statement": [permission.statement for permission in permissions]}
    )


def service_role(
    scope: Construct,
    id: str,
    *,
    service: str,
    permissions: Sequence[Permission],
    conditions: Mapping[str, Any] | None = None,
) -> tuple[iam.Role, iam.ManagedPolicy]:
    """Make a role that an AWS service assumes, with these permissions.

    Args:
        scope: Where the role and its policy live.
        id: The role's id; the policy's is ``idPolicy``.
        service: The service principal, ``backup.amazonaws.com``.
        permissions: What it may do.
        conditions: When the service may assume it.

    Returns:
        The role, and the policy, on which depends what tries the role at once.
    """
    principal = iam.ServicePrincipal(service, conditions=conditions) if conditions else _principal(service)
    role = iam.Role(scope, id, assumed_by=principal)
    return role, _attach(scope, f"{id}Policy", role, permissions)


@cache
def _principal(service: str) -> iam.ServicePrincipal:
    """Return a service principal, which knows no stack: many roles share it."""
    return iam.ServicePrincipal(service)


@jsii.implements(IValidation)
class _LateWildcards:
    """Acknowledges the wildcards in ARNs of resources, once CDK knows how the policy's stack refers to another's.

    Args:
        policy: What has the wildcards.
        wildcards: Each ARN, with the reason.
    """

    def __init__(self, policy: Construct, wildcards: Sequence[tuple[str, str]]) -> None:
        self._policy = policy
        self._wildcards = wildcards

    def validate(self) -> list[str]:
        """Acknowledge, and find nothing wrong."""
        resolve = cdk.Stack.of(self._policy).resolve
        acknowledge(self._policy, _explained([(_flatten(resolve(arn)), reason) for arn, reason in self._wildcards]))
        return []


def _explained(wildcards: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return what acknowledges wildcards, spelled as cdk-nag spells them; reasons for the same one are put together."""
    reasons: dict[str, list[str]] = {}
    for arn, reason in wildcards:
        reasons.setdefault(f"AwsSolutions-IAM5[Resource::{arn}]", []).append(reason)
    return {rule: " ".join(dict.fromkeys(given)) for rule, given in reasons.items()}


def _flatten(value: Any) -> str:
    """Write a resolved value in one line as cdk-nag does, its references in angle brackets."""
    match value:
        case str():
            return value
        case {"Fn::Join": [delimiter, parts]}:
            return str(delimiter).join(_flatten(part) for part in parts)
        case {"Ref": reference}:
            return f"<{reference}>"
        case {"Fn::GetAtt": [resource, attribute]}:
            return f"<{resource}.{attribute}>"
        case {"Fn::ImportValue": name}:
            return _flatten(name)
        case _:
            return json.dumps(value, separators=(",", ":"))
