// Takes events of wagate by a webhook: npm install standardwebhooks; WEBHOOK_SECRET=whsec_... node webhook.mjs 8080
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const webhook = new Webhook(process.env.WEBHOOK_SECRET);
const seen = new Set(); // in a real program: in your database

createServer(async (request, response) => {
  let body = "";
  for await (const piece of request.setEncoding("utf8")) body += piece;
  try {
    const event = webhook.verify(body, request.headers);
    if (!seen.has(event.id)) {
      seen.add(event.id); // the same event may come twice, always under the same id
      console.log(event.type, JSON.stringify(event.data));
    }
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
}).listen(Number(process.argv[2]));
