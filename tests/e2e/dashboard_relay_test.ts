import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Page } from "playwright-core";
import { eventually } from "../support/browser_eventually.ts";
import { browserTest } from "../support/browser_launch.ts";
import { type DashboardRelay, startDashboardRelay, startTalker } from "../support/browser_relay.ts";
import { relayControl } from "../support/e2e_relay_control.ts";
import { temporaryDirectory } from "../support/temporary_directory.ts";

const HOSTILE_NAME = "<img src=x onerror=alert(1)>";
const TOKEN = "correct-horse-battery-staple";

const rowOf = (page: Page, name: string) => page.locator(".clients tbody tr", { hasText: name });
const untilLive = (page: Page) => page.getByText("Live", { exact: true }).waitFor();
const focusedLabel = (page: Page) =>
  page.evaluate("document.activeElement.getAttribute('aria-label') ?? ''");

browserTest("dashboard of a relay: clients join, talk and leave", async (stage) => {
  await using state = await temporaryDirectory();
  await using relay = await startDashboardRelay(state.path);
  const page = await stage.open(relay.url);
  await page.getByText("No clients.").waitFor();
  assertEquals(await page.locator(".identity code").textContent(), relay.identity);
  await using ann = await startTalker(relay, "ann", state.path);
  await using _bob = await startTalker(relay, "bob", state.path);
  await page.getByText("2 of 2").waitFor();

  const legend = page.getByRole("list", { name: "Legend of Messages" });
  const rates = () => rowOf(page, "ann").locator("td[data-label]").allTextContents();
  await eventually(async () => {
    await ann.type("hello");
    const [, , , messagesIn] = await rates();
    return messagesIn !== "0" && /In [^0]\S*\/s/.test(await legend.innerText());
  }, "rates of who talks, in the table and in the legend");
  assertMatch(await legend.innerText(), /^In \S+\/s\s+Out \S+\/s$/);

  await ann.endInput();
  await page.getByText("1 of 1", { exact: true }).waitFor();
  await page.locator(".log-line", { hasText: /client removed.*id=ann/ }).waitFor();
});

browserTest(
  "dashboard of a relay: a name is text, and its client kicked by keyboard alone",
  async (stage) => {
    await using state = await temporaryDirectory();
    await using relay = await startDashboardRelay(state.path);
    await using evil = await startTalker(relay, HOSTILE_NAME, state.path);
    await using _ann = await startTalker(relay, "ann", state.path);
    const page = await stage.open(relay.url);
    await rowOf(page, HOSTILE_NAME).waitFor();
    assertEquals(await page.locator("main img").count(), 0);

    await page.keyboard.press("Tab");
    assertEquals(await page.evaluate("document.activeElement.textContent"), "Skip to the clients");
    await page.keyboard.press("Enter");
    await pressUntilFocused(page, `Kick ${HOSTILE_NAME}`);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Kick this client?" }).waitFor();
    await page.keyboard.type("too loud");
    await page.keyboard.press("Enter");
    await page.getByText("The server answered: kicked").waitFor();
    await page.getByText("1 of 1", { exact: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    // The page gives the focus on when the dialog is gone, a moment later.
    await page.getByRole("region", { name: "List of clients" }).and(page.locator(":focus"))
      .waitFor();
    assertEquals(await evil.ended(), 3);
    assertMatch(evil.stderr.join("\n"), /too loud/);
  },
);

browserTest("dashboard of a relay: broadcast, new keys, a ban and its end", async (stage) => {
  await using state = await temporaryDirectory();
  await using relay = await startDashboardRelay(state.path);
  await using ann = await startTalker(relay, "ann", state.path);
  const page = await stage.open(relay.url);
  const dialog = page.getByRole("dialog");
  await rowOf(page, "ann").waitFor();

  await page.getByRole("button", { name: "Broadcast…" }).click();
  await page.getByRole("textbox", { name: "Notice" }).fill("maintenance at noon");
  await dialog.getByRole("button", { name: "Send to 1 client" }).click();
  await dialog.getByText("sent to 1 client").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await ann.line(/maintenance at noon/);

  await page.getByRole("button", { name: "Rotate keys…" }).click();
  await dialog.getByRole("button", { name: "Rotate keys" }).click();
  await dialog.getByText(/key SHA256:/).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();

  await page.getByRole("button", { name: "Ban ann" }).click();
  await dialog.getByRole("button", { name: "Ban" }).click();
  await dialog.getByText(/banned ann kind=name/).waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  assertEquals(await ann.ended(), 3);
  await page.getByText("No clients.").waitFor();

  await page.getByRole("button", { name: "Bans…" }).click();
  await page.getByRole("button", { name: "Lift the ban of ann" }).click();
  await page.getByRole("button", { name: "Lift", exact: true }).click();
  await dialog.getByText("Nobody is banned.").waitFor();
  assertEquals((await relayControl(relay, "list_bans")).stdout, []);
});

browserTest(
  "dashboard of a relay: it survives that the relay is killed and started again",
  async (stage) => {
    await using state = await temporaryDirectory();
    const before = await startDashboardRelay(state.path);
    await using _before = before;
    const page = await stage.open(before.url);
    await untilLive(page);
    before.process.kill("SIGKILL");
    await page.getByText(/No connection since \d\d:\d\d:\d\d/).waitFor();
    assert(await page.getByRole("button", { name: "Broadcast…" }).isDisabled());
    await before.process.ended();

    await using after = await startDashboardRelay(state.path, ["--http", addressOf(before)]);
    await untilLive(page);
    await page.getByText(/The server restarted at/).waitFor();
    await using _ann = await startTalker(after, "ann", state.path);
    await rowOf(page, "ann").waitFor();
  },
);

browserTest("dashboard of a relay: where there is a token one logs in, and out", async (stage) => {
  await using state = await temporaryDirectory();
  const tokenFile = `${state.path}/token`;
  await Deno.writeTextFile(tokenFile, `${TOKEN}\n`, { mode: 0o600 });
  const args = ["--control-token-file", tokenFile];
  await using relay = await startDashboardRelay(state.path, args);
  const page = await stage.open(relay.url);
  stage.allow(/status of (401|403)/);
  assertMatch(page.url(), /\/login$/);
  await page.getByLabel("Control token").fill("wrong");
  await page.getByRole("button", { name: "Log in" }).click();
  await eventually(
    async () => await page.getByRole("alert").textContent() !== "",
    "a message about the wrong token",
  );
  await page.getByLabel("Control token").fill(TOKEN);
  await page.keyboard.press("Enter");
  await untilLive(page);
  const [cookie] = await page.context().cookies();
  assertEquals([cookie?.httpOnly, cookie?.sameSite], [true, "Strict"]);

  await using _ann = await startTalker(relay, "ann", state.path);
  await page.getByRole("button", { name: "Kick ann" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Kick" }).click();
  await page.getByText("The server answered: kicked").waitFor();
  await page.getByRole("button", { name: "Close" }).click();

  // Elsewhere the same person logs out: this page finds out when its stream ends.
  const other = await page.context().newPage();
  await other.goto(relay.url);
  await other.getByRole("button", { name: "Log out" }).click();
  await other.getByLabel("Control token").waitFor();
  await page.getByLabel("Control token").waitFor();
});

/** The HTTP address of a relay, to be given to the next one. */
function addressOf({ url }: DashboardRelay): string {
  return new URL(url).host;
}

async function pressUntilFocused(page: Page, label: string): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    if (await focusedLabel(page) === label) return;
    await page.keyboard.press("Tab");
  }
  assertEquals(await focusedLabel(page), label);
}
