// One API key, two WhatsApp numbers: the tutorial (docs/tutorial.md) in JavaScript, with axios.
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import axios from "axios";
import qrcode from "qrcode-terminal";

const WAGATE = process.env.WAGATE_URL ?? "http://localhost:3000";
const SANDBOX = process.env.SANDBOX_URL; // with `wagate sandbox`: simulated phones scan the codes
const ADMIN_KEY = process.env.WAGATE_ADMIN_KEY;
if (!ADMIN_KEY) {
  console.error("Set WAGATE_ADMIN_KEY to the contents of the file admin-key in the data folder.");
  process.exit(2);
}

// Every answer is JSON, also with an error's status: `call` looks at it itself.
const http = axios.create({ baseURL: WAGATE, timeout: 30_000, validateStatus: () => true });

/** An answer with "success": false. `code` is the name to branch on, `answer` has all fields. */
class GatewayError extends Error {
  constructor(answer) {
    super(`${answer.code}: ${answer.error}`);
    this.code = answer.code;
    this.answer = answer;
  }
}

/** Make one request and return the JSON of its answer. */
async function call(method, url, request = {}) {
  const { data } = await http.request({ method, url, ...request });
  if (!data.success) throw new GatewayError(data);
  return data;
}

/** A simulated phone looks at the picture, as a camera would. */
async function scanInSandbox(number, picture) {
  await axios.post(`${SANDBOX}/phones`, { number });
  await axios.post(`${SANDBOX}/phones/${number}/scan`, { qr: picture });
}

/** Show the QR code, a new one whenever it changes, until a phone has scanned it. Returns the number. */
async function logIn(session, sandboxPhone) {
  let shown;
  for (;;) {
    // A session is named in the query ...
    const { status, qr, qrText } = await call("GET", "/api/qr", { params: { sessionId: session } });
    if (status === "connected") break;
    if (qr && qr !== shown) {
      shown = qr; // data:image/png;base64,...
      await writeFile(`${session}.png`, Buffer.from(qr.split(",")[1], "base64"));
      if (SANDBOX) {
        await scanInSandbox(sandboxPhone, qr);
      } else {
        qrcode.generate(qrText, { small: true });
        console.log(`Scan this (or ${session}.png): WhatsApp > Linked devices > Link a device`);
      }
    }
    await sleep(1000);
  }
  // ... or in a header.
  const { status, number } = await call("GET", "/api/status", { headers: { "X-Session-Id": session } });
  console.log(`${session}: ${status} as ${number}`);
  return number;
}

/** The message with this text, once it is in the session's inbox. */
async function waitForMessage(session, text) {
  for (;;) {
    const { messages } = await call("GET", "/api/incoming-messages", { params: { sessionId: session, limit: 10 } });
    const found = messages.find((message) => message.message === text);
    if (found) return found;
    await sleep(1000);
  }
}

// 1. One key. It is shown this once: keep it where your program keeps its secrets.
const created = await call("POST", "/api/admin/apikeys/generate", {
  data: { name: "tutorial" },
  headers: { "X-Admin-Key": ADMIN_KEY },
});
http.defaults.headers.common["X-API-Key"] = created.apiKey;
console.log(`key: ${created.id}`);

// 2. Two sessions on it, each a WhatsApp number.
const sales = await logIn("sales", "628111111111");
const support = await logIn("support", "628122222222");

// 3. What the key has.
const { sessions } = await call("GET", "/api/sessions");
for (const { sessionId, status, number } of sessions) console.log(`list: ${sessionId} ${status} ${number}`);

// 4. Send: the session is named in the body ...
const fromSales = await call("POST", "/api/send-message", {
  data: { sessionId: "sales", number: support, message: "Hello support, this is sales" },
  headers: { "Idempotency-Key": `${created.id}-1` }, // repeat the request as often as you like: it is sent once
});
console.log(`sales sent ${fromSales.messageId}`);
// ... or in the header, as everywhere.
const fromSupport = await call("POST", "/api/send-message", {
  data: { number: sales, message: "Hello sales, this is support" },
  headers: { "X-Session-Id": "support" },
});
console.log(`support sent ${fromSupport.messageId}`);

// 5. Receive.
const message = await waitForMessage("support", "Hello support, this is sales");
console.log(`support received "${message.message}" from ${message.from}`);

// 6. A session that isn't connected. Without any name it is the session "default", which nobody has logged in.
try {
  await call("POST", "/api/send-message", { data: { number: sales, message: "This is not sent" } });
} catch (error) {
  if (error.code !== "WA_DISCONNECTED") throw error;
  console.log(`default: ${error.code}, it is ${error.answer.connectionStatus}; nothing was sent or queued`);
}

// 7. Clean up: the session is named in the path. Deleting it unlinks the phone.
for (const session of ["sales", "support", "default"]) {
  const { message: done } = await call("DELETE", `/api/sessions/${session}`);
  console.log(`${session}: ${done}`);
}
await call("POST", `/api/admin/apikeys/${created.id}/revoke`, { headers: { "X-Admin-Key": ADMIN_KEY } });
console.log("done");
