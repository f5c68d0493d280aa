// The program the suite starts for each case over CGI.
import { serve } from "../../src/cgi/index.ts";
import { cases } from "./front-ends.ts";

const one = cases[Number(process.env.TEST_CASE)];
if (one === undefined) throw new Error("There is no such case");
void serve(one.application);
