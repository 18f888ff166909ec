"""What a browser sends with a form: the answers as JSON, the version of the page, the chosen files."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from flask import Request, current_app
from sqlalchemy.orm import Session

from engine import errors, forms, user_tasks
from engine.keys import new_key
from engine.roles import Actor
from engine.tables import UserTask
from processes.records import attachments
from webapp import attempts
from webapp.language import say
from webapp.plain_json import NotJson, read_object

FILE = "files::"


@dataclass(frozen=True, slots=True)
class Sent:
    """One submission. files: {"files::..." reference: the files of that answer}."""

    answers: dict[str, Any]
    version: int | None = None
    files: dict[str, list[forms.UploadedFile]] = field(default_factory=dict)


def of(request: Request) -> Sent:
    """The submission of a request. Raises NotJson. Nothing in it is trusted yet."""
    answers = read_object(request.form.get("submission") or "{}")
    version = request.form.get("version", type=int)
    files: dict[str, list[forms.UploadedFile]] = {}
    for reference, uploads in request.files.lists():
        if not reference.startswith(FILE):
            continue
        for upload in uploads:
            content = upload.stream.read()
            name = upload.filename or "file"
            uploaded = forms.UploadedFile(str(new_key()), name, upload.mimetype, len(content), content)
            files.setdefault(reference, []).append(uploaded)
    return Sent(answers, version, files)


def draft_of(request: Request) -> dict[str, Any]:
    """The answers of a draft. Raises NotJson."""
    body = read_object(request.get_data())
    submission = body.get("submission")
    if not isinstance(submission, dict):
        raise NotJson
    return submission


def sentences(invalid: forms.SubmissionInvalid) -> dict[str, str]:
    """{path of the field: what is needed, in the reader's language}. What no form asks for is an attempt: it is noted."""
    if invalid.unasked:
        attempts.note(f"to answer what is not asked: {', '.join(invalid.unasked)}")
    return {path: say(sentence) for path, sentence in invalid.errors.items()}


def keep_files(
    session: Session, sent: Sent, user_task: UserTask, *, actor: Actor, now: datetime
) -> dict[str, list[forms.UploadedFile]]:
    """Attach the files of a submission to the order; each then has the key of its attachment as id.

    Raises NotACandidate before a single byte is written for somebody who may not do this user task.
    """
    if sent.files and not user_tasks.may_work_on(session, user_task, actor):
        raise errors.NotACandidate()
    kept = {}
    for reference, files in sent.files.items():
        kept[reference] = [
            replace(each, id=_attach(session, user_task.process_instance_key, each, actor, now))
            for each in files
        ]
    return kept


def attach_all(session: Session, order_key: int, sent: Sent, *, actor: Actor, now: datetime) -> None:
    """Attach the files of a start form to the order that it has started."""
    for files in sent.files.values():
        for each in files:
            _attach(session, order_key, each, actor, now)


def _attach(session: Session, order_key: int, file: forms.UploadedFile, actor: Actor, now: datetime) -> str:
    folder = current_app.config["ORDERLANE"].uploads
    row = attachments.add(
        session, folder, order_key, file.name, file.content or b"", uploaded_by=actor.login, now=now
    )
    return str(row.key)
