"""Options that delivery streams refuse, and what they say of them."""

from collections.abc import Callable
from typing import Any

import aws_cdk as cdk
import pytest
from aws_cdk import aws_secretsmanager

from constructs_lib import firehose, rds
from constructs_lib.errors import Problem
from tests.firehose.streams import (
    code,
    given_function,
    lake_table,
    new_bucket,
    new_copy,
    new_delivery,
    new_key,
    new_rows,
    warehouse,
)
from tests.refusing import OF_THAT_TYPE, later, problems
from tests.synthesis import ACCOUNT, new_stack, new_vpc

TABLE = firehose.TableName(database="sales", table="orders")
SMALL = firehose.Buffering(size=cdk.Size.mebibytes(63))
QUICK = firehose.Buffering(interval=cdk.Duration.seconds(59))
BY_CUSTOMER = firehose.DynamicPartitioning({"customer": ".customer_id"})
DATES = "a format that sorts by time, such as yyyy/MM/dd/HH"
ADDRESS = "Leave out the slash, and the address of the bucket, which is an option of its own."
Given = Callable[[cdk.Stack], dict[str, Any]]


def _always(options: dict[str, Any]) -> Given:
    return lambda _: options


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            _always({"conversion": firehose.Parquet(TABLE), "compression": "GZIP"}),
            Problem(
                "compression",
                "'GZIP'",
                "None with conversion",
                "The columnar format compresses by itself: give it compression=.",
            ),
        ),
        (
            _always({"conversion": firehose.Orc(TABLE), "buffering": SMALL}),
            Problem(
                "buffering",
                "a size of 63 MiB",
                "64 to 128 MiB with conversion",
                "Give a larger size; the interval still bounds how long records wait.",
            ),
        ),
        (
            lambda stack: {"catalog_key": new_key(stack)},
            Problem(
                "catalog_key",
                "a key without conversion",
                "None",
                "Only conversion reads the Data Catalog: leave the key out.",
            ),
        ),
        (
            _always({"partitioning": BY_CUSTOMER, "buffering": SMALL}),
            Problem(
                "buffering",
                "a size of 63 MiB",
                "64 to 128 MiB with partitioning",
                "Give a larger size; the interval still bounds how long records wait.",
            ),
        ),
        (
            _always({"partitioning": BY_CUSTOMER, "buffering": QUICK}),
            Problem(
                "buffering",
                "an interval of 59 seconds",
                "60 to 900 seconds with partitioning",
                "Give a longer interval.",
            ),
        ),
        (
            _always({"partitioning": BY_CUSTOMER, "prefix": "orders/"}),
            Problem(
                "prefix",
                "'orders/' without customer",
                "a prefix with every key of partitioning",
                "Write !{partitionKeyFromQuery:...} for each, or leave prefix out.",
            ),
        ),
        (
            _always({"partitioning": firehose.DynamicPartitioning()}),
            Problem(
                "partitioning",
                "no keys and no prefix",
                "keys, or a prefix with !{partitionKeyFromLambda:...}",
                "Give queries for keys, or a transformation that returns them and a prefix that names them.",
            ),
        ),
        (
            _always({"partitioning": firehose.DynamicPartitioning(), "prefix": "orders/"}),
            Problem(
                "prefix",
                "'orders/'",
                "a prefix with !{partitionKeyFromLambda:...}",
                "Name a key that the function returns, or give queries for keys.",
            ),
        ),
        (
            _always(
                {
                    "partitioning": BY_CUSTOMER,
                    "prefix": "!{partitionKeyFromQuery:customer}/!{partitionKeyFromQuery:kind}/",
                }
            ),
            Problem(
                "prefix",
                "partitionKeyFromQuery:kind",
                "customer",
                "Add a query for the key to partitioning, or spell it as there.",
            ),
        ),
        (
            _always({"prefix": "!{partitionKeyFromQuery:customer}/"}),
            Problem(
                "prefix",
                "!{partitionKeyFromQuery:customer}",
                "the expressions !{timestamp:a date format}, !{firehose:random-string}",
                "Write each as !{namespace:value}.",
            ),
        ),
        (
            _always({"error_prefix": "failed/"}),
            Problem(
                "error_prefix",
                "'failed/'",
                "a prefix with !{firehose:error-output-type}",
                "Say what failed, so that each kind of failure can be mended and sent again.",
            ),
        ),
        (
            _always({"prefix": "orders/", "error_prefix": "orders/failed/!{firehose:error-output-type}/"}),
            Problem(
                "error_prefix",
                "orders/failed/",
                "a prefix outside of orders/",
                "Who reads that folder would read the failures as data.",
            ),
        ),
        (
            _always({"prefix": "raw/", "source_backup": firehose.SourceBackup(prefix="raw/source/")}),
            Problem(
                "source_backup",
                "copies in raw/source/ and source-errors/",
                "folders outside of raw/",
                "Who reads that folder would read the copies as data: give them another folder, or another bucket.",
            ),
        ),
        (
            _always({"prefix": "x" * 1025}),
            Problem("prefix", "1025 characters", "at most 1024", "Shorten the prefix."),
        ),
        (
            _always({"prefix": "/orders/"}),
            Problem("prefix", "'/orders/'", "the name of a folder at the beginning", ADDRESS),
        ),
        (
            _always({"prefix": "s3://lake/orders/"}),
            Problem("prefix", "'s3://lake/orders/'", "the name of a folder at the beginning", ADDRESS),
        ),
        (
            _always({"time_zone": "Europe/Londinium"}),
            Problem(
                "time_zone",
                "'Europe/Londinium'",
                "UTC, or a time zone of IANA in letters, such as Europe/London",
                "Name a continent and a city.",
            ),
        ),
        (
            _always({"file_extension": "json"}),
            Problem(
                "file_extension",
                "'json'",
                "a dot and up to 127 lower-case letters, digits and !-_.*'()",
                'Write ".json.gz".',
            ),
        ),
        (
            lambda stack: {"transformation": firehose.Transformation(code(vpc=new_vpc(stack, zones=1)))},
            Problem("vpc", "subnets in 1 Availability Zone(s)", "at least 2", "Give the VPC max_azs=2 or more."),
        ),
        (
            _always({"delimiter": ";"}),
            Problem("delimiter", "';'", "'\\n' or None", OF_THAT_TYPE),
        ),
        (
            _always({"waive": {firehose.TRACING: "No function is made."}}),
            Problem("waive", "LAMBDA_TRACING", "firehose.ALARMS", "Waive only what this construct does."),
        ),
        (
            _always({"waive": {rds.MULTI_AZ: "Because."}}),
            Problem("waive", "RDS_MULTI_AZ", "firehose.ALARMS", "Waive only what this construct does."),
        ),
    ],
    ids=lambda it: f"{it.option}-{it.given[:24]}" if isinstance(it, Problem) else "",
)
def test_an_option_is_refused_with_what_to_do(stack: cdk.Stack, options: Given, expected: Problem) -> None:
    assert problems(lambda: new_delivery(stack, **options(stack))) == [expected]


