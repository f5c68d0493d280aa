// Whose code is in a built file.
import type { Metafile } from "esbuild";

/** What a package, or the application itself, takes of a file. */
export interface PackageShare {
  /** `"express"`; undefined for the application's own files. */
  readonly name: string | undefined;
  readonly files: number;
  readonly bytes: number;
}

/** The packages in a bundle, the largest first. */
export function packagesIn(metafile: Metafile): readonly PackageShare[] {
  const shares = new Map<
    string | undefined,
    { files: number; bytes: number }
  >();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const name = packageOf(path);
      const share = shares.get(name) ?? { files: 0, bytes: 0 };
      share.files++;
      share.bytes += bytesInOutput;
      shares.set(name, share);
    }
  }
  return [...shares]
    .map(([name, share]) => ({ name, ...share }))
    .sort((one, other) => other.bytes - one.bytes);
}

/** The package a file belongs to, by its path; undefined for those of the application. */
export function packageOf(path: string): string | undefined {
  const inner = path.split("node_modules/").at(-1);
  if (inner === undefined || inner === path) return undefined;
  return /^(?:@[^/]+\/)?[^/]+/.exec(inner)?.[0];
}
