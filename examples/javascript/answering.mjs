// Answer whoever writes: keep pictures, react, reply, ask with a poll, mark as read. Ctrl-C ends it.
import { writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { Gateway, GatewayError } from "./gateway.mjs";

const ENDINGS = { "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp" };
const gateway = new Gateway(process.env.WAGATE_API_KEY, process.env.WAGATE_SESSION);

/** What nobody has seen to yet, oldest first. Pages are newest first: read on until one has something known. */
async function newMessages() {
  const found = [];
  for (let known = false, before = ""; !known && before !== null; ) {
    const page = await gateway.call("GET", `/api/incoming-messages?limit=50${before && `&before=${before}`}`);
    for (const message of page.messages) {
      if (seen.has(message.id)) known = true;
      else if (message.media?.state !== "fetching") found.push(message); // else its file is here in a moment
    }
    before = page.next;
  }
  return found.reverse();
}

/** Do something about a message that arrived. */
async function answer(message) {
  const { id, chat, type, media } = message;
  if (message.fromMe || chat.endsWith("@g.us")) return;
  if (type === "image" && media.state === "stored") {
    const name = media.id + (ENDINGS[media.mimetype] ?? "");
    await writeFile(name, await gateway.download(media.url));
    console.log(`picture ${name} from ${message.from}`);
    await send("react-message", message, { messageId: id, emoji: "👍" });
    await send("reply-message", message, { messageId: id, text: "Got it, thank you!" });
  } else if (type === "text") {
    await send("send-poll", message, { question: "What is it about?", options: ["My order", "Something else"] });
  } else if (type === "vote" && message.vote.options?.length) {
    await send("send-message", message, { message: `You chose: ${message.vote.options[0]}` });
  }
  await gateway.call("POST", "/api/mark-as-read", { json: { number: chat, messageId: id } });
}

/** Send something into the chat of a message: once, however often this program dies and does it again. */
async function send(route, { id, chat }, fields) {
  const json = { number: chat, queue: true, ...fields }; // queue: it may wait while the number is disconnected
  await gateway.call("POST", `/api/${route}`, { key: `${route}-${id}`, json });
}

// What is there already is not answered. (A program of yours keeps what it has seen to, and goes on from there.)
const { messages } = await gateway.call("GET", "/api/incoming-messages");
const seen = new Set(messages.map(({ id }) => id));
console.log("waiting for messages");
for (;;) {
  try {
    for (const message of await newMessages()) {
      try {
        await answer(message);
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        console.error(error.message); // what may be tried again has been
      }
      seen.add(message.id);
    }
  } catch (error) {
    console.error(error.message); // the gateway is away: what was not seen to comes again
  }
  await sleep(1000);
}
