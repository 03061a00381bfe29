// node answer.mjs 628123456789: writes to that number from the session `sales`, and answers its first message.
import { Wagate, WagateError } from "wagate-client";

const number = process.argv[2] ?? "";
const wagate = new Wagate({ url: process.env.WAGATE_URL ?? "http://localhost:3000", key: process.env.WAGATE_API_KEY });
const sales = wagate.session("sales");

try {
  const message = "How can we help you?";
  const sent = await sales.sendMessage({ number, message }, { idempotencyKey: "order-4712" });
  console.log("sent", sent.id);
} catch (error) {
  if (!(error instanceof WagateError) || error.code !== "WA_DISCONNECTED") throw error;
  console.error(error.words, error.remedy);
  process.exit(1);
}

for await (const event of sales.followEvents({ types: "message.received" })) {
  const message = event.data;
  if (message.from !== number) continue;
  await sales.replyMessage({ number, messageId: String(message.id), text: "Thank you, we will see to it." });
  console.log("answered", message.message);
  break;
}
