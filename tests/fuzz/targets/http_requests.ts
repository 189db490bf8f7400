import fc from "fast-check";
import { ASSETS } from "../../../src/http/assets.ts";
import { type ByteEdit, byteEdits } from "./file_byte_edits.ts";
import { oddJson } from "./file_json_edits.ts";

/** The control token of the server. */
export const HTTP_TOKEN = "open sesame";

/** What proves, or does not, that a request may see and change things. */
export type Credential = "none" | "session" | "bearer" | "wrong bearer" | "wrong cookie";

/** Something that a stranger sends, and whether its parts are right. */
export interface OddRequest {
  readonly method: string;
  readonly target: string;
  /** Each `Host` that it has. */
  readonly hosts: readonly string[];
  readonly origin: string | undefined;
  readonly site: string | undefined;
  readonly credential: Credential;
  readonly contentType: string | undefined;
  /** Fields that should make no difference. */
  readonly others: Readonly<Record<string, string>>;
  readonly body: string;
  readonly edits: readonly ByteEdit[];
}

/** `Host` of the server itself, with which a request may do something. */
export const RIGHT_HOSTS = ["127.0.0.1:47702", "localhost:47702", "[::1]:47702", "LOCALHOST"];

const oddHosts = fc.oneof(
  fc.constantFrom<readonly string[]>(
    ["evil.example"],
    ["localhost.evil.example"],
    ["127.0.0.1.evil.example"],
    ["evil.example", "localhost"],
    ["localhost", "localhost"],
    [],
    [""],
    ["127.0.0.1@evil.example"],
    ["localhost:1:2"],
    ["10.0.0.1"],
    ["[::2]"],
    ["localhost\t"],
    ["localhost."],
  ),
  fc.array(fc.string({ unit: "binary-ascii" }), { maxLength: 2 }),
);
const hosts = fc.oneof({
  weight: 6,
  arbitrary: fc.constantFrom(...RIGHT_HOSTS).map((host) => [host]),
}, { weight: 1, arbitrary: oddHosts });

const origin = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  { weight: 3, arbitrary: fc.constant("own") },
  {
    weight: 1,
    arbitrary: fc.constantFrom("null", "https://evil.example", "http://localhost:1", "", "*"),
  },
);
const site = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(undefined, "same-origin", "none") },
  { weight: 1, arbitrary: fc.constantFrom("cross-site", "same-site", "Same-Origin", "") },
);

const credential = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Credential>("session", "bearer") },
  { weight: 1, arbitrary: fc.constantFrom<Credential>("none", "wrong bearer", "wrong cookie") },
);

const others = fc.dictionary(
  fc.constantFrom(
    "if-none-match",
    "range",
    "x-forwarded-host",
    "x-forwarded-for",
    "forwarded",
    "x-http-method-override",
    "accept",
    "last-event-id",
    "transfer-encoding",
    "content-length",
    "upgrade",
  ),
  fc.oneof(
    fc.constantFrom("*", "bytes=0-1", "localhost", "POST", "chunked", "-1", '"x", W/"y"'),
    fc.constantFrom(...ASSETS.map(({ etag }) => etag)),
    fc.string({ unit: "binary-ascii" }),
  ),
  { maxKeys: 2 },
);

const command = fc.record({
  id: fc.oneof(fc.integer(), fc.string(), oddJson),
  command: fc.oneof(
    fc.constantFrom("kick_client", "broadcast", "get_client", "list_clients", "get_stats", "help"),
    fc.constantFrom("ban", "unban", "list_bans", "rotate_keys", "exit", "auth", "mode", "quit"),
    fc.string(),
  ),
  args: fc.oneof(
    fc.array(fc.constantFrom("pump-3", "5", "10.0.0.1", "", "\u0000", "__proto__")),
    fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
    oddJson,
  ),
}, { requiredKeys: ["command"] }).map((value) => JSON.stringify(value));

/** What a request asks for, when all of it is right. */
type Asked = Pick<OddRequest, "method" | "target" | "contentType" | "body">;

const FORM = "application/x-www-form-urlencoded";

const asked: fc.Arbitrary<Asked> = fc.oneof(
  {
    weight: 6,
    arbitrary: command.map((body) => ({
      method: "POST",
      target: "/api/command",
      contentType: "application/json",
      body,
    })),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(`token=${encodeURIComponent(HTTP_TOKEN)}`, "token=x", "token", "")
      .map((body) => ({ method: "POST", target: "/login", contentType: FORM, body })),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ method: "POST", target: "/logout", contentType: undefined, body: "" }),
  },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      "/",
      "/login",
      "/metrics",
      "/healthz",
      "/readyz",
      "/events",
      "/events?level=debug",
      "/events?level=loud",
      "/api/session",
      ...ASSETS.map(({ path }) => path),
    ).map((target) => ({ method: "GET", target, contentType: undefined, body: "" })),
  },
);

const oddTarget = fc.oneof(
  fc.constantFrom("*", "", "//", "/../login", "/%2e%2e/", "/API/COMMAND", "/api/command/", "/\0"),
  fc.constantFrom("http://localhost/metrics", "/metrics;x", "/assets/", "/assets/../index.html"),
  fc.string({ unit: "binary-ascii" }),
);
const oddMethod = fc.oneof(
  fc.constantFrom("HEAD", "OPTIONS", "PUT", "get", "TRACE", "CONNECT", ""),
  fc.string(),
);
const oddType = fc.constantFrom(
  undefined,
  "",
  "text/plain",
  "application/json; charset=latin1",
  "APPLICATION/JSON",
  "application/json, text/plain",
  FORM,
);

/** Requests that ask for what there is, most of their parts right. */
export const oddRequest: fc.Arbitrary<OddRequest> = fc.record({
  asked,
  hosts,
  origin,
  site,
  credential,
  others,
  edits: fc.oneof({ weight: 5, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: byteEdits }),
  odd: fc.oneof(
    { weight: 6, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: oddTarget.map((target) => ({ target })) },
    { weight: 1, arbitrary: oddMethod.map((method) => ({ method })) },
    { weight: 1, arbitrary: oddType.map((contentType) => ({ contentType })) },
  ),
}).map(({ asked, odd, ...rest }) => ({ ...rest, ...asked, ...odd }));
