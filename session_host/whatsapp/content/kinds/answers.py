"""What somebody chose of buttons, a list, a template or a native flow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.kinds.choices import json_object
from session_host.whatsapp.content.readings import Reader, Reading, text_of
from shared.contracts.shown import Reply, Shown


def button(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A button."""
    return _chosen(content, content.selectedButtonID, content.selectedDisplayText)


def template_button(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A button of a template."""
    return _chosen(content, content.selectedID, content.selectedDisplayText)


def row(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A row of a list."""
    return _chosen(content, content.singleSelectReply.selectedRowID, content.title or content.description)


def flow(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A button of a native flow; its id is in the parameters, in JSON."""
    says = json_object(content.nativeFlowResponseMessage.paramsJSON)
    id_ = says.get("id")
    title = says.get("title")
    return _chosen(
        content,
        id_ if isinstance(id_, str) else content.nativeFlowResponseMessage.name,
        content.body.text or (title if isinstance(title, str) else ""),
    )


def _chosen(content: Any, id_: str, text: str) -> Reading:  # noqa: ANN401 - a protobuf
    reply = Reply(id=text_of(id_), text=text_of(text), message_id=text_of(content.contextInfo.stanzaID))
    return Reading("reply", Shown(message=text_of(text, id_), reply=reply))


READERS: Mapping[str, Reader] = {
    "buttonsResponseMessage": button,
    "templateButtonReplyMessage": template_button,
    "listResponseMessage": row,
    "interactiveResponseMessage": flow,
}
