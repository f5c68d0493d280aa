/** What a web server, a terminal, a shell or a service manager sends to end a process. */
export const END_SIGNALS = ["SIGTERM", "SIGHUP", "SIGINT"] as const;
