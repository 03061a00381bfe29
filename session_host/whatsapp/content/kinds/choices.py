"""What can be chosen of: buttons, lists, templates and WhatsApp's native flows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, cast

from session_host.whatsapp.content.kinds.location import place
from session_host.whatsapp.content.kinds.media import READERS as MEDIA
from session_host.whatsapp.content.readings import Reader, Reading, text_of
from shared.contracts.shown import Button, Interactive, ListRow, ListSection, Shown

_FLOWS = {"quick_reply": "reply", "cta_url": "url", "cta_call": "call"}
_LONGEST_PARAMETERS = 100_000


def buttons(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A text with buttons under it."""
    found = tuple(
        Button(type="reply", id=text_of(each.buttonID), text=text_of(each.buttonText.displayText))
        for each in content.buttons
    )
    around = Interactive(title=text_of(content.text), footer=text_of(content.footerText), buttons=found)
    return Reading("buttons", _with_header(content, text_of(content.contentText, content.text), around))


def list_(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A text with a list to choose from."""
    sections = tuple(
        ListSection(
            title=text_of(section.title),
            rows=tuple(
                ListRow(id=text_of(row.rowID), title=text_of(row.title), description=text_of(row.description))
                for row in section.rows
            ),
        )
        for section in content.sections
    )
    around = Interactive(
        title=text_of(content.title),
        footer=text_of(content.footerText),
        button_text=text_of(content.buttonText),
        sections=sections,
    )
    return Reading("list", Shown(message=text_of(content.description, content.title), interactive=around))


def template(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A message of a business, made of a template."""
    if content.HasField("interactiveMessageTemplate"):
        return interactive(content.interactiveMessageTemplate)
    for name in ("hydratedFourRowTemplate", "hydratedTemplate"):
        if content.HasField(name):
            return _filled_in(getattr(content, name))
    rows = content.fourRowTemplate
    around = Interactive(footer=_parameters(rows.footer))
    return Reading("interactive", Shown(message=_parameters(rows.content), interactive=around))


def structured(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """The oldest form of a template."""
    if content.HasField("hydratedHsm"):
        return template(content.hydratedHsm)
    return Reading("interactive", Shown(message=_parameters(content)))


def interactive(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A native flow or a carousel."""
    flow = content.nativeFlowMessage.buttons
    cards = tuple(text for card in content.carouselMessage.cards if (text := interactive(card).shown.message))
    around = Interactive(
        title=text_of(content.header.title, content.header.subtitle),
        footer=text_of(content.footer.text),
        buttons=tuple(_flow(each) for each in flow) or None,
        cards=cards or None,
    )
    text = text_of(content.body.text, content.header.title, *cards)
    return Reading("interactive", _with_header(content.header, text, around))


def _filled_in(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    found = tuple(_template_button(each) for each in content.hydratedButtons)
    title = text_of(content.hydratedTitleText)
    around = Interactive(title=title, footer=text_of(content.hydratedFooterText), buttons=found or None)
    return Reading("interactive", _with_header(content, text_of(content.hydratedContentText, title or ""), around))


def _template_button(button: Any) -> Button:  # noqa: ANN401 - a protobuf
    if button.HasField("urlButton"):
        return Button(type="url", text=text_of(button.urlButton.displayText), url=text_of(button.urlButton.URL))
    if button.HasField("callButton"):
        call = button.callButton
        return Button(type="call", text=text_of(call.displayText), number=text_of(call.phoneNumber))
    reply = button.quickReplyButton
    return Button(type="reply", id=text_of(reply.ID), text=text_of(reply.displayText))


def _flow(button: Any) -> Button:  # noqa: ANN401 - a protobuf
    says = json_object(button.buttonParamsJSON)
    return Button(
        type=str(_FLOWS.get(button.name, button.name)),
        id=_string(says, "id"),
        text=_string(says, "display_text") or _string(says, "title"),
        url=_string(says, "url"),
        number=_string(says, "phone_number"),
    )


def json_object(text: str) -> dict[str, Any]:
    """The JSON object that somebody sent; empty when it is none, or longer than anybody needs."""
    if len(text) > _LONGEST_PARAMETERS:
        return {}
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}


def _string(says: Mapping[str, Any], name: str) -> str | None:
    value = says.get(name)
    return value if isinstance(value, str) and value else None


def _parameters(content: Any) -> str | None:  # noqa: ANN401 - a protobuf
    """The words that fill a template: its own text is known to phones only."""
    return text_of(" ".join(content.params))


def _with_header(content: Any, text: str | None, around: Interactive) -> Shown:  # noqa: ANN401 - a protobuf
    """With the picture, video, document or place above it."""
    media = next((MEDIA[name](getattr(content, name)).shown.media for name in _HEADERS if content.HasField(name)), None)
    where = place(content.locationMessage) if content.HasField("locationMessage") else None
    return Shown(message=text, media=media, location=where, interactive=around)


_HEADERS = ("imageMessage", "videoMessage", "documentMessage")

READERS: Mapping[str, Reader] = {
    "buttonsMessage": buttons,
    "listMessage": list_,
    "templateMessage": template,
    "highlyStructuredMessage": structured,
    "interactiveMessage": interactive,
}
