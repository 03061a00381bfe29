/** Every error code of the API. Made by `make clients`: do not edit. */

export const CODES = {
  /** This API key may not be used from this address. */
  ADDRESS_NOT_ALLOWED: { status: 403, remedy: "Use it from an allowed address, or ask the administrator to allow this one." },
  /** The admin key is wrong. */
  ADMIN_KEY_INVALID: { status: 403, remedy: "On one machine it is in the file 'admin-key' of the data folder." },
  /** No admin key was given. */
  ADMIN_KEY_MISSING: { status: 401, remedy: "Send it in the header 'X-Admin-Key'. On one machine it is in the file 'admin-key' of the data folder." },
  /** The exported pairing cannot be opened. */
  AUTH_FILE_INVALID: { status: 422, remedy: "Check the passphrase, and check that you sent the whole file." },
  /** The request is malformed. */
  BAD_REQUEST: { status: 400, remedy: "Correct the field that the answer names, and send the request again." },
  /** A session cannot have this name. */
  BAD_SESSION_NAME: { status: 400, remedy: "Use 1 to 64 letters, digits, '.', '_' or '-'. Begin with a letter or a digit." },
  /** The request is too large. */
  BODY_TOO_LARGE: { status: 413, remedy: "Send less. The limit is in the answer." },
  /** The gateway's message bus (NATS) does not answer. */
  BUS_UNAVAILABLE: { status: 503, remedy: "Try again after 'Retry-After' seconds, with the same Idempotency-Key." },
  /** This API key is limited to other chats. */
  CHAT_NOT_ALLOWED: { status: 403, remedy: "Use one of those in GET /api/key, or ask the administrator to change them." },
  /** This session has no messages in that chat. */
  CHAT_NOT_FOUND: { status: 404, remedy: "GET /api/chats lists the chats. Old messages expire, and POST /api/clear-messages removes them." },
  /** Nobody on WhatsApp has this link. It may have been replaced. */
  CONTACT_LINK_INVALID: { status: 404, remedy: "Ask its owner for the new one. It looks like https://wa.me/qr/ABCDEFGHIJKLMN." },
  /** WhatsApp does not have this kind of message in newsletters or status posts. Nothing was sent. */
  CONTENT_UNFIT: { status: 422, remedy: "The answer lists the kinds that it has." },
  /** This is not a cursor of this key's events. */
  CURSOR_INVALID: { status: 422, remedy: "Give the 'next' of an answer, the 'cursor' of an event, or 'latest', unchanged." },
  /** This webhook has no delivery of that event, or it is too old. */
  DELIVERY_NOT_FOUND: { status: 404, remedy: "GET /api/webhooks/{id}/deliveries lists its deliveries. POST .../replay sends events from the log again." },
  /** The log no longer has all events that follow this cursor. */
  EVENTS_GONE: { status: 410, remedy: "Go on from the 'next' of this answer. Messages that you missed are in the inbox." },
  /** Too many events were sent on this WebSocket without an acknowledgement. */
  EVENTS_NOT_TAKEN: { status: 408, remedy: "Connect again from the 'next' of this answer, and acknowledge the events that you have handled: {\"ack\": cursor}." },
  /** The pairing is too large for one file. */
  EXPORT_TOO_LARGE: { status: 422, remedy: "Move it with the gateway's data instead (docs/session-host.md, Where the pairing is kept)." },
  /** A page of this console did not send this form, or you are no longer logged in. */
  FORM_NOT_OURS: { status: 403, remedy: "Load the page again and repeat what you did." },
  /** There is no forwarder with this id. */
  FORWARDER_NOT_FOUND: { status: 404, remedy: "List them with GET /api/admin/forwarders." },
  /** Somebody else changed the group at the same moment, or the group is already as you want it. */
  GROUP_CONFLICT: { status: 409, remedy: "Read the group. Ask again if the change is still needed." },
  /** This is not the address of a group. */
  GROUP_INVALID: { status: 422, remedy: "Use the 'jid' of GET /api/groups: it ends in '@g.us'." },
  /** A limit of WhatsApp is reached: members of this group, or groups of this number. */
  GROUP_LIMIT: { status: 422, remedy: "Use another group, or remove a member first." },
  /** WhatsApp does not let this number do that in the group: it is no admin, or not a member. */
  GROUP_NOT_ALLOWED: { status: 422, remedy: "Ask an admin to promote it, or to do it on a phone. Nothing was changed." },
  /** WhatsApp has no such group. */
  GROUP_NOT_FOUND: { status: 404, remedy: "List the session's groups with GET /api/groups." },
  /** The address and the headers of the request are longer than 64 KiB. */
  HEADERS_TOO_LARGE: { status: 431, remedy: "Send long values in the body." },
  /** No living session host has this name. */
  HOST_NOT_FOUND: { status: 404, remedy: "List the hosts and their shards with GET /api/admin/hosts." },
  /** This Idempotency-Key was used before, with another body. */
  IDEMPOTENCY_KEY_REUSED: { status: 422, remedy: "Use a new key for a new message. To repeat a request, repeat the same body." },
  /** Something went wrong in the gateway. */
  INTERNAL: { status: 500, remedy: "Repeat the request with the same Idempotency-Key, and report the requestId." },
  /** WhatsApp does not accept this invitation: it was revoked, has expired, or never existed. */
  INVITE_INVALID: { status: 422, remedy: "Ask an admin of the group for a new link." },
  /** This API key has expired. */
  KEY_EXPIRED: { status: 403, remedy: "Ask the administrator for a new one." },
  /** This API key is unknown. */
  KEY_INVALID: { status: 403, remedy: "Check that you copied the whole key, or ask the administrator for a new one." },
  /** No API key was given. */
  KEY_MISSING: { status: 401, remedy: "Send it in the header 'X-API-Key: wa_...', never in the address." },
  /** There is no such API key. */
  KEY_NOT_FOUND: { status: 404, remedy: "List the keys with GET /api/admin/apikeys." },
  /** This API key was revoked. */
  KEY_REVOKED: { status: 403, remedy: "Ask the administrator for a new one." },
  /** This link was used before, or is older than an hour. */
  LINK_OVER: { status: 410, remedy: "Ask whoever gave it to you for a new one." },
  /** The file is empty. */
  MEDIA_EMPTY: { status: 422, remedy: "Send the file itself. With curl, put '@' before its name: -F file=@photo.jpg." },
  /** This key has no file with this id. It may have been removed. */
  MEDIA_NOT_FOUND: { status: 404, remedy: "Upload it again with POST /api/upload. An upload that no message uses is removed after a day." },
  /** WhatsApp's media servers did not take the file. */
  MEDIA_NOT_UPLOADED: { status: 503, remedy: "Nothing was sent. Try again after 'Retry-After' seconds." },
  /** The files of this API key take all the room that it may use. */
  MEDIA_QUOTA: { status: 429, remedy: "Wait until older files expire, or ask whoever runs the gateway to raise WAGATE_MEDIA_KEY_BYTES." },
  /** Preparing the file for WhatsApp took more memory or time than one file may take. */
  MEDIA_TOO_HEAVY: { status: 422, remedy: "Make it shorter or smaller, use a format that WhatsApp accepts unchanged, or send it as a document." },
  /** The file is too large. */
  MEDIA_TOO_LARGE: { status: 413, remedy: "Send a smaller one. The limit in bytes is in the answer." },
  /** A file of this type cannot be sent as this kind of message, whatever its name says. */
  MEDIA_TYPE_UNSUPPORTED: { status: 422, remedy: "Convert it, or send it as a document. The type that was found is in the answer." },
  /** The file cannot be read: it is damaged, cut off, or has another format than it should. */
  MEDIA_UNREADABLE: { status: 422, remedy: "Send a file that opens in other programs, or send it as a document." },
  /** The gateway could not fetch the file from its address. */
  MEDIA_URL_FAILED: { status: 422, remedy: "Check that the address opens without a login, or upload the file with POST /api/upload." },
  /** The gateway does not fetch files from this address. */
  MEDIA_URL_REFUSED: { status: 422, remedy: "Use a public address with http or https. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW." },
  /** The message waited longer than its 'expiresIn'. It was not sent. */
  MESSAGE_EXPIRED: { status: 504, remedy: "Send it again when the session is connected." },
  /** This key sent no message with this id. */
  MESSAGE_NOT_FOUND: { status: 404, remedy: "Use the 'id' from the answer to the send. Messages are kept for 30 days." },
  /** This address does not accept this method. */
  METHOD_NOT_ALLOWED: { status: 405, remedy: "The header 'Allow' of this answer lists those that it accepts. All routes are at /docs." },
  /** This is neither the address nor the link of a newsletter. */
  NEWSLETTER_INVALID: { status: 422, remedy: "Use the 'jid' of GET /api/newsletters, which ends in '@newsletter', or the link that people share." },
  /** WhatsApp does not let this number do that: only the owner may, or only followers. */
  NEWSLETTER_NOT_ALLOWED: { status: 422, remedy: "Follow the newsletter first. An owner cannot stop following. Nothing was changed." },
  /** WhatsApp has no such newsletter. */
  NEWSLETTER_NOT_FOUND: { status: 404, remedy: "List the session's newsletters with GET /api/newsletters, or ask its owner for the link." },
  /** Nobody would see this status post: the phone has no saved contact that its privacy settings allow. Nothing was posted. */
  NOBODY_TO_SEE: { status: 422, remedy: "On the phone, save contacts, or change who sees status updates. GET /api/status-updates/audience lists them." },
  /** WhatsApp does not show this number as a business. */
  NOT_A_BUSINESS: { status: 404, remedy: "GET /api/contacts/{number} tells what a person shows about themselves." },
  /** A device of the recipient could not decrypt the message, and it cannot be sent to it again. */
  NOT_DECRYPTED: { status: 504, remedy: "Another device of theirs may have it. Ask them, or send it as a new message." },
  /** There is nothing at this address. */
  NOT_FOUND: { status: 404, remedy: "See the list of routes at /docs." },
  /** The session's number is not in that group. */
  NOT_IN_GROUP: { status: 422, remedy: "Join it with an invite link first: POST /api/group/accept-invite." },
  /** WhatsApp can do this, but the client library of the gateway cannot. */
  NOT_SUPPORTED: { status: 501, remedy: "docs/not-supported.md has the reason, and what to do instead. Nothing was done." },
  /** The phone has not given this session the keys of its settings yet, so it cannot change them. */
  NO_APP_STATE: { status: 409, remedy: "The phone gives them soon after pairing. Put it online and try again, or pair again. Nothing was done." },
  /** No session host holds this session at the moment. */
  NO_HOST: { status: 503, remedy: "Try again after 'Retry-After' seconds. If it lasts, check that a session host runs: 'wagate doctor'." },
  /** The session does not know its own display name yet, and WhatsApp needs it. */
  NO_PUSH_NAME: { status: 409, remedy: "The phone tells it soon after pairing. Try again then, or set a name on the phone. Nothing was done." },
  /** This is not a phone number or a WhatsApp address. */
  NUMBER_INVALID: { status: 422, remedy: "Write the number with its country code, digits only: 628123456789." },
  /** This number is not on WhatsApp. */
  NUMBER_NOT_ON_WHATSAPP: { status: 422, remedy: "Check the number with its owner. Nothing was sent." },
  /** The gateway is too busy. Nothing was accepted. */
  OVERLOADED: { status: 503, remedy: "Try again after 'Retry-After' seconds, with the same Idempotency-Key." },
  /** The picture has too many pixels. */
  PICTURE_TOO_LARGE: { status: 422, remedy: "Make it smaller. The limit is in the answer." },
  /** The gateway does not connect to that proxy. */
  PROXY_REFUSED: { status: 422, remedy: "Use a proxy at a public address. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW." },
  /** Too many messages of this session wait already. This one was not accepted. */
  QUEUE_FULL: { status: 429, remedy: "Connect the session so that they go out, or try again after 'Retry-After' seconds." },
  /** The file is shorter than that. */
  RANGE_NOT_SATISFIABLE: { status: 416, remedy: "Ask for bytes below its size. The header 'Content-Range' of this answer has the size." },
  /** This API key makes more requests than it may. */
  RATE_EXCEEDED: { status: 429, remedy: "Wait 'Retry-After' seconds. The headers 'RateLimit' of every answer say how much is left." },
  /** The request did not arrive in time. */
  REQUEST_TIMEOUT: { status: 408, remedy: "Send it again on another connection." },
  /** The sandbox did not do what the console asked. */
  SANDBOX_REFUSED: { status: 409, remedy: "Try again, or restart 'wagate sandbox'." },
  /** This API key may not do that. */
  SCOPE_MISSING: { status: 403, remedy: "Use a key that has the scope named in the answer." },
  /** The gateway has no key to encrypt secrets with, so it cannot keep this one. */
  SECRETS_KEY_MISSING: { status: 501, remedy: "Whoever runs the gateway sets WAGATE_SECRETS_KEY, the same for the API and every session host." },
  /** This secret of the API key was replaced, and its overlap time is over. */
  SECRET_REPLACED: { status: 403, remedy: "Use the new secret, or ask the administrator for another one." },
  /** The gateway cannot decrypt a secret that it keeps: the key that encrypted it is missing. */
  SECRET_UNREADABLE: { status: 500, remedy: "Give the secret again. Or whoever runs the gateway puts that key back: 'wagate doctor' names it." },
  /** The session was linked to another number before this message went out. It was not sent. */
  SENDER_CHANGED: { status: 409, remedy: "Send it again if the session's new number may send it." },
  /** The send with this Idempotency-Key is still under way. */
  SEND_IN_FLIGHT: { status: 409, remedy: "Repeat the same request after 'Retry-After' seconds, or ask GET /api/messages/{id}." },
  /** The message was handed to WhatsApp, and nobody can know whether it arrived there. */
  SEND_UNKNOWN: { status: 504, remedy: "The gateway never sends it again by itself. Ask GET /api/messages/{id} later: a receipt may settle it." },
  /** This session is already linked to a number. */
  SESSION_ALREADY_CONNECTED: { status: 409, remedy: "Log it out first with POST /api/sessions/{name}/logout, or use another session name." },
  /** This key has as many sessions as it may have. */
  SESSION_LIMIT: { status: 429, remedy: "Delete one with DELETE /api/sessions/{name}, or ask the administrator to raise the key's 'maxSessions'." },
  /** This key has another session with this name. */
  SESSION_NAME_TAKEN: { status: 409, remedy: "Use another name, or rename or delete that session first." },
  /** This API key is limited to other sessions. */
  SESSION_NOT_ALLOWED: { status: 403, remedy: "Use one of those in GET /api/key, or ask the administrator to change them." },
  /** This key has no session with this name. */
  SESSION_NOT_FOUND: { status: 404, remedy: "GET /api/sessions lists its sessions. GET /api/qr makes a new one." },
  /** This session is not linked to a phone. */
  SESSION_NOT_PAIRED: { status: 409, remedy: "Link it first: GET /api/qr." },
  /** This shard takes no more sessions: it is draining, or it is full. */
  SHARD_TAKES_NONE: { status: 409, remedy: "Choose another from GET /api/admin/hosts, or leave 'to' out." },
  /** The gateway has no room for more files. Nothing was kept. */
  STORAGE_FULL: { status: 507, remedy: "Ask whoever runs the gateway to free disk space or to raise WAGATE_MEDIA_BYTES." },
  /** The gateway's store does not answer. Nothing was accepted. */
  STORE_UNAVAILABLE: { status: 503, remedy: "Try again after 'Retry-After' seconds." },
  /** The session has no such message, neither received nor sent. Nothing was sent. */
  TARGET_NOT_FOUND: { status: 404, remedy: "Use the 'id' of a message in the inbox of that chat, or the 'id' or 'messageId' from the answer to a send." },
  /** This works only for messages that the session's own number sent. Nothing was sent. */
  TARGET_NOT_OWN: { status: 422, remedy: "Use the id of one of its own messages." },
  /** WhatsApp allows this only for some time after a message, and that time is over. Nothing was sent. */
  TARGET_TOO_OLD: { status: 422, remedy: "The limit in seconds is in the answer. Send a new message instead." },
  /** This cannot be done to that kind of message. Nothing was sent. */
  TARGET_UNFIT: { status: 422, remedy: "The answer says why." },
  /** The text is too long for WhatsApp. */
  TEXT_TOO_LONG: { status: 422, remedy: "Split it. The limit is in the answer." },
  /** Your address has too many open requests. */
  TOO_MANY_CONNECTIONS: { status: 429, remedy: "Use fewer connections, and send many requests on each, one after the other." },
  /** Too many sessions of this key wait for a phone. This session was stopped. */
  TOO_MANY_LOGINS: { status: 429, remedy: "Scan, pair or delete some of them, or try again after 'Retry-After' seconds." },
  /** This key makes new sessions too fast. */
  TOO_MANY_NEW_SESSIONS: { status: 429, remedy: "Wait 'Retry-After' seconds. Sessions that exist are not affected." },
  /** Too many requests. */
  TOO_MANY_REQUESTS: { status: 429, remedy: "Wait 'Retry-After' seconds." },
  /** Too many streams of events are open. */
  TOO_MANY_STREAMS: { status: 429, remedy: "Close one, or use GET /api/events with 'wait'." },
  /** The session was logged out, but WhatsApp has not been told yet: the phone still lists the device. */
  UNLINK_PENDING: { status: 409, remedy: "On the phone, open WhatsApp, Linked devices, choose the device, Log out. Then ask again. Or delete the session: its name is free at once." },
  /** The body is not JSON. */
  UNSUPPORTED_MEDIA_TYPE: { status: 415, remedy: "Send JSON with the header 'Content-Type: application/json'." },
  /** This address speaks WebSocket only. */
  UPGRADE_REQUIRED: { status: 426, remedy: "Open a WebSocket here, or use GET /api/events/stream or GET /api/events." },
  /** The gateway sends nothing to this address: it is in a private network, or does not exist. */
  URL_REFUSED: { status: 422, remedy: "Give an address that the internet can reach. Whoever runs the gateway can allow others with WAGATE_URL_ALLOW." },
  /** The session is not connected to WhatsApp. Nothing was sent or queued. */
  WA_DISCONNECTED: { status: 503, remedy: "See 'connectionStatus'. If it says so, scan a new QR code: GET /api/qr. Or send with \"queue\": true." },
  /** WhatsApp did not answer. */
  WA_NO_ANSWER: { status: 503, remedy: "Nothing was sent. Try again after 'Retry-After' seconds." },
  /** WhatsApp limits how often this number may ask or send. It refuses for now. */
  WA_RATE_LIMITED: { status: 429, remedy: "Nothing was sent. Wait 'Retry-After' seconds, then go on more slowly." },
  /** WhatsApp refused the request. */
  WA_REFUSED: { status: 502, remedy: "Its number is in 'waCode': docs/errors.md explains each, below the codes. Nothing was sent." },
  /** WhatsApp cannot be reached from this host. */
  WA_UNREACHABLE: { status: 503, remedy: "Check that this host can open https://web.whatsapp.com. The session connects by itself as soon as it can." },
  /** This key has as many webhooks as it may have. */
  WEBHOOK_LIMIT: { status: 409, remedy: "Delete one with DELETE /api/webhooks/{id}, or let one serve several sessions." },
  /** This key has no such webhook. */
  WEBHOOK_NOT_FOUND: { status: 404, remedy: "List the key's webhooks with GET /api/webhooks." },
} as const;

export type ErrorCode = keyof typeof CODES;