@pytest.mark.parametrize(
    ("format", "advice"),
    [
        ("YYYY/MM", "YYYY is the year of a week, wrong around New Year: write yyyy."),
        ("yyyy/MM/DD", "DD is the day of the year: write dd."),
        ("yyyy/mm", "mm is the minute: write MM for the month."),
        ("yyyy/MM/dd/hh", "hh is the hour of half a day: write HH."),
    ],
)
def test_a_date_that_means_something_else_is_refused(stack: cdk.Stack, format: str, advice: str) -> None:
    [problem] = problems(lambda: new_delivery(stack, prefix=f"!{{timestamp:{format}}}/"))
    assert problem == Problem("prefix", f"the date format {format}", DATES, advice)


def test_a_letter_that_is_no_date_is_refused(stack: cdk.Stack) -> None:
    [problem] = problems(lambda: new_delivery(stack, prefix="!{timestamp:yyyy/jj}/"))
    assert problem.advice == "Write yyyy/MM/dd/HH; j means nothing."


@pytest.mark.parametrize("format", ["yyyy", "YYYY-'W'ww", "yyyy-DDD", "yyyy/MM/dd/HH/mm", "hh a", "'Year'=yyyy"])
def test_a_date_that_sorts_is_taken(stack: cdk.Stack, format: str) -> None:
    assert new_delivery(stack, prefix=f"!{{timestamp:{format}}}/").delivery_stream


