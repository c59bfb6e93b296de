"""Charts are pictures with a name and a description; no figure is told by colour alone, and what is missing is never drawn as nothing."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from services.portal import charts
from services.portal.charts import Kind, Limit, Row

SVG = "{http://www.w3.org/2000/svg}"
KINDS = [Kind("sangat_baik", "Sangat Baik"), Kind("baik", "Baik"), Kind("kurang", "Kurang")]


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(str(drawing).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


def texts(drawing: str) -> list[str]:
    return [one.text or "" for one in parsed(drawing).iter(f"{SVG}text")]


def parts(drawing: str) -> list[ElementTree.Element]:
    return [one for one in parsed(drawing) if one.get("class", "").startswith("part ")]


def test_a_chart_is_one_picture_named_and_described_by_its_own_parts() -> None:
    chart = parsed(charts.stacked("units", "Predikat", "Satu batang untuk setiap unit.", KINDS, [Row("Dinas Kesehatan", {"baik": 2})]))
    assert chart.get("role") == "img"
    by_id = {one.get("id"): one.text for one in chart if one.get("id")}
    assert [by_id[name] for name in str(chart.get("aria-labelledby")).split()] == ["Predikat", "Satu batang untuk setiap unit."]


def test_parts_stand_in_the_legends_order_with_their_number_and_a_texture_of_their_own() -> None:
    drawing = charts.stacked("units", "Predikat", "", KINDS, [Row("Dinas", {"kurang": 3, "sangat_baik": 4, "baik": 5})])
    assert texts(drawing) == ["Dinas", "4", "5", "3", "Sangat Baik", "Baik", "Kurang"]
    classes = [one.get("class") for one in parts(drawing)]
    assert classes == ["part part-sangat_baik", "part part-baik", "part part-kurang"]
    fills = [one.get("fill") for one in parsed(drawing) if one.get("fill")]
    assert fills == ["url(#units-texture-1)", "url(#units-texture-2)"], "the first is plain, every other has its own texture"


def test_nothing_in_a_chart_needs_a_style_or_a_script_in_the_page_or_another_host() -> None:
    drawing = charts.lines("years", "Tahun", "", KINDS[:2], [Row("2025", {"baik": 50.0}), Row("2026", {"baik": 61.5})], most=100)
    for forbidden in ("style=", "<script", "http:", "https:", "onload", "href"):
        assert forbidden not in drawing


def test_names_are_written_as_text_whatever_is_in_them() -> None:
    drawing = charts.bars("units", "A & B", "<b>", KINDS[:1], [Row("<script>alert(1)</script> & Co", {"sangat_baik": 3})], most=100)
    assert "<script>" not in drawing
    assert "<script>alert(1)</script> & Co" in texts(drawing)


def test_a_row_without_values_says_why_and_draws_nothing() -> None:
    row = Row("Seksi Umum", {}, "terlalu sedikit untuk ditampilkan")
    for drawing in (charts.stacked("a", "", "", KINDS, [row]), charts.bars("b", "", "", KINDS, [row], most=100)):
        assert row.note in texts(drawing)
        assert parts(drawing) == []


def test_a_year_without_a_value_is_a_gap_in_the_line() -> None:
    years = [Row("2023", {"baik": 40.0}), Row("2024", {"baik": 50.0}), Row("2025", {}), Row("2026", {"baik": 0.0})]
    drawing = parsed(charts.lines("years", "", "", KINDS[1:2], years, most=100, unit=" %"))
    drawn = [one.get("d", "") for one in drawing.iter(f"{SVG}path") if "line-baik" in one.get("class", "")]
    assert [path.count("L") for path in drawn] == [1, 0, 0], "two years joined, one alone, and the legend"
    marks = [one for one in drawing.iter(f"{SVG}circle") if one.get("class") == "part-baik"]
    assert len(marks) == len(years), "three years and the legend: none for the year that is missing"


def test_a_limit_of_the_pattern_is_a_line_with_its_words_at_its_place() -> None:
    rows = [Row("Sangat Baik", {"sangat_baik": 80.0}, limits=(Limit(70, "paling banyak 70 %"),)), Row("Lain", {"sangat_baik": 10.0})]
    drawing = charts.bars("a", "", "", KINDS[:1], rows, most=100)
    [line] = [one for one in parsed(drawing) if one.get("class") == "chart-limit"]
    bar = parts(drawing)[0]
    assert charts.EDGE < float(line.get("d", "M0 ")[1:].split()[0]) < charts.EDGE + float(bar.get("width", "0"))
    assert "paling banyak 70 %" in texts(drawing)


@given(st.lists(st.dictionaries(st.sampled_from([kind.key for kind in KINDS]), st.integers(0, 20_000)), max_size=8))
def test_every_bar_stays_within_the_drawing(values: list[dict[str, int]]) -> None:
    rows = [Row(f"Unit {number}", {key: float(value) for key, value in one.items()}) for number, one in enumerate(values)]
    drawings = [charts.stacked("a", "", "", KINDS, rows), charts.bars("b", "", "", KINDS, rows, most=100)]
    for drawing in drawings:
        height = float(str(parsed(drawing).get("viewBox")).split()[3])
        for bar in parts(drawing):
            left, width = float(bar.get("x", "0")), float(bar.get("width", "0"))
            assert left >= 0
            assert left + width <= charts.WIDTH
            assert float(bar.get("y", "0")) + charts.BAR <= height
