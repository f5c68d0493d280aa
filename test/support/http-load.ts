// Browsers' steady stream of requests to a web server, which counts what fails.
import { ask } from "../interop/client.ts";
import { Tally } from "./tally.ts";

/** Asks for one page without a pause, on a connection for each request, until it is told to stop. */
export class HttpLoad extends Tally {
  readonly #port: number;
  readonly #target: string;

  constructor(port: number, target: string, clients: number) {
    super();
    this.#port = port;
    this.#target = target;
    this.begin(clients);
  }

  protected async ask(): Promise<void> {
    while (!this.isOver) {
      try {
        const { status, body } = await ask(this.#port, this.#target);
        if (status === 200) this.note(`${body}`);
        else this.fail(`${status}`);
      } catch (error) {
        this.fail(String(error));
        // Whoever is not let in at all would fail some thousand times.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }
}
