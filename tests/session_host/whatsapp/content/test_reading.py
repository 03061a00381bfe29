"""What is shown of each kind of message, with the fields that phones, Baileys and whatsmeow fill in."""

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from session_host.whatsapp.content.reading import NOT_CONTENT, read
from session_host.whatsapp.content.registry import READERS
from session_host.whatsapp.library.neonize_client import E2eMessage
from shared.contracts.shown import TYPES, Shown

MEDIA = {
    "mimetype": "x/y", "fileLength": "12", "fileSHA256": "q80=", "mediaKey": "c2VjcmV0", "directPath": "/v/secret?x",
    "URL": "https://mmg.whatsapp.net/secret",
}  # fmt: skip
SEEN = {"mimetype": "x/y", "size": 12, "sha256": "abcd"}
CARD = (
    "BEGIN:VCARD\nVERSION:3.0\nFN:Ana B\nitem1.TEL;waid=628123456789:+62 812-3456-789\n"
    "TEL;type=WORK:(021) 555\nEND:VCARD"
)
BUTTONS = [{"buttonID": "b1", "buttonText": {"displayText": "Yes"}, "type": "RESPONSE"}]
SECTIONS = [{"title": "Hot", "rows": [{"rowID": "r1", "title": "Tea", "description": "black"}]}]
HYDRATED = {
    "hydratedTitleText": "Order", "hydratedContentText": "It is on its way", "hydratedFooterText": "Toko",
    "hydratedButtons": [
        {"quickReplyButton": {"ID": "q1", "displayText": "Thanks"}},
        {"urlButton": {"displayText": "Track", "URL": "https://x.example/1"}},
        {"callButton": {"displayText": "Call", "phoneNumber": "+62811"}},
    ],
}  # fmt: skip
FLOW = {
    "buttons": [
        {"name": "quick_reply", "buttonParamsJSON": '{"display_text":"Yes","id":"y"}'},
        {"name": "cta_url", "buttonParamsJSON": '{"display_text":"Shop","url":"https://x.example"}'},
        {"name": "cta_copy", "buttonParamsJSON": "not json"},
    ]
}
POLL = {"name": "Lunch?", "options": [{"optionName": "Rice"}, {"optionName": "Noodles"}], "selectableOptionsCount": 1}
KEY = {"remoteJID": "628@s.whatsapp.net", "fromMe": True, "ID": "3EB0AA"}


def shown(message: dict[str, Any]) -> tuple[str, dict[str, Any]] | None:
    """Type and JSON of what is shown of a message, given as protobuf's JSON."""
    reading = read(ParseDict(message, E2eMessage()))
    return None if reading is None else (reading.type, reading.shown.model_dump(mode="json"))


