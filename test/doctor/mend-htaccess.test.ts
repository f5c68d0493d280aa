import { testBeforeApache } from "./zoo/apache-server.ts";

testBeforeApache("htaccess");
testBeforeApache("fcgid-htaccess");
