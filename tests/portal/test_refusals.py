"""Refusals: the services' sentences are read in the visitor's language, every one of them, and nothing else is changed."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from kit.problems import Conflict, FieldError
from services.portal.forms import FormState
from services.portal.refusals import TABLE, entries, told
from services.portal.rendering import environment, in_the_readers_language
from tests.portal.sentences import PACKAGES, sentences
from tests.portal.source import HOLE, ROOT, shape

TREE: dict[str, Any] = tomllib.loads(TABLE.read_text("utf-8"))
SENTENCES = list(entries(TREE))


def test_every_sentence_of_the_services_is_in_the_table() -> None:
    known = {shape(sentence) for sentence, _ in SENTENCES}
    missing = [f"{place}  {sentence}" for sentence, place in sentences().items() if shape(sentence) not in known]
    assert not missing, "add these to services/portal/refusals.toml:\n" + "\n".join(missing)


def test_the_table_keeps_no_sentence_that_nobody_says_any_more() -> None:
    said = {shape(sentence) for sentence in sentences()}
    assert [sentence for sentence, _ in SENTENCES if shape(sentence) not in said] == []


def test_no_sentence_is_there_twice_and_none_is_blank() -> None:
    shapes = [shape(sentence) for sentence, _ in SENTENCES]
    assert [one for one in set(shapes) if shapes.count(one) > 1] == []
    assert [sentence for sentence, telling in SENTENCES if not telling.strip()] == []


def test_each_sentence_carries_exactly_its_values() -> None:
    for sentence, telling in SENTENCES:
        values = HOLE.findall(sentence)
        assert len(values) == len(set(values)), sentence
        assert sorted(values) == sorted(HOLE.findall(telling)), sentence


def test_the_codes_are_those_of_the_services() -> None:
    said = {node.value for path in _sources() for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Constant)}
    assert {code for codes in TREE["codes"].values() for code in codes} <= said


def _sources() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def test_every_sentence_is_found_by_the_words_it_is_made_of() -> None:
    """Whatever its values are, a sentence is told by its own entry, not by another that fits as well."""
    adjoining = re.compile(r"(?<=\})\{\w+\}")
    for sentence, telling in SENTENCES:
        filled, expected = (HOLE.sub(lambda match: f"«{match.group()[1:-1]}»", adjoining.sub("", one)) for one in (sentence, telling))
        assert told(filled, "id") == expected


@pytest.mark.parametrize(
    ("sentence", "indonesian"),
    [
        ("the weights add up to 90, not 100 (30 + 60)", "jumlah bobotnya 90, bukan 100 (30 + 60)"),
        ("There is no case skp-2026.7, or it is not yours to see.", "Tidak ada kasus skp-2026.7, atau kasus itu bukan untuk Anda lihat."),
        ("2 things to mend in the plan.", "2 hal perlu diperbaiki dalam rencana ini."),
        ("1 thing to mend in the self-assessment.", "1 hal perlu diperbaiki dalam penilaian diri."),
        ("this is empty – say what is measured", "ini kosong – tuliskan apa yang diukur"),
        (
            "To write the plan the case must be in the phase target_setting; it is in monitoring.",
            "Untuk menyusun rencana kinerja, kasus harus berada pada tahap penetapan target; sekarang pada tahap pemantauan dan pembinaan.",
        ),
        (
            "To add evidence the case must be in the phase monitoring or self_assessment; it is in calibration.",
            "Untuk menambahkan bukti, kasus harus berada pada tahap pemantauan dan pembinaan atau penilaian diri; "
            "sekarang pada tahap penyelarasan.",
        ),
        (
            "This needs the role hr or ops. Ask HR (BKPSDM) if it should be yours.",
            "Ini memerlukan peran BKPSDM atau operator. Tanyakan kepada BKPSDM bila peran itu seharusnya milik Anda.",
        ),
        (
            "The case is in monitoring, not in calibration. Look again, and order what it needs now.",
            "Kasus ini pada tahap pemantauan dan pembinaan, bukan penyelarasan. Lihat lagi, dan perintahkan yang diperlukan sekarang.",
        ),
        ("'x y' is no unit code", "'x y' bukan kode unit"),
        ("people row 3, nip", "people baris 3, nip"),
        ("a NIP has 18 digits, this has 17 digits", "NIP terdiri atas 18 angka, ini 17 angka"),
        ("String should have at least 3 characters", "Isian paling sedikit 3 karakter"),
        ("Input should be 'below', 'as_expected' or 'above'", "Isian harus 'below', 'as_expected' atau 'above'"),
        (
            "Value error, reason: a returned plan needs the reason; the employee reads it",
            "reason: rencana yang dikembalikan memerlukan alasan; pegawai membacanya",
        ),
        (
            "1 person takes part in the cycle skp-2026 (SKP 2026) of 2026 too: dinas-a, dinas-b and 4 more units",
            "1 orang ikut juga dalam siklus skp-2026 (SKP 2026) tahun 2026: dinas-a, dinas-b dan 4 unit lagi",
        ),
    ],
)
def test_values_are_carried_over(sentence: str, indonesian: str) -> None:
    assert told(sentence, "id") == indonesian
    assert told(sentence, "en") == sentence


@pytest.mark.parametrize("sentence", ["", "Budi told us so.", "Isi alasan Anda.", "{braces} 100 % \\d+", "is", "no such – thing as this."])
def test_what_is_unknown_is_shown_as_it_is(sentence: str) -> None:
    assert told(sentence, "id") == sentence


def test_of_joined_sentences_the_unknown_ones_stay() -> None:
    assert told("this is empty – ask Budi", "id") == "ini kosong – ask Budi"
    assert told("The case is paused. Ask Budi.", "id") == "Kasus ini sedang dihentikan sementara. Ask Budi."


def test_a_value_may_hold_the_end_of_a_sentence() -> None:
    assert told("Temporal refuses this: Bad state. Try later..", "id") == "Temporal menolak ini: Bad state. Try later.."


@pytest.mark.parametrize(
    "text", ["Budi. ", "{ ", " part in the cycle ( ) of  too: ", "To  the case must be in the phase ; it is in ", " – this is empty"]
)
def test_a_long_text_does_not_hold_the_page_up(text: str) -> None:
    """Somebody's own words may be within a sentence, and whatever they are, the search for sentences comes to its end."""
    assert told(text * (3_900 // len(text)), "id")
    assert told(text * 10_000, "id") == text * 10_000


def test_the_errors_of_a_form_are_told_and_what_was_typed_stays() -> None:
    form = FormState("plan", {"title": "this is empty"}, {"title": "this is empty – write what is to be achieved"})
    read = form.told(lambda text: told(text, "id"))
    assert read.errors == {"title": "ini kosong – tuliskan apa yang akan dicapai"}
    assert (read.values, read.key, form.errors["title"][:4]) == (form.values, form.key, "this")


def test_a_page_tells_its_own_problem_and_leaves_the_first_as_it_was() -> None:
    """The problem goes to the log and to other readers too: only what the page shows is told."""
    problem = Conflict("This evidence is removed already.", [FieldError("row 3, nip", "this is empty", "fill it in")])
    read = in_the_readers_language({"problem": problem, "form": FormState()}, "id")["problem"]
    assert (read.detail, read.status, read.code) == ("Bukti ini sudah dihapus.", 409, "conflict")
    assert read.errors == [FieldError("baris 3, nip", "ini kosong", "isilah")]
    assert problem.detail == "This evidence is removed already."
    assert problem.errors[0].message == "this is empty"


def test_the_filter_tells_in_the_language_of_the_page() -> None:
    template = environment().from_string("{{ sentence|told }}")
    assert template.render(sentence="The case is paused.", language="id") == "Kasus ini sedang dihentikan sementara."
    assert template.render(sentence="The case is paused.", language="en") == "The case is paused."


def test_no_template_shows_a_services_words_past_the_reader() -> None:
    """What a page is given besides its problem and its form is told where it is shown."""
    bare = re.compile(r"\{\{ (?:one|row|outcome)\.(?:detail|why) \}\}")
    templates = (TABLE.parent / "templates").rglob("*.html")
    assert [path.name for path in templates if bare.search(path.read_text("utf-8"))] == []
