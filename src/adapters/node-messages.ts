import { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** The constructors of `req` and `res`. */
export interface MessageClasses {
  readonly Request: new (socket: Socket) => IncomingMessage;
  readonly Response: new (req: IncomingMessage) => ServerResponse;
}

/**
 * Node's own, or what Express would make of them. An Express application shows as `app.request` and
 * `app.response` the prototypes it puts below every `req` and `res`: here these have them from the start, so
 * that Express changes nothing. V8 gives an object whose prototype was changed a hidden class of its own for
 * every property that is added: without this, "hello" takes 62 us of a CPU instead of 23.
 */
export function classesFor(listener: object): MessageClasses {
  const { request, response } = listener as Record<string, unknown>;
  if (
    request instanceof IncomingMessage &&
    response instanceof ServerResponse
  ) {
    return {
      Request: subclass(IncomingMessage, request),
      Response: subclass(ServerResponse, response),
    };
  }
  return { Request: IncomingMessage, Response: ServerResponse };
}

/** As before there were classes, whose prototype is fixed. */
function subclass<Parent>(parent: Parent, prototype: object): Parent {
  const construct = parent as (argument: unknown) => void;
  const made = function (this: object, argument: unknown): void {
    construct.call(this, argument);
  };
  made.prototype = prototype;
  return made as Parent;
}
