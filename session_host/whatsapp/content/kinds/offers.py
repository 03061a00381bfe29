"""What can be chosen of, as we send it: the counterpart of `choices`.

Everything is a native flow, which goes out with one `<biz>`; buttons and lists in their own protobufs get two of them
from the library, and the real server refuses them. Whether phones show it nobody promises: one may have it in words.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.kinds.media import write_image
from session_host.whatsapp.content.writings import Writer
from shared.contracts.content.choices import Buttons, Choosable, Flow, Interactive, List, Pictured, explained
from shared.contracts.content.kind import Content

_NAMES = {"reply": "quick_reply", "url": "cta_url", "call": "cta_call", "copy": "cta_copy"}


def write(content: Choosable, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """As a native flow, or as the words that were asked for instead."""
    part = _WAYS[content.fallback](content, message)
    if surrounding is not None:
        part.contextInfo.CopyFrom(surrounding)


def _flow(content: Choosable, message: Any) -> Any:  # noqa: ANN401 - protobufs
    part = message.interactiveMessage
    part.body.text = content.text
    if content.title:
        part.header.title = content.title
    picture = content.picture if isinstance(content, Pictured) else None
    if picture is not None and picture.ready is not None:  # it is not where the message is only quoted
        part.header.hasMediaAttachment = True
        write_image(picture, part.header, None)
    if content.footer:
        part.footer.text = content.footer
    part.nativeFlowMessage.messageVersion = 1
    for name, parameters in _buttons(content):
        part.nativeFlowMessage.buttons.add(name=name, buttonParamsJSON=json.dumps(parameters, ensure_ascii=False))
    return part


def _buttons(content: Choosable) -> list[tuple[str, dict[str, Any]]]:
    if isinstance(content, List):
        return [("single_select", {"title": content.button_text, "sections": _sections(content)})]
    if isinstance(content, Interactive):
        return [(_NAMES[button.type], _parameters(button)) for button in content.buttons]
    return [("quick_reply", {"display_text": title, "id": id_}) for id_, title in content.choices]


def _sections(content: List) -> list[dict[str, Any]]:
    return [
        {
            "title": section.title or "",
            "rows": [
                {"header": "", "title": row.title, "description": row.description or "", "id": row.row_id}
                for row in section.rows
            ],
        }
        for section in content.sections
    ]


def _parameters(button: Flow) -> dict[str, Any]:
    own = {"url": button.url, "merchant_url": button.url, "phone_number": button.number, "copy_code": button.code}
    return {"display_text": button.text, "id": button.id or button.text} | {
        name: value for name, value in own.items() if value is not None
    }


def _text(content: Choosable, message: Any) -> Any:  # noqa: ANN401 - protobufs
    message.extendedTextMessage.text = in_words(content)
    return message.extendedTextMessage


def in_words(content: Choosable) -> str:
    """All of it as a text: the choices are numbered, and the other buttons say where they lead."""
    numbered = [f"{number}. {words}" for number, words in enumerate(explained(content), 1)]
    flows = content.buttons if isinstance(content, Interactive) else ()
    others = [f"{each.text}: {each.url or each.number or each.code}" for each in flows if each.type != "reply"]
    parts = [content.title, content.text, "\n".join(numbered), "\n".join(others), content.footer]
    return "\n\n".join(part for part in parts if part)


def _poll(content: Choosable, message: Any) -> Any:  # noqa: ANN401 - protobufs
    part = message.pollCreationMessage
    part.name, part.selectableOptionsCount = content.text, 1
    for _, title in content.choices:
        part.options.add(optionName=title)
    return part


_WAYS = {"none": _flow, "text": _text, "poll": _poll}
WRITERS: Mapping[type[Content], Writer] = {Buttons: write, List: write, Interactive: write}
