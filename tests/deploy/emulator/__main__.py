"""MiniStack, with what our stacks need beyond it."""

from ministack import app

from . import catalogue, completions, dynamodb, provision, rds, streams


def take_loopback_for_tls() -> None:
    """Show policies that refuse plain HTTP a secure transport: on this machine there is nothing to listen in on."""
    pin = app.pin_request_origin
    app.pin_request_origin = lambda source_ip, _secure: pin(source_ip, True)


def extend() -> None:
    """Add our types before their losses are guarded: the guard wraps what it finds."""
    for name, api in catalogue.API_TYPES.items():
        provision.add_type(name, api)
    for extension in (completions, dynamodb, rds, streams):
        extension.install()
    provision.refuse_losses(catalogue.NOT_EMULATED)


extend()
take_loopback_for_tls()
app.main()
