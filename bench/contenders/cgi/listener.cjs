// A (req, res) listener through our adapter.
const { fromNode } = require("tsgi/adapters");

module.exports = fromNode((_request, response) => {
  response.setHeader("Content-Type", "text/plain");
  response.end("Hello, world!\n");
});
