"""Which Regions lack a type, as CloudFormation's own rules know it."""

import json
from collections.abc import Mapping
from typing import Any

import boto3
from cloudformation_validate import TemplateContent

from constructs_lib.practices.engine import Engine

NO_SUCH_TYPE = "F3006"


def regions_without(rules: Engine, type: str, properties: Mapping[str, Any]) -> set[str]:
    """Return the Regions of RDS in which a template with the type is refused."""
    template = {"Resources": {"It": {"Type": type, "Properties": properties}}}
    content = TemplateContent(json.dumps(template).encode(), "template.json")
    session = boto3.Session()
    regions = [
        region
        for partition in session.get_available_partitions()
        for region in session.get_available_regions("rds", partition_name=partition)
    ]
    return {region for region in regions if NO_SUCH_TYPE in {it.rule for it in rules.judge(content, region=region)}}
