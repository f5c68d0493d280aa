import type { FindingCode } from "../../../src/doctor/codes/index.ts";
import type { Level } from "../../../src/doctor/finding.ts";
import type { Habitat, Home } from "./habitat.ts";

/** A way to break a healthy set-up. */
export interface Case {
  /** What somebody has done. */
  readonly name: string;
  readonly home: Home;
  /** What the doctor says of it, and nothing else. */
  readonly code: FindingCode;
  /** Where it is to be another one than the code's. */
  readonly level?: Level;
  readonly act: (habitat: Habitat) => unknown;
  /** Whether --fix makes it whole again. */
  readonly fixed?: true;
  /** Only root can bring it about. */
  readonly asRoot?: true;
  /** On the real server: what a visitor gets; undefined where it is not tried there. */
  readonly visible?: "broken" | "fine" | "broken after a restart";
}
