// Send a picture: from a file, from an address, in base64, and from an upload.
//
//   node pictures.mjs 628222222222 photo.jpg https://example.com/photo.jpg
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { Gateway, GatewayError } from "./gateway.mjs";

const [number, file, url] = process.argv.slice(2);
const picture = await readFile(file);
const gateway = new Gateway(process.env.WAGATE_API_KEY, process.env.WAGATE_SESSION);

/** Send a picture; however often the request has to be repeated, it is sent once. */
async function send(request) {
  const key = `picture-${randomUUID()}`; // better: a name that your data has for it, like "order-4711-photo"
  const sent = await gateway.call("POST", "/api/send-image", { key, ...request });
  console.log(`sent ${sent.messageId}`);
  return sent;
}

/** A form with the picture as its `file`. */
function formWith(fields) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new Blob([picture]), basename(file));
  return form;
}

try {
  // 1. A file, in a form.
  await send({ form: formWith({ number, caption: "From a file" }) });

  // 2. An address, which the gateway fetches.
  await send({ json: { number, caption: "From an address", imageUrl: url } });

  // 3. In base64, for small ones.
  await send({ json: { number, caption: "In base64", imageBase64: picture.toString("base64") } });

  // 4. Uploaded once, sent as often as you like within a day.
  const upload = await gateway.call("POST", "/api/upload", { form: formWith({}) });
  const sent = await send({ json: { number, caption: "From an upload", mediaId: upload.file.id } });

  // What became of it: sent, delivered, read, ...
  const { status } = await gateway.call("GET", `/api/messages/${sent.id}`);
  console.log(`the last one is ${status}`);
} catch (error) {
  if (!(error instanceof GatewayError)) throw error;
  if (error.code === "WA_DISCONNECTED") {
    console.error(`The number is not connected (${error.answer.connectionStatus}): nothing was sent.`);
  } else if (error.code === "NUMBER_NOT_ON_WHATSAPP") {
    console.error(`${number} has no WhatsApp: nothing was sent.`);
  } else {
    console.error(error.message);
  }
  process.exitCode = 1;
}
