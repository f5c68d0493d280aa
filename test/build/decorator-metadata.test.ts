// Decorators whose metadata a built file lacks.
import assert from "node:assert/strict";
import { test } from "node:test";
import { decoratorMetadataIn } from "../../src/build/decorator-metadata.ts";

const SERVICE = `@Injectable()
export class Service {
  constructor(private readonly store: Store) {}
}`;
const ON = '{ "compilerOptions": { "emitDecoratorMetadata": true } }';

const CASES: readonly {
  readonly name: string;
  readonly configs: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly text?: string;
  readonly isFound: boolean;
}[] = [
  {
    name: "the project's tsconfig.json asks for it",
    configs: { "/srv/app/tsconfig.json": ON },
    isFound: true,
  },
  {
    name: "what the tsconfig.json extends asks for it",
    configs: {
      "/srv/app/tsconfig.json":
        '{ "extends": "../base", // "emitDecoratorMetadata": false\n "include": ["src/**/*"] }',
      "/srv/base.json": ON,
    },
    isFound: true,
  },
  {
    name: "a nearer tsconfig.json refuses it",
    configs: {
      "/srv/app/tsconfig.json": ON,
      "/srv/app/src/tsconfig.json": ON.replace("true", "false"),
    },
    isFound: false,
  },
  {
    name: "a comment asks for it",
    configs: { "/srv/app/tsconfig.json": `{ /* ${ON} */ }` },
    isFound: false,
  },
  {
    name: "a tsconfig.json extends itself",
    configs: { "/srv/app/tsconfig.json": '{ "extends": "./tsconfig.json" }' },
    isFound: false,
  },
  { name: "there is no tsconfig.json", configs: {}, isFound: false },
  {
    name: "the file is JavaScript",
    configs: { "/srv/app/tsconfig.json": ON },
    path: "src/app.js",
    isFound: false,
  },
  {
    name: "the file is a package's",
    configs: { "/srv/app/tsconfig.json": ON },
    path: "node_modules/service/index.ts",
    isFound: false,
  },
  {
    name: "the file has no decorators",
    configs: { "/srv/app/tsconfig.json": ON },
    text: 'const address = "a@b.example";\n// @ts-expect-error\nx();',
    isFound: false,
  },
];

for (const { name, configs, isFound, ...file } of CASES) {
  const { path = "src/app.ts", text = SERVICE } = file;
  test(`decoratorMetadataIn finds ${isFound ? "a file" : "nothing"} where ${name}`, () => {
    const found = decoratorMetadataIn(
      [{ path, text }],
      "/srv/app",
      (wanted) => configs[wanted],
    );
    assert.deepEqual(
      found.map(({ where }) => where),
      isFound ? [path] : [],
    );
  });
}
