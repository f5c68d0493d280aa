// Every check of wsgiref.validate, Plack's Lint, Rack::Lint and Werkzeug's, and a few more: what becomes of it here.

/** `"F5.02"`: section F5, second row. */
export type RuleId = `F${number}.${number}`;

/** How a finding is told: an error fails the request, a warning goes to the log. */
export type Level = "error" | "warning";

/** One row of the table. */
export interface Rule {
  readonly id: RuleId;
  /** What a breach is: an error fails the request, a warning is reported. Some rows have degrees of it. */
  readonly levels: readonly Level[];
  /** The rule it enforces: of docs/specification.md, or an RFC's section. */
  readonly rule: string;
  readonly check: string;
  /** What to change; where nothing is checked, the reason. */
  readonly advice: string;
}

/** The titles of the sections. */
export const sections: Readonly<Record<string, string>> = {
  F1: "Calling conventions",
  F2: "environ",
  F3: "Reading tsgi.input",
  F4: "Writing to tsgi.errors",
  F5: "Status",
  F6: "Headers",
  F7: "Body and write",
};

// id | level | rule | check | what to change, or why it is not checked
const TABLE = `
F1.01 | error | A1.01 | The application is a function | pass lint() a function (environ, startResponse)
F1.02 | error | A1.01 | It is called with exactly environ and startResponse | the caller has to pass these two arguments and no more
F1.03 | none | – | No arguments by keyword | JavaScript has none; F1.02 counts the arguments
F1.04 | error | A6.01 | startResponse is called with two or three arguments | call startResponse(status, headers) or startResponse(status, headers, error)
F1.05 | error | A6.01 | startResponse returns a function | the caller's startResponse has to return write; middleware passes on the one it was given
F1.06 | error | A1.09 | The result is not null, undefined or false | return a body; [] where there is nothing to send
F1.07 | none | – | The response has three members | the result is a body, not an array of status, headers and body; F7.02 checks it
F1.08 | error | A6.05 | startResponse is not called a second time without an error | pass the error that replaces the first response as the third argument
F1.09 | error | A6.09 | The third argument is an Error | wrap what was thrown: new Error("…", { cause })
F1.10 | error | A6.09 | What startResponse throws is not swallowed | let the error that startResponse threw back leave the application
F1.11 | none | A1.03 | Asynchronous results are checked alike | a promised result is checked as F1.06 and all of F7 when it arrives
F2.01 | error | A2.01 | environ is a plain object | pass an object literal, { ...environ }, or one without a prototype
F2.02 | error | A2.01 | environ can be changed and extended | pass a copy, { ...environ }, instead of a frozen or sealed object
F2.03 | error | A2.02 | All keys are strings | name an extension by a string with a dot, as "my.session", not by a symbol
F2.04 | error | A2.05 | REQUEST_METHOD is there | the server or middleware has to set REQUEST_METHOD
F2.05 | error | A2.12 | SERVER_NAME is there | the server or middleware has to set SERVER_NAME
F2.06 | error | A2.12 | SERVER_PORT is there | the server or middleware has to set SERVER_PORT
F2.07 | error, warning | A2.12 | SERVER_NAME is a host name or an address | set it to the host's name, without scheme and port
F2.08 | error | A2.12 | SERVER_PORT is digits | set it to the decimal number of the port
F2.09 | error | A2.13 | SERVER_PROTOCOL is there | the server or middleware has to set SERVER_PROTOCOL
F2.10 | error | A2.13 | SERVER_PROTOCOL is like HTTP/1.1, or INCLUDED | set it to what the request line said
F2.11 | error | A2.10 | QUERY_STRING is there | set it to "" where there is no query
F2.12 | error | A2.06 | SCRIPT_NAME is there | set it to "" at the root
F2.13 | error | A2.07 | PATH_INFO is there | set it to "" where the path ends with SCRIPT_NAME
F2.14 | error | A2.06 | SCRIPT_NAME is empty or begins with a slash | put the slash in front
F2.15 | error | A2.06 | SCRIPT_NAME is not "/" | set SCRIPT_NAME to "" and leave the slash in PATH_INFO
F2.16 | error | A2.07 | PATH_INFO is empty or begins with a slash | put the slash in front; only OPTIONS may have "*"
F2.17 | error | A2.09 | SCRIPT_NAME or PATH_INFO is not empty | set PATH_INFO to "/"
F2.18 | error | A2.07 | PATH_INFO is "*" for OPTIONS only | set it to a path; one of another form belongs to OPTIONS and proxies
F2.19 | none | A2.07 | PATH_INFO has no fragment | PATH_INFO is decoded, so a "#" in it may have been "%23"
F2.20 | warning | A2.05 | REQUEST_METHOD is a known one | check the spelling; methods are told apart by case
F2.21 | error | A2.05 | REQUEST_METHOD is a token | set it to what the request line said, such as "GET"
F2.22 | error | A2.11 | CONTENT_LENGTH is digits | remove it where there is no length
F2.23 | error | A2.15 | HTTP_CONTENT_TYPE and HTTP_CONTENT_LENGTH are absent | remove them: these headers are CONTENT_TYPE and CONTENT_LENGTH
F2.24 | warning | D2.07 | HTTP_HOST is a host with an optional port | do not build links from it before it is checked
F2.25 | error | D2.01 | HTTP_PROXY is absent | remove it: HTTP clients take it for their proxy (https://httpoxy.org/)
F2.26 | error | A2.03 | A key without a dot has a string | delete the key instead of setting it to undefined; give other values a name with a dot
F2.27 | error | A2.04 | Its characters are U+0000 to U+00FF | turn text into bytes first: Buffer.from(text).toString("latin1")
F2.28 | warning | D2.04 | It has no control characters | check the value before it gets to a header, a log or a file name
F2.29 | error | A3.01 | tsgi.version is two numbers | set it to [1, 0]
F2.30 | error | A3.02 | tsgi.url_scheme is http or https | set it to "http" or "https"
F2.31 | error | A3.03 | The other tsgi.* keys are there | pass on what the server gave: { ...environ }
F2.32 | error | A3.04 | The flags are booleans | set them to true or false
F2.33 | error | A3.05 | tsgi.concurrent is a boolean | set it to true or false
F2.34 | error | A3.06 | tsgi.signal is an AbortSignal | pass on what the server gave, or AbortSignal.any([…])
F2.35 | error | A4.01 | tsgi.input has its methods | give it read, readline, readlines and [Symbol.asyncIterator]
F2.36 | error | A5.01 | tsgi.errors has its methods | give it write, writelines and flush
F2.37 | none | A4.01 | tsgi.input is in binary mode | there is no other; F3.04 checks what it returns
F2.38 | error | A3.08 | tsgi.cleanup is an array of functions, tsgi.file_wrapper a function | push functions, and call them nowhere yourself
F2.39 | warning | A2.19 | Keys that begin with tsgi. are known ones | use a prefix of your own, as in "my.session"
F2.40 | none | A14.01 | environ is still valid where middleware passes it on | put lint() around the inner application too: it checks all of F2 again
F3.01 | error, warning | A4.01 | read has at most one argument, and one where the input does not end by itself | call read(size) or read()
F3.02 | error | A4.10 | A size is a whole number of bytes | pass 0 or more; -1 or nothing for all
F3.03 | none | – | read(buffer) has a buffer | there is no such argument
F3.04 | error | A4.01 | read resolves with bytes, and no more than were asked for | the input has to resolve with a Uint8Array
F3.05 | error | A4.04 | read at the end resolves with no bytes, not with null | the input has to resolve with an empty Uint8Array
F3.06 | error | A4.01 | readline has at most one argument | call readline(size) or readline()
F3.07 | error | A4.01 | readline resolves with bytes | the input has to resolve with a Uint8Array
F3.08 | error | A4.08 | readlines has at most one argument, and resolves with an array of bytes | call readlines(hint) or readlines()
F3.09 | error | A4.02 | Iteration takes no argument and yields bytes | the input has to yield Uint8Arrays
F3.10 | error | A4.11 | close is not called | leave the input alone: the server discards the rest
F3.11 | none | – | rewind has no argument | there is no such method
F3.12 | error | A4.11 | No other members are used | use read, readline, readlines and iteration only
F3.13 | error | A4.05 | Nothing is read after the end of the response, or beyond CONTENT_LENGTH | read before the body ends; middleware that replaces the input has to end it
F3.14 | warning | A4.09 | One read at a time | await a read before the next one
F3.15 | warning | A4.01 | The promise of a read is awaited | await it: otherwise its bytes are lost and its error unseen
F4.01 | error | A5.04 | write has a string | turn it into text first: String(error), util.inspect(value)
F4.02 | error | A5.04 | writelines has strings | pass an iterable of strings
F4.03 | error | A5.01 | flush has no argument | call flush()
F4.04 | none | – | puts and print have one argument | there are no such methods
F4.05 | error | A5.04 | close is not called | leave it open: it belongs to the server
F4.06 | error | A5.04 | No other members are used | use write, writelines and flush only
F5.01 | error | A7.01 | The status is a string | pass "200 OK" instead of 200
F5.02 | error | A7.01 | The code has three digits | write the code in three digits, as in "200 OK"
F5.03 | error | A7.01 | The code is a number | begin with three digits, as in "200 OK"
F5.04 | error | A7.03 | The code is 200 to 599 | use a final code; 1xx cannot be sent through CGI or FastCGI
F5.05 | error, warning | A7.02 | A blank and a reason follow the code | write "200 OK"; node:http has STATUS_CODES
F5.06 | error | A7.01 | It has neither control characters nor any above U+00FF | leave the reason in plain ASCII
F5.07 | error | A7.01 | It has no blanks around it | trim the status
F6.01 | error | A7.04 | The headers are an iterable of pairs | pass [["Content-Type", "text/plain"]], a Map or Headers; Object.entries() makes pairs of an object
F6.02 | none | A6.13 | The headers are not frozen | they may be: the server copies them
F6.03 | error | A7.04 | Each header is an array of two | write ["Name", "value"]
F6.04 | error | A7.04 | Names are strings | write the name as a string
F6.05 | error | A7.04 | Values are strings | turn the value into a string: String(length), date.toUTCString()
F6.06 | error | A7.09 | No header is named Status | pass the status as the first argument
F6.07 | error | A7.05 | Names have no line break and no colon | the colon is added when it is sent
F6.08 | warning | A7.10 | Names begin with a letter | choose a name that begins with a letter
F6.09 | error | A7.05 | Names are tokens | use letters, digits and hyphens
F6.10 | warning | A7.10 | Names do not end in "-" or "_" | choose a name that ends with a letter or digit
F6.11 | none | A7.13 | Names are lower case | any case will do, and is kept
F6.12 | error, warning | A7.06 | Values have no control characters | encode the value; a tab is legal, but write a blank
F6.13 | error | A7.06 | Values have no NUL, CR or LF | encode the value, encodeURIComponent() for a URL: what breaks a line forges a header
F6.14 | error | A7.07 | Values have neither DEL nor characters above U+00FF | encode the value: encodeURIComponent(), or RFC 8187 for file names
F6.15 | none | A7.11 | Several values are an array, or in lines | repeat the pair instead
F6.16 | error, warning | D1.11 | A response with a body has a Content-Type | add ["Content-Type", "text/html; charset=utf-8"], or what it is
F6.17 | error | A12.04 | 204 and 304 have no Content-Type | leave it out
F6.18 | error, warning | A12.04 | 204 and 304 have no Content-Length | leave it out
F6.19 | warning | RFC 9110 15.4.5 | 304 has no other headers about content | leave it out: the client has it already
F6.20 | warning | RFC 9110 8.8.3 | An ETag is quoted | write "…" in double quotes, with W/ in front where it is weak
F6.21 | warning | D1.09 | Location has no blanks | encode it: new URL(…).href, encodeURI()
F6.22 | error | A7.08 | No headers of the connection | leave it out: the connection is the web server's
F6.23 | error | A11.05 | Content-Length is digits, and there is one | give the number of bytes once: String(Buffer.byteLength(text))
F6.24 | error | D1.08 | Content-Type and Location appear once | remove one of them
F6.25 | warning | A7.11 | Cookies are not joined by commas | give each cookie a Set-Cookie pair of its own
F6.26 | warning | C9.03 | A responder sends neither Variable-* nor X-CGI-* | leave it out: only an authorizer has such headers
F6.27 | none | – | The server's special headers fit each other | there are none
F7.01 | none | A1.09 | The body is not a string or bytes | it may be: it counts as one chunk
F7.02 | error | A1.09 | The body is a chunk or an iterable | return a string, bytes, an array or a generator's result
F7.03 | error | A9.01 | Chunks are strings or bytes | yield strings or Uint8Arrays: String(value), JSON.stringify(value)
F7.04 | none | A9.01 | Chunks have no wide characters | they may: strings are sent as UTF-8
F7.05 | error | A1.07 | startResponse comes before the first chunk, and before the end | call startResponse(status, headers) first
F7.06 | error | A10.05 | A body is not iterated after its close | the caller has to close it last
F7.07 | error | A1.10 | A body is iterated once | make a new body for each response, and one iterator of it
F7.08 | error | A10.10 | The body is closed | the caller has to call close() when the request is over
F7.09 | error | A10.01 | The body is closed once | the caller has to call close() once; middleware forwards it and does not add a call
F7.10 | warning | A10.06 | An iterator that is left early is told by return() | the caller has to call return() where there is one: for … of does
F7.11 | error | A14.03 | Middleware does not read the inner body before it returns | return a generator which reads it; around middleware which collects, or fromConnect, put "F7.11" into lint's option ignore
F7.12 | warning | A14.04 | Middleware yields at least once for each inner chunk | yield "" where there is nothing to send yet
F7.13 | error | A10.09 | Middleware closes the body it replaced | give the new body a close() that calls the inner one's
F7.14 | error | A11.02 | The body has the bytes of Content-Length, no more and no fewer | count bytes, not characters: Buffer.byteLength(text); or leave Content-Length out
F7.15 | warning | A12.01 | A response to HEAD has no body | return [] where REQUEST_METHOD is "HEAD"
F7.16 | error | A12.04 | 204, 205 and 304 have no body | return [], or choose another status
F7.17 | warning | A9.08 | An array stays as it is while it is sent | make a new array for each response
F7.18 | none | – | A file's path exists | there are no paths; a file is a body by tsgi.file_wrapper
F7.19 | none | – | A callable body has its interface | a body is iterated, never called
F7.20 | error | A8.01 | write has a string or bytes | write strings or Uint8Arrays
F7.21 | none | – | write has no other members | a function's members are its own
F7.22 | error | A8.06 | write is not called by the body, nor after it | yield the chunk instead
F7.23 | warning | A8.02 | The promise of write or flush is awaited | await write(chunk): it waits for a client that is slow
F7.24 | warning | A9.03 | A chunk is not changed before it was taken | make a new Uint8Array, or change the old one when the next chunk is asked for
F7.25 | none | A16.03 | File bodies are checked too | tsgi.file_wrapper is replaced, and its bodies are checked as others
F7.26 | none | A3.08 | Functions for the end have valid arguments and do not throw | they have no arguments, and the server logs what they throw; F2.38 checks them
F7.27 | none | A14.01 | The validator itself changes nothing | the conformance suite gives the same answers with it
`;

/** All 133 rows, in order. */
export const rules: readonly Rule[] = TABLE.trim().split("\n").map(parse);

const byId = new Map(rules.map((rule) => [rule.id, rule]));

/** The row of an id. */
export function ruleOf(id: RuleId): Rule {
  const rule = byId.get(id);
  if (rule === undefined) throw new Error(`There is no rule ${id}`);
  return rule;
}

function parse(line: string): Rule {
  const [id = "", levels = "", rule = "", check = "", advice = ""] =
    line.split(" | ");
  return {
    id: id as RuleId,
    levels: levels === "none" ? [] : (levels.split(", ") as Level[]),
    rule,
    check,
    advice,
  };
}
