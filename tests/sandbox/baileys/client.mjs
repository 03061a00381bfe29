// Baileys, driven by lines of JSON on stdin, telling what happens in lines of JSON on stdout.
//
//   node client.mjs FOLDER       FOLDER keeps the credentials
//
// Nothing of Baileys is changed on disk. It reaches the sandbox by its own `agent` option, trusts its TLS by node's
// NODE_EXTRA_CA_CERTS, and its Noise certificate because the exported constant of WhatsApp's root key is set below.

import { createInterface } from 'node:readline'

import makeWASocket, { DisconnectReason, useMultiFileAuthState, WA_CERT_DETAILS } from '@whiskeysockets/baileys'
import { HttpsProxyAgent } from 'https-proxy-agent'
import pino from 'pino'

const { SANDBOX_ROOT_KEY, WHATSAPP_PROXY } = process.env
if (!/^[0-9a-f]{64}$/.test(SANDBOX_ROOT_KEY ?? '')) throw new Error('set SANDBOX_ROOT_KEY to 64 hex digits')
if (!/^http:\/\/127\.0\.0\.1:\d+$/.test(WHATSAPP_PROXY ?? '')) throw new Error('set WHATSAPP_PROXY to http://127.0.0.1:PORT')
WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(SANDBOX_ROOT_KEY, 'hex')

console.log = console.info = console.error // libsignal prints there; stdout is for the lines below

const { state, saveCreds } = await useMultiFileAuthState(process.argv[2])
const logger = pino({ level: process.env.BAILEYS_LOG ?? 'warn' }, pino.destination(2))
let socket
let saving = Promise.resolve()

const tell = (event, fields = {}) => process.stdout.write(JSON.stringify({ event, ...fields }) + '\n')

function connect() {
  socket = makeWASocket({
    auth: state,
    agent: new HttpsProxyAgent(WHATSAPP_PROXY),
    logger,
    shouldSyncHistoryMessage: () => false, // the sandbox's phones have none to send: Baileys would wait 20 s for it
  })
  socket.ev.on('creds.update', () => (saving = saving.then(saveCreds)))
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
    for (const { key, message } of messages) {
      const text = message?.conversation ?? message?.extendedTextMessage?.text
      if (!key.fromMe) tell('message', { id: key.id, from: key.remoteJid, fromAlt: key.remoteJidAlt, text })
    }
  })
  socket.ev.on('messages.update', (updates) => {
    for (const { key, update } of updates) tell('update', { id: key.id, status: update.status })
  })
}

const commands = {
  connect,
  send: async ({ to, text }) => ({ id: (await socket.sendMessage(`${to}@s.whatsapp.net`, { text })).key.id }),
  check: async ({ number }) => ({ found: await socket.onWhatsApp(number) }),
  logout: () => socket.logout(),
}

for await (const line of createInterface({ input: process.stdin })) {
  const { command, do: what, ...rest } = JSON.parse(line)
  Promise.resolve()
    .then(() => commands[what](rest))
    .then((result) => tell('answer', { command, ...result }))
    .catch((error) => tell('answer', { command, error: String(error) }))
}
// stdin was closed: whatever is still being written would be cut off
socket?.ev.removeAllListeners('connection.update')
await socket?.end(undefined)
await saving
process.exit(0)
