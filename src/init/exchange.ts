import { type OutgoingHttpHeaders, request } from "node:http";

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: string;
  /** Milliseconds between the first part and the last. */
  readonly spread: number;
}

/** A request, as it goes over the wire: no URL that would be tidied up. */
export interface Question {
  readonly target: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly body?: Buffer;
}

/** Milliseconds of silence. */
const PATIENCE = 30_000;
/** Characters of an answer to keep. */
const MOST = 65_536;

/** Asks a server on loopback. @throws where nobody answers */
export function askServer(
  port: number,
  { target, method = "GET", headers = {}, body }: Question,
  signal: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, path: target, method, headers, signal },
      (response) => {
        const arrivals: number[] = [];
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          arrivals.push(performance.now());
          if (text.length < MOST) text += part;
        });
        response.on("error", reject);
        response.on("end", () => {
          const spread = (arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0);
          const { statusCode: status = 0, headers } = response;
          const type = headers["content-type"];
          resolve({ status, type, body: text, spread });
        });
      },
    );
    asked.setTimeout(PATIENCE, () =>
      asked.destroy(new Error(`no answer within ${PATIENCE / 1000} seconds`)),
    );
    asked.on("error", reject);
    asked.end(body);
  });
}
