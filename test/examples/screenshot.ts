// A picture to upload, and pictures of the guestbook with some more entries in it.
import type { BrowserContext, Page } from "playwright-core";

/** Mount Fuji by night, as PNG, drawn by the browser itself. */
export async function drawing(context: BrowserContext): Promise<Buffer> {
  const page = await context.newPage();
  await page.setContent(`<body style="margin: 0"><svg viewBox="0 0 640 360" width="640" height="360">
    <linearGradient id="sky" x2="0" y2="1">
      <stop stop-color="#1f2a5c"/><stop offset=".6" stop-color="#c0647e"/><stop offset="1" stop-color="#f6c28b"/>
    </linearGradient>
    <rect width="640" height="360" fill="url(#sky)"/>
    <circle cx="470" cy="110" r="46" fill="#ffe9c9"/>
    <path d="M60 360 270 130q30-26 60 0L560 360z" fill="#39406f"/>
    <path d="M270 130q30-26 60 0l46 46-26 22-22-16-26 30-24-28-28 20-26-24z" fill="#fdf6f0"/>
    <path d="M0 360v-50q160-40 320 0t320-10v60z" fill="#232a4d"/>
    <g fill="#f4a9bd"><circle cx="70" cy="60" r="13"/><circle cx="110" cy="95" r="9"/><circle cx="40" cy="115" r="10"/><circle cx="130" cy="45" r="7"/></g>
  </svg>`);
  const picture = await page.locator("svg").screenshot();
  await page.close();
  return picture;
}

const MORE = [
  ["Ελένη", "Καλησπέρα από την Αθήνα! It is good to see a cgi-bin again."],
  ["Grace & Ada", "if (a < b && c > d) we_are_fine();"],
] as const;

export async function takeScreenshot(
  page: Page,
  url: string,
  path: string,
): Promise<void> {
  await page.goto(url);
  for (const [name, message] of MORE) {
    await page.getByLabel("Your name").fill(name);
    await page.getByLabel("Your message").fill(message);
    await page.getByRole("button", { name: "Sign" }).click();
    await page.waitForSelector(".notice");
  }
  await page.waitForLoadState("networkidle");
  await page.screenshot({ path, fullPage: true });
}
