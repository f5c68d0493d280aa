import { serve } from "tsgi/cgi";
import hello from "./hello.mjs";

serve(hello);
