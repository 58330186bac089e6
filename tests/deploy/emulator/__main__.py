"""MiniStack with what our stacks need beyond it, for as long as the process that started it lives."""

import os
import signal
import sys
import threading

from . import catalogue, completions, dynamodb, provision, rds, streams
from ministack import app


def die_with_parent() -> None:
    """End this process group once standard input closes.

    The parent holds the other end, and the system closes it however the parent ends. Nothing else is certain to end
    an emulator, and the functions that it runs, after a killed test run.
    """
    sys.stdin.buffer.read()
    os.killpg(0, signal.SIGKILL)


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


threading.Thread(target=die_with_parent, daemon=True).start()
extend()
take_loopback_for_tls()
app.main()
