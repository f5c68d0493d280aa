// How lines of the log look where people read them.

/** Descriptor 2. */
export const STDERR = 2;

/** What pino-pretty shows of a line. */
export const LINES = { ignore: "pid", translateTime: "SYS:HH:MM:ss" } as const;

/** Whether to use colours: unless NO_COLOR (https://no-color.org/) or the terminal are against them. */
export function wantsColours(): boolean {
  const { NO_COLOR, TERM } = process.env;
  return !NO_COLOR && TERM !== "dumb";
}
