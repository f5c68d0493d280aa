// The program the suite starts for each case over CGI.
import { serve } from "../../src/cgi/index.ts";
import { conformanceCases } from "../../src/testing/conformance/cases.ts";

const one = conformanceCases.find(({ name }) => name === process.env.TEST_CASE);
if (one === undefined) throw new Error("There is no such case");
void serve(one.application);
