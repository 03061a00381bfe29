// WEBHOOK_SECRET=whsec_... node receiver.mjs 8080
import { createServer } from "node:http";
import { Webhook, WebhookVerificationError } from "wagate-client";

const webhook = new Webhook(process.env.WEBHOOK_SECRET ?? "");

createServer(async (request, response) => {
  let body = "";
  for await (const piece of request.setEncoding("utf8")) body += piece;
  try {
    const event = webhook.verify(body, request.headers);
    console.log(event.type, JSON.stringify(event.data));
    response.writeHead(204).end();
  } catch (error) {
    response.writeHead(error instanceof WebhookVerificationError ? 401 : 500).end();
  }
}).listen(Number(process.argv[2]));
