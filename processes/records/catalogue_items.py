"""The catalogue of internal services: what each department offers, up to which cost without a signature (R-024)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base


class CatalogueItem(Base):
    """A service that colleagues can ask for.

    names: {language: name}; English is always there. cost_limit_cents: an estimate above it needs approval.
    """

    __tablename__ = "catalogue_item"
    __table_args__ = (CheckConstraint("cost_limit_cents >= 0", name="cost_limit"),)
    item_id: Mapped[str] = mapped_column(primary_key=True)
    department_id: Mapped[str] = mapped_column(ForeignKey("department.department_id"), index=True)
    names: Mapped[dict[str, Any]]
    cost_limit_cents: Mapped[int]
    needs_approval: Mapped[bool] = mapped_column(Boolean, default=False)
    is_offered: Mapped[bool] = mapped_column(Boolean, default=True)

    def name_in(self, language: str) -> str:
        """The name in a language, in English where it has none."""
        return self.names.get(language) or self.names["en"]

    def withdraw(self) -> None:
        """Offer it no more; requests that have chosen it go on."""
        self.is_offered = False


def add(
    session: Session,
    item_id: str,
    department_id: str,
    names: dict[str, str],
    *,
    cost_limit_cents: int,
    needs_approval: bool = False,
) -> CatalogueItem:
    """Add a service to the catalogue. Raises Refused without an English name."""
    if not names.get("en"):
        raise errors.Refused(
            f'The catalogue item "{item_id}" needs an English name. Other languages may follow.'
        )
    item = CatalogueItem(
        item_id=item_id,
        department_id=department_id,
        names=names,
        cost_limit_cents=cost_limit_cents,
        needs_approval=needs_approval,
        is_offered=True,
    )
    session.add(item)
    session.flush()
    return item


def get(session: Session, item_id: str) -> CatalogueItem:
    """The item of that id, offered or not. Raises NotFound."""
    found = session.get(CatalogueItem, item_id)
    if found is None:
        raise errors.NotFound(f'There is no catalogue item "{item_id}".')
    return found


def offered(session: Session, department_id: str) -> list[CatalogueItem]:
    """What a department offers now, by English name."""
    found = session.scalars(
        select(CatalogueItem).where(CatalogueItem.department_id == department_id, CatalogueItem.is_offered)
    )
    return sorted(found, key=lambda item: item.names["en"])
