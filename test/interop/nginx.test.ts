import { testSetups } from "./suite.ts";

testSetups("nginx/");
