import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { clientSummary } from "../control/fake_admin.ts";
import { findBarriers } from "../support/browser_axe.ts";
import { eventually } from "../support/browser_eventually.ts";
import { DashboardFixture, sensors } from "../support/browser_fixture.ts";
import { browserTest } from "../support/browser_launch.ts";

const clientRows = (page: Page) => page.locator(".clients tbody tr");
const logMessages = (page: Page) => page.locator(".log-line .message").allTextContents();
const untilLive = (page: Page) => page.getByText("Live", { exact: true }).waitFor();

/** The figures of a server that has something to say: drops, and a name that is none. */
function makeBusy({ relay }: DashboardFixture): void {
  relay.clients = [
    ...sensors(30),
    clientSummary({ id: "<img src=x onerror=alert(1)>", address: "[::1]:7", session: "f0" }),
  ];
  relay.statistics = { drops: { stale: 0, malformed: 0 }, rss_bytes: 5e7, group: { epoch: 4 } };
}

/** Lets drops rise, so that the next point has some. */
async function dropSome({ relay }: DashboardFixture, page: Page): Promise<void> {
  let stale = 0;
  await eventually(async () => {
    relay.statistics = { ...relay.statistics, drops: { stale: stale += 100, malformed: stale } };
    return await page.locator(".tile.warning").isVisible();
  }, "a warning about drops");
}

const LOOKS = [
  { name: "light", options: { colorScheme: "light", viewport: { width: 1_280, height: 900 } } },
  { name: "dark", options: { colorScheme: "dark", viewport: { width: 1_280, height: 900 } } },
  { name: "on a phone", options: { colorScheme: "light", viewport: { width: 360, height: 740 } } },
] as const;

for (const { name, options } of LOOKS) {
  browserTest(`the dashboard has no barriers: ${name}`, async (stage) => {
    await using fixture = new DashboardFixture();
    makeBusy(fixture);
    const page = await stage.open(await fixture.start(), { ...options, bypassCSP: true });
    await clientRows(page).nth(30).waitFor({ state: "attached" });
    for (const level of ["INFO", "WARN", "ERROR"] as const) {
      fixture.log(level, `a line of ${level}`);
    }
    await page.getByText("a line of ERROR").waitFor();
    await dropSome(fixture, page);
    await page.getByText("Messages as a table").click();
    assertEquals(await findBarriers(page), []);
    assertEquals(
      await page.evaluate("document.documentElement.scrollWidth"),
      options.viewport.width,
    );

    await page.getByRole("button", { name: "Ban sensor-0", exact: true }).click();
    assertEquals(await findBarriers(page), []);
    await page.keyboard.press("Escape");

    await fixture.stop("maintenance");
    await page.getByText(/shut down at .*: maintenance/).waitFor();
    assertEquals(await findBarriers(page), []);
  });

  browserTest(`the login page has no barriers: ${name}`, async (stage) => {
    await using fixture = new DashboardFixture();
    const url = await fixture.start({ token: "the token of this test" });
    const page = await stage.open(url, { ...options, bypassCSP: true });
    await page.getByLabel("Control token").waitFor();
    assertEquals(await findBarriers(page), []);
    assertEquals(
      await page.evaluate("document.documentElement.scrollWidth"),
      options.viewport.width,
    );
  });
}

browserTest("the dashboard's log is filtered, searched, paused and followed", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  await untilLive(page);
  fixture.log("INFO", "client registered", { id: "<b>bold</b>" });
  fixture.log("WARN", "registration rejected", { id: "evil\u202Egnp" });
  fixture.log("DEBUG", "not asked for");
  await page.getByText("registration rejected").waitFor();
  assertEquals(await logMessages(page), ["client registered", "registration rejected"]);
  const fields = await page.locator(".log-fields").allTextContents();
  assertEquals(fields, ["id=<b>bold</b>", 'id="evil\\u202egnp"']);
  assertEquals(await page.locator(".log-line .level").allTextContents(), ["INFO", "WARN"]);

  await page.getByLabel("Level of the log").selectOption("warn");
  assertEquals(await logMessages(page), ["registration rejected"]);
  await page.getByLabel("Level of the log").selectOption("info");
  await page.getByLabel("Search the log").fill("BOLD");
  await page.getByText("1 of 2 lines").waitFor();
  assertEquals(await logMessages(page), ["client registered"]);
  await page.getByLabel("Search the log").fill("");

  await page.getByRole("button", { name: "Pause" }).click();
  fixture.log("INFO", "unseen");
  await page.getByText("Paused, 1 new").waitFor();
  assertEquals((await logMessages(page)).at(-1), "registration rejected");
  await page.getByRole("button", { name: "Follow" }).click();
  await page.getByText("unseen").waitFor();
});

browserTest("the dashboard's log stays at its end, however long its lines are", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  await untilLive(page);
  const box = page.getByRole("region", { name: "Log lines" });
  await box.scrollIntoViewIfNeeded();
  for (let count = 0; count < 40; count++) {
    fixture.log("INFO", `line ${count}`, { reason: "y".repeat(1_024) });
  }
  await page.getByText("line 39", { exact: true }).waitFor();
  await page.locator(".log-day", { hasText: /^\d{4}-\d\d-\d\d$/ }).waitFor();
  const toEnd = () =>
    box.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  assert(await toEnd() < 2);
  fixture.log("INFO", "the newest", { reason: "y".repeat(1_024) });
  await page.getByText("the newest").waitFor();
  assert(await toEnd() < 2);
});