@pytest.mark.parametrize(
    "prefix",
    [
        "!{timestamp}/",
        "!{timestamp:yyyy",
        "!{timestamps:yyyy}/",
        "!{firehose:error-output-type}/",
        "!{partitionKeyFromLambda:customer}/",
    ],
)
def test_an_expression_that_firehose_does_not_know_is_refused(stack: cdk.Stack, prefix: str) -> None:
    [problem] = problems(lambda: new_delivery(stack, prefix=prefix))
    assert (problem.option, problem.advice) == ("prefix", "Write each as !{namespace:value}.")


@pytest.mark.parametrize("zone", ["EST", "Etc/UTC", "Etc/GMT-1", "utc", ""])
def test_a_zone_that_firehose_does_not_take_is_refused(stack: cdk.Stack, zone: str) -> None:
    assert [it.option for it in problems(lambda: new_delivery(stack, time_zone=zone))] == ["time_zone"]


def test_names_may_be_known_only_at_deployment(stack: cdk.Stack) -> None:
    given = {name: cdk.CfnParameter(stack, name).value_as_string for name in ("prefix", "time_zone", "file_extension")}
    error_prefix = cdk.CfnParameter(stack, "errors").value_as_string
    delivery = new_delivery(stack, **given, error_prefix=error_prefix, partitioning=BY_CUSTOMER)
    assert delivery.delivery_stream


OWN_FOLDER = "What is written into one folder is read together: name another one, or give another bucket."


@pytest.mark.parametrize(
    ("prefix", "folder"),
    [(None, "yyyy/MM/dd/HH/"), ("orders/", "orders/"), ("orders/!{timestamp:yyyy}/", "orders/")],
)
def test_two_delivery_streams_have_two_folders(stack: cdk.Stack, prefix: str | None, folder: str) -> None:
    new_delivery(stack, prefix=prefix)
    [problem] = problems(lambda: new_delivery(stack, "Again", prefix=prefix))
    assert problem == Problem(
        "prefix", f"{folder!r}, which Stack/Orders has", "one folder of a name in a bucket", OWN_FOLDER
    )
    assert new_delivery(stack, "Other", prefix="other/")
    assert new_delivery(stack, "Again", prefix=prefix, bucket=new_bucket(stack, bucket_name="others"))


@pytest.mark.parametrize(
    "prefix",
    [
        "raw/!{timestamp:yyyy/MM/dd}/%s/",
        "data/!{partitionKeyFromQuery:customer}/%s/",
        "raw/year=!{timestamp:yyyy}/type=%s/",
        "!{timestamp:yyyy}/%s/",
    ],
)
def test_folders_may_differ_after_what_firehose_fills_in(stack: cdk.Stack, prefix: str) -> None:
    given: dict[str, Any] = {"partitioning": BY_CUSTOMER} if "Query" in prefix else {}
    for name in ("One", "Two"):
        assert new_delivery(stack, name, prefix=prefix % name, **given)
    [problem] = problems(lambda: new_delivery(stack, "Three", prefix=prefix % "One", **given))
    assert problem.option == "prefix"


