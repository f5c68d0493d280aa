import { apacheCases } from "./zoo/apache.ts";
import { testZoo } from "./zoo/zoo.ts";

testZoo(apacheCases);
