import { machineCases } from "./zoo/machines.ts";
import { testZoo } from "./zoo/zoo.ts";

testZoo(machineCases);
