"""Runs MiniStack with all extensions."""

from ministack import app

from . import (
    athena,
    aurora,
    catalogue,
    completions,
    dynamodb,
    firehose,
    global_databases,
    kinesis,
    networking,
    provision,
    rds,
    redshift,
    redshift_data,
    s3,
    scaling,
    secretsmanager,
    streams,
)

EXTENSIONS = (
    athena,
    completions,
    dynamodb,
    networking,
    rds,
    aurora,
    firehose,
    global_databases,
    kinesis,
    redshift,
    redshift_data,
    s3,
    scaling,
    secretsmanager,
    streams,
)


def take_loopback_for_tls() -> None:
    """Let requests pass as secure where a policy refuses plain HTTP: here is no network to listen in on."""
    pin = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)


def extend() -> None:
    """Add all that MiniStack lacks, then guard against losses: the guard wraps the types that it finds."""
    for name, api in catalogue.API_TYPES.items():
        provision.add_type(name, api.create_resource, api.delete_resource)
    for extension in EXTENSIONS:
        extension.install()
    provision.refuse_losses(catalogue.NOT_EMULATED)


extend()
take_loopback_for_tls()
app.main()
