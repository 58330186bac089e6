"""PRACTICES.md says what the catalogue says."""

from pathlib import Path

from constructs_lib.cli.practice_pages import practices_markdown

ROOT = Path(__file__).parents[2]


def test_practices_page_is_what_make_practices_writes() -> None:
    written = (ROOT / "PRACTICES.md").read_text(encoding="utf-8") == practices_markdown()
    assert written, "run make practices"