def test_delivery_streams_that_convert_by_one_table_may_share_its_folder(stack: cdk.Stack) -> None:
    for name in ("One", "Two"):
        assert new_delivery(stack, name, prefix="orders/", conversion=firehose.Parquet(TABLE))
    other = firehose.Orc(firehose.TableName(database="sales", table="returns"))
    [problem] = problems(lambda: new_delivery(stack, "Three", prefix="orders/", conversion=other))
    assert (problem.option, problem.given) == ("prefix", "'orders/', which Stack/One has")


@pytest.mark.parametrize("make", [new_delivery, new_copy])
@pytest.mark.parametrize("given", [False, True], ids=["the same bucket", "a bucket of its own"])
def test_copies_are_kept_apart_from_the_data_of_others(stack: cdk.Stack, make: Any, given: bool) -> None:
    new_delivery(stack, "First", prefix="raw/")
    bucket = new_bucket(stack, "Copies") if given else None
    backup = firehose.SourceBackup(prefix="raw/orders/", bucket=bucket)
    [problem] = problems(lambda: make(stack, prefix="orders/", source_backup=backup))
    assert (problem.option, problem.given) == ("source_backup", "'raw/', which Stack/First has")


def test_copies_of_several_may_share_a_folder(stack: cdk.Stack) -> None:
    for name in ("one", "two"):
        assert new_delivery(stack, name, prefix=f"{name}/", source_backup=firehose.SourceBackup())


def test_folders_that_are_known_only_at_deployment_are_not_judged(stack: cdk.Stack) -> None:
    prefix = cdk.Fn.import_value("prefix")
    for name in ("One", "Two"):
        assert new_delivery(stack, name, prefix=prefix)
        bucket = new_bucket(stack, f"Bucket{name}", bucket_name=cdk.Fn.import_value("bucket"))
        assert new_delivery(stack, f"{name}Known", prefix="orders/", bucket=bucket)


def test_all_problems_are_said_at_once(stack: cdk.Stack) -> None:
    options: dict[str, Any] = {
        "waive": {firehose.ALARMS: ""},
        "prefix": "/orders",
        "error_prefix": "failed/",
        "time_zone": "Mars",
        "compression": "GZIP",
        "conversion": firehose.Parquet(TABLE),
        "buffering": SMALL,
    }
    found = problems(lambda: new_delivery(stack, **options))
    assert [it.option for it in found] == [
        "waive",
        "prefix",
        "error_prefix",
        "time_zone",
        "buffering",
        "compression",
    ]


