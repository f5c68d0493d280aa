export default (_environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "Hello, world!\n";
};
