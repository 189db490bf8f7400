import { nkeys } from "@nats-io/transport-node";
import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { ClusterError } from "../../src/cluster/cluster_error.ts";
import { readAuthorities, readCredentials } from "../../src/cluster/nats_credentials.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const user = nkeys.createUser();
const seed = new TextDecoder().decode(user.getSeed());

/** As `nsc` writes it. */
const CREDENTIALS = `-----BEGIN NATS USER JWT-----
eyJ0eXAiOiJKV1QifQ.e30.c2ln
------END NATS USER JWT------

************************* IMPORTANT *************************

-----BEGIN USER NKEY SEED-----
${seed}
------END USER NKEY SEED------
`;

async function authOf(content: string): Promise<Readonly<Record<string, unknown>>> {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/credentials`;
  await Deno.writeTextFile(path, content);
  const authenticator = await readCredentials(path);
  return { ...authenticator("nonce") };
}

Deno.test("readCredentials() takes a JWT and a seed, and signs with it", async () => {
  const { jwt, nkey, sig } = await authOf(CREDENTIALS);
  assertEquals([jwt, nkey], ["eyJ0eXAiOiJKV1QifQ.e30.c2ln", user.getPublicKey()]);
  assert(typeof sig === "string" && sig.length > 80);
});

Deno.test("readCredentials() takes a seed alone", async () => {
  const { nkey } = await authOf(`  ${seed}\n`);
  assertEquals(nkey, user.getPublicKey());
});

Deno.test("readCredentials() takes a user and a password, with whatever stands in that", async () => {
  assertEquals(await authOf("me:a:b c\n"), { user: "me", pass: "a:b c" });
});

/** Another letter, the last but one: that one belongs to the check sum as a whole. */
function slip(text: string): string {
  return `${text.slice(0, -2)}${text.at(-2) === "A" ? "B" : "A"}${text.slice(-1)}`;
}

for (
  const { name, content } of [
    { name: "an empty file", content: "" },
    { name: "a user without password", content: "me:" },
    { name: "a word", content: "secret" },
    { name: "a seed with a slip", content: slip(seed) },
    {
      name: "the seed of an account",
      content: new TextDecoder().decode(nkeys.createAccount().getSeed()),
    },
    { name: "a JWT without seed", content: CREDENTIALS.slice(0, 100) },
  ]
) {
  Deno.test(`readCredentials() refuses ${name}, and does not tell it`, async () => {
    const error = await assertRejects(() => authOf(content), ClusterError);
    assertInstanceOf(error, ClusterError);
    assertEquals(error.code, "CLUSTER_CREDENTIALS");
    assert(content === "" || !error.message.includes(content));
  });
}

Deno.test("readAuthorities() refuses what holds no certificate, and what is not there", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/ca.pem`;
  await assertRejects(() => readAuthorities(path), ClusterError, path);
  await Deno.writeTextFile(path, "hello");
  await assertRejects(() => readAuthorities(path), ClusterError, path);
});
