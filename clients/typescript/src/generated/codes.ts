/** Every error code of the API. Made by `make clients`: do not edit. */

export const CODES = {
  /** The admin key is wrong. */
  ADMIN_KEY_INVALID: { status: 403, remedy: "On one machine it is in the file 'admin-key' of the data folder." },
  /** No admin key was given. */
  ADMIN_KEY_MISSING: { status: 401, remedy: "Send it in the header 'X-Admin-Key'; on one machine it is in the file 'admin-key' of the data folder." },
  /** The exported pairing cannot be opened. */
  AUTH_FILE_INVALID: { status: 422, remedy: "Check the passphrase, and that the whole file was sent." },
  /** The request is malformed. */
  BAD_REQUEST: { status: 400, remedy: "Correct the field that the answer names and send it again." },
  /** The session name is not allowed. */
  BAD_SESSION_NAME: { status: 400, remedy: "Use 1 to 64 letters, digits, '.', '_' or '-', starting with a letter or a digit." },
  /** The request is larger than allowed. */
  BODY_TOO_LARGE: { status: 413, remedy: "Send less; the limit is in the answer." },
  /** The gateway's message bus (NATS) does not answer. */
  BUS_UNAVAILABLE: { status: 503, remedy: "Try again after 'Retry-After' seconds, with the same Idempotency-Key." },
  /** This session has no messages of that chat. */
  CHAT_NOT_FOUND: { status: 404, remedy: "GET /api/chats has those that there are. Messages end with their age, and with POST /api/clear-messages." },
  /** Nobody on WhatsApp has that link, or not any more. */
  CONTACT_LINK_INVALID: { status: 404, remedy: "Ask its owner for the link anew. It looks like https://wa.me/qr/ABCDEFGHIJKLMN." },
  /** WhatsApp has no such message in a newsletter, or among status posts; nothing was sent. */
  CONTENT_UNFIT: { status: 422, remedy: "The answer says what there is." },
  /** That is no cursor of this key's events. */
  CURSOR_INVALID: { status: 422, remedy: "Give the 'next' of an answer or the 'cursor' of an event as it is, or 'latest'." },
  /** This webhook was told of no such event, or so long ago that it is not known any more. */
  DELIVERY_NOT_FOUND: { status: 404, remedy: "List what it was told with GET /api/webhooks/{id}/deliveries; POST .../replay sends what is in the log." },
  /** The log of events no longer has all that follows this cursor. */
  EVENTS_GONE: { status: 410, remedy: "Go on from the 'next' of this answer; what was missed of messages is in the inbox." },
  /** So many events were sent on this WebSocket that nothing was heard of as it may have open. */
  EVENTS_NOT_TAKEN: { status: 408, remedy: "Go on from the 'next' that stands here, and acknowledge what was dealt with: {\"ack\": cursor}." },
  /** The pairing is too large to be exported as one file. */
  EXPORT_TOO_LARGE: { status: 422, remedy: "Move it with the gateway's data instead (docs/session-host.md, Where the pairing is kept)." },
  /** The form was not sent by a page of this console, or its login is over. */
  FORM_NOT_OURS: { status: 403, remedy: "Load the page again and repeat what you did." },
  /** There is no forwarder of that id. */
  FORWARDER_NOT_FOUND: { status: 404, remedy: "List them with GET /api/admin/forwarders." },
  /** Somebody else changed the group at the same moment, or it is as it was to become. */
  GROUP_CONFLICT: { status: 409, remedy: "Read the group, then ask again if it is still needed." },
  /** That is not the address of a group. */
  GROUP_INVALID: { status: 422, remedy: "Use the 'jid' of GET /api/groups: it ends in '@g.us'." },
  /** WhatsApp's limit for groups is reached: of its members, or of the groups of this number. */
  GROUP_LIMIT: { status: 422, remedy: "Use another group, or remove somebody first." },
  /** WhatsApp does not let the session's number do that in this group: only admins may, or it is not in it. */
  GROUP_NOT_ALLOWED: { status: 422, remedy: "Have an admin of the group promote it, or do it on an admin's phone. Nothing was changed." },
  /** WhatsApp has no such group. */
  GROUP_NOT_FOUND: { status: 404, remedy: "List the session's groups with GET /api/groups." },
  /** Address and headers of the request have more than 64 KiB. */
  HEADERS_TOO_LARGE: { status: 431, remedy: "Send what is long in the body." },
  /** There is no living session host of that name. */
  HOST_NOT_FOUND: { status: 404, remedy: "List the hosts and their shards with GET /api/admin/hosts." },
  /** This Idempotency-Key was used with another body. */
  IDEMPOTENCY_KEY_REUSED: { status: 422, remedy: "Use a new key for a new message; repeat the same body to repeat a request." },
  /** The gateway failed in a way it should not. */
  INTERNAL: { status: 500, remedy: "Repeat the request with the same Idempotency-Key, and report the requestId." },
  /** The invitation is not one that WhatsApp takes: it was revoked, has run out, or never was one. */
  INVITE_INVALID: { status: 422, remedy: "Ask an admin of the group for a new link." },
  /** This API key has expired. */
  KEY_EXPIRED: { status: 403, remedy: "Ask the administrator for a new one." },
  /** This API key is not known here. */
  KEY_INVALID: { status: 403, remedy: "Check that the whole key was copied, or ask the administrator for a new one." },
  /** No API key was given. */
  KEY_MISSING: { status: 401, remedy: "Send it in the header 'X-API-Key: wa_...' (never in the address)." },
  /** There is no such API key. */
  KEY_NOT_FOUND: { status: 404, remedy: "List the keys with GET /api/admin/apikeys." },
  /** This API key was revoked. */
  KEY_REVOKED: { status: 403, remedy: "Ask the administrator for a new one." },
  /** This link was used, or its hour is over. */
  LINK_OVER: { status: 410, remedy: "Ask whoever gave it to you for another one." },
  /** The file has no bytes. */
  MEDIA_EMPTY: { status: 422, remedy: "Send the file itself; a form's field needs '@' in front of the name with curl: -F file=@photo.jpg." },
  /** This key has no file with that id, or not any more. */
  MEDIA_NOT_FOUND: { status: 404, remedy: "Upload it again with POST /api/upload; an upload that no message uses is removed after a day." },
  /** WhatsApp's media servers did not take the file. */
  MEDIA_NOT_UPLOADED: { status: 503, remedy: "Nothing was sent. Try again after 'Retry-After' seconds." },
  /** The files of this API key take as much room as they may. */
  MEDIA_QUOTA: { status: 429, remedy: "Wait until older ones expire, or ask who runs the gateway to raise WAGATE_MEDIA_KEY_BYTES." },
  /** The file could not be made ready for WhatsApp within the memory and the time that one file may take. */
  MEDIA_TOO_HEAVY: { status: 422, remedy: "Make it shorter or smaller, send it in a format that WhatsApp takes as it is, or send it as a document." },
  /** The file is larger than allowed. */
  MEDIA_TOO_LARGE: { status: 413, remedy: "Send a smaller one; the limit in bytes is in the answer." },
  /** The file is of a type that this kind of message does not carry, whatever it is called. */
  MEDIA_TYPE_UNSUPPORTED: { status: 422, remedy: "Convert it, or send it as a document; the type that was found is in the answer." },
  /** The file cannot be read as what it is to be sent as: it is damaged, cut off, or of another format. */
  MEDIA_UNREADABLE: { status: 422, remedy: "Send a file that opens in other programs, or send it as a document." },
  /** The file could not be fetched from its address. */
  MEDIA_URL_FAILED: { status: 422, remedy: "Check that the address can be opened without a login, or upload the file with POST /api/upload." },
  /** The gateway does not fetch from that address. */
  MEDIA_URL_REFUSED: { status: 422, remedy: "Use http or https and a public address; who runs the gateway allows others with WAGATE_URL_ALLOW." },
  /** The message waited longer than its 'expiresIn' and was not sent. */
  MESSAGE_EXPIRED: { status: 504, remedy: "Send it again when the session is connected." },
  /** This key sent no message with that id. */
  MESSAGE_NOT_FOUND: { status: 404, remedy: "Use the 'id' that the send answered; messages are kept for 30 days." },
  /** This address does not take that method. */
  METHOD_NOT_ALLOWED: { status: 405, remedy: "See the header 'Allow' of the answer and the list of routes at /docs." },
  /** That is not the address of a newsletter, nor its link. */
  NEWSLETTER_INVALID: { status: 422, remedy: "Use the 'jid' of GET /api/newsletters, which ends in '@newsletter', or the link that it is shared by." },
  /** WhatsApp does not let the session's number do that: only the newsletter's owner, or only followers may. */
  NEWSLETTER_NOT_ALLOWED: { status: 422, remedy: "Follow it first; an owner cannot stop following. Nothing was changed." },
  /** WhatsApp has no such newsletter. */
  NEWSLETTER_NOT_FOUND: { status: 404, remedy: "List the session's newsletters with GET /api/newsletters, or ask its owner for the link." },
  /** The phone has saved nobody by name whom its privacy lets see status posts; nothing was posted. */
  NOBODY_TO_SEE: { status: 422, remedy: "Save contacts on the phone, or change there who sees its status updates. GET /api/status-updates/audience." },
  /** The number is no business's on WhatsApp, as far as it shows. */
  NOT_A_BUSINESS: { status: 404, remedy: "Ask GET /api/contacts/{number} for what a person shows of themselves." },
  /** A device of the recipient could not decrypt the message, and it cannot be sent there again. */
  NOT_DECRYPTED: { status: 504, remedy: "Another device of the recipient may have it. Ask them, or send it as a new message." },
  /** There is no such address. */
  NOT_FOUND: { status: 404, remedy: "See the list of routes at /docs." },
  /** The session's number is not in that group. */
  NOT_IN_GROUP: { status: 422, remedy: "Join it with an invite link first: POST /api/group/accept-invite." },
  /** WhatsApp has this, and the client library that the gateway uses cannot do it. */
  NOT_SUPPORTED: { status: 501, remedy: "See docs/not-supported.md for the reason and for what can be done instead. Nothing was done." },
  /** The phone has not given this session the keys of its settings, so they cannot be changed from here. */
  NO_APP_STATE: { status: 409, remedy: "It gives them soon after pairing: have the phone online and try again, or pair anew. Nothing was done." },
  /** No session host has this session at the moment. */
  NO_HOST: { status: 503, remedy: "Try again after 'Retry-After' seconds; if it lasts, see that a session host runs ('wagate doctor')." },
  /** The session does not know yet what its number calls itself, which WhatsApp wants of who is there. */
  NO_PUSH_NAME: { status: 409, remedy: "The phone tells it soon after pairing: try again then, or set a name on the phone. Nothing was done." },
  /** That is not a phone number or WhatsApp address. */
  NUMBER_INVALID: { status: 422, remedy: "Write it with its country code, digits only: 628123456789." },
  /** That number is not on WhatsApp. */
  NUMBER_NOT_ON_WHATSAPP: { status: 422, remedy: "Check the number with its owner; nothing was sent." },
  /** The gateway has as much to do as it can hold, nothing was accepted. */
  OVERLOADED: { status: 503, remedy: "Try again after 'Retry-After' seconds, with the same Idempotency-Key." },
  /** The picture has more pixels than the gateway opens. */
  PICTURE_TOO_LARGE: { status: 422, remedy: "Make it smaller; the limit is in the answer." },
  /** The gateway does not connect to that proxy. */
  PROXY_REFUSED: { status: 422, remedy: "Use one at a public address; who runs the gateway allows others with WAGATE_URL_ALLOW." },
  /** As many messages of this session wait to be sent as may wait; this one was not accepted. */
  QUEUE_FULL: { status: 429, remedy: "Connect the session, so that they go out, or ask again after 'Retry-After' seconds." },
  /** The file has no such bytes. */
  RANGE_NOT_SATISFIABLE: { status: 416, remedy: "Ask for bytes below its size, which the header 'Content-Range' of the answer has." },
  /** The request did not arrive in time. */
  REQUEST_TIMEOUT: { status: 408, remedy: "Send it again, on another connection." },
  /** The sandbox did not do what the console asked it to. */
  SANDBOX_REFUSED: { status: 409, remedy: "Try it again, or start 'wagate sandbox' anew." },
  /** This API key may not do that. */
  SCOPE_MISSING: { status: 403, remedy: "Use a key that has the scope named in the answer." },
  /** The gateway has no key to encrypt what has to stay secret, so it keeps nothing that has to. */
  SECRETS_KEY_MISSING: { status: 501, remedy: "Who runs it sets WAGATE_SECRETS_KEY, the same for the API and every session host." },
  /** A secret that the gateway keeps cannot be decrypted: the key that encrypted it is not there. */
  SECRET_UNREADABLE: { status: 500, remedy: "Give it anew. Or who runs the gateway puts that key back ('wagate doctor' names it)." },
  /** The session was linked to another number before this message went out; it was not sent. */
  SENDER_CHANGED: { status: 409, remedy: "Send it again if the number that the session has now may send it." },
  /** A send with this Idempotency-Key is still under way. */
  SEND_IN_FLIGHT: { status: 409, remedy: "Repeat the same request after 'Retry-After' seconds, or ask GET /api/messages/{id}." },
  /** The message was handed over, but whether WhatsApp took it cannot be known. */
  SEND_UNKNOWN: { status: 504, remedy: "It is never sent again by itself; ask GET /api/messages/{id} later, a receipt may settle it." },
  /** The session is connected to a number already. */
  SESSION_ALREADY_CONNECTED: { status: 409, remedy: "Log it out first with POST /api/sessions/{name}/logout, or use another session name." },
  /** The key has as many sessions as it may have. */
  SESSION_LIMIT: { status: 429, remedy: "Delete one with DELETE /api/sessions/{name}, or ask the administrator to raise the key's 'maxSessions'." },
  /** The key has another session of that name. */
  SESSION_NAME_TAKEN: { status: 409, remedy: "Use another name, or rename or delete that session first." },
  /** This key has no session of that name. */
  SESSION_NOT_FOUND: { status: 404, remedy: "List the key's sessions with GET /api/sessions; GET /api/qr creates one." },
  /** The session has no pairing. */
  SESSION_NOT_PAIRED: { status: 409, remedy: "Pair it first: GET /api/qr." },
  /** That shard takes no session: it is draining or has no room. */
  SHARD_TAKES_NONE: { status: 409, remedy: "Choose another from GET /api/admin/hosts, or leave 'to' out." },
  /** The gateway has no room for more files; nothing was kept. */
  STORAGE_FULL: { status: 507, remedy: "Ask who runs the gateway to free some of the disk or to raise WAGATE_MEDIA_BYTES." },
  /** The gateway's store does not answer, nothing was accepted. */
  STORE_UNAVAILABLE: { status: 503, remedy: "Try again after 'Retry-After' seconds." },
  /** The message that is meant is neither in the session's inbox nor among those it sent; nothing was sent. */
  TARGET_NOT_FOUND: { status: 404, remedy: "Use the 'id' of a message in the inbox of that chat, or the 'id' or 'messageId' that a send answered." },
  /** That can only be done to a message that this session's number has sent; nothing was sent. */
  TARGET_NOT_OWN: { status: 422, remedy: "Use the id of one of its own messages." },
  /** WhatsApp takes this for a limited time after a message only, and that has passed; nothing was sent. */
  TARGET_TOO_OLD: { status: 422, remedy: "The limit, in seconds, is in the answer. Send a new message instead." },
  /** The message that is meant is not one to which this can be done; nothing was sent. */
  TARGET_UNFIT: { status: 422, remedy: "The answer says why." },
  /** The text is longer than WhatsApp carries. */
  TEXT_TOO_LONG: { status: 422, remedy: "Split it; the limit is in the answer." },
  /** Your address has more connections at work than the gateway allows. */
  TOO_MANY_CONNECTIONS: { status: 429, remedy: "Use fewer connections, and each for many requests, one after the other." },
  /** The key has as many sessions waiting for a phone as it may have at once; this one was stopped. */
  TOO_MANY_LOGINS: { status: 429, remedy: "Scan, pair or delete some of them, or ask again after 'Retry-After' seconds." },
  /** The key makes new sessions faster than it may. */
  TOO_MANY_NEW_SESSIONS: { status: 429, remedy: "Wait 'Retry-After' seconds; sessions that are there are not affected." },
  /** Too many requests. */
  TOO_MANY_REQUESTS: { status: 429, remedy: "Wait 'Retry-After' seconds." },
  /** As many streams of events are open as may be. */
  TOO_MANY_STREAMS: { status: 429, remedy: "End one, or ask GET /api/events with 'wait'." },
  /** The session was logged out, and its phone still has the device: WhatsApp could not be told yet. */
  UNLINK_PENDING: { status: 409, remedy: "On the phone: WhatsApp, Linked devices, choose the device, Log out; then ask again. Or delete the session: its name is free at once." },
  /** The body is not JSON. */
  UNSUPPORTED_MEDIA_TYPE: { status: 415, remedy: "Send JSON with the header 'Content-Type: application/json'." },
  /** This address speaks WebSocket and nothing else. */
  UPGRADE_REQUIRED: { status: 426, remedy: "Open a WebSocket here, or ask GET /api/events/stream or GET /api/events." },
  /** Nothing is sent to that address: it is in a private network, or nowhere. */
  URL_REFUSED: { status: 422, remedy: "Give one that can be reached from the internet. Who runs the gateway can allow others with WAGATE_URL_ALLOW." },
  /** The session is not connected to WhatsApp, nothing was sent or queued. */
  WA_DISCONNECTED: { status: 503, remedy: "See 'connectionStatus'; scan a new QR at GET /api/qr if it says so, or send with \"queue\": true." },
  /** WhatsApp did not answer whether the number is there. */
  WA_NO_ANSWER: { status: 503, remedy: "Nothing was sent. Try again after 'Retry-After' seconds." },
  /** WhatsApp limits how often this session's number may ask or send, and refuses for the moment. */
  WA_RATE_LIMITED: { status: 429, remedy: "Nothing was sent. Wait 'Retry-After' seconds, then go on more slowly." },
  /** WhatsApp refused the request. */
  WA_REFUSED: { status: 502, remedy: "It gives a number, 'waCode': see the table below the codes in docs/errors.md. Nothing was sent." },
  /** WhatsApp cannot be reached from this host. */
  WA_UNREACHABLE: { status: 503, remedy: "Check that the host may open https://web.whatsapp.com; the session connects by itself when it can." },
  /** The key has as many webhooks as it may have. */
  WEBHOOK_LIMIT: { status: 409, remedy: "Delete one with DELETE /api/webhooks/{id}, or let one serve several sessions." },
  /** This key has no such webhook. */
  WEBHOOK_NOT_FOUND: { status: 404, remedy: "List the key's webhooks with GET /api/webhooks." },
} as const;

export type ErrorCode = keyof typeof CODES;
