// Baileys, driven by lines of JSON on stdin, telling what happens in lines of JSON on stdout.
//
//   node client.mjs FOLDER       FOLDER keeps the credentials
//
// Nothing of Baileys is changed on disk. It reaches the sandbox by its own options `agent` (the socket), `fetchAgent`
// (uploads) and `options.dispatcher` (downloads), trusts its TLS by node's
// NODE_EXTRA_CA_CERTS, and its Noise certificate because the exported constant of WhatsApp's root key is set below.

import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

import makeWASocket, {
  aesEncryptGCM, decryptPollVote, DisconnectReason, downloadMediaMessage, getContentType, jidNormalizedUser, normalizeMessageContent, proto, useMultiFileAuthState,
  WA_CERT_DETAILS,
} from '@whiskeysockets/baileys'
import { HttpsProxyAgent } from 'https-proxy-agent'
import pino from 'pino'
import { ProxyAgent } from 'undici'

const { SANDBOX_ROOT_KEY, WHATSAPP_PROXY } = process.env
if (!/^[0-9a-f]{64}$/.test(SANDBOX_ROOT_KEY ?? '')) throw new Error('set SANDBOX_ROOT_KEY to 64 hex digits')
if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(WHATSAPP_PROXY ?? '')) throw new Error('set WHATSAPP_PROXY to http://127.0.0.1:PORT')
WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(SANDBOX_ROOT_KEY, 'hex')

console.log = console.info = console.error // libsignal prints there; stdout is for the lines below

const { state, saveCreds } = await useMultiFileAuthState(process.argv[2])
const logger = pino({ level: process.env.BAILEYS_LOG ?? 'warn' }, pino.destination(2))
const dispatcher = new ProxyAgent(WHATSAPP_PROXY)
const received = new Map() // by id
let socket
let saving = Promise.resolve()

const tell = (event, fields = {}) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')

function connect() {
  socket = makeWASocket({
    auth: state,
    agent: new HttpsProxyAgent(WHATSAPP_PROXY),
    fetchAgent: new HttpsProxyAgent(WHATSAPP_PROXY),
    options: { dispatcher },
    logger,
    getMessage: async (key) => received.get(key.id)?.message, // votes and edits are opened with the message they are about
    // Only what it asks for: for the rest it would wait 20 s, which the sandbox's phones mostly have none of.
    shouldSyncHistoryMessage: ({ syncType }) => syncType === proto.HistorySync.HistorySyncType.ON_DEMAND,
  })
  socket.ev.on('creds.update', ({ me, myAppStateKeyId }) => {
    saving = saving.then(saveCreds)
    if (me?.name) tell('named', { name: me.name })
    if (myAppStateKeyId) tell('key', { id: myAppStateKeyId })
  })
  socket.ev.on('contacts.upsert', (contacts) => contacts.forEach(({ id, name }) => tell('contact', { id, name })))
  socket.ev.on('messaging-history.set', ({ messages, peerDataRequestSessionId }) => tell('history', { request: peerDataRequestSessionId, texts: messages.map(({ message }) => message?.conversation) }))
  socket.ev.on('contacts.update', (contacts) => contacts.forEach(({ id, imgUrl }) => imgUrl && tell('pictured', { id, picture: imgUrl })))
  socket.ev.on('chats.update', (chats) => chats.forEach((chat) => tell('chat', chat)))
  socket.ev.on('labels.edit', ({ id, name, deleted }) => tell('label', { id, name, deleted }))
  socket.ev.on('labels.association', ({ type, association }) => tell('labelled', { type, chat: association.chatId, label: association.labelId }))
  socket.ev.on('connection.update', ({ connection, qr, lastDisconnect }) => {
    if (qr) tell('qr', { text: qr })
    if (connection === 'open') tell('open', { me: state.creds.me })
    if (connection === 'close') {
      const code = lastDisconnect?.error?.output?.statusCode
      if (code === DisconnectReason.restartRequired) connect() // what WhatsApp asks for after a pairing
      else tell('close', { code, error: String(lastDisconnect?.error) })
    }
  })
  socket.ev.on('messages.upsert', ({ messages }) => {
    for (const whole of messages) {
      const { key, message } = whole
      const content = normalizeMessageContent(message)
      const kind = getContentType(content)
      const part = content?.[kind]
      const text = content?.conversation ?? part?.text ?? part?.caption
      received.set(key.id, whole)
      if (key.fromMe) tell('own', { id: key.id, to: key.remoteJid, text, kind })
      else tell('message', { id: key.id, from: key.remoteJid, fromAlt: key.remoteJidAlt, participant: key.participant, text, kind, ptt: part?.ptt, gif: part?.gifPlayback, part, album: message?.messageContextInfo?.messageAssociation?.parentMessageKey?.id })
    }
  })
  socket.ev.on('messages.update', (updates) => {
    for (const { key, update } of updates) {
      const edited = normalizeMessageContent(update.message)
      tell('update', {
        id: key.id, status: update.status, deleted: update.message === null || update.messageStubType === 1, text: edited?.conversation ?? edited?.extendedTextMessage?.text ?? edited?.[getContentType(edited)]?.caption,
      })
    }
  })
  socket.ev.on('groups.upsert', (groups) => {
    for (const { id, subject, participants } of groups) tell('joined', { id, subject, size: participants.length })
  })
  socket.ev.on('groups.update', (updates) => {
    for (const { author, authorPn, ...update } of updates) tell('group', update)
  })
  socket.ev.on('group-participants.update', ({ id, action, participants }) => tell('members', { id, action, people: participants.map((who) => who.id ?? who) }))
  socket.ev.on('messages.reaction', (reactions) => {
    for (const { key, reaction } of reactions) tell('reaction', { id: key.id, emoji: reaction.text })
  })
}

