import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type Directive,
  parseApache,
} from "../../../src/doctor/apache/parse.ts";

/** Names and arguments alone. */
type Short = readonly [
  name: string,
  args: readonly string[],
  children?: readonly Short[],
];

const cases: readonly (readonly [
  what: string,
  text: string,
  short: readonly Short[],
])[] = [
  [
    "words and quotes",
    `ServerName  a.b\nAlias "/a b" '/c\\'d'\n`,
    [
      ["servername", ["a.b"]],
      ["alias", ["/a b", "/c'd"]],
    ],
  ],
  [
    "comments and empty lines",
    "# A b\n\n  # c\nOptions None # is no comment\n",
    [["options", ["None", "#", "is", "no", "comment"]]],
  ],
  [
    "lines that go on",
    "Options \\\n  +ExecCGI \\\r\n  -Indexes\n",
    [["options", ["+ExecCGI", "-Indexes"]]],
  ],
  [
    "sections in sections",
    "<VirtualHost *:80>\n<Directory /a>\nRequire all granted\n</Directory>\n</VirtualHost>\n",
    [
      [
        "virtualhost",
        ["*:80"],
        [["directory", ["/a"], [["require", ["all", "granted"]]]]],
      ],
    ],
  ],
  [
    "quotes within a word",
    'RewriteRule ^a"b c\n',
    [["rewriterule", ['^a"b', "c"]]],
  ],
  [
    "blanks within words of rewrite rules",
    "RewriteRule ^a\\ b$ '/c d' [L]\nRewriteCond %{THE_REQUEST} \\ /i\\ HTTP/ [NC]\n",
    [
      ["rewriterule", ["^a\\ b$", "/c d", "[L]"]],
      ["rewritecond", ["%{THE_REQUEST}", "\\ /i\\ HTTP/", "[NC]"]],
    ],
  ],
  [
    "rewrite rules with more than mod_rewrite looks at",
    "RewriteRule ^a$ /b [L] # a comment\n",
    [["rewriterule", ["^a$", "/b", "[L]"]]],
  ],
];

for (const [what, text, short] of cases) {
  test(`parseApache reads ${what}`, () => {
    const { directives, mistakes } = parseApache(text, "f");
    assert.deepEqual(directives.map(shorten), short);
    assert.deepEqual(mistakes, []);
  });
}

test("parseApache tells lines, from 1", () => {
  const { directives } = parseApache("\nA b\n<C>\nD \\\n e\nF\n</C>\n", "f");
  assert.deepEqual(
    directives.map(({ line }) => line),
    [2, 3],
  );
  assert.deepEqual(
    directives[1]?.children?.map(({ line }) => line),
    [4, 6],
  );
});

const MISTAKES: readonly (readonly [
  text: string,
  line: number,
  what: RegExp,
])[] = [
  ["<Directory /a>\n", 1, /<directory> is never closed/],
  ["</Directory>\n", 1, /no section is open/],
  ["<A>\n<B>\n</A>\n</B>\n</A>\n", 3, /<\/a> stands where <b> is open/],
];
for (const [text, line, what] of MISTAKES) {
  test(`parseApache finds a mistake in ${JSON.stringify(text)}`, () => {
    const [mistake] = parseApache(text, "f").mistakes;
    assert.equal(mistake?.line, line);
    assert.match(mistake.what, what);
  });
}

function shorten({ name, args, children }: Directive): Short {
  return children === undefined
    ? [name, args]
    : [name, args, children.map(shorten)];
}