TOKEN = cdk.Duration.seconds(cdk.Token.as_number({"Ref": "Seconds"}))


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (
            lambda: firehose.Buffering(interval=cdk.Duration.seconds(901)),
            Problem("interval", "901", "0 to 900 seconds", "Gather for 15 minutes at most."),
        ),
        (
            lambda: firehose.Buffering(size=cdk.Size.mebibytes(129)),
            Problem("size", "129", "1 to 128 MiB", "Gather no more than Firehose holds for one object."),
        ),
        (lambda: firehose.Buffering(interval=TOKEN), later("interval")),
        (
            lambda: firehose.Deaggregation(""),
            Problem("delimiter", "''", "at least one character, or None for JSON", "Write a delimiter."),
        ),
        (
            lambda: firehose.DynamicPartitioning({"customer id": ".id"}),
            Problem(
                "keys",
                "'customer id'",
                "letters, digits and underscores, beginning with no digit",
                "Rename the key.",
            ),
        ),
        (
            lambda: firehose.DynamicPartitioning({"customer": "customer_id"}),
            Problem(
                "keys",
                "'customer_id'",
                "a JQ query",
                'Name a field of the record with a dot before it: "customer": ".customer_id".',
            ),
        ),
        (
            lambda: firehose.DynamicPartitioning({f"k{number}": ".k" for number in range(51)}),
            Problem("keys", "51 keys", "at most 50", "Partition by what queries filter by."),
        ),
        (
            lambda: firehose.DynamicPartitioning({"k": "." + "k" * 5120}),
            Problem("keys", "queries of 5127 characters", "at most 5120 together", "Shorten the queries."),
        ),
        (
            lambda: firehose.DynamicPartitioning(retry=cdk.Duration.hours(3)),
            Problem("retry", "10800", "0 to 7200 seconds", "Firehose tries for two hours at most."),
        ),
        (
            lambda: firehose.Transformation(code(timeout=cdk.Duration.minutes(6))),
            Problem("function", "360", "1 to 300 seconds as timeout", "Firehose waits five minutes for an answer."),
        ),
        (
            lambda: firehose.Transformation(code(), buffer_size=cdk.Size.mebibytes(4)),
            Problem(
                "buffer_size",
                "4096",
                "205 to 3072 KiB",
                "Leave room: records grow by a third in base64, and an invocation takes 6 MB.",
            ),
        ),
        (
            lambda: firehose.Transformation(code(), buffer_interval=cdk.Duration.minutes(16)),
            Problem("buffer_interval", "960", "0 to 900 seconds", "Gather for 15 minutes at most."),
        ),
        (
            lambda: firehose.Transformation(code(), retries=301),
            Problem("retries", "301", "0 to 300 times", "3 tries again what fails by chance."),
        ),
        (
            lambda: firehose.Parquet(TABLE, page_size=cdk.Size.kibibytes(63)),
            Problem("page_size", "63", "64 to 2096128 KiB", "Leave it out for the default of the format."),
        ),
        (
            lambda: firehose.Orc(TABLE, stripe_size=cdk.Size.mebibytes(7)),
            Problem("stripe_size", "7", "8 to 2047 MiB", "Leave it out for the default of the format."),
        ),
        (
            lambda: firehose.TableName(database="", table="orders"),
            Problem("database", "''", "a name without spaces", "Write it as Glue does."),
        ),
        (
            lambda: firehose.SourceBackup(prefix="!{partitionKeyFromQuery:customer}/"),
            Problem(
                "prefix",
                "!{partitionKeyFromQuery:customer}",
                "the expressions !{timestamp:a date format}, !{firehose:random-string}",
                "Write each as !{namespace:value}.",
            ),
        ),
        (
            lambda: firehose.JsonCopy(paths="orders.json"),
            Problem("paths", "'orders.json'", "None, or an address in S3", 'Write "s3://bucket/paths.json".'),
        ),
        (
            lambda: firehose.JsonCopy(paths="s3://paths/orders.json", ignore_case=True),
            Problem("ignore_case", "True", "False with paths", "Paths name keys as they are."),
        ),
        (
            lambda: firehose.CsvCopy(delimiter="||"),
            Problem("delimiter", "'||'", "one character of ASCII", 'Write "|" or ",".'),
        ),
        (
            lambda: firehose.CsvCopy(null_as="it's"),
            Problem(
                "null_as",
                '"it\'s"',
                "one character or more, without a quotation mark",
                "It stands in quotation marks in the COPY command.",
            ),
        ),
    ],
    ids=lambda it: f"{it.option}-{it.given[:24]}" if isinstance(it, Problem) else "",
)
def test_a_value_is_refused_with_what_to_do(make: Any, expected: Problem) -> None:
    assert problems(make) == [expected]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"host": "jdbc:redshift://sales.abc123.eu-west-1.redshift.amazonaws.com:5439/sales"},
            Problem(
                "host",
                "'jdbc:redshif...om:5439/sales'",
                "an endpoint of Redshift, without port and database",
                'Write "sales.abc123.eu-west-1.redshift.amazonaws.com".',
            ),
        ),
        (
            {"database": "sales db"},
            Problem("database", "'sales db'", "letters, digits, _, $ and -", "Write the database's name."),
        ),
        (
            {"table": "orders; DROP TABLE orders"},
            Problem("table", "'orders; DROP TABLE orders'", "a table, or schema.table", 'Write "sales.orders".'),
        ),
        (
            {"port": 0},
            Problem("port", "0", "1 to 65535", "Redshift listens on 5439 unless told otherwise."),
        ),
        (
            {"port": "http"},
            Problem("port", "'http'", "1 to 65535", "Redshift listens on 5439 unless told otherwise."),
        ),
        (
            {"columns": ["id, at"]},
            Problem(
                "columns",
                "'id, at'",
                "names of columns",
                "List each by itself; what is no plain name stands in double quotation marks.",
            ),
        ),
        (
            {"columns": ["c" * 100] * 110},
            Problem(
                "columns",
                "110 columns",
                "10240 characters in all",
                "Leave them out: values then go to the columns of the table.",
            ),
        ),
    ],
    ids=lambda it: f"{it.option}-{it.given[:24]}" if isinstance(it, Problem) else "",
)
def test_a_warehouse_is_refused_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: warehouse(stack, **options)) == [expected]


