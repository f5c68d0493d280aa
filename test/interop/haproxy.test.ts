import { testSetups } from "./suite.ts";

testSetups("haproxy/");
