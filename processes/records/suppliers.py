"""Those we buy from: suppliers of goods, service centres that repair for us, carriers (E2)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import Boolean, CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import errors, settings
from engine.columns import Base
from engine.sentences import Sentence, _l
from processes.records import audit

SUPPLIER, SERVICE_CENTRE, CARRIER = KINDS = ("supplier", "service_centre", "carrier")
KIND_LABELS = {SUPPLIER: _l("Supplier"), SERVICE_CENTRE: _l("Service centre"), CARRIER: _l("Carrier")}
#: The setting that says how many percent we add to what a service centre charges, where its card says nothing.
MARGIN_SETTING = "partner_margin_percent"
DEFAULT_MARGIN = 20


class Supplier(audit.Audited, Base):
    """Somebody we buy goods or work from.

    device_types: what a service centre repairs, by commas; empty: everything. lead_days: how long they take as a rule.
    margin_percent: what we add to the charges of a service centre; None: as the setting says.
    """

    __tablename__ = "supplier"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("length(name) > 0", name="name"),
        CheckConstraint("lead_days >= 0", name="lead"),
        CheckConstraint("margin_percent BETWEEN 0 AND 1000", name="margin"),
    )
    supplier_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    email: Mapped[str | None]
    phone: Mapped[str | None]
    language: Mapped[str] = mapped_column(default="en")
    tax_id: Mapped[str | None]
    lead_days: Mapped[int] = mapped_column(default=7)
    device_types: Mapped[str | None]
    contract_no: Mapped[str | None]
    margin_percent: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)

    def repairs(self, item_type: str | None) -> bool:
        """Whether a service centre takes such a device."""
        if self.kind != SERVICE_CENTRE:
            return False
        taken = [each.strip().casefold() for each in (self.device_types or "").split(",") if each.strip()]
        return not taken or (item_type or "").strip().casefold() in taken

    def with_margin_cents(self, session: Session, charged_cents: int) -> int:
        """What the customer pays for work that this service centre charges us, half a cent rounded up."""
        percent = self.margin_percent
        if percent is None:
            percent = settings.get(session, MARGIN_SETTING, DEFAULT_MARGIN)
        whole = charged_cents * (100 + Decimal(percent)) / 100
        return int(whole.quantize(Decimal(1), ROUND_HALF_UP))

    def offer(self) -> None:
        """Offer them to be chosen again."""
        self.is_active = True

    def withdraw(self) -> None:
        """Offer them no more; what was bought from them stays."""
        self.is_active = False


def add(session: Session, supplier_id: str, name: str, **facts: object) -> Supplier:
    """Add one. facts: the other columns. Raises Refused where the number is taken."""
    if session.get(Supplier, supplier_id) is not None:
        raise errors.Refused(
            Sentence(
                _l('There is a supplier "{supplier}" already. Give the new one another number.'),
                supplier=supplier_id,
            )
        )
    row = Supplier(supplier_id=supplier_id, name=name.strip(), **{"kind": SUPPLIER, **facts})
    session.add(row)
    session.flush()
    return row


def get(session: Session, supplier_id: str) -> Supplier:
    """The supplier of that number. Raises NotFound."""
    found = session.get(Supplier, supplier_id)
    if found is None:
        raise errors.NotFound(Sentence(_l('There is no supplier "{supplier}".'), supplier=supplier_id))
    return found


def offered(session: Session, *kinds: str) -> list[Supplier]:
    """Those of some kinds that can be chosen, by name."""
    query = select(Supplier).where(Supplier.is_active, Supplier.kind.in_(kinds))
    return list(session.scalars(query.order_by(Supplier.name, Supplier.supplier_id)))


def choices(found: Iterable[Supplier]) -> list[dict[str, str]]:
    """Suppliers as the options of a form."""
    return [{"value": each.supplier_id, "label": each.name} for each in found]