def test_a_secret_is_named_whole(stack: cdk.Stack) -> None:
    secret = aws_secretsmanager.Secret.from_secret_name_v2(stack, "Loader", "loader")
    [problem] = problems(lambda: warehouse(stack, secret=secret))
    assert problem == Problem(
        "secret",
        "a secret whose ARN is not known whole",
        "a secret with its complete ARN",
        "Import it with Secret.from_secret_complete_arn or from_secret_attributes.",
    )


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"compression": "Snappy"},
            Problem("compression", "'Snappy'", "'GZIP' or 'UNCOMPRESSED'", OF_THAT_TYPE),
        ),
        (
            {"retry": cdk.Duration.hours(3)},
            Problem("retry", "10800", "0 to 7200 seconds", "Firehose tries for two hours at most."),
        ),
        ({"retry": TOKEN}, later("retry")),
        (
            {"conversion": firehose.Parquet(TABLE)},
            Problem(
                "conversion",
                "an unknown option",
                "warehouse, bucket, source, copy, prefix, buffering, compression, retry, transformation, "
                "cloudwatch_logs, delimiter, source_backup, key, alarm_topic, lifecycle, waive",
                "Did you mean compression?",
            ),
        ),
        (
            {"prefix": "staging/!{timestamp:yyyy}/"},
            Problem(
                "prefix",
                "'staging/!{timestamp:yyyy}/'",
                "a prefix without expressions",
                "Write the folder alone: Firehose adds the hour.",
            ),
        ),
        (
            {"source_backup": firehose.SourceBackup(prefix="source/!{timestamp:yyyy}/")},
            Problem(
                "source_backup",
                "'source/!{timestamp:yyyy}/'",
                "a prefix without expressions",
                "Write the folder alone: Firehose adds the hour.",
            ),
        ),
        (
            {"source_backup": firehose.SourceBackup(error_prefix="broken/!{firehose:error-output-type}/")},
            Problem(
                "source_backup",
                "an error_prefix",
                "None",
                "Leave it out: on the way to Redshift, Firehose names the folders of errors by itself.",
            ),
        ),
        (
            {"source_backup": firehose.SourceBackup(prefix="staging/source/")},
            Problem(
                "source_backup",
                "copies in staging/source/ and source-errors/",
                "folders outside of staging/",
                "Who reads that folder would read the copies as data: give them another folder, or another bucket.",
            ),
        ),
    ],
    ids=lambda it: f"{it.option}-{it.given[:24]}" if isinstance(it, Problem) else "",
)
def test_redshift_refuses_with_what_to_do(stack: cdk.Stack, options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: new_copy(stack, **options)) == [expected]


def test_a_region_where_firehose_has_no_known_addresses_is_refused() -> None:
    stack = new_stack(cdk.Environment(account=ACCOUNT, region="mx-central-1"))
    [problem] = problems(lambda: new_copy(stack))
    assert problem == Problem(
        "warehouse",
        "a warehouse in mx-central-1",
        "a Region in which the addresses of Firehose are known",
        "Read a Kinesis stream with streaming ingestion, or deliver to S3 and let auto-copy load it.",
    )


