import type { HushcastProcess } from "../hushcast_process.ts";
import type { ClusterStage, NamedRelay } from "./cluster_stage.ts";
import type { DemoLog } from "./demo_log.ts";
import { faultOf, messagesOf, reading } from "./readings.ts";

/** What ann sends in all, and the one behind which her relay is killed. */
const READINGS = 60;
const LAST_BEFORE_KILL = 20;

const READING_EVERY_MS = 30;

/** What the one who comes late asks for. */
const REPLAYED = 3;

/** What there is to see: relays that work as one, and one of them killed. */
export class ClusterTalk {
  readonly #stage: ClusterStage;
  readonly #log: DemoLog;

  /** @param stage The relays. @param log Where it is shown. */
  constructor(stage: ClusterStage, log: DemoLog) {
    this.#stage = stage;
    this.#log = log;
  }

  /**
   * Shows it all.
   *
   * @throws {Error} If something is not as it should be.
   */
  async run(): Promise<void> {
    const [first, second, third] = this.#stage.relays;
    await using ann = await this.#join("chat", "ann", first);
    await using bob = await this.#join("chat", "bob", second);
    await using log = await this.#join("listen", "log", third);
    await this.#chat(ann, bob, log);
    await this.#showClients(third);
    await this.#killRelay(first, ann, log);
    await this.#showClients(third);
    await this.#comeLate(second);
    await this.#end([second, third]);
  }

  /** Starts a client, and waits until it is registered with the relay that it is to try first. */
  async #join(
    command: "chat" | "listen",
    name: string,
    relay: NamedRelay,
  ): Promise<HushcastProcess> {
    const json = command === "listen" ? ["--json"] : [];
    const client = this.#stage.client(command, relay, ["--name", name, ...json]);
    await relay.process.errorLine(new RegExp(`client registered id=${name} `));
    this.#log.say(`${name} joined ${relay.name} with 'hushcast ${command}'`);
    return client;
  }

  async #chat(ann: HushcastProcess, bob: HushcastProcess, log: HushcastProcess): Promise<void> {
    this.#log.pause();
    await ann.type("Pump 3 runs hot, 81 degrees.");
    await bob.line(/81 degrees/);
    await bob.type("I go and look.");
    await ann.line(/go and look/);
    this.#log.say("ann and bob talk, each at another relay; each saw:");
    this.#log.indent([...bob.stdout, ...ann.stdout].filter((line) => /degrees|look/.test(line)));
    await log.line(/go and look/);
    this.#log.say("log, at the third, saw both, with numbers that are the same at all relays:");
    this.#log.indent(log.stdout.filter((line) => line.includes('"message"')));
  }

  async #showClients(relay: NamedRelay): Promise<void> {
    this.#log.pause();
    const lines = await this.#stage.operate(relay, ["list_clients"]);
    this.#log.say(`the operator asks ${relay.name} for list_clients:`);
    this.#log.indent(lines.filter((line) => line.includes(" session=")).map(withoutCounts));
  }

  async #killRelay(relay: NamedRelay, ann: HushcastProcess, log: HushcastProcess): Promise<void> {
    this.#log.pause();
    this.#log.say(`ann sends ${READINGS} readings, one every ${READING_EVERY_MS} ms`);
    for (let number = 1; number <= READINGS; number++) {
      if (number === LAST_BEFORE_KILL + 1) {
        relay.process.kill("SIGKILL");
        this.#log.say(`kill -9 ${relay.name}, in the midst of them`);
      }
      await ann.type(reading(number));
      await new Promise((resolve) => setTimeout(resolve, READING_EVERY_MS));
    }
    await log.line(new RegExp(`"text":"${reading(READINGS)}"`));
    this.#log.say("ann's client went on by itself:");
    this.#log.indent(
      ann.stderr.filter((line) => /relay .* (is silent|has shut down)|back/.test(line)),
    );
    const texts = messagesOf(log.stdout).map(({ text }) => text);
    const fault = faultOf(texts, READINGS);
    if (fault !== undefined) throw new Error(`Cannot go on: ${fault}`);
    this.#log.say(`log has all ${READINGS} readings, each once, in order: nothing is lost`);
  }

  async #comeLate(relay: NamedRelay): Promise<void> {
    this.#log.pause();
    const flags = ["--name", "eve", "--replay", `${REPLAYED}`, "--count", `${REPLAYED}`, "--json"];
    await using eve = this.#stage.client("listen", relay, flags);
    await eve.ended();
    const heard = messagesOf(eve.stdout).map(({ from, text }) => `${from}: ${text}`);
    this.#log.say(`eve comes late, and asks ${relay.name} for the last ${REPLAYED}:`);
    this.#log.indent(heard);
    if (heard.at(-1) !== `ann: ${reading(READINGS)}`) throw new Error("Cannot replay the past");
  }

  async #end(relays: readonly NamedRelay[]): Promise<void> {
    this.#log.pause();
    for (const relay of relays) {
      await this.#stage.operate(relay, ["exit"]);
      const code = await relay.process.ended();
      this.#log.say(`${relay.name} has shut down with exit code ${code}`);
      if (code !== 0) throw new Error(`Cannot end ${relay.name}: exit code ${code}`);
    }
  }
}

/** Who it is, where, and at which relay, if at another; the rest of the line is not the point here. */
function withoutCounts(line: string): string {
  return line.split(" ").filter((word, index) => index < 2 || word.startsWith("relay=")).join("  ");
}
