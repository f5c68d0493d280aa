// What a process may miss that a web server or a service manager has started: mod_fcgid leaves PATH, systemd little more.
import { accessSync, constants } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { delimiter, dirname } from "node:path";

/** Where temporary files may go besides where the environment says. */
const TEMPORARY = ["/tmp", "/var/tmp", "/dev/shm"];
/** Where systems keep their programs. */
const PROGRAMS = ["/usr/local/bin", "/usr/bin", "/bin"];

/**
 * Variables that programs rely on and `environment` lacks: `HOME`, `USER`, `LOGNAME` of the user
 * database, `PATH` with this Node's folder, and `TMPDIR` where the place for temporary files is not
 * to be written to. Not `LANG`: Node would format dates by it.
 */
export function missingVariables(
  environment: NodeJS.ProcessEnv,
): Readonly<Record<string, string>> {
  const user = databaseEntry();
  const wanted: Record<string, string | undefined> = {
    HOME: user?.homedir,
    USER: user?.username,
    LOGNAME: user?.username,
    PATH: [dirname(process.execPath), ...PROGRAMS].join(delimiter),
  };
  const missing: Record<string, string> = {};
  for (const [name, value] of Object.entries(wanted)) {
    if (value && !environment[name]) missing[name] = value;
  }
  const folder = isUsable(tmpdir()) ? undefined : TEMPORARY.find(isUsable);
  return folder === undefined ? missing : { ...missing, TMPDIR: folder };
}

/** Not of the environment, but of the system; undefined where it does not know the user. */
function databaseEntry(): { homedir: string; username: string } | undefined {
  try {
    return userInfo();
  } catch {
    return undefined;
  }
}

function isUsable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
