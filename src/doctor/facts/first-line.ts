// The first line of a script, read as the kernel does (execve(2), fs/binfmt_script.c).

/** What a first line makes the kernel start. */
export interface FirstLine {
  /** The whole line, without its line feed. */
  readonly line: string;
  /** The program, as written. */
  readonly interpreter: string;
  /** The rest, which the kernel passes as one argument. */
  readonly argument: string;
  /** For `/usr/bin/env name`: the name, and what follows it where `-S` splits it. */
  readonly command: readonly string[];
}

/** Bytes of a first line, by kernel: since Linux 5.1, and before it. */
export const LINE_LIMITS = { NOW: 255, BEFORE: 127 } as const;

/** Bytes to read, to see a first line and that it is too long. */
export const ENOUGH = 4096;

/** undefined where the text does not begin with `#!`. */
export function parseFirstLine(text: string): FirstLine | undefined {
  if (!text.startsWith("#!")) return undefined;
  const line = text.split("\n", 1)[0] as string;
  const [, interpreter = "", rest = ""] =
    /^#![ \t]*([^ \t]*)[ \t]*(.*?)[ \t]*$/s.exec(line) ?? [];
  return {
    line,
    interpreter,
    argument: rest,
    command: commandOf(interpreter, rest),
  };
}

/** What is started in the end: by `env`, or by the kernel itself. */
function commandOf(interpreter: string, argument: string): string[] {
  if (!isEnv(interpreter)) {
    return argument === "" ? [interpreter] : [interpreter, argument];
  }
  const split = /^(?:-S|--split-string=?)[ \t]*(.*)$/.exec(argument);
  if (split === null) return argument === "" ? [] : [argument];
  const words = (split[1] as string).split(/[ \t]+/).filter(Boolean);
  // env takes assignments in front of the command.
  while (words[0]?.includes("=")) words.shift();
  return words;
}

/** Whether a program is `env`, which looks for another one in PATH. */
export function isEnv(interpreter: string): boolean {
  return /(?:^|\/)env$/.test(interpreter);
}
