// What is in use of the memory, and not what waits for the next collection: on SIGUSR2, with --expose-gc.
process.on("SIGUSR2", () => globalThis.gc?.());
