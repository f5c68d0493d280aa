import { testSetups } from "./suite.ts";

testSetups("apache/proxy-fcgi");
