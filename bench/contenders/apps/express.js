import express from "express";
import "./collect.js";

/** As its users write it: its defaults, with production set in the environment. */
export const app = express();

app.get(/\/hello$/, (_request, response) => {
  response.type("text/plain").send("Hello, world!\n");
});
app.post(/\/echo$/, express.json(), (request, response) => {
  response.json(request.body);
});
