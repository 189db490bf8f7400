import { assertEquals } from "@std/assert";
import { addAuthToken, revokeAuthToken } from "../../src/relay/auth_tokens_file.ts";
import { AuthTokensWatch } from "../../src/relay/auth_tokens_watch.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const NOW = 1_800_000_000_000;

/** A watch on a file of its own that looks when a test says so, and what it told. */
class WatchedFile implements AsyncDisposable {
  /** `N tokens`, or the code of a problem, in order. */
  readonly told: string[] = [];
  readonly path: string;
  readonly #directory: AsyncDisposable;
  readonly #watch: AuthTokensWatch;
  #paused = Promise.withResolvers<void>();
  #resume = Promise.withResolvers<void>();

  private constructor(path: string, directory: AsyncDisposable) {
    this.path = path;
    this.#directory = directory;
    this.#watch = new AuthTokensWatch({
      path,
      onChange: (tokens) => this.told.push(`${tokens.size} tokens`),
      onProblem: ({ code }) => this.told.push(code),
      pause: (signal) => this.#pause(signal),
    });
  }

  /** Makes a file with tokens of these names, and watches it. */
  static async of(...names: readonly string[]): Promise<WatchedFile> {
    const directory = await temporaryDirectory();
    const path = `${directory.path}/tokens.json`;
    for (const name of names) await add(path, name);
    return new WatchedFile(path, directory);
  }

  /** What it has told by the end of the first look. */
  async first(): Promise<string[]> {
    await this.#paused.promise;
    return this.told.splice(0);
  }

  /** What it tells at the next look. */
  async next(): Promise<string[]> {
    await this.#paused.promise;
    this.#paused = Promise.withResolvers();
    this.#resume.resolve();
    this.#resume = Promise.withResolvers();
    return await this.first();
  }

  /** Ends the watch alone. */
  async close(): Promise<void> {
    await this.#watch[Symbol.asyncDispose]();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
    await this.#directory[Symbol.asyncDispose]();
  }

  #pause(signal: AbortSignal): Promise<void> {
    this.#paused.resolve();
    const resume = this.#resume;
    if (signal.aborted) resume.resolve();
    signal.addEventListener("abort", () => resume.resolve());
    return resume.promise;
  }
}

let added = 0;

async function add(path: string, name: string): Promise<void> {
  const digest = new Uint8Array(32).fill(++added);
  const token = { name, digest, createdUnixMs: NOW, expiresUnixMs: undefined };
  await addAuthToken(path, token, NOW);
}

Deno.test("AuthTokensWatch tells the tokens at once, and then only when the file changes", async () => {
  await using file = await WatchedFile.of("ada");
  assertEquals(await file.first(), ["1 tokens"]);
  assertEquals(await file.next(), []);
  await add(file.path, "ben");
  assertEquals(await file.next(), ["2 tokens"]);
  assertEquals(await file.next(), []);
  await revokeAuthToken(file.path, "ada");
  await revokeAuthToken(file.path, "ben");
  assertEquals(await file.next(), ["0 tokens"]);
});

Deno.test("AuthTokensWatch tells of a malformed file once a change, and when it is well again", async () => {
  await using file = await WatchedFile.of("ada");
  const good = await Deno.readTextFile(file.path);
  await file.first();
  await Deno.writeTextFile(file.path, "{");
  assertEquals(await file.next(), ["AUTH_TOKENS_MALFORMED"]);
  assertEquals(await file.next(), []);
  await Deno.writeTextFile(file.path, "{}");
  assertEquals(await file.next(), ["AUTH_TOKENS_MALFORMED"]);
  await Deno.writeTextFile(file.path, good);
  assertEquals(await file.next(), ["1 tokens"]);
});

Deno.test("AuthTokensWatch tells once that the file is gone, and takes it up when it is back", async () => {
  await using file = await WatchedFile.of("ada");
  await file.first();
  await Deno.rename(file.path, `${file.path}.away`);
  assertEquals(await file.next(), ["AUTH_TOKENS_MISSING"]);
  assertEquals(await file.next(), []);
  await Deno.rename(`${file.path}.away`, file.path); // the same size, time and inode as before
  assertEquals(await file.next(), ["1 tokens"]);
});

Deno.test("AuthTokensWatch waits for a file that was never there", async () => {
  await using file = await WatchedFile.of();
  assertEquals(await file.first(), ["AUTH_TOKENS_MISSING"]);
  await Deno.mkdir(file.path);
  assertEquals(await file.next(), ["STATE_FILE"]);
  assertEquals(await file.next(), []);
  await Deno.remove(file.path);
  assertEquals(await file.next(), ["AUTH_TOKENS_MISSING"]);
  await add(file.path, "ada");
  assertEquals(await file.next(), ["1 tokens"]);
});

Deno.test("AuthTokensWatch tells nothing after it was closed, in the middle of a look too", async () => {
  await using file = await WatchedFile.of("ada");
  await file.close();
  await file.close();
  assertEquals(file.told, []);
});

Deno.test("AuthTokensWatch with its own timer leaves nothing behind", async () => {
  await using directory = await temporaryDirectory();
  const path = `${directory.path}/tokens.json`;
  await add(path, "ada");
  const told = Promise.withResolvers<number>();
  await using _watch = new AuthTokensWatch({
    path,
    onChange: ({ size }) => told.resolve(size),
    onProblem: told.reject,
  });
  assertEquals(await told.promise, 1);
});
