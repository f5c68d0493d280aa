# A WSGI application, for uWSGI.
import json


def application(environ, start_response):
    path, _, query = environ["REQUEST_URI"].partition("?")
    if path.endswith("/bytes"):
        length = int(query)
        start_response("200 OK", [("Content-Type", "application/octet-stream"),
                                  ("Content-Length", str(length))])
        return [b"x" * length]
    if path.endswith("/echo"):
        length = int(environ.get("CONTENT_LENGTH") or 0)
        value = json.loads(environ["wsgi.input"].read(length))
        start_response("200 OK", [("Content-Type", "application/json")])
        return [json.dumps(value).encode()]
    start_response("200 OK", [("Content-Type", "text/plain"),
                              ("Content-Length", "14")])
    return [b"Hello, world!\n"]
