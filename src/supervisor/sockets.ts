// The sockets of a pool. A Unix socket whose file has vanished is bound anew.

/** A socket that is bound, for workers to listen on. */
export interface PoolSocket {
  readonly address: string;
  readonly fd: number;
  /** Somebody listens: a Unix socket gets its name. */
  place(): Promise<void>;
  /** Whether clients find it. */
  isReachable(): boolean;
  close(): void;
}

/** Makes the socket for an address. */
export type Bind = (address: string) => Promise<PoolSocket>;

/** All sockets a generation serves. */
export class Sockets {
  readonly #all: readonly PoolSocket[];
  #placed: Promise<unknown> | undefined;

  constructor(all: readonly PoolSocket[]) {
    this.#all = all;
  }

  /** @throws {TsgiError} `LISTEN` where one of them cannot be had; then none is */
  static async bind(
    addresses: readonly string[],
    bind: Bind,
  ): Promise<Sockets> {
    const bound: PoolSocket[] = [];
    try {
      for (const address of addresses) bound.push(await bind(address));
    } catch (error) {
      for (const socket of bound) socket.close();
      throw error;
    }
    return new Sockets(bound);
  }

  get addresses(): readonly string[] {
    return this.#all.map(({ address }) => address);
  }

  get descriptors(): readonly number[] {
    return this.#all.map(({ fd }) => fd);
  }

  /** Those that clients do not find any more. */
  get lost(): readonly string[] {
    return this.#all
      .filter((socket) => !socket.isReachable())
      .map(({ address }) => address);
  }

  /** Somebody listens on them all. @throws {TsgiError} `LISTEN` */
  async place(): Promise<void> {
    this.#placed ??= Promise.all(this.#all.map((socket) => socket.place()));
    await this.#placed;
  }

  /** The same, but new ones for the lost. @throws {TsgiError} `LISTEN` */
  async withLostBound(bind: Bind): Promise<Sockets> {
    const { lost } = this;
    const fresh = new Map<string, PoolSocket>();
    try {
      for (const address of lost) fresh.set(address, await bind(address));
    } catch (error) {
      for (const socket of fresh.values()) socket.close();
      throw error;
    }
    return new Sockets(
      this.#all.map((socket) => fresh.get(socket.address) ?? socket),
    );
  }

  /** Closes those that `others` does not have. */
  close(others?: Sockets): void {
    const kept = others === undefined ? [] : others.#all;
    for (const socket of this.#all) {
      if (!kept.includes(socket)) socket.close();
    }
  }
}
