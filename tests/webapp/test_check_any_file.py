"""orderlane check on whatever lies in a folder: an answer in sentences, never a traceback or a wait."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine.findings import Finding
from tests.engine.gate.company import model
from webapp import cli
from webapp.commands import found

GOOD = model(
    '<bpmn:startEvent id="begun"/><bpmn:sequenceFlow id="on" sourceRef="begun" targetRef="over"/><bpmn:endEvent id="over"/>'
)


def asked(*arguments: object) -> tuple[int, str]:
    answer = CliRunner().invoke(cli.cli, ["check", *map(str, arguments)])
    assert answer.exception is None or isinstance(answer.exception, SystemExit), answer.exception
    return answer.exit_code, answer.stdout


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe.bpmn")
    return folder / "pipe.bpmn"


def _loop(folder: Path) -> Path:
    (folder / "loop.bpmn").symlink_to(folder / "loop.bpmn")
    return folder / "loop.bpmn"


def _large(folder: Path) -> Path:
    with (folder / "large.bpmn").open("wb") as file:
        file.truncate(30_000_000_000)
    return folder / "large.bpmn"


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_pipe, "This is no file but a folder, a pipe or a device."),
        (_loop, "This file cannot be read: Too many levels of symbolic links."),
        (_large, "This file has 30000000000 bytes, but at most 20000000 are read."),
        (lambda folder: folder / ("x" * 300), "This file cannot be read: File name too long."),
        (lambda folder: Path("/dev/zero"), "This is no file but a folder, a pipe or a device."),
    ],
)
def test_what_is_no_file_is_named_and_not_waited_for(make, sentence, tmp_path):
    code, said = asked(make(tmp_path))

    assert (code, sentence in said) == (1, True), said


def test_a_summary_goes_on_where_a_file_cannot_be_read(tmp_path):
    _pipe(tmp_path), _loop(tmp_path), _large(tmp_path)
    (tmp_path / "good.bpmn").write_bytes(GOOD)

    code, said = asked("--summary", tmp_path, "--json")

    assert (code, json.loads(said)["verdicts"]["refused"]) == (0, 3)


def test_models_are_found_by_every_usual_name(tmp_path):
    for name in ("A.BPMN", "b.bpmn2", "c.bpmn20.xml", "d.xml"):
        (tmp_path / name).write_bytes(GOOD.replace(b'"repair"', f'"{name[0]}"'.encode())[:-20])
    (tmp_path / "wide.xml").write_bytes(GOOD.decode()[:-20].encode("utf-16"))
    (tmp_path / "pom.xml").write_text("<project/>")
    (tmp_path / "folder.bpmn").mkdir()

    _code, said = asked(tmp_path, "--json")

    assert {Path(each["file"]).name for each in json.loads(said)} == {
        "A.BPMN",
        "b.bpmn2",
        "c.bpmn20.xml",
        "d.xml",
        "wide.xml",
    }


def test_a_folder_without_models_is_not_passed_over_in_silence(tmp_path):
    assert asked(tmp_path) == (0, "There is no model, decision or form in these folders.\n")


def test_a_name_that_is_no_utf_8_is_shown_as_far_as_it_can_be(tmp_path, monkeypatch, capsys):
    file = os.fsencode(tmp_path) + b"/na\xffme\n.bpmn"
    Path(os.fsdecode(file)).write_bytes(b"")

    for json_asked in ([], ["--json"]):
        monkeypatch.setattr("sys.argv", ["orderlane", "check", os.fsdecode(file), *json_asked])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 1
        said = capsys.readouterr().out
        assert "na�me�.bpmn" in said if not json_asked else json.loads(said)[0]["file"] == os.fsdecode(file)


def finding(identity: str, line: int | None, sentence: str, rule: str = "form_missing") -> Finding:
    return Finding("a.bpmn", line, identity, None, rule, "warning", sentence, "Give it one.")


def test_the_same_sentence_at_many_elements_is_one_line_with_the_places():
    findings = [finding(f"t{n}", n, f'User task "t{n}" has no form.') for n in range(1, 41)]
    findings.insert(5, finding("other", 6, 'User task "other" has no name.', "name_missing"))

    first, second, last = found.told(findings)

    assert first.startswith(
        'a.bpmn:1: warning: [form_missing] t1: User task "t1" has no form. Give it one. The same at t2 (2), t3 (3), '
    )
    assert first.endswith("t39 (39), t40 (40).")
    assert second == 'a.bpmn:6: warning: [name_missing] other: User task "other" has no name. Give it one.'
    assert last == "41 findings, 0 of them errors."


def test_a_few_findings_and_different_ones_keep_their_own_lines():
    few = [finding(f"t{n}", n, f'User task "t{n}" has no form.') for n in range(3)]
    different = [finding("t", n, f'The id of "t" must name a role, but is "r{n}".') for n in range(9)]

    assert len(list(found.told(few))) == 4
    assert len(list(found.told(different))) == 10


def test_a_name_in_several_lines_and_a_very_long_one_stay_in_their_line():
    named = Finding(
        "a.bpmn", 1, "x" * 9_000, "Check\n\x1b[31mthe  device", "form_missing", "warning", "S.", "R."
    )

    (line, _count) = found.told([named])

    assert line == "a.bpmn:1: warning: [form_missing] Check �[31mthe device: S. R."
    assert len(next(found.told([finding("y" * 9_000, 1, "S.")]))) < 200


def test_pictures_show_the_way_to_each_fault(tmp_path):
    broken = Path(__file__).parents[1] / "broken_models"

    code, said = asked(broken / "deadlock.bpmn", broken / "dead_end.bpmn", "--pictures", tmp_path / "shown")

    (picture,) = (tmp_path / "shown").iterdir()
    assert (code, picture.name) == (1, "deadlock-deadlock-together.svg")
    assert said.endswith(f"{picture}: drawn.\n")
    assert b">4</text>" in picture.read_bytes()
