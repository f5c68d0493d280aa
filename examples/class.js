// An application with a state of its own, and a class for each answer: the object is the body,
// so it can hold what the answer needs and is told, by close(), when it is needed no more.

class Visits {
  #open = 0;
  #count = 0;

  /** @type {import("tsgi").Application} */
  application = (environ, startResponse) => {
    this.#count++;
    this.#open++;
    return new Answer(this, environ, startResponse);
  };

  get report() {
    return `Visit ${this.#count}; ${this.#open} in progress.\n`;
  }

  leave() {
    this.#open--;
  }
}

class Answer {
  #visits;
  #environ;
  #startResponse;

  /**
   * @param {Visits} visits
   * @param {import("tsgi").Environ} environ
   * @param {import("tsgi").StartResponse} startResponse
   */
  constructor(visits, environ, startResponse) {
    this.#visits = visits;
    this.#environ = environ;
    this.#startResponse = startResponse;
  }

  /** The server begins to iterate: early enough for startResponse. */
  *[Symbol.iterator]() {
    this.#startResponse("200 OK", [["Content-Type", "text/plain"]]);
    yield `You asked for ${this.#environ.PATH_INFO}\n`;
    yield this.#visits.report;
  }

  /** Called exactly once, also after an error or when the client has left. */
  close() {
    this.#visits.leave();
  }
}

export default new Visits().application;
