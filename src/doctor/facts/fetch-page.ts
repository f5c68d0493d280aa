// Asks a URL as a browser does, and notes when the parts of the answer arrive.
import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";

/** What came back. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<
    Record<string, string | readonly string[] | undefined>
  >;
  /** Its beginning. */
  readonly body: string;
  /** Milliseconds after the request at which each part arrived. */
  readonly arrivals: readonly number[];
  /** Whether it ended by itself. */
  readonly isWhole: boolean;
}

/** Bytes to keep. */
const MOST = 65_536;
/** Parts to wait for; a stream need not end. */
const PARTS = 4;

/** GET. What certificates say is not looked at. @throws where nobody answers */
export function fetchPage(url: URL, patience: number): Promise<Page> {
  const request = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const since = performance.now();
    const asked = request(
      url,
      {
        rejectUnauthorized: false,
        headers: { "User-Agent": "tsgi-doctor", Accept: "*/*" },
      },
      (response) => {
        let body = "";
        const arrivals: number[] = [];
        const done = (isWhole: boolean): void => {
          clearTimeout(timer);
          asked.destroy();
          const { statusCode = 0, headers } = response;
          resolve({ status: statusCode, headers, body, arrivals, isWhole });
        };
        const timer = setTimeout(() => done(false), patience);
        response.setEncoding("latin1").on("data", (text: string) => {
          arrivals.push(performance.now() - since);
          if (body.length < MOST) body += text;
          if (arrivals.length >= PARTS && body.length >= MOST) done(false);
        });
        response.on("end", () => done(true));
        response.on("error", () => done(false));
      },
    );
    asked.setTimeout(patience, () =>
      asked.destroy(new Error("no answer came in time")),
    );
    asked.on("error", reject);
    asked.end();
  });
}
