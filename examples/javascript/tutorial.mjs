// One API key, two WhatsApp numbers: the tutorial (docs/tutorial.md) in JavaScript.
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import qrcode from "qrcode-terminal";
import { Gateway, GatewayError } from "./gateway.mjs";

const SANDBOX = process.env.SANDBOX_URL; // with `wagate sandbox`: simulated phones scan the codes
const ADMIN_KEY = process.env.WAGATE_ADMIN_KEY;
if (!ADMIN_KEY) {
  console.error("Set WAGATE_ADMIN_KEY to the contents of the file admin-key in the data folder.");
  process.exit(2);
}

/** A simulated phone looks at the picture, as a camera would. */
async function scanInSandbox(number, qr) {
  const asked = { "/phones": { number }, [`/phones/${number}/scan`]: { qr } };
  for (const [path, body] of Object.entries(asked)) {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(SANDBOX + path, { method: "POST", headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`POST ${path}: ${response.status} ${await response.text()}`);
  }
}

/** Show the QR code, a new one whenever it changes, until a phone has scanned it. Returns the number. */
async function logIn(session, sandboxPhone) {
  let shown;
  for (;;) {
    // A session is named in the query ...
    const { status, qr, qrText } = await gateway.call("GET", `/api/qr?sessionId=${session}`);
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
  const { status, number } = await gateway.call("GET", "/api/status", { headers: { "X-Session-Id": session } });
  console.log(`${session}: ${status} as ${number}`);
  return number;
}

/** The message with this text, once it is in the session's inbox. */
async function waitForMessage(session, text) {
  for (;;) {
    const { messages } = await gateway.call("GET", `/api/incoming-messages?sessionId=${session}&limit=10`);
    const found = messages.find((message) => message.message === text);
    if (found) return found;
    await sleep(1000);
  }
}

// 1. One key. It is shown this once: keep it where your program keeps its secrets.
const admin = { "X-Admin-Key": ADMIN_KEY };
const asked = { json: { name: "tutorial" }, headers: admin };
const created = await new Gateway().call("POST", "/api/admin/apikeys/generate", asked);
const gateway = new Gateway(created.apiKey);
console.log(`key: ${created.id}`);

// 2. Two sessions on it, each a WhatsApp number.
const sales = await logIn("sales", "628111111111");
const support = await logIn("support", "628122222222");

// 3. What the key has.
const { sessions } = await gateway.call("GET", "/api/sessions");
for (const { sessionId, status, number } of sessions) console.log(`list: ${sessionId} ${status} ${number}`);

// 4. Send: the session is named in the body ...
const fromSales = await gateway.call("POST", "/api/send-message", {
  json: { sessionId: "sales", number: support, message: "Hello support, this is sales" },
  key: `${created.id}-1`, // its Idempotency-Key: repeat the request as often as you like, it is sent once
});
console.log(`sales sent ${fromSales.messageId}`);
// ... or in the header, as everywhere.
const fromSupport = await gateway.call("POST", "/api/send-message", {
  json: { number: sales, message: "Hello sales, this is support" },
  headers: { "X-Session-Id": "support" },
});
console.log(`support sent ${fromSupport.messageId}`);

// 5. Receive.
const message = await waitForMessage("support", "Hello support, this is sales");
console.log(`support received "${message.message}" from ${message.from}`);

// 6. A session that isn't connected. Without any name it is the session "default", which nobody has logged in.
try {
  await gateway.call("POST", "/api/send-message", { json: { number: sales, message: "This is not sent" } });
} catch (error) {
  if (!(error instanceof GatewayError) || error.code !== "WA_DISCONNECTED") throw error;
  console.log(`default: ${error.code}, it is ${error.answer.connectionStatus}; nothing was sent or queued`);
}

// 7. Clean up: the session is named in the path. Deleting it unlinks the phone.
for (const session of ["sales", "support", "default"]) {
  const { message: done } = await gateway.call("DELETE", `/api/sessions/${session}`);
  console.log(`${session}: ${done}`);
}
await gateway.call("POST", `/api/admin/apikeys/${created.id}/revoke`, { headers: admin });
console.log("done");
