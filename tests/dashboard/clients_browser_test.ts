import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { clientSummary } from "../control/fake_admin.ts";
import { eventually } from "../support/browser_eventually.ts";
import { DashboardFixture, sensors } from "../support/browser_fixture.ts";
import { browserTest } from "../support/browser_launch.ts";

const clientRows = (page: Page) => page.locator(".clients tbody tr");
const clientNames = (page: Page) => page.locator(".clients tbody th").allTextContents();

browserTest("the dashboard lists 1,000 clients, and finds and sorts them", async (stage) => {
  await using fixture = new DashboardFixture();
  fixture.relay.clients = sensors(1_000);
  const page = await stage.open(await fixture.start());
  await page.getByText("1,000 of 1,000").waitFor();
  assertEquals(await clientRows(page).count(), 1_000);
  assertEquals((await clientNames(page)).slice(8, 11), ["sensor-8", "sensor-9", "sensor-10"]);

  const header = page.getByRole("columnheader", { name: "Client" });
  assertEquals(await header.getAttribute("aria-sort"), "ascending");
  await header.getByRole("button").click();
  assertEquals(await header.getAttribute("aria-sort"), "descending");
  assertEquals((await clientNames(page)).slice(0, 2), ["sensor-999", "sensor-998"]);

  await page.getByLabel("Filter clients").fill("SENSOR-99");
  await page.getByText("11 of 1,000").waitFor();
  assertEquals((await clientNames(page)).slice(0, 2), ["sensor-999", "sensor-998"]);
  assertEquals((await clientNames(page)).at(-1), "sensor-99");
  await page.getByLabel("Filter clients").fill("nobody of that name");
  await page.getByText("No client has this text.").waitFor();
});

browserTest("the dashboard shows more than 1,000 clients on demand", async (stage) => {
  await using fixture = new DashboardFixture();
  fixture.relay.clients = sensors(1_200);
  const page = await stage.open(await fixture.start());
  await page.getByText("The first 1,000 of 1,200.").waitFor();
  assertEquals(await clientRows(page).count(), 1_000);
  await page.getByRole("button", { name: "Show 1,000 more" }).click();
  await clientRows(page).nth(1_199).waitFor({ state: "attached" });
});

browserTest(
  "the dashboard keeps rows in their places while one of them has the focus",
  async (stage) => {
    await using fixture = new DashboardFixture();
    fixture.relay.clients = sensors(3);
    const page = await stage.open(await fixture.start());
    await page.getByRole("button", { name: "Msg in/s" }).press("Enter");
    await page.getByRole("button", { name: "Ban sensor-0" }).press("Tab");
    const [first, second, third] = sensors(3);
    assert(first && second && third);
    const rate = page.getByRole("row", { name: /^sensor-2/ }).locator("[data-label='Msg in/s']");
    let messagesIn = 0;
    await eventually(async () => {
      fixture.relay.clients = [first, second, { ...third, messagesIn: messagesIn += 50 }];
      return await rate.textContent() !== "0";
    }, "a rate that would put the last row first");
    assertEquals(await clientNames(page), ["sensor-0", "sensor-1", "sensor-2"]);
    assertEquals(await focusedLabel(page), "Kick sensor-1");
    await page.getByText("Order held").waitFor();

    // No browser tells that the focus left with its row.
    await eventually(async () => {
      fixture.relay.clients = [first, { ...third, messagesIn: messagesIn += 50 }];
      return (await clientNames(page))[0] === "sensor-2";
    }, "the order that was asked for, once the row with the focus is gone");
    await page.getByText("Order held").waitFor({ state: "hidden" });
  },
);

browserTest(
  "the dashboard gives the focus to the list when the focused client leaves",
  async (stage) => {
    await using fixture = new DashboardFixture();
    fixture.relay.clients = sensors(3);
    const page = await stage.open(await fixture.start());
    await page.getByRole("button", { name: "Kick sensor-1" }).focus();
    fixture.relay.clients = sensors(1);
    await page.getByText("1 of 1", { exact: true }).waitFor();
    assertEquals(await focusedLabel(page), "List of clients");
  },
);

browserTest("the dashboard shows why the server refuses a command", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  stage.allow(/status of 404/);
  await page.getByRole("button", { name: "Kick pump-3" }).click();
  fixture.relay.clients = [];
  await page.getByRole("textbox", { name: "Reason" }).fill("too loud");
  await page.getByRole("dialog").getByRole("button", { name: "Kick" }).click();
  await page.getByRole("dialog").getByText(/No client has this .* NO_SUCH_CLIENT/).waitFor();
  assertEquals(fixture.relay.calls, ["kick 0011223344556677: too loud"]);
});

