"""The memory of an instance class, read from its name."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Final

from aws_cdk import aws_ec2 as ec2

GIBIBYTE: Final = 1024**3

_GIB_PER_VCPU: Final[Mapping[str, float]] = {
    "c": 2,
    "m": 4,
    "r": 8,
    "z": 8,
    "x1": 15.25,
    "x1e": 30.5,
    "x2g": 16,
    "x2gd": 16,
    "x2idn": 16,
    "x2iedn": 32,
    "x2iezn": 32,
    "x8g": 16,
}
"""By the family alone, where all its generations are alike."""
_BURSTABLE_GIB: Final = {"micro": 1, "small": 2, "medium": 4, "large": 8, "xlarge": 16, "2xlarge": 32}
_NAME: Final = re.compile(
    r"(?P<generation>(?P<family>[a-z]+)[0-9][a-z0-9-]*)\.(?P<size>[a-z0-9-]+)(\.tpc[12]\.mem(?P<times>[0-9]+)x)?"
)
"""Oracle's ``r5.2xlarge.tpc2.mem4x`` is an ``r5.8xlarge`` with fewer processors to license."""
_MEMORY_OPTIMIZED: Final = frozenset({"r", "x", "z"})
_BALANCED_VCPUS: Final = 16
"""Below 4xlarge, the bandwidth to EBS is a balance that can run out."""


@cache
def instance_type_of(instance_class: str) -> ec2.InstanceType:
    """Return a class as CDK knows it; it knows no stack, and many stores share it."""
    return ec2.InstanceType(instance_class)


def is_instance_class(name: str) -> bool:
    """Tell whether a name looks like that of a class, ``m7g.large``, without ``db.`` before it."""
    return _NAME.fullmatch(name) is not None


def memory_bytes(instance_class: str) -> int | None:
    """Return the memory of ``m7g.large``; None for a class that is not known by its name.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Summary.html
    """
    if not (match := _NAME.fullmatch(instance_class)):
        return None
    if match["family"] == "t":
        gib = _BURSTABLE_GIB.get(match["size"])
    else:
        per_vcpu = _GIB_PER_VCPU.get(match["generation"]) or _GIB_PER_VCPU.get(match["family"])
        vcpus = _vcpus(match)
        gib = int(per_vcpu * vcpus) if per_vcpu and vcpus else None
    return gib * GIBIBYTE if gib else None


def is_burstable(instance_class: str) -> bool:
    """Tell whether the class earns and spends CPU credits."""
    match = _NAME.fullmatch(instance_class)
    return match is not None and match["family"] == "t"


def is_graviton(instance_class: str) -> bool:
    """Tell whether the class has AWS's own processors, which its name says: ``r6gd.large``, but not ``m6i.large``."""
    return re.match(r"[a-z]+\d+g", instance_class) is not None


def is_memory_optimized(instance_class: str) -> bool:
    """Tell whether the class has more memory for each processor than a general purpose one."""
    match = _NAME.fullmatch(instance_class)
    return match is not None and match["family"] in _MEMORY_OPTIMIZED


def has_ebs_balance(instance_class: str) -> bool:
    """Tell whether the class bursts to its bandwidth to EBS, and falls back when the balance is spent.

    https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ebs-optimized.html
    """
    match = _NAME.fullmatch(instance_class)
    if match is None:
        return False
    return is_burstable(instance_class) or (_vcpus(match) or _BALANCED_VCPUS) < _BALANCED_VCPUS


def _vcpus(name: re.Match[str]) -> int | None:
    """Return the processors of the machine, of which Oracle may use fewer."""
    if name["size"] in ("medium", "large"):
        return 2 if name["size"] == "large" else 1
    if size := re.fullmatch(r"(\d*)xlarge", name["size"]):
        return 4 * int(size[1] or 1) * int(name["times"] or 1)
    return None
