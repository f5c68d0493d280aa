// An application or its options that do not get as far as serving: whoever set them up is to blame.
import type { Rows } from "./entry.ts";

/** Rows for the codes of a start that fails before anything listens. */
export const loadCodes: Rows<"LOAD" | "CONFIG"> = {
  LOAD: {
    title: "the application cannot be loaded",
    whose: "the application, or how it was put on the machine",
    means:
      "A process that starts ends; one that mod_fcgid, lighttpd or spawn-fcgi has started answers with this code for ten seconds before, or until a file of the application changes, unless the application itself calls process.exit(). A reload leaves the old code running.",
    visitor:
      "502 or 503 from the web server while no process runs; 500 from a CGI program, and from a process of mod_fcgid or lighttpd",
    exit: "66",
    options: ["--interface", "--factory", "--env-file"],
    causes: [
      {
        cause: "a package is missing on this machine",
        says: [
          "Cannot load <file>: … needs the package <package>, which is not installed",
        ],
        proof: "ls node_modules/<package> beside the application",
        cure: "npm ci --omit=dev in the application's folder, on this machine or before the upload",
      },
      {
        cause: "there is no such file, or this user may not read it",
        says: [
          "Cannot load <file>: there is no such file",
          "Cannot load <file>: this user may not read it",
          "Cannot load <file>: … imports …, and there is no such file",
        ],
        proof: "namei -l <file>",
        cure: "the right path, as seen from where the command is started; chmod o+r, and o+x for each folder",
      },
      {
        cause: "it throws while it is evaluated",
        says: [
          "Cannot load <file>: it threw …",
          "Cannot load <file>: the process ended while it was evaluated",
        ],
        proof:
          "the stack below the line; tsgi request <file> GET / starts it alone",
        cure: "mend what throws: mostly a variable of the environment that is missing here (--env-file), or a database that is not up",
      },
      {
        cause:
          "ES module or CommonJS: it is written as one and named as the other",
        says: [
          'Cannot load <file>: …; for an ES module write "type": "module" in its package.json, or name it .mjs (.mts)',
        ],
        proof:
          "grep '\"type\"' package.json in the folder of the file and above",
        cure: 'npm pkg set type=module, or the name .mjs; .cjs for CommonJS below a "type": "module"',
      },
      {
        cause: "it exports something that is no application",
        says: [
          "Cannot load <file>: it has no …",
          "Cannot load <file>: …; leave that option out",
          "Cannot load <file>: …; export …",
        ],
        proof: "grep export <file>",
        cure: "export default the application; or name another export: app.js:name",
      },
      {
        cause:
          "the process of the preview, or of a reload, ended instead of serving",
        says: ["Cannot run <file>: its process …", "Cannot start …"],
        proof: "what it wrote before it ended",
        cure: "mend that; killed by SIGKILL means memory: see Reached heap limit, or the machine's limit",
      },
      {
        cause: "tsgi build cannot make one file of it",
        says: ["Cannot build …: …"],
        proof: "the lines below name files and lines",
        cure: "mend them; a package that is not there: npm install it",
      },
      {
        cause: "any other mistake in the code; the line names file and line",
        says: ["Cannot load <file>: …"],
        proof: "node --check <file>",
        cure: "mend that line",
      },
    ],
  },
  CONFIG: {
    title: "an option, a variable or a configuration file makes no sense",
    whose: "whoever set it up",
    means:
      "A wrong flag on the command line ends with 2 and help; variables and files end with 78.",
    exit: "78",
    options: ["--config", "--print-config", "--env-file"],
    causes: [
      {
        cause: "a value of the wrong form, or a name with a typing error",
        says: [
          "Cannot use …: it is not …",
          "Cannot use … in …: there is no such option",
          "Cannot use … for …: it must be a number …",
          "Cannot mount at …",
          "Cannot take the role …: there are …",
        ],
        proof:
          "tsgi-fcgi --print-config app.js shows each value and where it comes from",
        cure: "tsgi-fcgi --help has each option's form; times need a unit: 30s",
      },
      {
        cause:
          "the file of --config or --env-file cannot be read, or is no JSON",
        says: [
          "Cannot read <file>: …",
          "Cannot open the file of …: …",
          "Cannot read the environment from <file>: …",
          'Cannot use <file>: it does not hold an object such as { "mount": "/app" }',
        ],
        proof:
          "ls -l <file>; node -p 'JSON.parse(fs.readFileSync(\"<file>\"))'",
        cure: "mend the file; its path is looked for where the command is started",
      },
      {
        cause: "a list of web servers that lets nobody in",
        says: [
          "Cannot use the list of web servers: it is empty, so that nobody could connect",
          "Cannot use … in the list of web servers: it is not an IP address",
        ],
        proof:
          "--allow and FCGI_WEB_SERVER_ADDRS: addresses, with commas between them",
        cure: "--allow 127.0.0.1; or leave both out with a Unix socket",
      },
      {
        cause: "a middleware or the library was given options it cannot use",
        says: [
          "Cannot add … to the environ: …",
          "Cannot serve files…: the option …",
          "Cannot …",
        ],
        proof: "the stack's first line of the application",
        cure: "docs/middleware.md and docs/api have the options",
      },
    ],
  },
};
