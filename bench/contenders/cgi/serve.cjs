require("tsgi/cgi").serve(require("./hello.cjs"));
