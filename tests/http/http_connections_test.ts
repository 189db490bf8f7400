import { assertEquals } from "@std/assert";
import { createServer, type Server } from "node:http";
import { HttpConnections, MAX_REQUESTS_AHEAD } from "../../src/http/http_connections.ts";
import { RawHttpClient } from "../support/http_server_fixture.ts";

const GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\n\r\nabc";
const CHUNKED =
  "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";

async function connect(server: Server): Promise<RawHttpClient> {
  const { promise, resolve } = Promise.withResolvers<number>();
  server.listen(0, "127.0.0.1", () => {
    const address = server.address();
    resolve(typeof address === "object" && address !== null ? address.port : 0);
  });
  return new RawHttpClient(await Deno.connect({ hostname: "127.0.0.1", port: await promise }));
}

for (const [name, request] of Object.entries({ GET, POST, CHUNKED })) {
  Deno.test(`HttpConnections.track() hears of one request too many, and of no more: ${name}`, async () => {
    const server = createServer();
    const connections = new HttpConnections(server);
    const replies: (AbortSignal | undefined)[] = [];
    server.on("request", (_message, response) => void replies.push(connections.track(response)));
    const closed = new Promise((resolve) => server.once("close", resolve));
    using client = await connect(server);
    await client.send(request.repeat(200));
    assertEquals(await client.readAll(), "");
    server.close();
    await closed;
    assertEquals(
      replies.map((over) => over?.aborted),
      [...new Array<boolean>(MAX_REQUESTS_AHEAD).fill(true), undefined],
    );
  });
}
