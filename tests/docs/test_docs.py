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


def test_the_readme_shows_every_picture_the_script_takes_and_each_is_small() -> None:
    walk = [ROOT / "tests/browser" / name for name in ("one_year.py", "pictures.py")]
    taken = {name for path in walk for name in re.findall(r'\.picture\("([a-z-]+)"', path.read_text())}
    shown = set(re.findall(r"\(docs/pictures/([a-z-]+)\.webp\)", (ROOT / "README.md").read_text()))
    kept = {path.stem: path.stat().st_size for path in (ROOT / "docs/pictures").glob("*.webp")}
    assert shown == taken == kept.keys()
    assert max(kept.values()) < 150_000


def test_make_targets_the_documents_name_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    for document in DOCUMENTS:
        assert set(re.findall(r"`make ([a-z-]+)", document.read_text())) <= targets, document.name


def test_every_promise_names_tests_there_are() -> None:
    rows = re.findall(r"^\| (?!Promise|---)(.+?) \| (.+?) \|$", (ROOT / "docs/promises.md").read_text(), flags=re.MULTILINE)
    assert len(rows) > 30
    for promise, tests in rows:
        named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
        assert len(named) == tests.count("`") / 2 > 0, promise
        for path, name in named:
            assert re.search(rf"^(async )?def {name}\(", (ROOT / path).read_text(), flags=re.MULTILINE), f"{path}::{name}"
