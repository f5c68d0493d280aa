import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accessOf,
  handlerOf,
  optionsOf,
  passesAuthorization,
} from "../../../src/doctor/apache/in-force.ts";
import { layersOf } from "../../../src/doctor/apache/layers.ts";
import { loadApache } from "../../../src/doctor/apache/load.ts";
import { placeOf } from "../../../src/doctor/apache/place.ts";
import { furnished } from "../zoo/machine.ts";

const FILE = "/nonexistent/site/sub/app.cgi";

/** What is in force for FILE. */
function inForce(config: string, htaccess?: string) {
  const files = {
    "/nonexistent/apache.conf": `LoadModule cgid_module x\nDefine ROOT /nonexistent/site\nDocumentRoot \${ROOT}\n${config}`,
    "/nonexistent/site/.htaccess": htaccess,
  };
  const machine = furnished({ files });
  const apache = loadApache(machine, "/nonexistent/apache.conf");
  const place = placeOf(apache, FILE);
  if (place === undefined) return undefined;
  const { layers } = layersOf(machine, place, FILE);
  return {
    url: place.url,
    exec: optionsOf(layers).has("execcgi"),
    handler: handlerOf(layers, FILE, place),
    access: accessOf(layers).access,
    passes: passesAuthorization(layers),
  };
}

const PLAIN = {
  url: "/sub/app.cgi",
  exec: false,
  handler: undefined,
  access: "granted",
  passes: false,
};

const cases: readonly (readonly [
  what: string,
  config: string,
  htaccess: string | undefined,
  expected: object,
])[] = [
  ["nothing", "", undefined, {}],
  [
    "a Directory above",
    "<Directory /nonexistent>\nOptions +ExecCGI\nAddHandler cgi-script .cgi\n</Directory>",
    undefined,
    { exec: true, handler: "cgi-script" },
  ],
  [
    "a longer Directory after a shorter one, whatever their order",
    "<Directory /nonexistent/site>\nOptions +ExecCGI\n</Directory>\n<Directory />\nOptions None\n</Directory>",
    undefined,
    { exec: true },
  ],
  [
    "Options without a sign, which replace",
    "Options +ExecCGI\n<Directory /nonexistent/site>\nOptions Indexes\n</Directory>",
    undefined,
    {},
  ],
  ["Options All", "Options All", undefined, { exec: true }],
  [
    "a Directory with stars",
    "<Directory /nonexistent/*/sub>\nRequire all denied\n</Directory>",
    undefined,
    { access: "denied" },
  ],
  [
    "a DirectoryMatch",
    '<DirectoryMatch "/sub/$">\nRequire all denied\n</DirectoryMatch>',
    undefined,
    { access: "denied" },
  ],
  [
    "Files within Directory",
    '<Directory />\n<Files "*.cgi">\nSetHandler cgi-script\n</Files>\n</Directory>',
    undefined,
    { handler: "cgi-script" },
  ],
  [
    "a Location, after all others",
    "<Location /sub>\nRequire ip 10.1.2.3\n</Location>\n<Directory />\nRequire all denied\n</Directory>",
    undefined,
    { access: "some" },
  ],
  [
    "a Location of another path",
    "<Location /su>\nRequire all denied\n</Location>",
    undefined,
    {},
  ],
  [
    "IfModule of a module that is there",
    "<IfModule mod_cgid.c>\nCGIPassAuth On\n</IfModule>",
    undefined,
    { passes: true },
  ],
  [
    "IfModule of one that is not",
    "<IfModule mod_cgi.c>\nCGIPassAuth On\n</IfModule>",
    undefined,
    {},
  ],
  [
    "IfDefine",
    "<IfDefine !ROOT>\nOptions +ExecCGI\n</IfDefine>\n<IfDefine ROOT>\nCGIPassAuth On\n</IfDefine>",
    undefined,
    { passes: true },
  ],
  [
    "a rewrite rule for Authorization",
    "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]",
    undefined,
    { passes: true },
  ],
  [
    ".htaccess that is read",
    "<Directory />\nAllowOverride All\n</Directory>",
    "Options +ExecCGI\nAddHandler cgi-script cgi pl",
    { exec: true, handler: "cgi-script" },
  ],
  [".htaccess that is not", "", "Options +ExecCGI", {}],
  [
    "RemoveHandler",
    "AddHandler cgi-script .cgi\n<Directory />\nAllowOverride All\n</Directory>",
    "RemoveHandler .cgi",
    {},
  ],
  [
    "a ScriptAlias",
    "ScriptAlias /cgi/ /nonexistent/site/sub/",
    undefined,
    { url: "/cgi/app.cgi", handler: "cgi-script" },
  ],
  [
    "a virtual host with a root of its own",
    "<VirtualHost *:80>\nDocumentRoot /nonexistent/site/sub\nOptions +ExecCGI\n</VirtualHost>",
    undefined,
    { url: "/app.cgi", exec: true },
  ],
];

for (const [what, config, htaccess, expected] of cases) {
  test(`what is in force is told by ${what}`, () => {
    assert.deepEqual(inForce(config, htaccess), { ...PLAIN, ...expected });
  });
}
