"""What a DB instance cannot be."""

import re
from collections.abc import Sequence
from typing import Final

from aws_cdk import aws_rds as rds

from constructs_lib.acknowledgements import Waivers
from constructs_lib.errors import Checks, show
from constructs_lib.practices import rds as practices
from constructs_lib.rds.engines import EngineTraits, InstanceTraits, Version, dotted, has_insights, has_since
from constructs_lib.rds.instance_class import is_graviton, is_instance_class
from constructs_lib.rds.storage import Storage, largest_start

ENGINES_FOR_INTEL: Final = ("oracle", "sqlserver")
"""Those that do not run on Graviton: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html"""

MAJOR_VERSIONS_MISJUDGED: Final = ("mysql", "mariadb", "sqlserver")


def check_engine(
    engine_type: str,
    traits: InstanceTraits,
    version: Version | None,
    instance_class: str,
    waivers: Waivers,
    checks: Checks,
) -> None:
    """Refuse an engine without a standby, and a class that does not exist or does not suit the engine.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_SQLServerMultiAZ.html
    """
    least = f"version {dotted(traits.standby)} or newer, or another edition" if traits.standby else "another edition"
    checks.require(
        has_since(version, traits.standby) or practices.MULTI_AZ in waivers,
        "engine",
        engine_type,
        given=f"{engine_type} {dotted(version)}".strip(),
        allowed=f"{least} that has Multi-AZ",
        advice=f"Use Standard or Enterprise Edition, or waive {practices.MULTI_AZ.constant}.",
    )
    checks.require(
        is_instance_class(instance_class),
        "instance_type",
        instance_class,
        allowed="an instance class, without the prefix db",
        advice=f'Write ec2.InstanceType("{traits.instance_class}").',
    )
    checks.require(
        not engine_type.startswith(ENGINES_FOR_INTEL) or not is_graviton(instance_class),
        "instance_type",
        instance_class,
        allowed=f"a class that {engine_type} runs on, which no Graviton is",
        advice=f'Write ec2.InstanceType("{traits.instance_class}").',
    )
    checks.require(
        has_insights(instance_class, traits) or practices.DATABASE_INSIGHTS in waivers,
        "instance_type",
        instance_class,
        allowed=f"a class on which {engine_type} has Database Insights",
        advice=f"Use medium or larger, or waive {practices.DATABASE_INSIGHTS.constant}.",
    )


def check_storage(storage: Storage, engine_type: str, traits: InstanceTraits, waivers: Waivers, checks: Checks) -> None:
    """Refuse more storage than the engine takes, and more growth than its IOPS allow.

    https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html
    """
    grows = practices.STORAGE not in waivers
    most = largest_start(traits.most_growth_gib) if grows else traits.most_storage_gib
    room = f", and room to grow to {traits.most_growth_gib} GiB" if grows else ""
    checks.require(
        storage.allocated_gib <= most,
        "storage",
        storage,
        given=f"{storage.allocated_gib} GiB",
        allowed=f"at most {most} GiB with {engine_type}{room}",
        advice=f"Give less, or waive {practices.STORAGE.constant}." if grows else "Give less.",
    )
    checks.require(
        not grows or storage.maximum is None or storage.maximum_gib <= traits.most_growth_gib,
        "storage",
        storage,
        given=f"a maximum of {storage.maximum_gib} GiB",
        allowed=f"a maximum of {traits.most_growth_gib} GiB with {engine_type}",
        advice="Lower it, or leave it out.",
    )


def is_major_misjudged(engine: rds.IInstanceEngine, engine_type: str) -> bool:
    """Tell whether the engine's version names no minor one, where CloudFormation's rules want one."""
    if not engine_type.startswith(MAJOR_VERSIONS_MISJUDGED):
        return False
    version = engine.engine_version
    return version is not None and version.full_version == version.major_version


def log_rules(logs: Sequence[str]) -> list[str]:
    """Return the rules that ask for the export of these logs."""
    return [rule for rule in practices.LOG_EXPORTS.answers for log in logs if rule.endswith(f"[LogExport::{log}]")]


def check_database_name(name: str | None, engine_type: str, traits: EngineTraits, checks: Checks) -> None:
    """Refuse a name that the engine does not take for a database."""
    if name is None:
        return
    if not traits.database_name:
        advice = f"Make databases of {engine_type} with SQL."
        checks.problem("database_name", show(name), allowed="None", advice=advice)
    else:
        checks.require(
            re.fullmatch(traits.database_name, name) is not None and name.lower() not in traits.reserved_names,
            "database_name",
            name,
            allowed=f"a name of the form {traits.database_name} that the engine does not keep for itself",
            advice="Choose another name.",
        )
