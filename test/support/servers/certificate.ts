import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "./sandbox.ts";

/** Makes a file of a certificate nobody has signed and its key. */
export function makeCertificate(sandbox: Sandbox): string {
  const key = join(sandbox.root, "key.pem");
  const certificate = join(sandbox.root, "certificate.pem");
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt"],
      ...["ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
      ...["-subj", "/CN=localhost", "-keyout", key, "-out", certificate],
    ],
    { stdio: "pipe" },
  );
  return sandbox.write(
    "both.pem",
    readFileSync(certificate, "utf8") + readFileSync(key, "utf8"),
  );
}
