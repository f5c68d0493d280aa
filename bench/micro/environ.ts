// Stop 3: variables to an environ.
import { buildEnviron } from "../../src/common/environ.ts";
import { repair } from "../../src/common/quirks.ts";
import { LazySignal } from "../../src/common/signal.ts";
import { measure } from "./measure.ts";
import { parts, settings, variables } from "./request.ts";

const unmounted = { ...settings, mount: undefined };

await measure("An environ of the 20 params", {
  buildEnviron: () =>
    buildEnviron(parts(), new LazySignal(), settings, () => {}),
  "buildEnviron without a mount": () =>
    buildEnviron(parts(), new LazySignal(), unmounted, () => {}),
  "the repairs alone": () => repair(variables()),
  "the variables alone": () => variables(),
});