RETURNS = firehose.TableName(database="stock", table="returns")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (_always({"tables": []}), Problem("tables", "no tables", "one or more", "List a LakeTable.")),
        (
            lambda stack: {"tables": [lake_table(stack, it) for it in ("One", "Two")]},
            Problem("tables", "sales.orders", "tables that differ", "List each table once."),
        ),
        (
            lambda stack: {
                "tables": [lake_table(stack, "One"), lake_table(stack, "Two", table=RETURNS)],
                "routing": firehose.Routing(table=".kind"),
            },
            Problem(
                "routing",
                "2 databases, and nothing that tells which",
                "a routing with database, or a transformation that routes",
                'Name the field of records that does: firehose.Routing(database=".database").',
            ),
        ),
        (
            lambda stack: {
                "tables": [lake_table(stack, "One"), lake_table(stack, "Two", table=RETURNS)],
                "routing": firehose.Routing(database=".shop"),
                "transformation": firehose.Transformation(given_function(stack)),
            },
            Problem(
                "routing",
                "2 tables, and nothing that tells which",
                "a routing with table, or a transformation that routes",
                'Name the field of records that does: firehose.Routing(table=".table").',
            ),
        ),
        (
            _always({"routing": firehose.Routing(operation="." + "o" * 5120)}),
            Problem("routing", "5195 characters", "at most 5120 together", "Shorten the expressions."),
        ),
        (
            lambda stack: {"tables": [lake_table(stack, unique_keys=["id"])], "append_only": True},
            Problem(
                "append_only",
                "True with unique_keys",
                "False where rows are updated or deleted",
                "Rows would be written out of order.",
            ),
        ),
        (
            _always({"routing": firehose.Routing(operation=".op"), "append_only": True}),
            Problem(
                "append_only",
                "True with an operation",
                "False where rows are updated or deleted",
                "Rows would be written out of order.",
            ),
        ),
        (
            _always({"error_prefix": "failed/"}),
            Problem(
                "error_prefix",
                "'failed/'",
                "a prefix with !{firehose:error-output-type}",
                "Say what failed, so that each kind of failure can be mended and sent again.",
            ),
        ),
        (
            lambda stack: {
                "bucket": new_bucket(stack, "Failures"),
                "tables": [lake_table(stack, bucket=new_bucket(stack), prefix="errors/")],
            },
            Problem(
                "error_prefix",
                "errors/",
                "a prefix outside of errors/",
                "Who cleans the table deletes what Iceberg does not know: name another folder, or give another bucket.",
            ),
        ),
        (
            lambda stack: {
                "bucket": new_bucket(stack, "Failures"),
                "tables": [lake_table(stack, bucket=new_bucket(stack), prefix="")],
            },
            Problem(
                "error_prefix",
                "errors/",
                "a prefix outside of the table, which is the whole bucket",
                "Who cleans the table deletes what Iceberg does not know: name another folder, or give another bucket.",
            ),
        ),
        (
            _always({"retry": cdk.Duration.hours(3)}),
            Problem("retry", "10800", "0 to 7200 seconds", "Firehose tries for two hours at most."),
        ),
        (_always({"retry": TOKEN}), later("retry")),
        (
            _always({"table": TABLE}),
            Problem(
                "table",
                "an unknown option",
                "tables, bucket, source, error_prefix, buffering, append_only, routing, retry, transformation, key, "
                "catalog_key, alarm_topic, lifecycle, waive",
                "Did you mean tables?",
            ),
        ),
        (
            _always({"tables": [TABLE]}),
            Problem(
                "tables",
                "[TableName(dat...able='orders')]",
                "a list of firehose.LakeTable",
                OF_THAT_TYPE,
            ),
        ),
    ],
    ids=lambda it: f"{it.option}-{it.given[:24]}" if isinstance(it, Problem) else "",
)
def test_iceberg_refuses_with_what_to_do(stack: cdk.Stack, options: Given, expected: Problem) -> None:
    assert problems(lambda: new_rows(stack, **options(stack))) == [expected]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {"table": firehose.TableName(database="sales", table="order-lines")},
            Problem(
                "table",
                "'order-lines'",
                "names of up to 255 letters, digits, dots and underscores",
                "Firehose takes no others: rename the table, or its database.",
            ),
        ),
        (
            {"prefix": "orders"},
            Problem(
                "prefix", "'orders'", "a prefix that ends in a slash, and does not begin with one", "Write orders/."
            ),
        ),
        (
            {"unique_keys": ["id", "id"]},
            Problem(
                "unique_keys",
                "['id', 'id']",
                "names of columns that differ, without spaces",
                'List each by itself: ["customer", "order_id"].',
            ),
        ),
        (
            {"unique_keys": ["customer, id"]},
            Problem(
                "unique_keys",
                "['customer, id']",
                "names of columns that differ, without spaces",
                'List each by itself: ["customer", "order_id"].',
            ),
        ),
    ],
    ids=lambda it: f"{it.option}-{it.given[:24]}" if isinstance(it, Problem) else "",
)
def test_a_table_of_iceberg_is_refused_with_what_to_do(
    stack: cdk.Stack, options: dict[str, Any], expected: Problem
) -> None:
    assert problems(lambda: lake_table(stack, **options)) == [expected]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (
            {},
            Problem(
                "table",
                "nothing",
                "a table, a database or an operation",
                "Leave the routing out: records are inserted into the one table.",
            ),
        ),
        (
            {"table": "kind"},
            Problem(
                "table",
                "'kind'",
                "an expression of JQ",
                'Name a field of the record with a dot before it: table=".kind".',
            ),
        ),
        (
            {"operation": "upsert"},
            Problem(
                "operation",
                "'upsert'",
                "insert, update, delete, or JQ",
                'Name a field of the record with a dot before it: operation=".upsert".',
            ),
        ),
    ],
    ids=["nothing", "table", "operation"],
)
def test_a_routing_is_refused_with_what_to_do(options: dict[str, Any], expected: Problem) -> None:
    assert problems(lambda: firehose.Routing(**options)) == [expected]