browserTest("the dashboard does nothing that was not confirmed", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  for (const name of ["Kick pump-3", "Ban pump-3", "Broadcast…", "Rotate keys…"]) {
    await page.getByRole("button", { name }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  }
  assertEquals([fixture.relay.calls, fixture.relay.bans], [[], []]);
});

browserTest("the dashboard takes no Enter that is still down for a confirmation", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  await page.getByRole("button", { name: "Kick pump-3" }).focus();
  await page.keyboard.down("Enter");
  await page.getByRole("dialog").waitFor();
  for (let repeats = 0; repeats < 3; repeats++) await page.keyboard.down("Enter");
  await page.keyboard.up("Enter");
  assertEquals(fixture.relay.calls, []);
  await page.keyboard.press("Enter");
  await page.getByText("The server answered: kicked").waitFor();
  assertEquals(fixture.relay.calls.length, 1);
});

browserTest("the dashboard bans nobody by a name that is somebody's address", async (stage) => {
  await using fixture = new DashboardFixture();
  fixture.relay.clients = [clientSummary({ id: "192.0.2.1", address: "[2001:db8::7]:5" })];
  const page = await stage.open(await fixture.start());
  await page.getByRole("button", { name: "Ban 192.0.2.1" }).click();
  assertEquals(await page.getByLabel("The name").count(), 0);
  await page.getByLabel("The /64 network of 2001:db8::7").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Ban" }).click();
  await page.getByText("The server answered: banned").waitFor();
  assertEquals(fixture.relay.bans.map(({ target }) => target), ["2001:db8::7"]);
});

browserTest("the dashboard sends no notice that clients would get cut", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  await page.getByRole("button", { name: "Broadcast…" }).click();
  const notice = page.getByRole("textbox", { name: "Notice" });
  const send = page.getByRole("button", { name: "Send to 1 client" });
  await notice.fill("x".repeat(257));
  await send.click();
  assertEquals(fixture.relay.calls, []);
  await notice.fill("x".repeat(256));
  await send.click();
  await page.getByText("sent to 1 client").waitFor();
});

browserTest("the dashboard bans for hours or for good, and lifts bans", async (stage) => {
  await using fixture = new DashboardFixture();
  const page = await stage.open(await fixture.start());
  const dialog = page.getByRole("dialog");
  await page.getByRole("button", { name: "Ban pump-3" }).click();
  await page.getByLabel("Amount").fill("2");
  await dialog.getByRole("button", { name: "Ban" }).click();
  await dialog.getByText("banned pump-3").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.getByRole("button", { name: "Ban pump-3" }).click();
  await page.getByLabel("The address").check();
  await page.getByLabel("Until it is lifted").check();
  await dialog.getByRole("button", { name: "Ban" }).click();
  await dialog.getByText("banned 127.0.0.1").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  const bans = fixture.relay.bans.map((
    { target, sinceUnixMs, untilUnixMs },
  ) => [target, untilUnixMs && (untilUnixMs - sinceUnixMs) / 1_000]);
  assertEquals(bans, [["pump-3", 7_200], ["127.0.0.1", undefined]]);

  await page.getByRole("button", { name: "Bans…" }).click();
  await page.getByRole("button", { name: "Lift the ban of pump-3" }).click();
  await page.getByRole("button", { name: "Lift", exact: true }).click();
  await dialog.getByText("unbanned pump-3").waitFor();
  assertEquals(fixture.relay.bans.map(({ target }) => target), ["127.0.0.1"]);
});

browserTest(
  "the dashboard of a direct server sends, and offers nothing that it cannot do",
  async (stage) => {
    await using fixture = new DashboardFixture();
    const page = await stage.open(await fixture.startDirect());
    await page.getByRole("heading", { name: "hushcast direct" }).waitFor();
    await page.getByRole("button", { name: "Send 127.0.0.1:5000" }).click();
    await page.getByLabel("Message", { exact: true }).fill("hello <b>there</b>");
    await page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
    await page.getByText("sent to 127.0.0.1:5000").waitFor();
    assertEquals(fixture.direct.calls, ["send 127.0.0.1:5000: hello <b>there</b>"]);
    assertEquals(await page.getByRole("button", { name: /Ban|Broadcast|Rotate|exit/ }).count(), 0);
  },
);

async function focusedLabel(page: Page): Promise<unknown> {
  return await page.evaluate("document.activeElement.getAttribute('aria-label')");
}
