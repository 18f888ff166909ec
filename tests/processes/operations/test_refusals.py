"""What a process is told when an operation refuses: a text, in the language of whoever acts."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from engine import errors, sentences
from tests.processes.repair_shop import open_shop, run, taken_in


@pytest.fixture
def translated() -> Iterator[None]:
    """A house that says each sentence with its language in front."""
    before = list(sentences._translators)
    sentences.translate_with(lambda sentence, language: f"{language}: {sentence}")
    yield
    sentences.translate_with(before[0] if before else None)


def test_a_refusal_is_said_in_the_language_of_who_acts(session: Session, translated: None) -> None:
    open_shop(session)
    taken_in(session)

    with pytest.raises(errors.BusinessError) as refused:
        run(session, "intake.mark_done", outcome="repaired")

    assert refused.value.code == "MARK_NOT_ALLOWED"
    assert isinstance(refused.value.sentence, str)
    assert refused.value.sentence.startswith("ru: The mark")
