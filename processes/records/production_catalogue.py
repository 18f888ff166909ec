"""How our products are made: from which material, through which operations, and by which departments (E6, E21)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors
from engine.columns import Base
from engine.keys import new_key
from engine.sentences import Sentence, _l
from processes.records import audit, products

#: The groups of operations, in the order in which a product goes through them.
GROUPS = {"processing": _l("Processing"), "assembly": _l("Assembly"), "inspection": _l("Inspection")}


class RouteStep(audit.Audited, Base):
    """One operation in the route of a product. number: 1, 2, 3 ...; norm_milli: hours for one piece, in thousandths.

    is_inspected: what comes out of it is inspected by somebody who has not worked on it.
    """

    __tablename__ = "route_step"
    __table_args__ = (
        UniqueConstraint("sku", "number"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "operation_group IN ('processing', 'assembly', 'inspection')", name="operation_group"
        ),
        CheckConstraint("norm_milli >= 0", name="norm"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    number: Mapped[int]
    work_sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    operation_group: Mapped[str]
    norm_milli: Mapped[int]
    is_inspected: Mapped[bool] = mapped_column(Boolean)


class RecipeLine(audit.Audited, Base):
    """How much of a material one piece of a product takes, in thousandths of the material's unit."""

    __tablename__ = "recipe_line"
    __table_args__ = (
        UniqueConstraint("sku", "part_sku"),
        CheckConstraint("quantity_milli > 0", name="quantity"),
        CheckConstraint("sku <> part_sku", name="not_itself"),
    )
    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, default=new_key, autoincrement=False)
    sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    part_sku: Mapped[str] = mapped_column(ForeignKey("product.sku"))
    quantity_milli: Mapped[int]


class ProductionDepartment(audit.Audited, Base):
    """A department that makes things. names: {language: name}; hours_a_week_milli: how much it can work, in thousandths."""

    __tablename__ = "production_department"
    __table_args__ = (CheckConstraint("hours_a_week_milli > 0", name="capacity"),)
    department_id: Mapped[str] = mapped_column(primary_key=True)
    names: Mapped[dict[str, Any]]
    hours_a_week_milli: Mapped[int]

    def name_in(self, language: str) -> str:
        """The name in a language, in English where it has none."""
        return self.names.get(language) or self.names["en"]


class DepartmentOperation(Base):
    """An operation that a department can do."""

    __tablename__ = "department_operation"
    department_id: Mapped[str] = mapped_column(
        ForeignKey("production_department.department_id"), primary_key=True
    )
    work_sku: Mapped[str] = mapped_column(ForeignKey("product.sku"), primary_key=True)


@dataclass(frozen=True, slots=True)
class Step:
    """An operation as a route is written down."""

    work_sku: str
    operation_group: str
    norm_milli: int
    is_inspected: bool = False


def describe(
    session: Session, sku: str, route: list[Step], recipe: Mapping[str, int], *, replace: bool = False
) -> None:
    """Write down how a product is made. recipe: {material: thousandths for one piece}.

    Raises Refused for a product that is described already, unless `replace`, and for a route without an operation.
    """
    known = steps(session, sku)
    if known and not replace:
        raise errors.Refused(
            Sentence(_l('The product "{product}" has a route already. Replace it instead.'), product=sku)
        )
    if not route:
        raise errors.Refused(
            Sentence(_l('The route of "{product}" needs at least one operation.'), product=sku)
        )
    for row in [*known, *recipe_of(session, sku)]:
        session.delete(row)
    session.flush()
    for number, step in enumerate(route, start=1):
        session.add(
            RouteStep(
                sku=sku,
                number=number,
                work_sku=step.work_sku,
                operation_group=step.operation_group,
                norm_milli=step.norm_milli,
                is_inspected=step.is_inspected,
            )
        )
    for part_sku, quantity_milli in recipe.items():
        session.add(RecipeLine(sku=sku, part_sku=part_sku, quantity_milli=quantity_milli))
    session.flush()


def add_department(
    session: Session,
    department_id: str,
    names: Mapping[str, str],
    hours_a_week_milli: int,
    operations: list[str],
) -> ProductionDepartment:
    """Add a department and what it can do."""
    department = ProductionDepartment(
        department_id=department_id, names=dict(names), hours_a_week_milli=hours_a_week_milli
    )
    session.add(department)
    session.flush()
    session.add_all(DepartmentOperation(department_id=department_id, work_sku=sku) for sku in operations)
    session.flush()
    return department


def steps(session: Session, sku: str) -> list[RouteStep]:
    """The route of a product, in its order; empty for what we do not make."""
    return list(session.scalars(select(RouteStep).where(RouteStep.sku == sku).order_by(RouteStep.number)))


def recipe_of(session: Session, sku: str) -> list[RecipeLine]:
    """The material of a product, by number."""
    query = select(RecipeLine).where(RecipeLine.sku == sku)
    return list(session.scalars(query.order_by(RecipeLine.part_sku)))


def able(session: Session, sku: str) -> list[ProductionDepartment]:
    """The departments that can do every operation of a product, by their id."""
    needed = {step.work_sku for step in steps(session, sku)}
    found = []
    for department in session.scalars(
        select(ProductionDepartment).order_by(ProductionDepartment.department_id)
    ):
        query = select(DepartmentOperation.work_sku).where(
            DepartmentOperation.department_id == department.department_id
        )
        if needed and needed <= set(session.scalars(query)):
            found.append(department)
    return found


def made_here(session: Session, language: str) -> list[dict[str, str]]:
    """The products that have a route, as the options of a form, by name."""
    query = select(products.Product).where(
        products.Product.sku.in_(select(RouteStep.sku)), products.Product.is_offered
    )
    options = [
        {"value": each.sku, "label": f"{each.name_in(language)} · {each.sku}"}
        for each in session.scalars(query)
    ]
    return sorted(options, key=lambda option: option["label"])
