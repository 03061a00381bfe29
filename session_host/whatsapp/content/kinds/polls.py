"""Polls, their votes and their results. A vote's options are sealed (`sealed`), and named by their hashes inside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from session_host.whatsapp.content.readings import Reader, Reading, text_of
from session_host.whatsapp.content.writings import Writer
from shared.contracts.content.kind import Content
from shared.contracts.content.poll import Poll as Sent
from shared.contracts.shown import Poll, PollResult, Shown, Vote

_ONE = 1


def poll(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A question. WhatsApp's number of options that may be chosen is 0 for any."""
    options = tuple(option.optionName for option in content.options)
    asked = Poll(
        question=content.name,
        options=options,
        multiple=content.selectableOptionsCount != _ONE,
        extendable=content.allowAddOption or None,
    )
    return Reading("poll", Shown(message=content.name or None, poll=asked))


def option_added(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """One more option of a poll that allows it."""
    key = content.pollCreationMessageKey
    return Reading("poll_option", Shown(message=text_of(content.addOption.optionName), message_id=key.ID), key)


def vote(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """A vote."""
    key = content.pollCreationMessageKey
    return Reading("vote", Shown(vote=Vote(message_id=key.ID)), key, content.senderTimestampMS)


def results(content: Any) -> Reading:  # noqa: ANN401 - a protobuf
    """How a poll stands, as somebody passed it on."""
    counted = tuple(PollResult(option=each.optionName, votes=each.optionVoteCount) for each in content.pollVotes)
    asked = Poll(question=content.name, options=tuple(each.option for each in counted), results=counted)
    return Reading("poll", Shown(message=content.name or None, poll=asked))


def write(asked: Sent, message: Any, surrounding: Any) -> None:  # noqa: ANN401 - protobufs
    """As the first version of a poll: the library puts the others on the wire without what makes them polls."""
    part = message.pollCreationMessage
    part.name = asked.question
    part.selectableOptionsCount = 0 if asked.multiple else _ONE
    for option in asked.options:
        part.options.add(optionName=option)
    if surrounding is not None:
        part.contextInfo.CopyFrom(surrounding)


READERS: Mapping[str, Reader] = {
    "pollCreationMessage": poll,
    "pollCreationMessageV2": poll,
    "pollCreationMessageV3": poll,
    "pollCreationMessageV5": poll,
    "pollCreationMessageV6": poll,
    "pollAddOptionMessage": option_added,
    "pollUpdateMessage": vote,
    "pollResultSnapshotMessage": results,
    "pollResultSnapshotMessageV3": results,
}
WRITERS: Mapping[type[Content], Writer] = {Sent: write}
