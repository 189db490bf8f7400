/**
 * Makes the pictures of the dashboard in `docs/images/`: of a real relay on loopback, with clients
 * that talk, in a real Chromium.
 *
 *     deno task screenshots [SECONDS]
 *
 * SECONDS is how long the clients talk before, and so how much the charts show; 180 by default.
 */
import type { Browser, BrowserContextOptions } from "playwright-core";
import { RelayClient } from "../src/client/mod.ts";
import { type RunningRelay, startRelay } from "./hushcast_process.ts";
import { launchBrowser } from "./launch_browser.ts";

const IMAGES = new URL("../docs/images/", import.meta.url);
const DEFAULT_SECONDS = 180;

const SHOTS: Readonly<Record<string, BrowserContextOptions>> = {
  "dashboard-light": { colorScheme: "light", viewport: { width: 1_280, height: 1_240 } },
  "dashboard-dark": { colorScheme: "dark", viewport: { width: 1_280, height: 1_240 } },
  "dashboard-phone": {
    colorScheme: "light",
    viewport: { width: 390, height: 1_360 },
    deviceScaleFactor: 2,
  },
};

/** Who talks, and how many messages a second at most. */
const TALKERS: Readonly<Record<string, number>> = {
  "control-room": 2,
  "historian": 0,
  "boiler-1": 6,
  "boiler-2": 5,
  "conveyor-north": 9,
  "conveyor-south": 8,
  "pump-1": 4,
  "pump-2": 4,
  "pump-3": 12,
  "pump-10": 3,
  "gate-camera": 15,
  "weather": 0.5,
};

if (import.meta.main) {
  const seconds = Number(Deno.args[0] ?? DEFAULT_SECONDS);
  const state = await Deno.makeTempDir({ prefix: "hushcast-screenshots-" });
  try {
    await using relay = await startRelay(state, ["--http", "127.0.0.1:0"]);
    const [, url = ""] = await relay.process.errorLine(/http ready url=(\S+)/);
    await using browser = await launchBrowser();
    await showLife(relay, seconds, () => takePictures(browser, url));
  } finally {
    await Deno.remove(state, { recursive: true });
  }
}

/** Has clients talk, and takes pictures while they still do. */
async function showLife(
  relay: RunningRelay,
  seconds: number,
  takeAll: () => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const talkers = Object.entries(TALKERS).map(([name, rate], index) =>
    talk(relay, name, rate, index, stop.signal)
  );
  const noise = makeNoise(relay, stop.signal);
  await pause(seconds * 1_000);
  await takeAll();
  stop.abort();
  await Promise.all([...talkers, noise]);
}

async function talk(
  { relay, identity }: RunningRelay,
  name: string,
  rate: number,
  index: number,
  signal: AbortSignal,
): Promise<void> {
  await pause(700 * index);
  await using client = await RelayClient.connect({ relay, identity, name });
  const text = "x".repeat(60 + 40 * index);
  while (!signal.aborted) {
    // The load swells and ebbs, each client's in its own time.
    const swing = 0.6 + 0.4 * Math.sin(Date.now() / 20_000 + index);
    if (rate > 0) await client.send(text);
    await pause(rate > 0 ? 1_000 / (rate * swing) : 1_000);
  }
}

/** What a relay on a network gets to drop: bursts of what is no datagram of its own. */
async function makeNoise({ port }: RunningRelay, signal: AbortSignal): Promise<void> {
  const socket = Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port: 0 });
  const junk = crypto.getRandomValues(new Uint8Array(64));
  for (let turn = 0; !signal.aborted; turn++) {
    const count = turn % 40 < 6 ? 2 + turn % 3 : 0;
    for (let sent = 0; sent < count; sent++) {
      await socket.send(junk, { transport: "udp", hostname: "127.0.0.1", port });
    }
    await pause(1_000);
  }
  socket.close();
}

async function takePictures(browser: Browser, url: string): Promise<void> {
  await Deno.mkdir(IMAGES, { recursive: true });
  for (const [name, options] of Object.entries(SHOTS)) {
    const context = await browser.newContext({ locale: "en-GB", ...options });
    const page = await context.newPage();
    await page.goto(url);
    await page.locator(".clients tbody tr").nth(Object.keys(TALKERS).length - 1).waitFor();
    // Rates want two looks at the counters, and the charts their first point.
    await pause(3_500);
    await page.screenshot({ path: new URL(`${name}.png`, IMAGES).pathname });
    await context.close();
    console.log(`docs/images/${name}.png`);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
