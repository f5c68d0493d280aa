// What a program learns of a client that leaves, told to whoever asks later.
export class Aborts {
  #arrival = later();
  #end = later();

  /** Follows a request that will not be answered. */
  watch(req, res) {
    const seen = [];
    req.on("aborted", () => seen.push("req aborted"));
    req.on("error", ({ code }) => seen.push(`req error ${code}`));
    req.on("close", () => seen.push("req close"));
    res.on("error", ({ code }) => seen.push(`res error ${code}`));
    res.on("finish", () => seen.push("res finish"));
    res.on("close", () => {
      // What else comes of it comes in the same turn.
      setImmediate(() => {
        const { destroyed, writableFinished } = res;
        const facts = { aborted: req.aborted, destroyed, writableFinished };
        this.#end.resolve({ seen: seen.sort(), ...facts });
      });
    });
    this.#arrival.resolve({});
  }

  entered() {
    return this.#arrival.promise;
  }

  /** Once for each request. */
  async seen() {
    const facts = await this.#end.promise;
    this.#arrival = later();
    this.#end = later();
    return facts;
  }

  static async *endless() {
    for (;;) {
      yield "again and again\n";
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

function later() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
