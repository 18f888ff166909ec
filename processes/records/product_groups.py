"""Groups of products: which of them are installed at the customer's, by whom with which certificate, how long that takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import audit
from processes.records.products import Product

TWO_SKILLS = "TWO_SKILLS"
#: How long a visit takes that only delivers, in minutes.
DELIVERY_MINUTES = 60


class ProductGroup(audit.Audited, Base):
    """Products that are delivered and installed alike: televisions, refrigerators, washing machines ...

    names: {language: name}; English is always there. skill_id: what the installer must be certified for; None where
    anybody may. install_minutes: how long an installation is planned for. install_sku: the fee or work charged for it.
    """

    __tablename__ = "product_group"
    __table_args__ = (
        CheckConstraint("install_minutes >= 0", name="minutes"),
        CheckConstraint("NOT needs_installation OR install_minutes > 0", name="installation"),
        CheckConstraint("needs_installation OR skill_id IS NULL", name="skill"),
    )
    group_id: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    needs_installation: Mapped[bool] = mapped_column(Boolean)
    skill_id: Mapped[str | None] = mapped_column(ForeignKey("skill.skill_id"))
    install_minutes: Mapped[int] = mapped_column(default=0)
    install_sku: Mapped[str | None] = mapped_column(ForeignKey("product.sku"))

    def name_in(self, language: str) -> str:
        """The name in a language, in English where it has none."""
        return self.names.get(language) or self.names["en"]


class GroupedProduct(audit.Audited, Base):
    """A product that is sold, in the group that it belongs to."""

    __tablename__ = "grouped_product"
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("product_group.group_id"), index=True)
    brand: Mapped[str]
    model: Mapped[str]
    warranty_months: Mapped[int] = mapped_column(default=24)


def add(
    session: Session,
    group_id: str,
    names: Mapping[str, str],
    *,
    needs_installation: bool,
    skill_id: str | None = None,
    install_minutes: int = 0,
    install_sku: str | None = None,
) -> ProductGroup:
    """Add a group. Raises Refused without an English name."""
    if not names.get("en"):
        raise errors.Refused(
            Sentence(
                _l('The product group "{group}" needs an English name. Other languages may follow.'),
                group=group_id,
            )
        )
    row = ProductGroup(
        group_id=group_id,
        names=dict(names),
        needs_installation=needs_installation,
        skill_id=skill_id,
        install_minutes=install_minutes,
        install_sku=install_sku,
    )
    session.add(row)
    session.flush()
    return row


def put(
    session: Session, sku: str, group_id: str, *, brand: str, model: str, warranty_months: int = 24
) -> GroupedProduct:
    """Let a product belong to a group: from then on it can be sold with delivery."""
    row = GroupedProduct(
        sku=sku, group_id=group_id, brand=brand, model=model, warranty_months=warranty_months
    )
    session.add(row)
    session.flush()
    return row


def of(session: Session, sku: str) -> tuple[GroupedProduct, ProductGroup] | None:
    """A product with its group; None when it belongs to none."""
    query = select(GroupedProduct, ProductGroup).join(
        ProductGroup, ProductGroup.group_id == GroupedProduct.group_id
    )
    row = session.execute(query.where(GroupedProduct.sku == sku)).one_or_none()
    return None if row is None else (row[0], row[1])


def to_install(session: Session, skus: Iterable[str]) -> list[ProductGroup]:
    """The groups of these products that are to be installed, by their id.

    Raises BusinessError TWO_SKILLS where two certificates would be needed: one installer comes to one order.
    """
    found = {
        group.group_id: group
        for sku in skus
        if (known := of(session, sku)) is not None and (group := known[1]).needs_installation
    }
    groups = [found[name] for name in sorted(found)]
    skills = {group.skill_id for group in groups if group.skill_id}
    if len(skills) > 1:
        raise errors.BusinessError(
            TWO_SKILLS,
            Sentence(
                _l(
                    "These goods need installers with different certificates ({skills}). Make an order for each of them."
                ),
                skills=sorted(skills),
            ),
        )
    return groups


def choices(session: Session, language: str) -> list[dict[str, str]]:
    """The goods that can be sold with delivery, as the options of a form, by name."""
    query = select(Product).join(GroupedProduct, GroupedProduct.sku == Product.sku).where(Product.is_offered)
    options = [
        {"value": each.sku, "label": f"{each.name_in(language)} · {each.sku}"}
        for each in session.scalars(query)
    ]
    return sorted(options, key=lambda option: option["label"])
