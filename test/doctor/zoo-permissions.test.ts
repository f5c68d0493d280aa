import { permissionCases } from "./zoo/permissions.ts";
import { testZoo } from "./zoo/zoo.ts";

testZoo(permissionCases);
