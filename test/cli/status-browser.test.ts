// The status page of several workers, in a browser and under load. With TSGI_SCREENSHOTS=docs/images it also takes
// the picture of the documentation.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Browser, chromium } from "playwright-core";
import { FcgiClient } from "../../src/client/fastcgi.ts";
import { Front } from "../../src/client/front.ts";
import type { Status } from "../../src/insight/figures.ts";
import { atEnd } from "../support/at-end.ts";
import { find } from "../support/servers/sandbox.ts";
import { Supervised } from "./supervising.ts";

const executablePath = find("chromium");
const pictures = process.env.TSGI_SCREENSHOTS;
const CLIENTS = 8;
/** Milliseconds. */
const LOAD = 4_000;

/** Answers after some time, and as the path says. */
const APPLICATION = `export default async (environ, startResponse) => {
  const [, kind, time] = environ.PATH_INFO.split("/");
  await new Promise((resolve) => setTimeout(resolve, Number(time)));
  if (kind === "fail") throw new Error("broken");
  const status = { found: "200 OK", missing: "404 Not Found", moved: "302 Found" }[kind];
  startResponse(status, [["Content-Type", "text/plain"]]);
  return "x".repeat(2000);
};
`;

const missing = executablePath === undefined ? "chromium" : undefined;
if (missing !== undefined) {
  const message = `${missing} is not installed: the status page is not looked at`;
  test(message, { skip: process.env.CI !== "true" }, () =>
    assert.fail(message),
  );
} else {
  test("the status page shows workers under load, and its totals are the client's", async (t) => {
    const site = await Supervised.start(
      t,
      ["--workers", "2", "--status-path", "/-/status", "--slow", "300ms"],
      APPLICATION,
    );
    const client = new FcgiClient({ path: site.socket });
    const front = await Front.listen({ backend: client });
    atEnd(t, () => front.close());
    const url = front.url.replace(/\/$/, "");

    let asked = 0;
    const end = Date.now() + LOAD;
    const load = async (kind: string, time: number): Promise<void> => {
      while (Date.now() < end) {
        asked++;
        await (
          await fetch(`${url}/${kind}/${time}`, { redirect: "manual" })
        ).arrayBuffer();
      }
    };
    const loads = Array.from({ length: CLIENTS }, (_, at) =>
      load("found", at * 2),
    );
    loads.push(load("missing", 20), load("moved", 60), load("found", 700));
    asked += 3;
    const rare = ["/fail/0?token=x", "/fail/5", "/found/1200?report=yearly"];
    loads.push(...rare.map(async (path) => void (await fetch(url + path))));
    await Promise.all(loads);

    const told = await totals(url, asked);
    assert.equal(told.totals.total, asked);
    assert.equal(told.totals.failed, 2);

    const page = await (await browser(t)).newPage({
      viewport: { width: 1_240, height: 900 },
      colorScheme: "dark",
    });
    // Something to see: a worker that was killed, and requests that run. What was slow in it goes with it.
    const killed = told.workers.find(({ slow }) =>
      slow.every(({ request }) => !request.includes("/found/1200")),
    );
    process.kill(killed?.pid ?? 0, "SIGKILL");
    await site.logged(new RegExp(`worker ${killed?.worker} .*is replaced`));
    const running = [1, 2, 3].map(() => fetch(`${url}/found/3000?slow`));
    const complaints: string[] = [];
    page.on("console", (message) => complaints.push(message.text()));
    await new Promise((resolve) => setTimeout(resolve, 1_600));
    await page.goto(`${url}/-/status?html&still`);
    assert.equal(await page.textContent("h1"), "app.mjs");
    assert.equal(await page.textContent("header .pill"), "serving");
    assert.match((await page.textContent("main")) ?? "", /GET \/found\/1200/);
    const width = await page.evaluate("document.body.scrollWidth");
    assert.ok(Number(width) <= 1_240, `${width} pixels wide`);
    if (pictures !== undefined) await picture(page, "status-dark.png");
    await page.emulateMedia({ colorScheme: "light" });
    if (pictures !== undefined) await picture(page, "status.png");
    await page.setViewportSize({ width: 390, height: 800 });
    const narrow = await page.evaluate("document.body.scrollWidth");
    assert.ok(Number(narrow) <= 390, `${narrow} pixels wide on a telephone`);
    assert.deepEqual(complaints, []);
    await Promise.all(running);
  });
}

/** The status, when the last of the workers has told the supervisor: they do so each second. */
async function totals(url: string, expected: number): Promise<Status> {
  const end = Date.now() + 10_000;
  for (;;) {
    const answer = await fetch(`${url}/-/status?json`);
    const told = (await answer.json()) as Status;
    if (told.totals.total >= expected || Date.now() > end) return told;
  }
}

async function browser(t: TestContext): Promise<Browser> {
  const started = await chromium.launch({
    ...(executablePath !== undefined && { executablePath }),
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run"],
  });
  atEnd(t, () => started.close());
  return started;
}

async function picture(
  page: Awaited<ReturnType<Browser["newPage"]>>,
  name: string,
): Promise<void> {
  const path = join(pictures ?? "", name);
  await page.screenshot({ path, fullPage: true });
}
