// What bites later: limits and defaults of Apache that only the server's own configuration can change.

import { handlerOf, passesAuthorization } from "../apache/in-force.ts";
import type { Directive } from "../apache/parse.ts";
import { everywhere, lastOf, type Server, serversOf } from "../apache/place.ts";
import type { FindingCode } from "../codes/index.ts";
import type { Context } from "../context.ts";
import type { Found } from "../finding.ts";

/** A setting, its default, and when that is too little. */
interface Limit {
  readonly name: string;
  readonly code: FindingCode;
  readonly assumed: number;
  readonly isGood: (value: number) => boolean;
  readonly line: string;
}

const HEADERS: Limit = {
  name: "limitrequestfieldsize",
  code: "HEADER_LINES",
  assumed: 8_190,
  isGood: (bytes) => bytes > 8_190,
  line: "LimitRequestFieldSize 16000",
};

const FCGID: readonly Limit[] = [
  {
    name: "fcgidmaxrequestlen",
    code: "FCGID_REQUEST_LENGTH",
    assumed: 131_072,
    isGood: (bytes) => bytes > 131_072,
    line: "FcgidMaxRequestLen 1073741824",
  },
  {
    name: "fcgidiotimeout",
    code: "FCGID_IO_TIMEOUT",
    assumed: 40,
    isGood: (seconds) => seconds > 40,
    line: "FcgidIOTimeout 300",
  },
  {
    name: "fcgidoutputbuffersize",
    code: "FCGID_BUFFER",
    assumed: 65_536,
    isGood: (bytes) => bytes < 65_536,
    line: "FcgidOutputBufferSize 0",
  },
  {
    name: "fcgidminprocessesperclass",
    code: "FCGID_PROCESSES",
    assumed: 3,
    isGood: (processes) => processes < 3,
    line: "FcgidMinProcessesPerClass 1",
  },
];

/** For a program that the server's own configuration names; behind .htaccess nobody but the host could change them. */
export function checkApacheLimits(context: Context): Found[] {
  const { place, layers, program } = context;
  if (place === undefined || layers === undefined || program === undefined)
    return [];
  const isServers = place.via === "scriptalias" || place.via === "fcgidwrapper";
  if (!isServers) return [];
  const where = `${place.file}:${place.line}`;
  const handler = handlerOf(layers.layers, program.file, place);
  const found = [
    ...encodedSlashes(place.directives, where),
    ...tooSmall(HEADERS, place.directives, where),
  ];
  if (handler !== "fcgid-script") return found;
  return [
    ...found,
    ...FCGID.flatMap((limit) => tooSmall(limit, place.directives, where)),
  ];
}

/** For the virtual hosts that pass requests on to the socket. */
export function checkProxies({ apache, socket }: Context): Found[] {
  if (apache === undefined || socket === undefined) return [];
  return serversOf(apache).flatMap((server) => {
    const found = proxiesOf(server, socket);
    if (found.length === 0) return [];
    const isMain = server.file === apache.file && server.line === 1;
    // The lines of the main server are in each virtual host as well.
    if (!isMain && found.every(({ file }) => file !== server.file)) return [];
    return found.flatMap((proxy) => proxied(proxy, server, apache.modules));
  });
}

function proxied(
  proxy: Directive,
  server: Server,
  modules: ReadonlySet<string> | undefined,
): Found[] {
  const { name, args, file, line } = proxy;
  const where = `${file}:${line}`;
  if (modules !== undefined && !modules.has("proxy_fcgi_module")) {
    return [
      {
        code: "APACHE_MODULE_MISSING",
        where,
        what: "it needs mod_proxy_fcgi, which is not loaded",
        repair: "a2enmod proxy_fcgi && systemctl restart apache2",
      },
    ];
  }
  const found = [
    ...encodedSlashes(server.directives, where),
    ...tooSmall(HEADERS, server.directives, where),
  ];
  const directives = [...server.directives, ...sections(server.directives)];
  if (!passesAuthorization([{ directives }])) {
    found.push({
      code: "AUTHORIZATION_WITHHELD",
      where,
      what: "CGIPassAuth is off, so that logins by HTTP (Basic, Bearer) do not reach the application",
      repair: `<Location ${JSON.stringify(args[0] ?? "/")}> CGIPassAuth On </Location>, beside it`,
    });
  }
  if (name !== "proxypass") return found;
  const has = (parameter: string): boolean =>
    args.some((arg) => arg.toLowerCase() === parameter);
  if (!has("flushpackets=on")) {
    found.push({
      code: "PROXY_BUFFERS",
      where,
      what: "small parts of a response wait for more",
      repair: "write flushpackets=on at its end",
    });
  }
  if (!has("enablereuse=on")) {
    found.push({
      code: "PROXY_RECONNECTS",
      where,
      what: "each request makes a connection of its own",
      repair: "write enablereuse=on at its end",
    });
  }
  return found;
}

function proxiesOf({ directives }: Server, socket: string): Directive[] {
  return ["proxypass", "proxypassmatch", "sethandler"].flatMap((name) =>
    [...everywhere(directives, name)].filter(({ args }) =>
      args.some((arg) => arg.includes(`unix:${socket}|fcgi:`)),
    ),
  );
}

function* sections(directives: readonly Directive[]): Generator<Directive> {
  for (const { children = [] } of directives) {
    yield* children;
    yield* sections(children);
  }
}

function tooSmall(
  { name, code, assumed, isGood, line }: Limit,
  directives: readonly Directive[],
  where: string,
): Found[] {
  const set = lastOf(directives, name);
  const value = set === undefined ? assumed : Number(set.args[0]);
  if (isGood(value)) return [];
  const [written = name] = line.split(" ");
  return [
    {
      code,
      where: set === undefined ? where : `${set.file}:${set.line}`,
      what: `${written} is ${value}${set === undefined ? ", its default" : ""}`,
      repair: `${line}, in the <VirtualHost>`,
    },
  ];
}

function encodedSlashes(
  directives: readonly Directive[],
  where: string,
): Found[] {
  const value = lastOf(
    directives,
    "allowencodedslashes",
  )?.args[0]?.toLowerCase();
  if (value === "on" || value === "nodecode") return [];
  return [
    {
      code: "ENCODED_SLASHES",
      where,
      what: "AllowEncodedSlashes is off, so that a path with %2F is answered 404",
      repair: "AllowEncodedSlashes NoDecode, in the <VirtualHost>",
    },
  ];
}
