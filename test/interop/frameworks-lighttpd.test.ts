import { testFrameworks } from "./frameworks.ts";

testFrameworks("lighttpd/");