@pytest.mark.parametrize(
    ("message", "type_", "content"),
    [
        ({"conversation": "hi"}, "text", {"message": "hi"}),
        ({"extendedTextMessage": {"text": "see x", "title": "X"}}, "text", {"message": "see x"}),
        (
            {"imageMessage": {**MEDIA, "caption": "look", "width": 3, "height": 4}},
            "image",
            {"message": "look", "media": {**SEEN, "width": 3, "height": 4}},
        ),
        ({"videoMessage": {**MEDIA, "seconds": 5}}, "video", {"media": {**SEEN, "seconds": 5}}),
        ({"videoMessage": {**MEDIA, "gifPlayback": True}}, "gif", {"media": SEEN}),
        ({"ptvMessage": {**MEDIA, "seconds": 2}}, "video_note", {"media": {**SEEN, "seconds": 2}}),
        ({"audioMessage": {**MEDIA, "seconds": 5}}, "audio", {"media": {**SEEN, "seconds": 5}}),
        ({"audioMessage": {**MEDIA, "PTT": True}}, "voice", {"media": {**SEEN, "ptt": True}}),
        (
            {"documentMessage": {**MEDIA, "fileName": "a.pdf", "pageCount": 2}},
            "document",
            {"media": {**SEEN, "fileName": "a.pdf", "pages": 2}},
        ),
        ({"documentMessage": {**MEDIA, "title": "A"}}, "document", {"media": {**SEEN, "fileName": "A"}}),
        (
            {"documentWithCaptionMessage": {"message": {"documentMessage": {**MEDIA, "caption": "read it"}}}},
            "document",
            {"message": "read it", "media": SEEN},
        ),
        ({"stickerMessage": {**MEDIA, "isAnimated": True}}, "sticker", {"media": {**SEEN, "animated": True}}),
        (
            {"viewOnceMessageV2": {"message": {"imageMessage": {**MEDIA, "viewOnce": True}}}},
            "image",
            {"media": {**SEEN, "viewOnce": True}},
        ),
        (
            {"viewOnceMessageV2Extension": {"message": {"audioMessage": {**MEDIA, "PTT": True}}}},
            "voice",
            {"media": {**SEEN, "ptt": True, "viewOnce": True}},
        ),
        ({"ephemeralMessage": {"message": {"conversation": "soon gone"}}}, "text", {"message": "soon gone"}),
        (
            {
                "locationMessage": {
                    "degreesLatitude": -6.2,
                    "degreesLongitude": 106.8,
                    "name": "Monas",
                    "address": "Jl. 1",
                }
            },
            "location",
            {
                "message": "Monas",
                "location": {"latitude": -6.2, "longitude": 106.8, "name": "Monas", "address": "Jl. 1"},
            },
        ),
        (
            {"liveLocationMessage": {"degreesLatitude": 1.5, "degreesLongitude": 2.5, "caption": "here"}},
            "live_location",
            {"message": "here", "location": {"latitude": 1.5, "longitude": 2.5, "live": True}},
        ),
        (
            {"contactMessage": {"displayName": "Ana", "vcard": CARD}},
            "contact",
            {
                "message": "Ana",
                "contacts": [{"name": "Ana", "numbers": ["628123456789", "(021) 555"], "vcard": CARD}],
            },
        ),
        (
            {"contactsArrayMessage": {"displayName": "2 contacts", "contacts": [{"vcard": "x"}, {"vcard": "y"}]}},
            "contact",
            {"message": "2 contacts", "contacts": [{"numbers": [], "vcard": "x"}, {"numbers": [], "vcard": "y"}]},
        ),
        *[
            (
                {field: POLL},
                "poll",
                {
                    "message": "Lunch?",
                    "poll": {"question": "Lunch?", "options": ["Rice", "Noodles"], "multiple": False},
                },
            )
            for field in (
                "pollCreationMessage",
                "pollCreationMessageV2",
                "pollCreationMessageV3",
                "pollCreationMessageV5",
                "pollCreationMessageV6",
            )
        ],
        (
            {"pollCreationMessageV4": {"message": {"pollCreationMessage": {"name": "Any?"}}}},
            "poll",
            {"message": "Any?", "poll": {"question": "Any?", "options": [], "multiple": True}},
        ),
        (
            {"pollUpdateMessage": {"pollCreationMessageKey": KEY, "vote": {"encPayload": "AA==", "encIV": "AA=="}}},
            "vote",
            {"vote": {"messageId": "3EB0AA"}},
        ),
        (
            {"pollResultSnapshotMessage": {"name": "Q", "pollVotes": [{"optionName": "A", "optionVoteCount": "3"}]}},
            "poll",
            {
                "message": "Q",
                "poll": {
                    "question": "Q",
                    "options": ["A"],
                    "multiple": False,
                    "results": [{"option": "A", "votes": 3}],
                },
            },
        ),
        (
            {"buttonsMessage": {"contentText": "Come?", "footerText": "Toko", "buttons": BUTTONS}},
            "buttons",
            {
                "message": "Come?",
                "interactive": {"footer": "Toko", "buttons": [{"type": "reply", "id": "b1", "text": "Yes"}]},
            },
        ),
        (
            {"listMessage": {"title": "Menu", "description": "What?", "buttonText": "Open", "sections": SECTIONS}},
            "list",
            {
                "message": "What?",
                "interactive": {
                    "title": "Menu",
                    "buttonText": "Open",
                    "sections": [{"title": "Hot", "rows": [{"id": "r1", "title": "Tea", "description": "black"}]}],
                },
            },
        ),
        *[
            (
                {"templateMessage": {field: HYDRATED}},
                "interactive",
                {
                    "message": "It is on its way",
                    "interactive": {
                        "title": "Order",
                        "footer": "Toko",
                        "buttons": [
                            {"type": "reply", "id": "q1", "text": "Thanks"},
                            {"type": "url", "text": "Track", "url": "https://x.example/1"},
                            {"type": "call", "text": "Call", "number": "+62811"},
                        ],
                    },
                },
            )
            for field in ("hydratedTemplate", "hydratedFourRowTemplate")
        ],
        (
            {"highlyStructuredMessage": {"elementName": "x", "params": ["Ana", "12:00"]}},
            "interactive",
            {"message": "Ana 12:00"},
        ),
        (
            {"interactiveMessage": {"header": {"title": "Hi"}, "body": {"text": "Choose"}, "nativeFlowMessage": FLOW}},
            "interactive",
            {
                "message": "Choose",
                "interactive": {
                    "title": "Hi",
                    "buttons": [
                        {"type": "reply", "id": "y", "text": "Yes"},
                        {"type": "url", "text": "Shop", "url": "https://x.example"},
                        {"type": "cta_copy"},
                    ],
                },
            },
        ),
        (
            {
                "viewOnceMessage": {
                    "message": {
                        "interactiveMessage": {
                            "header": {"imageMessage": MEDIA},
                            "carouselMessage": {"cards": [{"body": {"text": "one"}}, {"body": {"text": "two"}}]},
                        }
                    }
                }
            },
            "interactive",
            {"message": "one", "media": {**SEEN, "viewOnce": True}, "interactive": {"cards": ["one", "two"]}},
        ),
        (
            {
                "buttonsResponseMessage": {
                    "selectedButtonID": "b1",
                    "selectedDisplayText": "Yes",
                    "contextInfo": {"stanzaID": "3EB0BB", "participant": "900100000000001@lid"},
                }
            },
            "reply",
            {
                "message": "Yes",
                "reply": {"id": "b1", "text": "Yes", "messageId": "3EB0BB"},
                "quoted": {"id": "3EB0BB", "fromLid": "900100000000001@lid"},
            },
        ),
        (
            {"listResponseMessage": {"title": "Tea", "singleSelectReply": {"selectedRowID": "r1"}}},
            "reply",
            {"message": "Tea", "reply": {"id": "r1", "text": "Tea"}},
        ),
        (
            {"templateButtonReplyMessage": {"selectedID": "q1", "selectedDisplayText": "Thanks"}},
            "reply",
            {"message": "Thanks", "reply": {"id": "q1", "text": "Thanks"}},
        ),
        (
            {
                "interactiveResponseMessage": {
                    "body": {"text": "Yes"},
                    "nativeFlowResponseMessage": {"name": "menu_options", "paramsJSON": '{"id":"y"}'},
                }
            },
            "reply",
            {"message": "Yes", "reply": {"id": "y", "text": "Yes"}},
        ),
        (
            {"reactionMessage": {"key": KEY, "text": "\U0001f44d"}},
            "reaction",
            {"message": "\U0001f44d", "reaction": {"messageId": "3EB0AA", "emoji": "\U0001f44d"}},
        ),
        ({"reactionMessage": {"key": KEY}}, "reaction", {"reaction": {"messageId": "3EB0AA", "emoji": ""}}),
        (
            {
                "pinInChatMessage": {"key": KEY, "type": 1},
                "messageContextInfo": {"messageAddOnDurationInSecs": 86400},
            },
            "pin",
            {"messageId": "3EB0AA", "pin": {"messageId": "3EB0AA", "pinned": True, "seconds": 86400}},
        ),
        (
            {"pinInChatMessage": {"key": KEY, "type": 2}},
            "pin",
            {"messageId": "3EB0AA", "pin": {"messageId": "3EB0AA", "pinned": False}},
        ),
        (
            {"pollAddOptionMessage": {"pollCreationMessageKey": KEY, "addOption": {"optionName": "Soup"}}},
            "poll_option",
            {"message": "Soup", "messageId": "3EB0AA"},
        ),
        (
            {"protocolMessage": {"type": 14, "key": KEY, "editedMessage": {"conversation": "new"}}},
            "edit",
            {"message": "new", "edited": True, "messageId": "3EB0AA"},
        ),
        (
            {
                "editedMessage": {
                    "message": {
                        "protocolMessage": {
                            "type": 14,
                            "key": KEY,
                            "editedMessage": {"imageMessage": {"caption": "new"}},
                        }
                    }
                }
            },
            "edit",
            {"message": "new", "media": {}, "edited": True, "messageId": "3EB0AA"},
        ),
        ({"protocolMessage": {"type": 0, "key": KEY}}, "revoke", {"deleted": True, "messageId": "3EB0AA"}),
        (
            {
                "secretEncryptedMessage": {
                    "targetMessageKey": KEY,
                    "encPayload": "AA==",
                    "encIV": "AA==",
                    "secretEncType": 2,
                }
            },
            "edit",
            {"messageId": "3EB0AA"},
        ),
        (
            {"encReactionMessage": {"targetMessageKey": KEY, "encPayload": "AA=="}},
            "reaction",
            {"reaction": {"messageId": "3EB0AA"}},
        ),
        (
            {
                "groupInviteMessage": {
                    "groupJID": "12@g.us",
                    "inviteCode": "Abc",
                    "groupName": "Team",
                    "inviteExpiration": "1800000000",
                }
            },
            "group_invite",
            {
                "message": "Team",
                "invite": {"group": "12@g.us", "name": "Team", "code": "Abc", "expiresAt": 1_800_000_000},
            },
        ),
        (
            {
                "eventMessage": {
                    "name": "Party",
                    "description": "at six",
                    "startTime": "1800000000",
                    "endTime": "1800003600000",
                    "location": {"degreesLatitude": 1.5, "degreesLongitude": 2.5, "name": "Bar"},
                    "isCanceled": True,
                }
            },
            "event",
            {
                "message": "Party",
                "event": {
                    "name": "Party",
                    "description": "at six",
                    "startsAt": 1_800_000_000,
                    "endsAt": 1_800_003_600,
                    "location": {"latitude": 1.5, "longitude": 2.5, "name": "Bar"},
                    "cancelled": True,
                },
            },
        ),
        (
            {"encEventResponseMessage": {"eventCreationMessageKey": KEY, "encPayload": "AA==", "encIV": "AA=="}},
            "event_answer",
            {"answer": {"messageId": "3EB0AA"}},
        ),
        ({"albumMessage": {"expectedImageCount": 2}}, "album", {"album": {"images": 2}}),
        (
            {
                "imageMessage": MEDIA,
                "messageContextInfo": {"messageAssociation": {"associationType": 1, "parentMessageKey": KEY}},
            },
            "image",
            {"media": SEEN, "album": {"messageId": "3EB0AA"}},
        ),
        (
            {
                "productMessage": {
                    "businessOwnerJID": "628777@s.whatsapp.net",
                    "product": {
                        "title": "Shoe",
                        "productID": "7",
                        "productImage": MEDIA,
                        "currencyCode": "IDR",
                        "priceAmount1000": "12500",
                    },
                }
            },
            "product",
            {
                "message": "Shoe",
                "media": SEEN,
                "product": {"id": "7", "title": "Shoe", "price": 12.5, "currency": "IDR", "seller": "628777"},
            },
        ),
        (
            {
                "orderMessage": {
                    "orderTitle": "2 shoes",
                    "token": "secret",
                    "itemCount": 2,
                    "status": "ACCEPTED",
                    "totalAmount1000": "25000",
                    "totalCurrencyCode": "IDR",
                }
            },
            "order",
            {
                "message": "2 shoes",
                "order": {"title": "2 shoes", "items": 2, "total": 25.0, "currency": "IDR", "status": "accepted"},
            },
        ),
        ({"call": {"callKey": "c2VjcmV0"}}, "call", {}),
        (
            {"requestPaymentMessage": {"noteMessage": {"extendedTextMessage": {"text": "for tea"}}}},
            "unknown",
            {"message": "for tea"},
        ),
        ({"stickerPackMessage": {"name": "Cats", "publisher": "p"}}, "unknown", {"message": "Cats"}),
    ],
)
def test_what_is_shown(message: dict[str, Any], type_: str, content: dict[str, Any]) -> None:
    """Everything that a person would see or choose, and nothing of what opens the file."""
    found = shown(message)
    assert found is not None
    assert found == (type_, content)
    assert "secret" not in str(found)


