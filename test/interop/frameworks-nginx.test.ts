import { testFrameworks } from "./frameworks.ts";

testFrameworks("nginx/");
