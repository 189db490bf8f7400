import { assertEquals } from "@std/assert";
import { type Endpoint, formatEndpoint, parseEndpoint } from "../../src/session/endpoint.ts";

const same: { text: string; endpoint: Endpoint }[] = [
  { text: "127.0.0.1:5000", endpoint: { hostname: "127.0.0.1", port: 5000 } },
  { text: "0.0.0.0:1", endpoint: { hostname: "0.0.0.0", port: 1 } },
  { text: "localhost:65535", endpoint: { hostname: "localhost", port: 65535 } },
  { text: "relay.example.org:80", endpoint: { hostname: "relay.example.org", port: 80 } },
  { text: "bücher.example:80", endpoint: { hostname: "bücher.example", port: 80 } },
  { text: "[::1]:5000", endpoint: { hostname: "::1", port: 5000 } },
  { text: "[::]:5000", endpoint: { hostname: "::", port: 5000 } },
  { text: "[2001:db8::7]:5000", endpoint: { hostname: "2001:db8::7", port: 5000 } },
  { text: "[::ffff:192.0.2.1]:5000", endpoint: { hostname: "::ffff:192.0.2.1", port: 5000 } },
  { text: "[fe80::1%2]:5000", endpoint: { hostname: "fe80::1%2", port: 5000 } },
  { text: "[fe80::1%eth0]:5000", endpoint: { hostname: "fe80::1%eth0", port: 5000 } },
  { text: "[fe80::1%br-lan.7]:5000", endpoint: { hostname: "fe80::1%br-lan.7", port: 5000 } },
];
for (const { text, endpoint } of same) {
  Deno.test(`formatEndpoint() writes ${text}`, () => {
    assertEquals(formatEndpoint(endpoint), text);
  });
  Deno.test(`parseEndpoint() reads ${text}`, () => assertEquals(parseEndpoint(text), endpoint));
}

const withoutPort: { text: string; hostname: string }[] = [
  { text: "127.0.0.1", hostname: "127.0.0.1" },
  { text: "localhost", hostname: "localhost" },
  { text: "[::1]", hostname: "::1" },
  { text: "[fe80::1%eth0]", hostname: "fe80::1%eth0" },
];
for (const { text, hostname } of withoutPort) {
  Deno.test(`parseEndpoint() gives ${text} the default port`, () => {
    assertEquals(parseEndpoint(text, 47_700), { hostname, port: 47_700 });
  });
  Deno.test(`parseEndpoint() refuses ${text} when there is no default port`, () => {
    assertEquals(parseEndpoint(text), undefined);
  });
}

Deno.test("parseEndpoint() puts a port that is given before the default", () => {
  assertEquals(parseEndpoint("localhost:1", 47_700)?.port, 1);
});

Deno.test("parseEndpoint() reads capital hexadecimal digits", () => {
  assertEquals(parseEndpoint("[2001:DB8::A]:1")?.hostname, "2001:DB8::A");
});

const refused: { name: string; text: string }[] = [
  { name: "nothing", text: "" },
  { name: "a port alone", text: ":5000" },
  { name: "no port behind the colon", text: "localhost:" },
  { name: "port 0", text: "localhost:0" },
  { name: "port 65536", text: "localhost:65536" },
  { name: "a port of six digits", text: "localhost:047700" },
  { name: "a port below 0", text: "localhost:-1" },
  { name: "a port with a fraction", text: "localhost:80.5" },
  { name: "a hexadecimal port", text: "localhost:0x50" },
  { name: "a port in other digits", text: "localhost:８０" },
  { name: "two ports", text: "localhost:80:81" },
  { name: "IPv6 without brackets", text: "::1" },
  { name: "IPv6 and a port without brackets", text: "fe80::1:5000" },
  { name: "a bracket that is not closed", text: "[::1:5000" },
  { name: "a bracket that is not opened", text: "::1]:5000" },
  { name: "text behind the bracket", text: "[::1]x:5000" },
  { name: "empty brackets", text: "[]:5000" },
  { name: "a name in brackets", text: "[localhost]:5000" },
  { name: "IPv4 in brackets", text: "[127.0.0.1]:5000" },
  { name: "an empty zone", text: "[fe80::1%]:5000" },
  { name: "two zones", text: "[fe80::1%a%b]:5000" },
  { name: "a blank in the zone", text: "[fe80::1%a b]:5000" },
  { name: "a URL", text: "udp://localhost:5000" },
  { name: "a blank before", text: " localhost:5000" },
  { name: "a blank behind", text: "localhost:5000 " },
  { name: "a line end behind", text: "localhost:5000\n" },
  { name: "a second line", text: "localhost:5000\nlocalhost:5001" },
  { name: "NUL in the host", text: "local\0host:5000" },
  { name: "an escape character in the host", text: "\x1bc:5000" },
];
for (const { name, text } of refused) {
  Deno.test(`parseEndpoint() refuses ${name}`, () => {
    assertEquals(parseEndpoint(text, 47_700), undefined);
  });
}

for (const defaultPort of [0, -1, 65_536]) {
  Deno.test(`parseEndpoint() refuses ${defaultPort} as the default port`, () => {
    assertEquals(parseEndpoint("localhost", defaultPort), undefined);
  });
}

Deno.test("parseEndpoint() is quick with a long hostile text", () => {
  assertEquals(parseEndpoint(`[${":".repeat(1_000_000)}`, 1), undefined);
  assertEquals(parseEndpoint("1:".repeat(1_000_000), 1), undefined);
});
