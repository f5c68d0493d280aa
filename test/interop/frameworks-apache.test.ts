import { testFrameworks } from "./frameworks.ts";

testFrameworks("apache/");
