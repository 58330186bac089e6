"""What a role may do, where services act by themselves in its name and IAM is enforced."""

import os
from collections.abc import Iterable

from ministack.core import iam_evaluator
from ministack.core.arn import parse_arn
from ministack.core.responses import get_region


def denied(role: str, actions: Iterable[str], resource: str) -> list[str]:
    """Which of these actions on a resource a role may not do; none where IAM is not enforced."""
    if os.environ.get("AUTH") != "true":
        return []
    return [action for action in actions if not _may(role, action, resource)]


def _may(role: str, action: str, resource: str) -> bool:
    spec = parse_arn(role)
    context = iam_evaluator.EvalContext(
        principal_arn=role,
        principal_type="AssumedRole",
        principal_account=spec.account_id,
        action=action,
        resource_arn=resource,
        region=get_region(),
        secure_transport=True,
    )
    policies = iam_evaluator._gather_role_policies(role.rpartition("/")[2], spec.account_id)
    result = iam_evaluator.evaluate(context, policies)
    service = action.partition(":")[0]
    if found := iam_evaluator._resource_policy(service, resource):
        # A key's policy must agree, too; that of a queue may allow or deny on its own.
        result = iam_evaluator.combine_resource_policy(result, context, *found, required=service == "kms")
    return bool(result.decision == "Allow")
