"""Kinds of message that are more than words and a file: cards, polls, what can be chosen of, and answers to that."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, Final

from neonize.proto.waE2E.WAWebProtobufsE2E_pb2 import (
    ButtonsMessage,
    ButtonsResponseMessage,
    ContactMessage,
    ListMessage,
    ListResponseMessage,
)

from sandbox.contacts.errors import MalformedRequestError
from sandbox.contacts.kind import Kind
from sandbox.control.draft import Card, Draft

_FLOWS: Final = {"reply": "quick_reply", "url": "cta_url", "call": "cta_call", "copy": "cta_copy"}
_VALUES: Final = {"url": "url", "call": "phone_number", "copy": "copy_code"}


def _vcard(card: Card) -> str:
    tel = f"TEL;type=CELL;type=VOICE;waid={card.number}:+{card.number}\n" if card.number else ""
    return card.vcard or f"BEGIN:VCARD\nVERSION:3.0\nN:;{card.name};;;\nFN:{card.name}\n{tel}END:VCARD"


def _fill_card(part: Any, draft: Draft) -> None:  # noqa: ANN401 - a protobuf, as in all of these
    if len(draft.contacts) != 1:
        raise MalformedRequestError("a message of type contact has contacts, one or more")
    part.displayName, part.vcard = draft.contacts[0].name, _vcard(draft.contacts[0])


def _fill_cards(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.displayName = f"{len(draft.contacts)} contacts"
    part.contacts.extend(ContactMessage(displayName=card.name, vcard=_vcard(card)) for card in draft.contacts)


def _fill_poll(part: Any, draft: Draft) -> None:  # noqa: ANN401
    if not draft.question or not draft.options:
        raise MalformedRequestError("a message of type poll has a question and options")
    part.name = draft.question
    part.selectableOptionsCount = 0 if draft.multiple else 1
    for option in draft.options:
        part.options.add(optionName=option)


def _fill_live(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.degreesLatitude, part.degreesLongitude = draft.latitude or 0.0, draft.longitude or 0.0
    part.caption, part.sequenceNumber = draft.text, time.time_ns() // 1_000_000


def _fill_buttons(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.contentText, part.footerText, part.headerType = draft.text, draft.footer, ButtonsMessage.EMPTY
    for button in draft.buttons:
        part.buttons.add(buttonID=button.id, buttonText={"displayText": button.text}, type=1)


def _fill_list(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.title, part.description, part.footerText = draft.title, draft.text, draft.footer
    part.buttonText, part.listType = draft.button_text, ListMessage.SINGLE_SELECT
    for section in draft.sections:
        rows = [{"rowID": row.id, "title": row.text, "description": row.description} for row in section.rows]
        part.sections.add(title=section.title, rows=rows)


def _fill_interactive(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.header.title, part.body.text, part.footer.text = draft.title, draft.text, draft.footer
    flow = part.nativeFlowMessage
    flow.messageVersion = 1
    for button in draft.buttons:
        says = {"display_text": button.text, "id": button.id}
        if button.type in _VALUES:
            says[_VALUES[button.type]] = button.value
        flow.buttons.add(name=_FLOWS[button.type], buttonParamsJSON=json.dumps(says))


def _fill_event(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.name, part.description, part.startTime = draft.name or "", draft.text, draft.starts_at or int(time.time())


def _fill_invite(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.groupJID, part.inviteCode = draft.group_jid, draft.invite_code
    part.groupName, part.caption = draft.name or "", draft.text


def _fill_album(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.expectedImageCount = draft.count


def _fill_order(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.orderTitle, part.message, part.itemCount = draft.title, draft.text, draft.count


def _fill_product(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.product.title, part.body = draft.title, draft.text


def _chosen(draft: Draft) -> tuple[str, str]:
    if draft.chosen is None:
        raise MalformedRequestError("a message of type reply has what was chosen")
    return draft.chosen.id, draft.chosen.text


def _fill_button_reply(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.selectedButtonID, part.selectedDisplayText = _chosen(draft)
    part.type = ButtonsResponseMessage.DISPLAY_TEXT


def _fill_list_reply(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.singleSelectReply.selectedRowID, part.title = _chosen(draft)
    part.listType = ListResponseMessage.SINGLE_SELECT


def _fill_flow_reply(part: Any, draft: Draft) -> None:  # noqa: ANN401
    id_, part.body.text = _chosen(draft)
    part.nativeFlowResponseMessage.name = "quick_reply"
    part.nativeFlowResponseMessage.paramsJSON = json.dumps({"id": id_})


def _fill_template_reply(part: Any, draft: Draft) -> None:  # noqa: ANN401
    part.selectedID, part.selectedDisplayText = _chosen(draft)


def _show_album(part: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"album": {"images": part.expectedImageCount, "videos": part.expectedVideoCount}}


def _show_cards(part: Any) -> dict[str, Any]:  # noqa: ANN401
    cards = part.contacts if hasattr(part, "contacts") else [part]
    return {"contacts": [{"name": card.displayName, "vcard": card.vcard} for card in cards]}


def _show_poll(part: Any) -> dict[str, Any]:  # noqa: ANN401
    options = [option.optionName for option in part.options]
    return {"poll": {"question": part.name, "options": options, "multiple": part.selectableOptionsCount != 1}}


def _show_live(part: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"location": {"latitude": part.degreesLatitude, "longitude": part.degreesLongitude, "live": True}}


def _show_place(part: Any) -> dict[str, Any]:  # noqa: ANN401
    where = {"latitude": part.degreesLatitude, "longitude": part.degreesLongitude}
    named = {"name": part.name, "address": part.address}
    return {"location": where | {name: value for name, value in named.items() if value}}


def _show_buttons(part: Any) -> dict[str, Any]:  # noqa: ANN401
    buttons = [{"type": "reply", "id": each.buttonID, "text": each.buttonText.displayText} for each in part.buttons]
    return {"interactive": {"footer": part.footerText, "buttons": buttons}}


def _show_list(part: Any) -> dict[str, Any]:  # noqa: ANN401
    sections = [
        {
            "title": section.title,
            "rows": [{"id": row.rowID, "title": row.title, "description": row.description} for row in section.rows],
        }
        for section in part.sections
    ]
    around = {"title": part.title, "footer": part.footerText, "buttonText": part.buttonText}
    return {"interactive": {**around, "sections": sections}}


def _show_interactive(part: Any) -> dict[str, Any]:  # noqa: ANN401
    buttons = [{"type": each.name, **json.loads(each.buttonParamsJSON)} for each in part.nativeFlowMessage.buttons]
    return {"interactive": {"title": part.header.title, "footer": part.footer.text, "buttons": buttons}}


def _show_reply(id_: str, text: str, part: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"reply": {"id": id_, "text": text, "messageId": part.contextInfo.stanzaID}}


def _show_flow_reply(part: Any) -> dict[str, Any]:  # noqa: ANN401
    says = json.loads(part.nativeFlowResponseMessage.paramsJSON or "{}")
    return _show_reply(str(says.get("id", "")), part.body.text, part)


STRUCTURED: Final[Mapping[str, Kind]] = {
    "contact": Kind("contactMessage", ("media", "vcard"), fill=_fill_card, show=_show_cards),
    "contacts": Kind("contactsArrayMessage", ("media", "contact_array"), fill=_fill_cards, show=_show_cards),
    "poll": Kind(
        "pollCreationMessage",
        ("poll", ""),
        also=("pollCreationMessageV2", "pollCreationMessageV3", "pollCreationMessageV5", "pollCreationMessageV6"),
        fill=_fill_poll,
        show=_show_poll,
    ),
    "location": Kind("locationMessage", ("text", ""), show=_show_place),
    "live_location": Kind("liveLocationMessage", ("text", ""), fill=_fill_live, show=_show_live),
    "buttons": Kind("buttonsMessage", ("text", ""), fill=_fill_buttons, show=_show_buttons),
    "list": Kind("listMessage", ("media", "list"), fill=_fill_list, show=_show_list),
    "interactive": Kind("interactiveMessage", ("text", ""), fill=_fill_interactive, show=_show_interactive),
    "event": Kind("eventMessage", ("text", ""), fill=_fill_event),
    "group_invite": Kind("groupInviteMessage", ("text", ""), fill=_fill_invite),
    "album": Kind("albumMessage", ("text", ""), fill=_fill_album, show=_show_album),
    "order": Kind("orderMessage", ("media", "order"), fill=_fill_order),
    "product": Kind("productMessage", ("media", "product"), fill=_fill_product),
    "reply": Kind(
        "buttonsResponseMessage",
        ("media", "buttons_response"),
        fill=_fill_button_reply,
        show=lambda part: _show_reply(part.selectedButtonID, part.selectedDisplayText, part),
    ),
    "list_reply": Kind(
        "listResponseMessage",
        ("media", "list_response"),
        fill=_fill_list_reply,
        show=lambda part: _show_reply(part.singleSelectReply.selectedRowID, part.title, part),
    ),
    "interactive_reply": Kind(
        "interactiveResponseMessage",
        ("media", "native_flow_response"),
        fill=_fill_flow_reply,
        show=_show_flow_reply,
    ),
    "template_reply": Kind(
        "templateButtonReplyMessage",
        ("text", ""),
        fill=_fill_template_reply,
        show=lambda part: _show_reply(part.selectedID, part.selectedDisplayText, part),
    ),
}
"""By the name of a type, or of one of several forms of it."""

FORMS: Final[Mapping[tuple[str, str], str]] = {
    ("reply", "list"): "list_reply",
    ("reply", "interactive"): "interactive_reply",
    ("reply", "template"): "template_reply",
}
"""By type and what a draft says of its form."""
SHOWN_AS: Final[Mapping[str, str]] = {"contacts": "contact", **dict.fromkeys(FORMS.values(), "reply")}
"""Forms by the type they are of."""
