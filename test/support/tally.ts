// What came of the requests of a steady stream, and when there were enough of them.

/** What came of the requests. */
export interface LoadCount {
  answered: number;
  /** Why others were not answered, or not with 200. */
  readonly failures: string[];
}

/** Several clients that ask until they are told to stop. */
export abstract class Tally {
  readonly count: LoadCount = { answered: 0, failures: [] };
  /** How often a body was answered. */
  readonly bodies: Map<string, number> = new Map();
  #clients: Promise<unknown> = Promise.resolve();
  #isOver = false;
  #waiting: { least: number; resolve: () => void }[] = [];

  /** One client: asks until {@link isOver}, and notes each answer, or fails. */
  protected abstract ask(): Promise<void>;

  /** To be called once, with how many there are. */
  protected begin(clients: number): void {
    const all = Array.from({ length: clients }, () => this.ask());
    this.#clients = Promise.all(all);
  }

  /** Resolves when so many more were answered. */
  more(number: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ least: this.count.answered + number, resolve });
    });
  }

  /** Stops, and tells. */
  async stop(): Promise<LoadCount> {
    this.#isOver = true;
    await this.#clients;
    return this.count;
  }

  protected get isOver(): boolean {
    return this.#isOver;
  }

  protected fail(why: string): void {
    this.count.failures.push(why);
  }

  protected note(body: string): void {
    this.count.answered++;
    this.bodies.set(body, (this.bodies.get(body) ?? 0) + 1);
    this.#waiting = this.#waiting.filter(({ least, resolve }) => {
      if (this.count.answered < least) return true;
      resolve();
      return false;
    });
  }
}
