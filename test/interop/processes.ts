// Processes that a web server has started, which are no children of ours.
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { type Answer, ask } from "./client.ts";
import type { Call } from "./control.ts";
import type { Site } from "./site.ts";

/** A request that an application holds. */
export interface HeldRequest {
  /** Of the process that has it. */
  readonly pid: number;
  readonly call: Call;
  readonly answer: Promise<Answer>;
}

/** Makes so many requests at once, and resolves when the application has them all. */
export async function hold(site: Site, count: number): Promise<HeldRequest[]> {
  const { control, port } = site;
  const answers = Array.from({ length: count }, () =>
    ask(port, site.url("process")),
  );
  const calls = await Promise.all(answers.map(() => control.next()));
  const pids = await Promise.all(calls.map((call) => call.line()));
  return calls.map((call, index) => {
    const pid = Number(pids[index]);
    const answer = answerOf(pid, answers);
    // One of a process that is killed never comes, and need not be waited for.
    answer.catch(() => {});
    return { pid, call, answer };
  });
}

/** Calls come in any order: the answer tells whose it is. */
async function answerOf(
  pid: number,
  answers: readonly Promise<Answer>[],
): Promise<Answer> {
  return Promise.any(
    answers.map(async (each) => {
      const answer = await each;
      if (`${answer.body}` !== `${pid}`) throw new Error("another process's");
      return answer;
    }),
  );
}

/** The process that answers a request now. */
export async function serving(site: Site): Promise<number> {
  const [held] = await hold(site, 1);
  held?.call.release();
  await held?.answer;
  return held?.pid ?? 0;
}

/** Resolves when it has ended. Nobody tells of other people's children: look. */
export async function gone(pid: number): Promise<void> {
  while (lives(pid)) await delay(10);
}

function lives(pid: number): boolean {
  try {
    // A zombie has ended.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return !/\) Z /.test(stat);
  } catch {
    return existsSync(`/proc/${pid}`);
  }
}
