// node inbox.mjs 628123456789 photo.png
import { readFile } from "node:fs/promises";
import { Wagate } from "wagate-client";

const [number = "", picture = ""] = process.argv.slice(2);
const wagate = new Wagate({ url: process.env.WAGATE_URL ?? "http://localhost:3000", key: process.env.WAGATE_API_KEY });

const { file } = await wagate.uploadFile(await readFile(picture), { name: "photo.png" });
await wagate.sendImage({ sessionId: "sales", number, mediaId: file.id, caption: "As promised" });
for await (const message of wagate.iterateIncomingMessages({ sessionId: "sales", limit: 100 })) {
  console.log(message.from, message.message);
}
