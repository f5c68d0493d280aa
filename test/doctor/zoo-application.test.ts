import { applicationCases } from "./zoo/application.ts";
import { testZoo } from "./zoo/zoo.ts";

testZoo(applicationCases);