browserTest("the dashboard asks for debug lines only when they are wanted", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  await untilLive(page);
  fixture.log("INFO", "from before");
  await page.getByText("from before").waitFor();
  await page.getByLabel("Level of the log").selectOption("debug");
  await eventually(async () => {
    fixture.log("DEBUG", "datagram dropped");
    return (await logMessages(page)).includes("datagram dropped");
  }, "a debug line");
  assertEquals((await logMessages(page))[0], "from before");
});

browserTest("the dashboard says that the server shut down and restarted", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  await untilLive(page);
  await fixture.stop("maintenance");
  await page.getByText(/The server shut down at \d\d:\d\d:\d\d: maintenance/).waitFor();
  await page.getByText("Shut down", { exact: true }).waitFor();
  assert(await page.getByRole("button", { name: "Kick pump-3" }).isDisabled());
  fixture.relay.clients = sensors(2);
  await fixture.start();
  await untilLive(page);
  await page.getByText(/The server restarted at/).waitFor();
  await page.getByText("2 of 2").waitFor();
  assertEquals(await page.getByRole("alert").textContent(), "");
  await page.getByRole("button", { name: "Dismiss" }).click();
  await page.getByText(/The server restarted at/).waitFor({ state: "detached" });
});

/** Makes the half minute in which a hidden page goes on pass at once, and no other time. */
const HURRY = `{
  const wait = setTimeout;
  globalThis.setTimeout = (callback, ms) => wait(callback, ms === 30_000 ? 0 : ms);
}`;

browserTest("the dashboard pauses when nobody sees it, and goes on when seen", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  await page.addInitScript(HURRY);
  await page.reload();
  await untilLive(page);
  const becomes = (visibility: string) =>
    page.evaluate(`
      Object.defineProperty(document, "visibilityState", {
        value: "${visibility}",
        configurable: true,
      });
      document.dispatchEvent(new Event("visibilitychange"));
    `);
  await becomes("hidden");
  await page.getByText("Paused", { exact: true }).waitFor();
  fixture.relay.clients = sensors(7);
  await becomes("visible");
  await untilLive(page);
  await page.getByText("7 of 7").waitFor();
});

browserTest("the dashboard keeps the theme that was chosen", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start(), { colorScheme: "light" });
  const ground = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
  await page.getByRole("button", { name: "Theme: system" }).click();
  const light = await ground();
  await page.getByRole("button", { name: "Theme: light" }).click();
  const dark = await ground();
  assert(light !== dark);
  await page.reload();
  await page.getByRole("button", { name: "Theme: dark" }).waitFor();
  assertEquals(await ground(), dark);
});

browserTest("the dashboard copies the fingerprint and says so", async (stage) => {
  await using fixture = new DashboardFixture();
  const permissions = ["clipboard-read", "clipboard-write"];
  const page = await stage.open(await fixture.start(), { permissions });
  await page.getByRole("button", { name: "Copy the fingerprint" }).click();
  await page.getByText("Copied").waitFor();
  const copied = await page.evaluate("navigator.clipboard.readText()");
  assertEquals(copied, "SHA256:q3Bt8Jf0wqkXH7dZr1kzZ2m0Vb1h5cS9yXwQf3nT6aE");
});

browserTest("the dashboard copies where browsers lend no clipboard", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  await page.evaluate("Object.defineProperty(globalThis, 'isSecureContext', { value: false })");
  await page.getByRole("button", { name: "Copy the fingerprint" }).click();
  await page.getByText("Copied").waitFor();
  await page.getByLabel("Search the log").press("Control+V");
  const pasted = await page.getByLabel("Search the log").inputValue();
  assertEquals(pasted, "SHA256:q3Bt8Jf0wqkXH7dZr1kzZ2m0Vb1h5cS9yXwQf3nT6aE");
});

browserTest("the dashboard's charts have legends and tables that can be read", async (stage) => {
  await using fixture = new DashboardFixture();
  makeBusy(fixture);
  const page = await stage.open(await fixture.start());
  await dropSome(fixture, page);
  const legend = (title: string) =>
    page.getByRole("list", { name: `Legend of ${title}` }).locator("li").allInnerTexts();
  assertMatch((await legend("Messages")).join(), /^In [\d.,]+\/s,Out [\d.,]+\/s$/);
  assertMatch((await legend("Bytes")).join(), /^In [\d.,]+ k?B\/s,Out [\d.,]+ k?B\/s$/);
  assertMatch((await legend("Drops by reason")).join(), /^malformed .*\/s,stale .*\/s$/);
  await page.getByText("Drops by reason as a table").click();
  const table = page.getByRole("table", { name: "Drops by reason a second" });
  await table.getByRole("rowheader", { name: "stale" }).waitFor();
});

browserTest(
  "the dashboard's charts stay in their places when they are pointed at",
  async (stage) => {
    await using fixture = new DashboardFixture();
    const viewport = { width: 360, height: 740 };
    const page = await stage.open(await fixture.start(), { viewport });
    const legend = page.getByRole("list", { name: "Legend of Messages" });
    await legend.waitFor();
    const chart = page.getByRole("img", { name: "Messages" });
    await chart.scrollIntoViewIfNeeded();
    const before = await chart.boundingBox();
    await chart.hover();
    await page.getByText(/^at \d\d:\d\d:\d\d$/).waitFor();
    assertEquals(await chart.boundingBox(), before);
  },
);
