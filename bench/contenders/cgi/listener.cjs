// A listener of node:http, as tsgi-cgi recognises it.
module.exports = (req, res) => {
  res.setHeader("Content-Type", "text/plain");
  res.end("Hello, world!\n");
};
