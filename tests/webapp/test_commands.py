"""The command line: what it prepares, what it prints, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from sqlalchemy import select

import engine.database
from engine.tables import Person, ProcessDefinition
from processes.demo import EVERYBODY
from tests import founded
from webapp import config, prepare
from webapp.cli import cli, main
from webapp.commands import models

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def orderlane(installation: config.Settings, monkeypatch):
    """orderlane("user", "list") -> (exit code, what it printed)."""

    def run(*arguments: str) -> tuple[int, str]:
        monkeypatch.setenv("ORDERLANE_INSTANCE", str(installation.instance))
        monkeypatch.setattr(sys, "argv", ["orderlane", *arguments])
        runner = CliRunner()
        with runner.isolation() as (_out, _err, both):
            try:
                main()
                code = 0
            except SystemExit as ended:
                code = ended.code or 0
            return code, both.getvalue().decode()

    return run


def _commands(group, path=()):
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        yield (*path, name)
        if isinstance(command, click.Group):
            yield from _commands(command, (*path, name))


@pytest.mark.parametrize("path", list(_commands(cli)), ids=" ".join)
def test_every_command_explains_itself(path):
    answer = CliRunner().invoke(cli, [*path, "--help"])

    assert answer.exit_code == 0
    assert answer.output.startswith("Usage:")
    assert len(answer.output.splitlines()[2].strip()) > 20


def test_wrong_use_ends_with_2_and_a_refusal_with_1(orderlane):
    assert orderlane("no-such-command")[0] == 2
    assert orderlane("run", "--port", "0")[0] == 2
    code, said = orderlane("user", "link", "nobody")
    assert (code, said) == (1, 'Nobody active has the login "nobody".\n')


def test_the_first_start_makes_a_demo_company_with_links_and_the_second_prints_nothing_secret(
    tmp_path, tmp_path_factory
):
    started = founded.at_work(tmp_path_factory)
    settings = founded.copied(started, tmp_path)

    first, second = founded.said_at_first(started), list(prepare.prepare(settings))

    assert sum("/login/" in line for line in first) == len(EVERYBODY)
    assert "The demo company is ready." in first[0]
    assert not any("/login/" in line for line in second)


def test_a_production_start_makes_no_people_and_prints_one_set_up_link(tmp_path):
    settings = config.load(tmp_path, environ={"ORDERLANE_ENV": "production"})

    first, second = list(prepare.prepare(settings)), list(prepare.prepare(settings))

    assert sum("/login/" in line for line in first) == 1
    assert not any("/login/" in line for line in second)
    assert any("orderlane user set-up" in line for line in second)
    database = engine.database.connect(settings.database_url)
    with engine.database.reading(database) as session:
        assert session.scalars(select(Person)).all() == []
        assert "internal_request" in session.scalars(select(ProcessDefinition.process_id)).all()
    database.dispose()


def test_people_are_added_listed_given_roles_and_deactivated(orderlane):
    code, link = orderlane("user", "add", "new", "--name", "N. N.", "--role", "IT", "--lead", "Buyer")
    assert (code, link.startswith("http://127.0.0.1:8000/login/")) == (0, True)

    assert orderlane("user", "roles", "new", "Marketing") == (0, "new: Marketing.\n")
    people = json.loads(orderlane("user", "list", "--json")[1])
    assert {"login": "new", "name": "N. N.", "active": True, "roles": ["Marketing"]} in people

    assert orderlane("user", "deactivate", "new")[0] == 0
    assert orderlane("user", "link", "new")[0] == 1
    assert orderlane("user", "add", "it", "--name", "X. X.")[0] == 1


def test_check_finds_nothing_in_our_own_processes_and_everything_in_a_broken_one(orderlane, tmp_path):
    assert orderlane("check") == (0, "Nothing was found.\n")
    broken = tmp_path / "broken.bpmn"
    broken.write_text("<definitions/>")

    code, said = orderlane("check", str(broken), "--json")
    missing, _ = orderlane("check", str(tmp_path / "missing.bpmn"))

    findings = json.loads(said)
    assert (code, missing) == (1, 1)
    assert findings[0]["file"] == str(broken)
    assert {"line", "element_id", "rule", "severity", "sentence", "remedy"} <= findings[0].keys()


def test_deploy_publishes_what_is_new_and_refuses_what_is_broken(orderlane, tmp_path):
    assert orderlane("deploy") == (0, "Nothing has changed, so nothing was deployed.\n")
    (tmp_path / "broken.bpmn").write_text("<definitions/>")

    code, said = orderlane("deploy", str(tmp_path / "broken.bpmn"))

    assert code == 1
    assert "broken.bpmn" in said


def test_deploy_names_forms_of_which_there_is_a_new_version(orderlane, tmp_path):
    form = tmp_path / "intake.form"
    field = {"id": "field_colour", "type": "textfield", "key": "colour", "label": "Colour"}
    form.write_text(
        json.dumps({"type": "default", "id": "a_new_form", "schemaVersion": 19, "components": [field]})
    )

    assert orderlane("deploy", str(form)) == (0, 'Deployed the form "a_new_form", version 1.\n')
    assert orderlane("deploy", str(form)) == (0, "Nothing has changed, so nothing was deployed.\n")


def test_stories_that_fail_and_flows_that_no_story_takes_are_named():
    problem = {"scenario": "Goods are packed", "sentence": "Step 1: Nobody has the role."}
    entry = {"process": "repair", "scenarios": 2, "failed": 1, "coverage": 0.5, "problems": [problem]}
    entry["untaken"] = ["goods_are_packed", "goods_are_sent"]

    assert models.told(entry, coverage=True) == [
        "repair: 2 stories, 1 failed, 50% of the sequence flows.",
        '  "Goods are packed": Step 1: Nobody has the role.',
        "  No story has taken: goods_are_packed, goods_are_sent.",
    ]
    assert models.told(entry | {"failed": 0, "problems": []}, coverage=False) == [
        "repair: 2 stories, all as expected."
    ]


def test_the_database_commands_say_where_it_stands(orderlane, installation):
    assert orderlane("db", "current")[0] == 0
    assert orderlane("db", "check") == (0, "The database has exactly the tables of the code.\n")
    assert orderlane("db", "upgrade") == (0, "The database is up to date.\n")
    assert orderlane("db", "revision", "more")[0] == 1
    (installation.instance / "orderlane.sqlite").unlink()
    assert orderlane("db", "current")[0] == 1
    code, said = orderlane("user", "list")
    assert (code, said) == (1, "The database is not prepared for this version. Run: orderlane db upgrade\n")


def test_the_secret_key_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first, second = config.load(tmp_path, environ={}), config.load(tmp_path, environ={})

    assert first.secret_key == second.secret_key
    assert len(first.secret_key) >= 43
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert first.secret_key not in repr(first)


@pytest.mark.parametrize(
    ("written", "environ", "sentence"),
    [
        ("", {"PORT": "http"}, 'PORT: expected a whole number from 1 to 65535, but found "http".'),
        ("", {"ORDERLANE_ENV": "prod"}, 'ORDERLANE_ENV: expected "demo" or "production", but found "prod".'),
        (
            "",
            {"DATABASE_URL": "mysql://x/y"},
            "DATABASE_URL: expected SQLite or PostgreSQL, but found mysql.",
        ),
        ("[server", {}, "config.toml: expected TOML"),
        ("server = 5", {}, "server: expected a table [server], but found a single value."),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_what_was_expected(tmp_path, written, environ, sentence):
    (tmp_path / "config.toml").write_text(written)

    with pytest.raises(config.SettingsRefused) as refused:
        config.load(tmp_path, environ=environ)

    assert sentence in str(refused.value.sentence)


def test_the_environment_wins_over_the_file(tmp_path):
    (tmp_path / "config.toml").write_text('[server]\nport = 9000\nhost = "0.0.0.0"\n[smtp]\nhost = "mail"\n')

    settings = config.load(
        tmp_path, environ={"PORT": "9100", "DATABASE_URL": "postgres://u@h/d", "SMTP_PORT": "25"}
    )

    assert (settings.host, settings.port) == ("0.0.0.0", 9100)
    assert settings.database_url == "postgresql+psycopg://u@h/d"
    assert settings.smtp == {"host": "mail", "port": 25}


def test_a_real_server_starts_answers_and_stops(installation):
    environ = {**os.environ, "ORDERLANE_INSTANCE": str(installation.instance), "PORT": "8765"}
    command = [sys.executable, "-c", "from webapp.cli import main; main()", "run"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    try:
        ready = _wait_for("http://127.0.0.1:8765/readyz", server)
        assert ready["checks"] == {"database": True, "migrations": True, "clock": True}
    finally:
        server.terminate()
        said = server.communicate(timeout=30)[0].decode()
    assert server.returncode == 0
    assert "Traceback" not in said


def _wait_for(address: str, server: subprocess.Popen) -> dict:
    for _ in range(300):
        assert server.poll() is None, server.communicate()[0].decode()
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return json.loads(answer.read())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError("The server did not become ready within a minute.")


def test_the_names_for_stories_are_listed_with_what_they_take_and_do(orderlane):
    code, told = orderlane("scenarios", "--names")
    _code, as_json = orderlane("scenarios", "--names", "--json")

    assert code == 0
    assert "  cost_centre_entries(order_no: str)\n      " in told
    assert "  links_are_withdrawn(order_no: str)\n      Somebody withdraws all links of an order.\n" in told
    assert "session" not in told
    names = json.loads(as_json)
    assert {each["kind"] for each in names} == {"finder", "change"}
    assert all(f"  {each['name']}{each['signature']}\n      {each['doc']}\n" in told for each in names)
    assert [each["name"] for each in names if len(each["doc"]) < 20] == []
