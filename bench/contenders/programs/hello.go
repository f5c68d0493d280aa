// Go's net/http/fcgi. Argument: a socket.
package main

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/fcgi"
	"os"
	"path"
	"strconv"
)

func main() {
	listener, err := net.Listen("unix", os.Args[1])
	if err != nil {
		panic(err)
	}
	os.Chmod(os.Args[1], 0666)
	panic(fcgi.Serve(listener, http.HandlerFunc(serve)))
}

func serve(response http.ResponseWriter, request *http.Request) {
	switch path.Base(request.URL.Path) {
	case "bytes":
		length, _ := strconv.Atoi(request.URL.RawQuery)
		response.Header().Set("Content-Type", "application/octet-stream")
		response.Header().Set("Content-Length", strconv.Itoa(length))
		response.Write(make([]byte, length))
	case "echo":
		var value any
		json.NewDecoder(request.Body).Decode(&value)
		response.Header().Set("Content-Type", "application/json")
		json.NewEncoder(response).Encode(value)
	default:
		response.Header().Set("Content-Type", "text/plain")
		response.Header().Set("Content-Length", "14")
		response.Write([]byte("Hello, world!\n"))
	}
}
