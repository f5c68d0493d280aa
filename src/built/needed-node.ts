/** What a built file runs on. */
export const NEEDED = "Node 20.19, 22.12, 24 or later";

/** Patterns of a shell for what `node --version` says where that is older. */
export const TOO_OLD: readonly string[] = [
  "v[0-9].*",
  "v1[0-9].*",
  "v20.[0-9].*",
  "v20.1[0-8].*",
  "v21.*",
  "v22.[0-9].*",
  "v22.1[01].*",
];

/** The status by which Node tells the shell in front of it that it is too old, and has touched nothing. */
export const TOO_OLD_STATUS = 79;

/** The same as {@link TOO_OLD}, of a version like `20.19.0`. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major === 20) return minor < 19;
  if (major === 22) return minor < 12;
  return major < 22;
}
