"""Who may import whom: stacks, patterns, services, concerns, practices; an arrow never turns back."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.sources import FILES, PACKAGE, SERVICES, imports, module_name
from tests.synthesis import ROOT

LAYERS = ("stacks", "patterns", "services", "concerns", "practices")
STACKS = [*sorted((ROOT / "stacks").glob("*.py")), ROOT / "app.py"]
COMMAND_LINE = [it for it in FILES if "cli" in it.parts]


def _layer(module: str) -> str | None:
    """Return the layer of a module of this project; None is somebody else's."""
    top, _, rest = module.partition(".")
    part = rest.partition(".")[0]
    if top in ("stacks", "app"):
        return "stacks"
    if top != "constructs_lib":
        return None
    if part in SERVICES:
        return "services"
    return part if part in ("patterns", "practices", "cli") else "concerns"


@pytest.mark.parametrize("file", [*STACKS, *(it for it in FILES if it not in COMMAND_LINE)], ids=module_name)
def test_an_arrow_never_turns_back(file: Path) -> None:
    allowed = LAYERS[LAYERS.index(str(_layer(module_name(file)))) :]
    assert {name for name in imports(file) if (layer := _layer(name)) and layer not in allowed} == set()


def _services(file: Path) -> set[str]:
    """Return the services that a file imports, as a whole or something of them."""
    return {part for name in imports(file) for part in name.split(".")[1:2] if _layer(name) == "services"}


@pytest.mark.parametrize("file", [it for it in FILES if it.parent.name in SERVICES], ids=module_name)
def test_a_service_imports_no_other(file: Path) -> None:
    assert _services(file) <= {file.parent.name}


@pytest.mark.parametrize(
    "code",
    [
        "import constructs_lib.kinesis",
        "import constructs_lib.kinesis.stream",
        "from constructs_lib import errors, kinesis",
        "from constructs_lib.kinesis import Stream",
        "def late():\n    from constructs_lib import kinesis",
    ],
)
def test_however_a_service_is_imported_it_is_found(code: str, tmp_path: Path) -> None:
    file = tmp_path / "late.py"
    file.write_text(code, encoding="utf-8")
    assert _services(file) == {"kinesis"}


@pytest.mark.parametrize("file", COMMAND_LINE, ids=module_name)
def test_the_command_line_reads_the_practices_alone(file: Path) -> None:
    own = {name for name in imports(file) if _layer(name) not in (None, "cli")}
    assert {it for it in own if _layer(it) != "practices" and it != "constructs_lib.__version__"} == set()


@pytest.mark.parametrize("file", [it for it in FILES if "cli" in it.parts or "practices" in it.parts], ids=module_name)
def test_practices_and_command_line_import_no_aws_cdk(file: Path) -> None:
    assert {it for it in imports(file) if it.split(".")[0] in ("aws_cdk", "jsii", "constructs", "cdk_nag")} == set()


def test_every_folder_has_its_layer() -> None:
    found = {it.parent.name for it in FILES} - {"constructs_lib", "practices", "cli", "patterns"}
    assert found == SERVICES, "name a service in SERVICES of tests/contracts/sources.py"


def test_every_concern_is_in_the_design() -> None:
    design = (ROOT / "DESIGN.md").read_text(encoding="utf-8")
    rows = "".join(re.findall(r"^\| (`.*?) \|", design, re.MULTILINE))
    concerns = {it.stem for it in FILES if it.parent == PACKAGE} - {"__init__"}
    assert set(re.findall(r"`(\w+)`", rows)) == concerns, "the table of concerns in DESIGN.md has a row for each"


@pytest.mark.parametrize(
    "module", ["constructs_lib", "constructs_lib.practices", "constructs_lib.cli", "constructs_lib.cli.app"]
)
def test_a_module_starts_no_node(module: str) -> None:
    code = f"import sys, {module}; print([it for it in ('aws_cdk', 'jsii', 'constructs') if it in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