@pytest.mark.parametrize(
    "region", ["cn-north-1", "us-gov-west-1", "ap-east-2", "ap-southeast-5", "ap-southeast-6", "mx-central-1"]
)
def test_a_region_where_firehose_knows_no_iceberg_is_refused(region: str) -> None:
    stack = new_stack(cdk.Environment(account=ACCOUNT, region=region))
    assert problems(lambda: new_rows(stack)) == [
        Problem(
            "tables",
            f"tables in {region}",
            "a Region in which Firehose knows Iceberg",
            "Deliver to S3 there, in columns: S3DeliveryStream with conversion=.",
        )
    ]


def test_what_is_known_only_at_deployment_is_not_judged(stack: cdk.Stack) -> None:
    name = {it: cdk.CfnParameter(stack, it).value_as_string for it in ("database", "table", "prefix", "op", "errors")}
    table = lake_table(
        stack,
        table=firehose.TableName(database=name["database"], table=name["table"]),
        prefix=name["prefix"],
        unique_keys=[name["op"]],
    )
    routing = firehose.Routing(operation=name["op"])
    assert new_rows(stack, tables=[table], routing=routing, error_prefix=name["errors"]).delivery_stream


def test_a_function_that_is_given_has_no_waivers(stack: cdk.Stack) -> None:
    transformation = firehose.Transformation(given_function(stack))
    [problem] = problems(
        lambda: new_delivery(stack, transformation=transformation, waive={firehose.TRACING: "Because."})
    )
    assert problem.option == "waive"
