"""Options that the stream's consumer refuses, and what it says of them."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import aws_cdk as cdk
import pytest
from aws_cdk import aws_dynamodb, aws_lambda
from aws_cdk import aws_ec2 as ec2

from constructs_lib import dynamodb, rds
from constructs_lib.delivery import Delivery
from constructs_lib.errors import Problem
from constructs_lib.functions import FunctionCode
from tests.dynamodb.tables import CODE, VIEWS, attribute, given_function, new_consumer, new_table
from tests.refusing import OF_THAT_TYPE, THE_CONSTRUCT, problems
from tests.synthesis import new_stack, new_vpc

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
NO_STREAM = Problem(
    "table",
    "a table without a stream",
    "a table whose stream ARN is known",
    "Give the table a stream, or import it with from_table_attributes(table_stream_arn=...).",
)


def _table(stack: cdk.Stack, view: aws_dynamodb.StreamViewType | None = None) -> dynamodb.Table:
    return new_table(stack, stream=view)


@pytest.mark.parametrize("name", ["data", "eventname", "newImage"])
def test_a_filter_on_what_no_record_has_is_refused(stack: cdk.Stack, name: str) -> None:
    delivery = Delivery(filters=[{"eventName": ["INSERT"], name: ["a"]}])
    [problem] = problems(lambda: new_consumer(stack, delivery=delivery))
    assert (problem.option, problem.given) == ("delivery", f"a filter on {name}")
    assert "dynamodb, eventID, eventName" in problem.allowed


def test_a_filter_reads_who_made_the_change(stack: cdk.Stack) -> None:
    expired = {"userIdentity": {"type": ["Service"], "principalId": ["dynamodb.amazonaws.com"]}}
    assert new_consumer(stack, delivery=Delivery(filters=[expired]))


@pytest.mark.parametrize(
    ("images", "view", "enough"),
    [
        (["NewImage"], VIEWS.KEYS_ONLY, VIEWS.NEW_IMAGE),
        (["NewImage"], VIEWS.OLD_IMAGE, VIEWS.NEW_IMAGE),
        (["OldImage"], VIEWS.NEW_IMAGE, VIEWS.OLD_IMAGE),
        (["NewImage", "OldImage"], VIEWS.NEW_IMAGE, VIEWS.NEW_AND_OLD_IMAGES),
    ],
)
def test_a_filter_on_what_the_stream_does_not_tell_is_refused(
    stack: cdk.Stack, images: list[str], view: aws_dynamodb.StreamViewType, enough: aws_dynamodb.StreamViewType
) -> None:
    filters = [{"dynamodb": {image: {"status": {"S": ["paid"]}}}} for image in images]
    [problem] = problems(lambda: new_consumer(stack, table=_table(stack, view), delivery=Delivery(filters=filters)))
    assert problem.given == f"a table whose stream tells {view.name}"
    assert problem.advice == f"Give the table stream=StreamViewType.{enough.name}."
    other = new_stack()
    assert new_consumer(other, table=_table(other, enough), delivery=Delivery(filters=filters))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            lambda stack: {"table": _table(stack)},
            Problem(
                "table",
                "a table whose stream tells nothing",
                "KEYS_ONLY or NEW_AND_OLD_IMAGES or NEW_IMAGE or OLD_IMAGE",
                "Give the table stream=StreamViewType.KEYS_ONLY.",
            ),
        ),
        (
            lambda stack: {"table": _table(stack, VIEWS.KEYS_ONLY), "needs": VIEWS.OLD_IMAGE},
            Problem(
                "table",
                "a table whose stream tells KEYS_ONLY",
                "NEW_AND_OLD_IMAGES or OLD_IMAGE",
                "Give the table stream=StreamViewType.OLD_IMAGE.",
            ),
        ),
        (lambda stack: {"table": aws_dynamodb.TableV2.from_table_arn(stack, "Table", ARN)}, NO_STREAM),
        (
            lambda stack: {"table": aws_dynamodb.TableV2(stack, "Table", partition_key=attribute("id"))},
            Problem(
                "table",
                "a table whose stream tells nothing",
                "KEYS_ONLY or NEW_AND_OLD_IMAGES or NEW_IMAGE or OLD_IMAGE",
                "Give the table stream=StreamViewType.KEYS_ONLY.",
            ),
        ),
        (
            lambda stack: {"delivery": Delivery(max_record_age=cdk.Duration.days(2))},
            Problem(
                "delivery",
                "172800",
                "60 to 86400 seconds as max_record_age",
                "DynamoDB keeps records of changes for a day.",
            ),
        ),
        (
            lambda stack: {"delivery": Delivery(parallelization_factor=4), "code": {"reserved_concurrency": 3}},
            Problem(
                "function",
                "reserved_concurrency=3",
                "at least the parallelization_factor 4",
                "Reserve as much for each shard.",
            ),
        ),
        (
            lambda stack: {
                "function": aws_lambda.Function.from_function_arn(
                    stack, "Given", "arn:aws:lambda:eu-west-1:123456789012:function:audit"
                )
            },
            Problem(
                "function",
                "a function without a known role",
                "a function made in this app, or imported with its role",
                "Import it with from_function_attributes(role=...).",
            ),
        ),
        (
            lambda stack: {"subnets": ec2.SubnetSelection(availability_zones=["eu-west-1a"])},
            Problem("subnets", "subnets of no VPC", "None without FunctionCode(vpc=...)", "Give the VPC too."),
        ),
        (
            lambda stack: {
                "function": given_function(stack),
                "subnets": ec2.SubnetSelection(availability_zones=["eu-west-1a"]),
            },
            Problem("subnets", "subnets of no VPC", "None without FunctionCode(vpc=...)", "Give the VPC too."),
        ),
        (
            lambda stack: {"code": {"vpc": new_vpc(stack, zones=1)}},
            Problem("vpc", "subnets in 1 Availability Zone(s)", "at least 2", "Give the VPC max_azs=2 or more."),
        ),
        (
            lambda stack: {"waive": {rds.MULTI_AZ: "Because."}},
            Problem(
                "waive",
                "RDS_MULTI_AZ",
                "functions.RESERVED_CONCURRENCY, functions.TRACING",
                "Waive only what this construct does.",
            ),
        ),
        (
            lambda stack: {"function": 3},
            Problem(
                "function",
                "3",
                "functions.FunctionCode or lambda.IFunction",
                THE_CONSTRUCT,
            ),
        ),
    ],
    ids=lambda it: it.given[:24] if isinstance(it, Problem) else "",
)
def test_an_option_is_refused_with_what_to_do(
    stack: cdk.Stack, options: Callable[[cdk.Stack], dict[str, Any]], expected: Problem
) -> None:
    assert problems(lambda: new_consumer(stack, **options(stack))) == [expected]


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("needs", VIEWS)
def test_a_stream_has_to_tell_what_is_needed(
    stack: cdk.Stack, view: aws_dynamodb.StreamViewType, needs: aws_dynamodb.StreamViewType
) -> None:
    tells = {
        VIEWS.KEYS_ONLY: {VIEWS.KEYS_ONLY},
        VIEWS.NEW_IMAGE: {VIEWS.KEYS_ONLY, VIEWS.NEW_IMAGE},
        VIEWS.OLD_IMAGE: {VIEWS.KEYS_ONLY, VIEWS.OLD_IMAGE},
        VIEWS.NEW_AND_OLD_IMAGES: set(VIEWS),
    }
    table = _table(stack, view)
    if needs in tells[view]:
        assert new_consumer(stack, table=table, needs=needs).mapping
    else:
        assert [it.option for it in problems(lambda: new_consumer(stack, table=table, needs=needs))] == ["table"]


def test_all_problems_are_said_at_once(stack: cdk.Stack) -> None:
    options: dict[str, Any] = {
        "table": _table(stack),
        "delivery": Delivery(max_record_age=cdk.Duration.days(2), parallelization_factor=10),
        "code": {"reserved_concurrency": 1, "vpc": new_vpc(stack, zones=1)},
        "waive": {dynamodb.TRACING: ""},
    }
    found = problems(lambda: new_consumer(stack, **options))
    assert [problem.option for problem in found] == ["waive", "table", "delivery", "function", "vpc"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"path": "/nowhere"},
            Problem(
                "path",
                "'/nowhere'",
                "a directory with files, or a zip file",
                "Start from Path(__file__).parent, so that it does not depend on where the app is run.",
            ),
        ),
        (
            {"memory": cdk.Size.mebibytes(127)},
            Problem("memory", "127", "128 to 10240 MiB", "Stay within what Lambda allows."),
        ),
        (
            {"memory": cdk.Size.gibibytes(11)},
            Problem("memory", "11264", "128 to 10240 MiB", "Stay within what Lambda allows."),
        ),
        (
            {"timeout": cdk.Duration.seconds(0)},
            Problem("timeout", "0", "1 to 900 seconds", "Stay within what Lambda allows."),
        ),
        (
            {"timeout": cdk.Duration.minutes(16)},
            Problem("timeout", "960", "1 to 900 seconds", "Stay within what Lambda allows."),
        ),
        (
            {"reserved_concurrency": 0},
            Problem("reserved_concurrency", "0", "1 or more", "0 would stop the function."),
        ),
        (
            {"runtime": "python3.14"},
            Problem("runtime", "'python3.14'", "lambda.Runtime", OF_THAT_TYPE),
        ),
        (
            {"environment": {"LEVEL": 5}},
            Problem("environment", "{'LEVEL': 5}", "a mapping of str to str", OF_THAT_TYPE),
        ),
    ],
    ids=lambda it: it.given[:24] if isinstance(it, Problem) else "",
)
def test_code_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: FunctionCode(**{"path": CODE, **options})) == [expected]


@pytest.mark.parametrize("path", [CODE, str(CODE), Path("audit")], ids=["Path", "str", "relative"])
def test_code_is_a_path_or_a_string(path: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(CODE.parent)
    assert FunctionCode(path).path == path


@pytest.mark.parametrize("name", ["A", "1A", "LOG-LEVEL", ""])
def test_a_variable_that_lambda_refuses_is_refused(name: str) -> None:
    [problem] = problems(lambda: FunctionCode(CODE, environment={name: "x"}))
    assert problem.option == "environment"


PYTHON, NODE = aws_lambda.Runtime.PYTHON_3_14, aws_lambda.Runtime.NODEJS_24_X
FILES = ("index.py", "package/__init__.py", "package/module.py", "source/app.mjs")


@pytest.fixture(params=["directory", "zip file"])
def code(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Code with FILES."""
    folder, packed = tmp_path / "code", tmp_path / "code.zip"
    with ZipFile(packed, "w") as archive:
        for name in FILES:
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
            archive.write(file, name)
    return packed if request.param == "zip file" else folder


