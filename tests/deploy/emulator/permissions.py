"""What a role may do, where services act in its name and IAM is enforced."""

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ministack.core import iam_actions, iam_evaluator
from ministack.core.arn import parse_arn
from ministack.core.responses import get_account_id, get_region


@dataclass(frozen=True)
class Need:
    """What a service does to a resource in the name of a role."""

    actions: tuple[str, ...]
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    """The condition keys that the service sets."""

    def lacking(self, role: str) -> list[str]:
        """Which of the actions a role may not do; none where IAM is not enforced."""
        if os.environ.get("AUTH") != "true":
            return []
        return [f"{it} on {self.resource}" for it in self.actions if not _may(role, it, self.resource, self.context)]


def lacking(role: str, needs: Iterable[Need]) -> str:
    """What a role may not do of all that a service needs; empty if it may."""
    return ", ".join(denied for need in needs for denied in need.lacking(role))


def use_of_key(key: str, service: str, actions: tuple[str, ...], **encrypted: str) -> Need:
    """The use of a key through a service; `encrypted` is the encryption context, with `_` for `:`."""
    context = {f"kms:encryptioncontext:{name.replace('_', ':')}": value for name, value in encrypted.items()}
    via = {"kms:viaservice": f"{service}.{get_region()}.amazonaws.com"}
    return Need(tuple(f"kms:{action}" for action in actions), key, via | context)


def name_resource(service: str, name: Callable[[Mapping[str, str]], str]) -> None:
    """Let `name` say what IAM calls the resource of a service's requests; where it is empty, MiniStack says it."""
    extract: Callable[..., str] = iam_actions.extract_resource_arn

    def extract_or_name(asked: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        found = name(json.loads(body or b"{}")) if asked == service else ""
        return found or extract(asked, method, path, headers, body, *rest)

    iam_actions.extract_resource_arn = extract_or_name


def role_of_caller() -> str:
    """The role that a request is made in; empty if it is made in none."""
    caller = iam_evaluator.caller_arn()
    if ":assumed-role/" not in caller:
        return ""
    return f"arn:aws:iam::{get_account_id()}:role/{caller.split('/')[1]}"


def _may(role: str, action: str, resource: str, keys: Mapping[str, str]) -> bool:
    spec = parse_arn(role)
    context = iam_evaluator.EvalContext(
        principal_arn=role,
        principal_type="AssumedRole",
        principal_account=spec.account_id,
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,
        service_context=dict(keys),
    )
    policies = iam_evaluator._gather_role_policies(role.rpartition("/")[2], spec.account_id)
    result = iam_evaluator.evaluate(context, policies)
    service = action.partition(":")[0]
    if found := iam_evaluator._resource_policy(service, resource):
        # A key's policy must agree, too; that of a queue may allow or deny on its own.
        result = iam_evaluator.combine_resource_policy(result, context, *found, required=service == "kms")
    return bool(result.decision == "Allow")
