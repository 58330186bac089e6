"""In whose name Athena queries, and which partitions of a table it reads.

MiniStack lets everybody query everything, and reads all objects below a table's location.

- Where IAM is enforced, who queries has to be allowed to read the table and its objects, and to write the result.
- Of a table whose partitions are projected, Athena reads those that it computes: of dates, of integers, and of values.
  Intervals are taken for 1.
"""

import datetime
import os
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlparse

from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import athena, glue

from .permissions import Need, lacking, name_resource, role_of_caller, use_of_key
from .provision import Props

READ_DATABASE = ("glue:GetDatabase",)
READ_TABLE = ("glue:GetPartitions", "glue:GetTable")
WRITE_RESULT = ("s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject")

WORKDIR = "ministack-athena-"
"""What the folders are called that MiniStack copies the objects of a table to."""

DATES: Final = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
"""How Athena spells the parts of a date, and Python."""
DAYS: Final = {"YEAR": 365.0, "MONTH": 30.0, "WEEK": 7.0, "DAY": 1.0, "HOUR": 1 / 24, "MINUTE": 1 / 1440}


def install() -> None:
    """Ask before querying, and leave out what is in no partition."""
    athena._start_query_execution = _asking(athena._start_query_execution)
    athena._table_relation = _projecting(athena._table_relation)
    name_resource("athena", _workgroup)


def _workgroup(request: Mapping[str, str]) -> str:
    """What IAM calls the resource of a request about a query: the workgroup that it ran in."""
    execution = athena._executions.get(request.get("QueryExecutionId"))
    return str(athena._arn_workgroup(execution["WorkGroup"])) if execution else ""


def _asking(start: Callable[[Props], Any]) -> Callable[[Props], Any]:
    def start_if_allowed(request: Props) -> Any:
        role = role_of_caller()
        if role and (denied := lacking(role, _needs(request))):
            return error_response_json("AccessDeniedException", f"{role} is not authorized to perform {denied}", 400)
        return start(request)

    return start_if_allowed


def _needs(request: Props) -> Iterator[Need]:
    catalog = f"arn:aws:glue:{get_region()}:{get_account_id()}"
    for found in athena._table_references(request["QueryString"]):
        database = found.database or request.get("QueryExecutionContext", {}).get("Database", "default")
        for resource in ("catalog", f"database/{database}"):
            yield Need((*READ_DATABASE, *READ_TABLE), f"{catalog}:{resource}")
        yield Need(READ_TABLE, f"{catalog}:table/{database}/{found.table}")
        if table := glue._tables.get(f"{database}/{found.table}"):
            bucket, folder = _place(table["StorageDescriptor"]["Location"])
            yield Need(("s3:GetBucketLocation",), bucket)
            yield Need(("s3:ListBucket",), bucket, {"s3:prefix": folder})
            yield Need(("s3:GetObject",), f"{bucket}/{folder}object")
    results = athena._workgroups[request["WorkGroup"]]["Configuration"]["ResultConfiguration"]
    bucket, folder = _place(results["OutputLocation"])
    yield Need(("s3:GetBucketLocation",), bucket)
    yield Need(WRITE_RESULT, f"{bucket}/{folder}object")
    if key := results.get("EncryptionConfiguration", {}).get("KmsKey"):
        yield use_of_key(key, "s3", ("Decrypt", "GenerateDataKey"))


def _place(location: str) -> tuple[str, str]:
    """The ARN of a bucket, and the folder in it."""
    place = urlparse(location)
    return f"arn:aws:s3:::{place.netloc}", place.path.lstrip("/")


def _projecting(relation: Callable[[Props, list[str]], str]) -> Callable[[Props, list[str]], str]:
    def relation_of_partitions(table: Props, files: list[str]) -> str:
        if table.get("Parameters", {}).get("projection.enabled") != "true":
            return relation(table, files)
        projected = [it for it in files if _is_projected(table, it.partition(WORKDIR)[2].partition(os.sep)[2])]
        return relation(table, projected) if projected else str(athena._empty_relation(table))

    return relation_of_partitions


def _is_projected(table: Props, path: str) -> bool:
    """Whether an object is in a partition that Athena computes, by its path below the table's location."""
    parameters, keys = table["Parameters"], [it["Name"] for it in table["PartitionKeys"]]
    folder = "".join(f"{key}=${{{key}}}/" for key in keys)
    template = parameters.get("storage.location.template", "").removeprefix(table["StorageDescriptor"]["Location"])
    pattern = re.sub(r"\\\$\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(template or folder))
    found = re.match(pattern, path)
    return found is not None and all(_is_computed(key, found[key], parameters) for key in keys)


def _is_computed(key: str, value: str, parameters: Mapping[str, str]) -> bool:
    kind = parameters[f"projection.{key}.type"]
    if kind == "injected":
        return True
    if kind == "enum":
        return value in parameters[f"projection.{key}.values"].split(",")
    low, high = parameters[f"projection.{key}.range"].split(",")
    if kind == "integer":
        digits = int(parameters.get(f"projection.{key}.digits", "1"))
        return value.isdecimal() and value == value.lstrip("0").zfill(digits) and int(low) <= int(value) <= int(high)
    spelling = re.sub("|".join(DATES), lambda part: DATES[part[0]], parameters[f"projection.{key}.format"])
    try:
        return _bound(low, spelling) <= datetime.datetime.strptime(value, spelling) <= _bound(high, spelling)
    except ValueError:
        return False


def _bound(text: str, spelling: str) -> datetime.datetime:
    if not text.startswith("NOW"):
        return datetime.datetime.strptime(text, spelling)
    now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    if not (offset := re.fullmatch(r"NOW([+-]\d+)([A-Z]+?)S?", text)):
        return now
    return now + datetime.timedelta(days=int(offset[1]) * DAYS[offset[2]])