@pytest.mark.parametrize(
    ("runtime", "handler"),
    [
        (PYTHON, "index.handler"),
        (PYTHON, "package.handler"),
        (PYTHON, "package.module.handler"),
        (PYTHON, "package/module.handler"),
        (NODE, "source/app.handler"),
        (aws_lambda.Runtime.JAVA_25, "com.example.Orders::handle"),
        (aws_lambda.Runtime.PROVIDED_AL2023, "bootstrap"),
    ],
)
def test_a_handler_is_a_file_of_the_code(code: Path, runtime: aws_lambda.Runtime, handler: str) -> None:
    assert FunctionCode(code, handler=handler, runtime=runtime).handler == handler


def test_a_handler_that_is_known_at_deployment_is_not_judged() -> None:
    assert cdk.Token.is_unresolved(FunctionCode(CODE, handler=cdk.Fn.import_value("Handler")).handler)


@pytest.mark.parametrize(
    ("runtime", "handler", "missing"),
    [
        (PYTHON, "idnex.handler", "idnex.py"),
        (PYTHON, "package.other.handler", "package/other.py"),
        (PYTHON, "package.module.Class.method", "package/module/Class.py"),
        (NODE, "app.handler", "app.js"),
        (NODE, "source/app/index.handler", "source/app/index.js"),
    ],
)
def test_a_handler_that_the_code_does_not_have_is_refused(
    code: Path, runtime: aws_lambda.Runtime, handler: str, missing: str
) -> None:
    advice = f"There is no {missing} in {code}."
    expected = Problem("handler", repr(handler), "a file and a function", advice)
    assert problems(lambda: FunctionCode(code, handler=handler, runtime=runtime)) == [expected]


