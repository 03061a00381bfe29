"""Products and orders. Amounts are in thousandths on the wire."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from session_host.whatsapp.content.kinds.media import described
from session_host.whatsapp.content.people import number_and_lid
from session_host.whatsapp.content.readings import Reader, Reading, text_of
from shared.contracts.cards import Order, Product
from shared.contracts.shown import Shown

_THOUSANDTHS = 1000
_STATUSES: Mapping[int, Literal["inquiry", "accepted", "declined"]] = {1: "inquiry", 2: "accepted", 3: "declined"}


def product(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A product of a catalogue, or the catalogue."""
    goods, catalogue = content.product, content.catalog
    shown = Product(
        id=text_of(goods.productID),
        title=text_of(goods.title, catalogue.title),
        description=text_of(goods.description, catalogue.description),
        price=_amount(goods.priceAmount1000),
        sale_price=_amount(goods.salePriceAmount1000),
        currency=text_of(goods.currencyCode),
        url=text_of(goods.URL),
        seller=_seller(content.businessOwnerJID),
    )
    picture = goods.productImage if goods.HasField("productImage") else catalogue.catalogImage
    media = described(picture) if picture.ListFields() else None
    return Reading("product", Shown(message=text_of(content.body, shown.title or ""), media=media, product=shown))


def order(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """What somebody ordered. The token that opens it at WhatsApp is not shown."""
    shown = Order(
        id=text_of(content.orderID),
        title=text_of(content.orderTitle),
        items=content.itemCount or None,
        total=_amount(content.totalAmount1000),
        currency=text_of(content.totalCurrencyCode),
        status=_STATUSES.get(content.status) if content.HasField("status") else None,
        seller=_seller(content.sellerJID),
    )
    return Reading("order", Shown(message=text_of(content.message, content.orderTitle), order=shown))


def _amount(thousandths: int) -> float | None:
    return thousandths / _THOUSANDTHS if thousandths else None


def _seller(address: str) -> str | None:
    number, lid = number_and_lid(address)
    return number or lid


READERS: Mapping[str, Reader] = {"productMessage": product, "orderMessage": order}
