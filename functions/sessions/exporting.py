"""Gets a session's pairing from its host as one file, in as many parts as it takes."""

from __future__ import annotations

import base64

from functions.hosts.owners import Owners
from shared.contracts.commands.transfer import ExportAuth, ReadFilePart
from shared.errors import NoHost

_ANSWER_WITHIN, _PART_WITHIN = 20.0, 10.0


async def export_pairing(owners: Owners, uid: str, passphrase: str, *, request_id: str) -> bytes:
    """The encrypted file.

    Raises:
        NoHost: nobody has the session, or another host has it now than a moment before.
        WagateError: what the host answered instead.
    """
    reply = await owners.ask(
        uid,
        ExportAuth(passphrase=passphrase, in_parts=True),
        request_id=request_id,
        answer_within=_ANSWER_WITHIN,
    )
    file = bytearray(base64.b64decode(reply.file))
    while reply.token is not None and reply.size is not None and len(file) < reply.size:
        part = await owners.ask(
            uid,
            ReadFilePart(token=reply.token, offset=len(file)),
            request_id=request_id,
            answer_within=_PART_WITHIN,
        )
        if not part.data:
            raise NoHost("The file ended before its end.", retry_after=1)
        file += base64.b64decode(part.data)
    return bytes(file)
