import { testFrameworks } from "./frameworks.ts";

testFrameworks("haproxy/");
