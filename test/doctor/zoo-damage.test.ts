import { damageCases } from "./zoo/damage.ts";
import { testZoo } from "./zoo/zoo.ts";

testZoo(damageCases);
