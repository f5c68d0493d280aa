import assert from "node:assert/strict";
import { test } from "node:test";
import type { Machine } from "../../src/doctor/machine.ts";
import { thisMachine } from "../../src/doctor/machine.ts";
import { propose } from "../../src/init/propose.ts";
import {
  apacheRootAt,
  lookAround,
  missingFor,
  type Surroundings,
  webGroup,
} from "../../src/init/surroundings.ts";

/** A machine that has these files, with their texts, and these folders. */
function machineWith(
  files: Readonly<Record<string, string>>,
  folders: readonly string[] = [],
): Machine {
  const kind = (path: string): "file" | "folder" | undefined =>
    path in files ? "file" : folders.includes(path) ? "folder" : undefined;
  return {
    ...thisMachine,
    facts: (path) => {
      const is = kind(path);
      return is && { kind: is, mode: 0o755, uid: 0, gid: 0, size: 1 };
    },
    bytes: (path) =>
      path in files ? Buffer.from(files[path] ?? "") : undefined,
    text: (path) => files[path],
    names: () => [],
  };
}

function around(
  files: Readonly<Record<string, string>>,
  folders: readonly string[] = [],
): Surroundings {
  return lookAround(machineWith(files, folders), "/home/ann", "/usr/bin:/bin");
}

for (const [name, found, isRoot, target, why] of [
  [
    "a home of cPanel",
    around({}, ["/home/ann/public_html", "/home/ann/.cpanel"]),
    false,
    "cpanel",
    /public_html is there and so is cPanel/,
  ],
  [
    "a home that is served",
    around({}, ["/home/ann/httpdocs"]),
    false,
    "htaccess",
    /httpdocs is there, and this user is not root/,
  ],
  [
    "root, whose servers are its own",
    around({ "/usr/sbin/nginx": "" }, ["/home/ann/public_html"]),
    true,
    "nginx",
    /nginx is installed/,
  ],
  [
    "Apache alone",
    around({ "/usr/sbin/apache2": "" }),
    true,
    "apache-proxy-fcgi",
    /apache2 is installed/,
  ],
  [
    "Apache of another distribution",
    around({ "/usr/sbin/httpd": "" }),
    true,
    "apache-proxy-fcgi",
    /httpd is installed/,
  ],
  [
    "lighttpd",
    around({ "/usr/bin/lighttpd": "" }),
    true,
    "lighttpd",
    /lighttpd is installed/,
  ],
  [
    "no server, and systemd",
    around({}, ["/run/systemd/system"]),
    true,
    "systemd",
    /systemd runs here/,
  ],
] as const) {
  test(`for ${name}, ${target} is proposed`, () => {
    const proposal = propose(found, isRoot);
    assert.equal(proposal?.target, target);
    assert.match(proposal.why, why);
  });
}

test("where there is nothing, nothing is proposed", () => {
  assert.equal(propose(around({}), true), undefined);
});

test("the group is that which the server's own configuration names", () => {
  const found = around({
    "/etc/nginx/nginx.conf": "user web pages;\n",
    "/etc/apache2/apache2.conf": `Group \${G}\n`,
    "/etc/apache2/envvars": "export G=crew\n",
  });
  assert.equal(webGroup(found, "nginx"), "pages");
  assert.equal(webGroup(found, "apache"), "crew");
  assert.equal(webGroup(found, "haproxy"), "haproxy");
});

test("a document root of Apache is found from a folder in it", () => {
  const found = around({
    "/etc/apache2/apache2.conf":
      "<VirtualHost *:80>\nDocumentRoot /var/site\n</VirtualHost>\n",
  });
  assert.equal(apacheRootAt(found, "/var/site/a/b"), "/var/site");
  assert.equal(apacheRootAt(found, "/var/sites"), undefined);
});

test("a server that is not installed is named, with the package that has it", () => {
  assert.match(
    missingFor("nginx", "nginx", around({})) ?? "",
    /nginx is not installed on this machine; .*apt-get install nginx/,
  );
  assert.equal(missingFor("systemd", "systemd", around({})), undefined);
});