const relay = (to, message, additionalNodes = []) =>
  socket.relayMessage(`${to}@s.whatsapp.net`, proto.Message.fromObject(message), { additionalNodes })

// Baileys opens votes and answers to events, and makes none: this is what it opens, with everybody named by LID.
function sealed(id, use, plain) {
  const { key, message } = received.get(id)
  const [me, encIv] = [jidNormalizedUser(state.creds.me.lid), randomBytes(12)]
  const info = id + (key.fromMe ? me : key.remoteJid) + me + use
  const secret = Buffer.from(hkdfSync('sha256', message.messageContextInfo.messageSecret, '', info, 32))
  return { encIv, encPayload: aesEncryptGCM(plain, secret, encIv, Buffer.from(`${id}\0${me}`)) }
}

const commands = {
  connect,
  send: async ({ to, text }) => ({ id: (await socket.sendMessage(to.includes('@') ? to : `${to}@s.whatsapp.net`, { text })).key.id }),
  history: async ({ chat, before, count }) => ({ request: await socket.fetchMessageHistory(count, { remoteJid: chat, id: before, fromMe: false }, 0) }),
  // A status post, for the people it names.
  post: async ({ text, people }) => {
    const statusJidList = people.map((number) => `${number}@s.whatsapp.net`)
    return { id: (await socket.sendMessage('status@broadcast', { text }, { statusJidList })).key.id }
  },
  // `content` as Baileys' sendMessage takes it; the file at `path` goes in under `kind`.
  sendFile: ({ to, kind, path, about, quoted, ...content }) =>
    commands.sendContent({ to, about, quoted, content: { [kind]: readFileSync(path), ...content } }),
  // `content` as Baileys' sendMessage takes it; messages that it is about, passes on or quotes are named by their ids.
  sendContent: async ({ to, content, about, quoted, expires }) => {
    if (content.event) content.event.startDate = new Date(content.event.startDate)
    if (content.product) content.product.productImage = readFileSync(content.product.productImage)
    const meant = about && received.get(about.id)
    const whole = about ? { ...content, [about.as]: about.as === 'forward' ? meant : meant.key } : content
    const options = { quoted: received.get(quoted), ephemeralExpiration: expires }
    const sent = await socket.sendMessage(`${to}@s.whatsapp.net`, whole, options)
    received.set(sent.key.id, sent) // Baileys tells of it, but later
    return { id: sent.key.id }
  },
  // A protobuf as JSON: of what sendMessage knows no content for.
  relay: async ({ to, message }) => ({ id: await relay(to, message) }),
  vote: async ({ to, id, options }) => {
    const hashes = options.map((option) => createHash('sha256').update(option).digest())
    const vote = sealed(id, 'Poll Vote', proto.Message.PollVoteMessage.encode({ selectedOptions: hashes }).finish())
    const message = { pollUpdateMessage: { pollCreationMessageKey: received.get(id).key, vote, senderTimestampMs: Date.now() } }
    return { id: await relay(to, message, [{ tag: 'meta', attrs: { polltype: 'vote' } }]) }
  },
  answerEvent: async ({ to, id, response, guests }) => {
    const answer = { response, timestampMs: Date.now(), extraGuestCount: guests }
    const said = sealed(id, 'Event Response', proto.Message.EventResponseMessage.encode(answer).finish())
    return { id: await relay(to, { encEventResponseMessage: { eventCreationMessageKey: received.get(id).key, ...said } }) }
  },
  // The SHA-256 of what a vote is for, with the poll's author and the voter named by their LIDs.
  openVote: async ({ id, poll }) => {
    const [vote, asked] = [received.get(id), received.get(poll)]
    const author = asked.key.fromMe ? jidNormalizedUser(state.creds.me.lid) : asked.key.remoteJid
    const opened = decryptPollVote(vote.message.pollUpdateMessage.vote, {
      pollCreatorJid: author, pollMsgId: poll, pollEncKey: asked.message.messageContextInfo.messageSecret, voterJid: vote.key.remoteJid,
    })
    return { options: opened.selectedOptions.map((option) => Buffer.from(option).toString('hex')) }
  },
  react: async ({ to, id, emoji }) =>
    ({ id: (await socket.sendMessage(`${to}@s.whatsapp.net`, { react: { text: emoji, key: received.get(id).key } })).key.id }),
  download: async ({ id }) => {
    const bytes = await downloadMediaMessage(received.get(id), 'buffer', { options: { dispatcher } })
    return { sha256: createHash('sha256').update(bytes).digest('hex') }
  },
  askPhone: async ({ id }) => { await socket.updateMediaMessage(received.get(id)) },
  // One of the calls that Baileys has for groups.
  group: async ({ call, args }) => ({ result: (await socket[call](...args)) ?? null }),
  check: async ({ number }) => ({ found: await socket.onWhatsApp(number) }),
  // Without history it does not fetch the settings by itself.
  sync: () => socket.resyncAppState(['critical_block', 'critical_unblock_low', 'regular_high', 'regular_low', 'regular'], true),
  // `change` as Baileys' chatModify takes it
  modify: async ({ to, change }) => socket.chatModify(change, `${to}@s.whatsapp.net`),
  rename: async ({ name }) => socket.updateProfileName(name),
  logout: () => socket.logout(),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, do: what, ...rest } = JSON.parse(line)
  Promise.resolve()
    .then(() => commands[what](rest))
    .then((result) => tell('answer', { command, ...result }))
    .catch((error) => tell('answer', { command, error: `${error} ${error?.output?.statusCode ?? ''}` }))
}
// stdin was closed: whatever is still being written would be cut off
socket?.ev.removeAllListeners('connection.update')
await socket?.end(undefined)
await saving
process.exit(0)
