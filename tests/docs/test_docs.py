"""What the documents say is so: settings, links, addresses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kit.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")])


def test_the_settings_table_names_every_setting_with_its_default() -> None:
    rows = dict(re.findall(r"^\| `(SIKLUS_\w+)` \| (.+?) \|", (ROOT / "docs/operations.md").read_text(), flags=re.MULTILINE))
    expected = {}
    for name, field in Settings.model_fields.items():
        default = field.default.isoformat() if hasattr(field.default, "isoformat") else field.default
        expected[f"SIKLUS_{name.upper()}"] = f"`{default}`" if default != "" else "empty"
    assert rows == expected


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_between_documents_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", document.read_text()):
        if not target.startswith(("http:", "https:", "mailto:")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_make_targets_the_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"`make ([a-z-]+)", document.read_text())) <= targets, document.name
