"""Facts to PDF: in each language, over pages, whatever people have typed, the same bytes each time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from zoneinfo import ZoneInfo

import fontpkg_noto_sans
import pytest
import typst

from engine import sentences
from engine.sentences import Sentence
from processes.documents import labels, printed, render
from processes.documents.render import Marks
from tests.processes import paper
from tests.processes.company import NOW
from tests.processes.documents import sheets

pytestmark = paper.needs_poppler

FOLDER = Path(render.__file__).parent
A4 = sorted(set(labels.TITLES) - {"device_label"})
MARKS = Marks("AC-2026-0001")
#: Papers of the house: they name no customer and, but for the first, no device.
OF_HOUSE = {
    "transfer_note",
    "goods_receipt",
    "operation_log",
    "purchase_order",
    "request_note",
    "return_note",
    "settlement_sheet",
}


def _pdf(kind: str, count: int = 3, language: str = "en", marks: Marks = MARKS, **others: object) -> bytes:
    return render.pdf(kind, sheets.of(kind, count, **others), language, NOW, marks)


@pytest.fixture
def shouted() -> Iterator[None]:
    """A language in which every text of the product is itself in capital letters."""

    def say(sentence: Sentence, language: str) -> str:
        pattern = re.sub(
            r"\{\w+\}|(\w+)", lambda found: found[0].upper() if found[1] else found[0], sentence.msgid
        )
        return pattern.format(
            **{name: value.upper() if value in _texts() else value for name, value in sentence.params.items()}
        )

    sentences.translate_with(say)
    yield
    sentences.translate_with(None)


def _texts() -> set[str]:
    return {text for choices in labels.CHOICES.values() for text in choices.values()} | {"pc", "h"}


@pytest.mark.parametrize("kind", A4)
def test_a_document_says_what_it_is_whose_it_is_and_which_page_it_is(kind: str) -> None:
    pdf = _pdf(kind)

    text = paper.text(pdf)
    whose = () if kind in OF_HOUSE else ("Nordwind S 45", "I. P.")
    for said in (labels.TITLES[kind], "AC-2026-0001", "23 November 2026", "Order R-0001", *whose):
        assert said in text
    assert "Page 1 of 1" in text
    assert "Fixit House" in text
    assert paper.about(pdf)["Title"] == f"{labels.TITLES[kind]} AC-2026-0001"


@pytest.mark.parametrize("kind", sorted(labels.TITLES))
def test_every_word_around_the_facts_is_in_the_language_of_the_document(kind: str, shouted: None) -> None:
    text = paper.text(_pdf(kind, language="ro"))

    found = [label for label in {*labels.WORDS.values(), *_texts()} if len(label) > 4 and label in text]
    assert found == []


@pytest.mark.parametrize(
    "language, day, amount",
    [
        ("en", "23 November 2026", "1,234.50"),
        ("ro", "23 noiembrie 2026", "1.234,50"),
        ("ru", "23 ноября 2026", "1 234,50"),
    ],
)
def test_days_and_amounts_are_written_as_the_language_does(language: str, day: str, amount: str) -> None:
    text = paper.text(_pdf("invoice", language=language, total_cents=1234_50))

    assert day in text
    assert amount in text


def test_forty_lines_go_over_two_pages_with_the_head_on_both_and_a_sum_that_is_theirs() -> None:
    first, second = paper.pages(_pdf("invoice", 40))

    amounts = re.findall(
        r"^ *\d+ +Line \d+ of the repair +[\d.]+ +\w+ +[\d.,]+ +([\d.,]+)$", first + second, re.M
    )
    total = re.search(r"To pay +([\d,.]+) MDL", second)[1]
    assert len(amounts) == 40
    assert sum(round(float(each.replace(",", "")) * 100) for each in amounts) == round(
        float(total.replace(",", "")) * 100
    )
    assert all("Description" in page and "Amount MDL" in page for page in (first, second))
    assert "Page 1 of 2" in first
    assert "Page 2 of 2" in second


@pytest.mark.parametrize("kind", ["quote", "completion_act"])
@pytest.mark.parametrize("count", range(18, 30))
def test_nobody_signs_a_page_without_the_sum(kind: str, count: int) -> None:
    signed = next(page for page in paper.pages(_pdf(kind, count)) if "Day and signature" in page)

    assert re.search(r"(To pay|Total) +[\d,.]+ MDL", signed)


def test_what_is_free_of_charge_costs_nothing_and_says_why() -> None:
    text = paper.text(_pdf("quote", 5))

    assert re.search(r"5 +Line 5 of the repair .* 0\.00\n +Under warranty, no charge", text)


@pytest.mark.parametrize("kind", sorted(labels.TITLES))
def test_what_people_type_is_printed_as_typed_and_never_read_as_markup(kind: str) -> None:
    names = {
        "customer.name": sheets.MARKUP,
        "device.name": sheets.MARKUP,
        "order.complaint": f"{sheets.MARKUP}\n\n#panic()\n",
        "order.cause": '#image("/etc/passwd")',
        "intake.accessories": sheets.MARKUP,
        "supplier.name": sheets.MARKUP,
        "purpose": sheets.MARKUP,
        "receiver": sheets.MARKUP,
        "product": sheets.MARKUP,
    }

    text = " ".join(paper.text(_pdf(kind, **names)).split())

    shown = "#let x = 1 *bold*" if kind != "device_label" else "#let x = 1"
    assert shown in text


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "\x00\x07 bell",
        "W" * 300,
        "a.b@" * 60,
        "\u202eright to left",
        "👩‍🔧 \U0001f9fa",
        "č" * 90 + "\n" * 20,
        "%",
        "\\u{41}",
    ],
)
def test_nothing_that_people_type_keeps_a_document_from_being_printed(typed: str) -> None:
    names = {
        "customer.name": typed,
        "device.serial_no": typed,
        "order.complaint": typed,
        "customer.phone": typed,
    }

    receipt, label = (_pdf(kind, **names) for kind in ("intake_receipt", "device_label"))

    assert "R-0001" in paper.text(receipt)
    assert paper.about(label)["Pages"] == "1"


def test_a_word_without_end_stays_inside_its_column() -> None:
    pdf = _pdf("intake_receipt", **{"device.serial_no": "X" * 120})

    boxes = paper.boxes(pdf)
    assert max(right for _word, right in boxes) < 595 - 50


def test_chinese_names_are_printed_with_a_font_inside_the_file() -> None:
    pdf = _pdf("quote", **{"customer.name": "张伟"})

    if not any("CJK" in family for family in typst.Fonts().families()):
        pytest.skip("The system has no Chinese font (Debian: fonts-noto-cjk).")
    assert "张伟" in paper.text(pdf)
    assert any("CJK" in name for name, _ in paper.fonts(pdf))
    assert all(is_embedded for _, is_embedded in paper.fonts(pdf))


@pytest.mark.parametrize("language", ["en", "ro", "ru"])
def test_a_machine_without_fonts_prints_the_same(language: str) -> None:
    bare = typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[fontpkg_noto_sans.ROOT / "files"],
    )
    names = {"customer.name": "Ștefan Țîrău", "order.complaint": "Съешь же ещё этих мягких булок — № 5"}
    texts = render.paper("quote", sheets.of("quote", **names), language, NOW, MARKS)

    pdf = render.typeset(render.compiler(bare), "quote", texts, NOW)

    assert pdf == _pdf("quote", language=language, **names)
    assert "Ștefan Țîrău" in paper.text(pdf)
    assert "Съешь же ещё этих мягких булок — № 5" in paper.text(pdf)


def test_the_same_facts_give_the_same_bytes_from_many_threads_at_once() -> None:
    first = _pdf("quote")

    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: _pdf("quote"), range(40)))

    assert set(found) == {first}


def test_any_moment_of_the_clock_can_be_the_one_of_issue() -> None:
    local = NOW.replace(microsecond=123456).astimezone(ZoneInfo("America/St_Johns"))

    pdf = render.pdf("quote", sheets.of("quote"), "en", local, MARKS)

    assert "23 November 2026, 10:00" in paper.text(pdf)


def test_a_label_fits_its_roll() -> None:
    about = paper.about(_pdf("device_label"))

    assert about["Pages"] == "1"
    assert about["Page size"].startswith("175.748 x")  # 62 mm


@pytest.mark.parametrize(
    "marks, said",
    [
        (Marks("QT-2026-0001", is_copy=True), "Copy"),
        (Marks("QT-2026-0001", replaced_by="QT-2026-0001/2"), "Replaced by QT-2026-0001/2"),
        (Marks("QT-2026-0001/2", replaces="QT-2026-0001"), "Replaces QT-2026-0001"),
    ],
)
def test_a_document_says_that_it_is_a_copy_what_it_replaces_and_what_replaces_it(
    marks: Marks, said: str
) -> None:
    assert said in paper.text(_pdf("quote", marks=marks))


def test_templates_ask_for_words_that_are_there_and_every_word_is_asked_for() -> None:
    sources = "".join(
        path.read_text(encoding="utf-8") for path in FOLDER.iterdir() if path.suffix in {".typ", ".py"}
    )

    asked = set(re.findall(r"words(?:\.|\[\")(\w+)", sources)) - {"replace"}
    assert asked == set(labels.WORDS)


def test_no_template_reads_a_text_as_code() -> None:
    for path in FOLDER.glob("*.typ"):
        assert not re.search(r"\b(eval|plugin|read)\(", path.read_text(encoding="utf-8")), path.name


def test_every_kind_has_its_template_and_its_title() -> None:
    templates = {path.stem for path in FOLDER.glob("*.typ")} - {"house"}

    assert templates == set(labels.TITLES)


def test_values_are_printed_by_the_end_of_their_name() -> None:
    printer = printed.Printer("en", "Europe/Chisinau")

    tree = printer.tree(
        {"total_cents": -5, "quantity_milli": 1500, "rate_percent": 20, "made_at": "2026-01-01T23:00:00+00:00", "due_on": None,
         "payer": "warranty", "lines": [{"price_cents": None, "is_charged": False, "unit": "pc", "months": 12}]}
    )  # fmt: skip

    assert tree == {
        "total": "\N{MINUS SIGN}0.05",
        "quantity": "1.5",
        "rate": "20",
        "made_at": "2\N{NO-BREAK SPACE}January\N{NO-BREAK SPACE}2026, 01:00",
        "due_on": None,
        "payer": "Under warranty, no charge",
        "lines": [{"price": None, "is_charged": False, "unit": "pc", "months": "12"}],
    }
