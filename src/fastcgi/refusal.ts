// How a request is declined before anything is known of it (FastCGI 1.0, section 5.5).
import { TsgiError } from "../common/errors.ts";
import { failurePage, incidentId } from "../common/failure.ts";
import { endRequest, wholeResponse } from "./encoder.ts";
import { FCGI } from "./protocol.ts";

/**
 * The records that decline it. In front of FCGI_OVERLOADED there is a whole page: alone it is an empty 200
 * behind Apache's mod_proxy_fcgi, 502 behind nginx and HAProxy, 500 behind mod_fcgid and lighttpd.
 */
export function declineRequest(id: number, protocolStatus: number): Uint8Array {
  if (protocolStatus !== FCGI.OVERLOADED) {
    return endRequest(id, 0, protocolStatus);
  }
  const reason = new TsgiError(
    "OVERLOADED",
    "Cannot begin the request: there is no room for it",
  );
  const { head, body } = failurePage(reason, incidentId(), false);
  return wholeResponse(id, head, body, 0, protocolStatus);
}
