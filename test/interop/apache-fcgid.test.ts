import { testSetups } from "./suite.ts";

testSetups("apache/fcgid");
