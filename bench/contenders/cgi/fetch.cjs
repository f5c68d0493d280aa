// A fetch handler through our adapter.
const { fromFetch } = require("tsgi/adapters");

module.exports = fromFetch(() => new Response("Hello, world!\n"));
