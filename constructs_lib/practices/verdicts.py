"""Remembers what was found in a template, so that one that has not changed is not judged again."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from threading import get_ident
from typing import Final

import platformdirs

from constructs_lib.practices.finding import Finding

FOLDER: Final = "CONSTRUCTS_LIB_CACHE"
"""The environment variable that names another cache folder; empty, nothing is remembered."""

DAYS_KEPT: Final = 30
"""How long a verdict is kept that nobody asks for."""

_RULES: Final = "rules-{}.json"


class Verdicts:
    """Findings, by a digest of everything that they depend on: the template, where it goes, the rules and the engine.

    A verdict that cannot be read was never there, and one that cannot be written is not remembered: the template is
    judged again then.

    Args:
        folder: Where to remember, and nothing else is; None remembers nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder

    @property
    def used(self) -> bool:
        """Whether these rules have judged anything before, be it of another app."""
        return self._folder is not None and next(self._folder.glob(f"{_rules()}-*"), None) is not None

    def find(self, template: Path, *, region: str | None, account: str | None) -> list[Finding] | None:
        """Return what was found in such a template before; None if it was never judged."""
        if self._folder is None:
            return None
        file = self._file(self._folder, template, region, account)
        try:
            content = json.loads(file.read_bytes())
            findings = [Finding(**found, template=str(template)) for found in content]
            os.utime(file)
        except (OSError, ValueError, TypeError):
            return None
        return findings if isinstance(content, list) else None

    def keep(self, findings: Sequence[Finding], template: Path, *, region: str | None, account: str | None) -> None:
        """Remember what was found in a template, and forget what was not asked for in a long time."""
        if self._folder is None:
            return
        content = [{key: value for key, value in asdict(it).items() if key != "template"} for it in findings]
        with suppress(OSError):
            self._write(self._folder, self._file(self._folder, template, region, account).name, content)
        with suppress(OSError):
            oldest = time.time() - DAYS_KEPT * 24 * 60 * 60
            for other in self._folder.iterdir():
                if other.stat().st_mtime < oldest:
                    other.unlink()

    def find_or_judge(
        self, judge: Callable[[], list[Finding]], template: Path, *, region: str | None, account: str | None
    ) -> list[Finding]:
        """Return what was found in a template before, or judge it now and remember what is found.

        Args:
            judge: Judges the template.
            template: The file.
            region: The Region that it is deployed to.
            account: The account that it is deployed to.
        """
        findings = self.find(template, region=region, account=account)
        if findings is None:
            findings = judge()
            self.keep(findings, template, region=region, account=account)
        return findings

    def find_rules(self) -> dict[str, str] | None:
        """Return what each rule says that is judged; None if that was never asked."""
        if self._folder is None:
            return None
        file = self._folder / _RULES.format(_rules())
        try:
            rules = json.loads(file.read_bytes())
            os.utime(file)
        except (OSError, ValueError):
            return None
        return rules if isinstance(rules, dict) else None

    def keep_rules(self, rules: dict[str, str]) -> None:
        """Remember what each rule says."""
        if self._folder is not None:
            self._write(self._folder, _RULES.format(_rules()), rules)

    def _write(self, folder: Path, name: str, content: object) -> None:
        with suppress(OSError):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished = (folder / name).with_suffix(f".{os.getpid()}-{get_ident()}")
            unfinished.write_text(json.dumps(content), encoding="utf-8")
            unfinished.replace(folder / name)

    def _file(self, folder: Path, template: Path, region: str | None, account: str | None) -> Path:
        digest = hashlib.sha256(json.dumps([region, account]).encode())
        digest.update(template.read_bytes())
        return folder / f"{_rules()}-{digest.hexdigest()}.json"


def shared_verdicts() -> Verdicts:
    """Return the verdicts that all apps of this user share; a user without a home has none."""
    given = os.environ.get(FOLDER)
    if given is not None:
        return Verdicts(Path(given, "verdicts") if given else None)
    folder = platformdirs.user_cache_path("constructs-lib", appauthor=False) / "verdicts"
    return Verdicts(folder if folder.is_absolute() else None)


@cache
def _rules() -> str:
    """Return a digest of the rules, of the code that reads what they find, and of the engine."""
    digest = hashlib.sha256(version("cloudformation-validate").encode())
    for file in sorted(files(__package__).iterdir(), key=lambda it: it.name):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
