import type { Sandbox } from "./sandbox.ts";

/** What the distribution's main file does, done for a sandbox. */
export interface Main {
  /** Text that the shipped file has for its port, and what to put there. */
  readonly replacements: Readonly<Record<string, string>>;
  /** The main file's text; it includes `site`. */
  text(site: string): string;
  /** The arguments that start the program in the foreground. */
  args(main: string, site: string): string[];
}

/** @param certificate a file of certificate and key, where the port is to speak TLS */
export type MainFor = (
  sandbox: Sandbox,
  port: number,
  certificate: string | undefined,
) => Main;