def test_what_surrounds_a_message() -> None:
    """The answered message with its author and text, mentions by number and LID, forwarding, and the timer."""
    info = {
        "stanzaID": "3EB0BB",
        "participant": "628123:7@s.whatsapp.net",
        "quotedMessage": {"imageMessage": {"caption": "the old one", "contextInfo": {"stanzaID": "3EB0CC"}}},
        "mentionedJID": ["628999@s.whatsapp.net", "900100000000001:3@lid", "rubbish", "12036@g.us"],
        "isForwarded": True,
        "expiration": 86400,
    }
    assert shown({"extendedTextMessage": {"text": "yes", "contextInfo": info}}) == (
        "text",
        {
            "message": "yes",
            "quoted": {"id": "3EB0BB", "from": "628123", "type": "image", "message": "the old one"},
            "mentions": [{"number": "628999"}, {"lid": "900100000000001@lid"}],
            "forwarded": True,
            "expiresIn": 86400,
        },
    )


@pytest.mark.parametrize(
    "message",
    [
        {"senderKeyDistributionMessage": {"groupID": "x", "axolotlSenderKeyDistributionMessage": "AA=="}},
        {"protocolMessage": {"type": 6, "appStateSyncKeyShare": {"keys": [{"keyData": {"keyData": "AA=="}}]}}},
        {"protocolMessage": {"type": 5, "historySyncNotification": {"mediaKey": "AA=="}}},
        {"protocolMessage": {"type": 16, "key": KEY, "peerDataOperationRequestMessage": {}}},
        {"protocolMessage": {"type": 17, "key": KEY, "peerDataOperationRequestResponseMessage": {}}},
        {"protocolMessage": {"type": 3, "key": KEY, "ephemeralExpiration": 86400}},
        {"protocolMessage": {"type": 0}},
        {"messageContextInfo": {"messageSecret": "AA=="}},
        {"keepInChatMessage": {"key": KEY}},
        {"groupRootKeyShare": {}},
        {"ephemeralMessage": {"message": {"protocolMessage": {"type": 6, "appStateSyncKeyShare": {}}}}},
        {},
    ],
)
def test_what_devices_say_to_each_other_is_no_message(message: dict[str, Any]) -> None:
    """Keys, history, requests and settings are nothing that a person wrote."""
    assert shown(message) is None


