"""Import and export over HTTP: a file is checked before anything is written, and only for people who may."""

import re
from io import BytesIO

import engine.database
from processes.records.skills import Skill


def _file(text, name="skills.csv"):
    return {"file": (BytesIO(text.encode()), name)}


def _skill(database, skill_id):
    with engine.database.reading(database) as session:
        found = session.get(Skill, skill_id)
        return found and dict(found.names)


def test_a_manager_checks_a_file_and_then_brings_it_in(visitor, database):
    manager = visitor("manager")

    checked = manager.post("/exchange/skills", _file("skill,name_en\nwelding,Welding\n"))
    assert "1 rows are new" in checked.text
    assert _skill(database, "welding") is None
    content = re.search(r'name="content" value="([^"]+)"', checked.text).group(1)
    brought = manager.post("/exchange/skills", {"content": content})

    assert brought.status_code == 302
    assert _skill(database, "welding") == {"en": "Welding"}


def test_an_exported_file_brought_in_again_offers_nothing_to_write(visitor):
    manager = visitor("manager")
    exported = manager.get("/exchange/customers.csv").data.decode()

    checked = manager.post("/exchange/customers", _file(exported))

    assert "0 rows are new, 0 would change" in checked.text
    assert "Bring in" not in checked.text


def test_what_is_wrong_is_told_by_line_and_the_file_is_not_offered(visitor, database):
    checked = visitor("manager").post("/exchange/skills", _file("skill,name_en\nwelding,\n"))

    assert checked.status_code == 422
    assert "Line 2" in checked.text and "Name in English is needed." in checked.text
    assert 'name="content"' not in checked.text
    assert _skill(database, "welding") is None


def test_a_broken_or_missing_file_is_a_sentence(visitor):
    manager = visitor("manager")

    assert "Choose a file first" in manager.post("/exchange/skills", {}).text
    assert "neither a CSV" in manager.post("/exchange/skills", _file("")).text
    assert "Choose it again" in manager.post("/exchange/skills", {"content": "%%%"}).text
    assert manager.post("/exchange/wages", _file("a\n")).status_code == 404


def test_who_may_not_sees_no_table_and_brings_none_in(visitor, database):
    master, sales = visitor("master"), visitor("sales")

    assert master.get("/exchange/prices.csv").status_code == 200
    assert master.get("/exchange/customers.csv").status_code == 403
    assert master.post("/exchange/skills", _file("skill,name_en\nx,X\n")).status_code == 403
    assert "Your roles see none" in sales.text("/exchange")
    assert visitor(None).get("/exchange").status_code in (302, 401)
    assert _skill(database, "x") is None
