// F5: the status (RFC 9110, section 15).
import { type Report, show } from "./report.ts";

/** @returns the code, or 200 where a finding was ignored */
export function checkStatus(status: unknown, report: Report): number {
  if (typeof status !== "string") {
    report.fail("F5.01", `the status is ${show(status)}`);
    return 200;
  }
  const said = `the status is ${show(status)}`;
  if (status.trimStart() !== status || /\S\s+$/.test(status.slice(4))) {
    report.fail("F5.07", said);
  }
  const code = /^[^ ]*/.exec(status)?.[0] ?? "";
  if (/[\0-\x1f\x7f]|[^\0-\xff]/.test(status)) report.fail("F5.06", said);
  if (!/^\d/.test(code)) report.fail("F5.03", said);
  if (/^\d{3}\D/.test(code)) report.fail("F5.05", said);
  if (/^\d{1,2}\D/.test(code)) report.fail("F5.03", said);
  if (code.length !== 3) report.fail("F5.02", said);
  const number = Number(code);
  if (number < 200 || number > 599) report.fail("F5.04", said);
  if (status.length === 3) report.fail("F5.05", said);
  else if (status.length === 4) report.warn("F5.05", said);
  return number;
}
