// What a process that serves tells of itself: figures, status pages.
import { resolve } from "node:path";
import type { Logger } from "pino";
import type { Observer } from "../../common/observer.ts";
import type { Application } from "../../common/types.ts";
import type { Variables } from "../../common/variables.ts";
import { AccessLog } from "../../insight/access-log.ts";
import { diagnostics } from "../../insight/diagnostics.ts";
import type { Status, WorkerFigures } from "../../insight/figures.ts";
import type { LogFile } from "../../insight/log-file.ts";
import { OpenTelemetry } from "../../insight/open-telemetry.ts";
import { type Gauges, ProcessFigures } from "../../insight/process-figures.ts";
import { withRequestIds } from "../../insight/request-ids.ts";
import { RunningRequests } from "../../insight/running-requests.ts";
import { SharedFigures } from "../../insight/shared-figures.ts";
import { sharedFolder } from "../../insight/shared-folder.ts";
import { StatusPages } from "../../insight/status-application.ts";
import type { Values } from "../options/option.ts";
import { packageVersion } from "../package-version.ts";
import { openLogFile } from "./open-log.ts";
import type { Place } from "./serving.ts";

const STDOUT = 1;

/** Figures, and the pages that show them, as far as anybody can ask for them. */
export class Insight {
  readonly #place: Place;
  readonly #application: string;
  /** Kept where a parent or a page wants them. */
  readonly #figures: ProcessFigures | undefined;
  readonly #pages: StatusPages;
  /** Which requests run: figures, slow log and watchdog look at this one list. */
  readonly running: RunningRequests = new RunningRequests();
  readonly #observers: Observer[] = [diagnostics, this.running];
  readonly #requestIds: boolean;
  readonly #accessLog: LogFile | undefined;
  #shared: SharedFigures | undefined;
  #gauges: () => Gauges = () => ({
    state: "starting",
    connections: 0,
    queued: 0,
  });

  /**
   * @param application its file
   * @throws {TsgiError} `CONFIG` for a client that is no address
   */
  constructor(values: Values, place: Place, application: string, log: Logger) {
    this.#place = place;
    this.#requestIds = values.requestId === true;
    this.#application = application;
    if (place.worker > 0 || values.statusPath !== undefined) {
      const { worker, generation } = place;
      const slowMs = values.slowMs || Number.POSITIVE_INFINITY;
      this.#figures = new ProcessFigures(
        worker,
        generation,
        slowMs,
        this.running,
      );
      this.#observers.push(this.#figures.recorder);
    }
    if (values.accessLog !== undefined) {
      this.#accessLog = openAccessLog(values.accessLog, log);
      const { accessLogFormat = "combined" } = values;
      const file = this.#accessLog;
      this.#observers.push(
        new AccessLog(accessLogFormat, (line) => file.write(line)),
      );
    }
    this.#pages = new StatusPages({
      ...values,
      source: place.askStatus ?? (async () => this.#ownStatus()),
      onOwn: (environ) => this.#figures?.recorder.disregard(environ),
    });
  }

  /** Who wants to know of requests; complete when the application is wrapped. */
  get observers(): readonly Observer[] {
    return this.#observers;
  }

  /** The loaded application with our pages in front, within a span of each request where it brings the library for that. */
  wrap(application: Application): Application {
    const telemetry = OpenTelemetry.of(this.#application);
    if (telemetry !== undefined) this.#observers.push(telemetry);
    const traced = telemetry?.wrap(application) ?? application;
    const wrapped = this.#pages.wrap(traced);
    return this.#requestIds ? withRequestIds(wrapped) : wrapped;
  }

  /** Tells whether a request is for one of our pages, which do not wait for their turn; undefined where there are none. */
  get isExempt(): ((variables: Variables) => boolean) | undefined {
    if (!this.#pages.exist) return undefined;
    return (variables) => this.#pages.owns(variables);
  }

  /** From now on figures tell how busy the server is. */
  measure(gauges: () => Gauges): void {
    this.#gauges = gauges;
  }

  /** The figures of this process, undefined where nobody keeps them. */
  take(): WorkerFigures | undefined {
    return this.#figures?.take(this.#gauges());
  }

  /**
   * From now on the processes of this application which the web server has started tell of each other.
   *
   * @param report is told of failures; the status is then that of this process
   */
  share(report: (error: unknown) => void): void {
    const figures = this.#figures;
    if (figures === undefined) return;
    try {
      this.#shared = new SharedFigures(
        sharedFolder(this.#application),
        () => figures.take(this.#gauges()),
        report,
      );
    } catch (error) {
      report(error);
    }
  }

  /** Opens the access log anew. */
  reopen(): void {
    this.#accessLog?.reopen();
  }

  /** The last request has ended. */
  async end(): Promise<void> {
    this.#shared?.leave();
    await this.#accessLog?.close();
  }

  /** The process ends as it is. */
  endNow(): void {
    this.#shared?.leave();
    this.#accessLog?.flushNow();
  }

  #ownStatus(): Status {
    const own = this.take();
    if (own === undefined) throw new Error("no figures are kept");
    return {
      version: packageVersion(),
      node: process.version,
      application: this.#application,
      generation: this.#place.generation,
      events: [],
      ...(this.#shared?.status() ?? {
        startedAt: own.startedAt,
        workers: [own],
        totals: own.requests,
        restarts: {},
      }),
    };
  }
}

/** Standard output for `-`. @throws {TsgiError} `CONFIG` where it cannot be opened */
function openAccessLog(path: string, log: Logger): LogFile {
  return openLogFile(path === "-" ? STDOUT : resolve(path), "--access-log", {
    failed: (error) =>
      log.error(
        { code: "LOG_LOST", err: error },
        "the access log cannot be written; its lines are counted and dropped",
      ),
    recovered: (lost) =>
      log.warn(
        { code: "LOG_LOST" },
        `the access log is written again; ${lost} lines were lost`,
      ),
  });
}
