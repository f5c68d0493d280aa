import { firstLineCases } from "./zoo/first-lines.ts";
import { testZoo } from "./zoo/zoo.ts";

testZoo(firstLineCases);
