// A handler of the Fetch Standard, as tsgi-cgi recognises it.
module.exports = { fetch: () => new Response("Hello, world!\n") };
