// Sockets that systemd has bound for this process (sd_listen_fds(3)).

const FIRST = 3;
/** More would be a mistake. */
const MOST = 256;

/** What was found. */
export interface ActivatedSockets {
  /** Such as `"fd:3"`. */
  readonly addresses: readonly string[];
  /** Why there are none, where there should be. */
  readonly warning: string | undefined;
}

/**
 * Takes the variables out of `environment`, too: what this process starts has other descriptors of
 * these numbers.
 */
export function takeActivatedSockets(
  environment: NodeJS.ProcessEnv,
): ActivatedSockets {
  const { LISTEN_FDS, LISTEN_PID } = environment;
  for (const name of ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"]) {
    delete environment[name];
  }
  if (LISTEN_FDS === undefined || LISTEN_PID === undefined) {
    return { addresses: [], warning: undefined };
  }
  if (LISTEN_PID !== String(process.pid)) {
    const warning = `systemd has left its sockets to process ${LISTEN_PID}, and this is ${process.pid}: ExecStart= must start tsgi-fcgi itself, or by a shell with exec`;
    return { addresses: [], warning };
  }
  const count = /^[0-9]{1,3}$/.test(LISTEN_FDS) ? Number(LISTEN_FDS) : 0;
  return {
    addresses: Array.from(
      { length: Math.min(count, MOST) },
      (_, index) => `fd:${FIRST + index}`,
    ),
    warning: undefined,
  };
}
