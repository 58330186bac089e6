"""Application Auto Scaling, which MiniStack lacks: what scales, within which limits, and by which policy.

Nothing scales here, and the alarms that AWS makes for a policy are not made.
"""

import json
import time
from collections.abc import Callable

from ministack import app
from ministack.core import router
from ministack.core.responses import AccountRegionScopedDict, get_account_id, get_region, new_uuid
from ministack.services import rds

from .provision import Props

SERVICE = "application-autoscaling"
TARGET_PREFIX = "AnyScaleFrontendService"

Answer = tuple[int, dict[str, str], bytes]
Key = tuple[str, ...]

_OF_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_targets = AccountRegionScopedDict()
"""The scalable targets, by what identifies one."""
_policies = AccountRegionScopedDict()
"""The scaling policies, by their target's key and their name."""


class ApiError(Exception):
    """An error in the service's own words."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def install() -> None:
    """Answer the service's calls."""
    router.SERVICE_PATTERNS[SERVICE] = {"target_prefixes": [TARGET_PREFIX]}
    app.SERVICE_HANDLERS[SERVICE] = _handle


async def _handle(method: str, path: str, headers: dict[str, str], body: bytes, query: Props) -> Answer:
    operation = headers["x-amz-target"].rpartition(".")[2]
    try:
        status, answer = 200, _OPERATIONS[operation](json.loads(body))
    except ApiError as error:
        status, answer = 400, {"__type": error.code, "message": str(error)}
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(answer).encode()


def _register(request: Props) -> Props:
    key = _key(request)
    known = _targets.get(key, {})
    if not known and not {"MinCapacity", "MaxCapacity"} <= request.keys():
        raise ApiError("ValidationException", "MinCapacity and MaxCapacity are needed to register a new target")
    if request["ServiceNamespace"] == "rds":
        _check_cluster(request["ResourceId"])
    role = f"arn:aws:iam::{get_account_id()}:role/aws-service-role/{request['ServiceNamespace']}.{SERVICE}"
    made = {"CreationTime": time.time(), "RoleARN": role, "ScalableTargetARN": _arn(f"scalable-target/{new_uuid()}")}
    shown = {name: value for name, value in request.items() if name != "Tags"}
    _targets[key] = {**made, **known, **shown}
    return {"ScalableTargetARN": _targets[key]["ScalableTargetARN"]}


def _check_cluster(resource_id: str) -> None:
    """Refuse a cluster that is not there, or has no reader whose load could be measured."""
    cluster = rds._clusters.get(resource_id.removeprefix("cluster:"))
    if not cluster or all(member["IsClusterWriter"] for member in cluster["DBClusterMembers"]):
        raise ApiError("ValidationException", f"{resource_id} is no Aurora cluster with a reader")


def _describe_targets(request: Props) -> Props:
    wanted = request.get("ResourceIds")
    found = [it for it in _matching(_targets, request) if not wanted or it["ResourceId"] in wanted]
    return {"ScalableTargets": found}


def _deregister(request: Props) -> Props:
    """A target takes its policies along."""
    key = _registered(request)
    del _targets[key]
    for name in [name for name in _policies if name[:-1] == key]:
        del _policies[name]
    return {}


def _put_policy(request: Props) -> Props:
    key = (*_registered(request), request["PolicyName"])
    arn = _arn(f"scalingPolicy:{new_uuid()}:resource/{'/'.join(key[:2])}:policyName/{key[-1]}")
    made = {"CreationTime": time.time(), "PolicyARN": arn, "Alarms": []}
    _policies[key] = {**made, **_policies.get(key, {}), **request}
    return {"PolicyARN": _policies[key]["PolicyARN"], "Alarms": []}


def _describe_policies(request: Props) -> Props:
    wanted = request.get("PolicyNames")
    found = [it for it in _matching(_policies, request) if not wanted or it["PolicyName"] in wanted]
    return {"ScalingPolicies": found}


def _delete_policy(request: Props) -> Props:
    key = (*_key(request), request["PolicyName"])
    if key not in _policies:
        raise ApiError("ObjectNotFoundException", f"No scaling policy found for {', '.join(key)}")
    del _policies[key]
    return {}


def _matching(found: AccountRegionScopedDict, request: Props) -> list[Props]:
    asked = {name: request[name] for name in _OF_TARGET if name in request}
    return [it for it in found.values() if asked.items() <= it.items()]


def _registered(request: Props) -> Key:
    key = _key(request)
    if key not in _targets:
        raise ApiError("ObjectNotFoundException", f"No scalable target registered for {', '.join(key)}")
    return key


def _key(request: Props) -> Key:
    return tuple(request[name] for name in _OF_TARGET)


def _arn(resource: str) -> str:
    return f"arn:aws:{SERVICE}:{get_region()}:{get_account_id()}:{resource}"


_OPERATIONS: dict[str, Callable[[Props], Props]] = {
    "DeleteScalingPolicy": _delete_policy,
    "DeregisterScalableTarget": _deregister,
    "DescribeScalableTargets": _describe_targets,
    "DescribeScalingPolicies": _describe_policies,
    "PutScalingPolicy": _put_policy,
    "RegisterScalableTarget": _register,
}
