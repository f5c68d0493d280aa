// A program for H3: node h3.js
import { createServer } from "node:http";
import { Readable } from "node:stream";
import {
  createApp,
  createRouter,
  defineEventHandler,
  getCookie,
  getQuery,
  getRouterParam,
  readBody,
  sendRedirect,
  setCookie,
  setResponseStatus,
  toNodeListener,
} from "h3";

const app = createApp();
const router = createRouter();
app.use(router);

router.get(
  "/",
  defineEventHandler(() => "Hello World!"),
);

router.get(
  "/greet",
  defineEventHandler((event) => `Hello, ${getQuery(event).name}!`),
);

router.post(
  "/json",
  defineEventHandler((event) => {
    setResponseStatus(event, 201);
    return readBody(event);
  }),
);

router.post(
  "/form",
  defineEventHandler(async (event) => {
    const { name } = await readBody(event);
    return `Hello, ${name}!`;
  }),
);

router.get(
  "/users/:name",
  defineEventHandler(
    (event) => `User ${getRouterParam(event, "name", { decode: true })}`,
  ),
);

router.get(
  "/old",
  defineEventHandler((event) => sendRedirect(event, "/")),
);

router.get(
  "/visits",
  defineEventHandler((event) => {
    const visits = 1 + Number(getCookie(event, "visits"));
    setCookie(event, "visits", `${visits}`, { httpOnly: true });
    return `Visit ${visits}`;
  }),
);

router.get(
  "/stream",
  defineEventHandler(() => Readable.from(count())),
);

router.get(
  "/error",
  defineEventHandler(() => {
    throw new Error("told");
  }),
);

async function* count() {
  for (const word of ["one", "two", "three"]) {
    await new Promise(setImmediate);
    yield `${word}\n`;
  }
}

createServer(toNodeListener(app)).listen(3000, () => {
  console.log("http://localhost:3000");
});
