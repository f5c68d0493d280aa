// The guestbook in a browser, under both kinds of server. With TSGI_SCREENSHOTS=docs/images it also
// takes the pictures of the documentation.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import {
  type Browser,
  type BrowserContext,
  chromium,
  type Page,
} from "playwright-core";
import { find } from "../support/servers/sandbox.ts";
import { missing, type ServerName } from "../support/servers/server.ts";
import {
  type GuestbookSite,
  underApache,
  underLighttpd,
} from "./guestbook-site.ts";
import { drawing, takeScreenshot } from "./screenshot.ts";

const executablePath = find("chromium");
const folder = process.env.TSGI_SCREENSHOTS;

inBrowser("apache", underApache, {
  served: /Apache over CGI, by a process for this page alone/,
  screenshot: "guestbook-apache-cgi.png",
  colorScheme: "light",
});
inBrowser("lighttpd", underLighttpd, {
  served: /lighttpd over FastCGI, by process \d+/,
  screenshot: "guestbook-lighttpd-fastcgi.png",
  colorScheme: "dark",
});

interface Expected {
  readonly served: RegExp;
  readonly screenshot: string;
  readonly colorScheme: "light" | "dark";
}

function inBrowser(
  server: ServerName,
  start: () => Promise<GuestbookSite>,
  { served, screenshot, colorScheme }: Expected,
): void {
  const absent =
    executablePath === undefined ? "chromium" : missing(server, false);
  if (absent !== undefined) {
    const message = `${absent} is not installed: the guestbook under ${server} is not tested`;
    test(message, { skip: process.env.CI !== "true" }, () =>
      assert.fail(message),
    );
    return;
  }

  describe(`the guestbook under ${server}`, { timeout: 90_000 }, () => {
    let site: GuestbookSite;
    let browser: Browser;
    let context: BrowserContext;
    let page: Page;
    const complaints: string[] = [];

    before(async () => {
      site = await start();
      browser = await launch();
      context = await browser.newContext({
        colorScheme,
        viewport: { width: 1120, height: 900 },
      });
      context.setDefaultTimeout(10_000);
      page = await context.newPage();
      page.on("console", (message) => complaints.push(message.text()));
      page.on("pageerror", (error) => complaints.push(error.message));
    });
    after(async () => {
      await browser?.close();
      await site?.stop();
    });

    test("is empty at first, and says who serves it", async () => {
      const response = await page.goto(site.url);
      assert.equal(response?.status(), 200, site.log());
      assert.equal(await page.textContent("h1"), "Guestbook");
      assert.match((await page.textContent(".empty")) ?? "", /Be the first/);
      assert.match((await page.textContent("footer")) ?? "", served);
    });

    test("takes an entry with a picture, and shows it after a redirect", async () => {
      const picture = await drawing(context);
      await page.getByLabel("Your name").fill("Zoë");
      await page.getByLabel("Your message").fill("Grüße, 東京 🌸\nحتى قريب");
      await page.getByLabel("A picture").setInputFiles({
        name: "Blüte 🌸.png",
        mimeType: "image/png",
        buffer: picture,
      });
      const [response] = await Promise.all([
        page.waitForResponse(
          (one) => one.url() === site.url && one.request().method() === "GET",
        ),
        page.getByRole("button", { name: "Sign" }).click(),
      ]);
      assert.equal(response.request().redirectedFrom()?.method(), "POST");
      const redirect = await response.request().redirectedFrom()?.response();
      assert.equal(redirect?.status(), 303);
      await page.waitForLoadState();
      assert.equal(page.url(), site.url);
      assert.equal(await page.textContent(".notice"), "Thank you, Zoë!");
      assert.equal(await page.textContent("article h2"), "Zoë");
      assert.equal(
        await page.textContent("article p"),
        "Grüße, 東京 🌸\nحتى قريب",
      );
      const image = page.locator("article img");
      await image.scrollIntoViewIfNeeded();
      const address = await image.getAttribute("src");
      const shown = await page.request.get(
        new URL(`${address}`, site.url).href,
      );
      assert.equal(shown.headers()["content-type"], "image/png");
      assert.equal(shown.headers()["x-content-type-options"], "nosniff");
      assert.deepEqual(await shown.body(), picture);
      await page.waitForFunction(
        `document.querySelector("article img").naturalWidth > 100`,
      );
    });

    test("remembers who has written, and thanks once", async () => {
      await page.reload();
      assert.equal(await page.locator(".notice").count(), 0);
      assert.equal(await page.locator("article").count(), 1);
      assert.equal(await page.getByLabel("Your name").inputValue(), "Zoë");
      const other = await browser.newContext();
      const stranger = await other.newPage();
      await stranger.goto(site.url);
      assert.equal(await stranger.getByLabel("Your name").inputValue(), "");
      assert.equal(await stranger.locator("article").count(), 1);
      await other.close();
    });

    test("refuses what only looks like a picture, and keeps the text", async () => {
      await page.getByLabel("Your message").fill("See my page!");
      await page.getByLabel("A picture").setInputFiles({
        name: "page.png",
        mimeType: "image/png",
        buffer: Buffer.from("<script>alert(1)</script>"),
      });
      await page.getByRole("button", { name: "Sign" }).click();
      assert.match((await page.textContent(".problem")) ?? "", /no picture/);
      const message = page.getByLabel("Your message");
      assert.equal(await message.inputValue(), "See my page!");
      // Chromium reports the status of the page itself.
      assert.match(complaints.pop() ?? "", /415/);
    });

    test("gives the browser nothing to complain about", () => {
      assert.deepEqual(complaints, []);
    });

    if (folder !== undefined) {
      test("has its picture taken", async () => {
        await takeScreenshot(page, site.url, join(folder, screenshot));
      });
    }
  });
}

function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}
