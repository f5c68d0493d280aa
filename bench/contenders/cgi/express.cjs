const express = require("express");
const { fromNode } = require("tsgi/adapters");

const app = express();
app.use((_request, response) => {
  response.type("text/plain").send("Hello, world!\n");
});
module.exports = fromNode(app);
