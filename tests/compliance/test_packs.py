"""The packs load in Node while Python imports what asks Node nothing."""

import subprocess
import sys
import textwrap

from constructs_lib.packs import SHARED

CODE = """
    from importlib import import_module

    import aws_cdk
    from jsii._kernel.providers import process

    def refuse(*arguments):
        raise AssertionError("Node would be asked by two threads at once.")

    process._NodeProcess.send = refuse
    for name in {names}:
        import_module(name)
    try:
        aws_cdk.App()
    except AssertionError:
        print("done")
"""


def test_what_is_imported_beside_asks_node_nothing() -> None:
    script = textwrap.dedent(CODE.format(names=SHARED))
    result = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True)
    assert (result.returncode, result.stdout) == (0, "done\n"), result.stderr


def test_a_store_alone_does_not_load_the_packs() -> None:
    script = "import sys; from constructs_lib import dynamodb, rds; print('cdk_nag' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert result.stdout == "False\n"
