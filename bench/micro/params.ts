// Stop 2: pairs to variables. One string for the whole block, cut into values, or a string for each.
import { emptyVariables, type Variables } from "../../src/common/variables.ts";
import { decodePairs } from "../../src/fastcgi/params.ts";
import { measure } from "./measure.ts";
import { params } from "./request.ts";

await measure("The 20 params of a GET through nginx", {
  decodePairs: () => decodePairs(params, 1_000),
  "a string for each": () => simple(Buffer.from(params)),
  "an object with a prototype": () => simple(Buffer.from(params), {}),
});

function simple(
  bytes: Buffer,
  variables: Variables = emptyVariables(),
): Variables {
  let at = 0;
  const length = (): number => {
    if (bytes.readUInt8(at) < 0x80) return bytes.readUInt8(at++);
    at += 4;
    return bytes.readUInt32BE(at - 4) - 0x8000_0000;
  };
  while (at < bytes.length) {
    const nameLength = length();
    const valueLength = length();
    const value = at + nameLength;
    const name = bytes.toString("latin1", at, value);
    at = value + valueLength;
    variables[name] = bytes.toString("latin1", value, at);
  }
  return variables;
}