@pytest.mark.parametrize("handler", ["", "handler", ".handler", "index handler"])
def test_a_handler_without_a_file_is_refused(handler: str) -> None:
    expected = Problem("handler", repr(handler), "a file and a function", 'Write "index.handler".')
    assert problems(lambda: FunctionCode(CODE, handler=handler)) == [expected]


def test_an_environment_that_is_too_large_is_refused() -> None:
    environment = {"NAME": "x" * 2041, "OTHER": "ü" * 1021, "LATE": cdk.Fn.import_value("x" * 99)}
    assert FunctionCode(CODE, environment=environment)
    [problem] = problems(lambda: FunctionCode(CODE, environment={**environment, "NAME": "x" * 2043}))
    assert (problem.option, problem.given) == ("environment", "4098 bytes")


def test_what_only_ends_like_a_zip_file_is_no_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("code.zip").write_text("handler")
    [problem] = problems(lambda: FunctionCode("code.zip"))
    assert (problem.option, problem.given) == ("path", "'code.zip'")


def test_a_directory_without_files_is_no_code(tmp_path: Path) -> None:
    (tmp_path / "package" / "__pycache__").mkdir(parents=True)
    (tmp_path / "package" / "__pycache__" / "index.pyc").touch()
    [problem] = problems(lambda: FunctionCode(tmp_path))
    assert (problem.option, problem.allowed) == ("path", "a directory with files, or a zip file")
    (tmp_path / "package" / "index.py").touch()
    assert FunctionCode(tmp_path, handler="package.index.handler").path == tmp_path
