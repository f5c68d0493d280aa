import assert from "node:assert/strict";
import { test } from "node:test";
import { codes } from "../../src/doctor/codes/index.ts";
import { apacheCases } from "./zoo/apache.ts";
import { applicationCases } from "./zoo/application.ts";
import { damageCases } from "./zoo/damage.ts";
import { firstLineCases } from "./zoo/first-lines.ts";
import { hiddenCases } from "./zoo/hidden.ts";
import { htaccessAboveCases, htaccessCases } from "./zoo/htaccess.ts";
import { machineCases } from "./zoo/machines.ts";
import { permissionCases } from "./zoo/permissions.ts";
import { residentCases } from "./zoo/resident.ts";
import { socketCases } from "./zoo/sockets.ts";
import { urlCases } from "./zoo/urls.ts";

test("every code has its animal in the zoo, and those that --fix mends are mended there", () => {
  const all = [
    ...damageCases,
    ...firstLineCases,
    ...permissionCases,
    ...apacheCases,
    ...htaccessCases,
    ...htaccessAboveCases,
    ...hiddenCases,
    ...applicationCases,
    ...machineCases,
    ...residentCases,
    ...socketCases,
    ...urlCases,
  ];
  const seen = new Set<string>(all.flatMap(({ code }) => code ?? []));
  const missing = Object.keys(codes).filter((code) => !seen.has(code));
  assert.deepEqual(missing, []);
  const mended = new Set<string>(
    all.flatMap((each) =>
      "fixed" in each && each.fixed ? [`${each.code}`] : [],
    ),
  );
  const claimed = Object.entries(codes).filter(([, { fixable }]) => fixable);
  assert.deepEqual([...mended].sort(), claimed.map(([code]) => code).sort());
});
