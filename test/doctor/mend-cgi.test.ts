import { testBeforeApache, testRestartedApache } from "./zoo/apache-server.ts";

testBeforeApache("cgi");
testBeforeApache("script");
testBeforeApache("node");
testRestartedApache();