def test_a_message_beside_keys_is_shown() -> None:
    """The first one to a group carries the sender's key too."""
    keys = {"groupID": "x", "axolotlSenderKeyDistributionMessage": "AA=="}
    assert shown({"senderKeyDistributionMessage": keys, "conversation": "hi"}) == ("text", {"message": "hi"})


def test_wrappers_in_wrappers_end() -> None:
    """Somebody may nest them as deep as a protobuf can."""
    message: dict[str, Any] = {"conversation": "deep"}
    for _ in range(30):
        message = {"ephemeralMessage": {"message": message}}
    assert shown(message) is None


def test_every_field_has_a_place() -> None:
    """Each kind the library knows is read, unwrapped, no content, or shown with the words found in it."""
    names = set(E2eMessage.DESCRIPTOR.fields_by_name)
    assert READERS.keys() | NOT_CONTENT <= names
    for field in E2eMessage.DESCRIPTOR.fields:
        if field.message_type is not None:
            message = E2eMessage()
            getattr(message, field.name).SetInParent()
            read(message)


def filled(message: Any, deep: int) -> Any:
    """A protobuf with something in every field, as deep as that; numbers are what JSON has no number for."""
    for field in message.DESCRIPTOR.fields:
        if field.message_type is not None:
            if deep:
                inner = getattr(message, field.name)
                filled(inner.add() if field.is_repeated else inner, deep - 1)
            continue
        value = SCALARS[field.cpp_type] if field.enum_type is None else field.enum_type.values[-1].number
        if field.type == field.TYPE_BYTES:
            value = b"\xff\x00"
        if field.is_repeated:
            getattr(message, field.name).append(value)
        else:
            setattr(message, field.name, value)
    return message


SCALARS = {
    1: -(2**31), 2: -(2**63), 3: 2**32 - 1, 4: 2**64 - 1, 5: float("nan"), 6: float("inf"), 7: True,
    9: "x\x00\U0001f600",
}  # fmt: skip
"""By the number that protobuf's descriptors have for a type (`CPPTYPE_…`)."""


@pytest.mark.parametrize("field", [field.name for field in E2eMessage.DESCRIPTOR.fields])
def test_whatever_is_in_a_message_can_be_shown(field: str) -> None:
    """Of every kind, with every field of it: it is read, and what is shown survives being written and read again."""
    message = E2eMessage()
    if E2eMessage.DESCRIPTOR.fields_by_name[field].message_type is None:
        setattr(message, field, "x")
    else:
        filled(getattr(message, field), 3)
    reading = read(message)
    if reading is not None:
        assert reading.type in TYPES
        assert Shown.model_validate_json(reading.shown.model_dump_json()) == reading.shown
