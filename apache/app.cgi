#!/bin/sh
# The application as a CGI program. Copy it where the web server looks for programs, chmod 755.
# Change: /srv/app; --mount, the URL path in front of the application ("/" for a whole site).
# Where PATH has no node ("env: node: No such file or directory" in the error log), write
# exec /full/path/of/node /srv/app/node_modules/tsgi/bin/tsgi-cgi ...
exec /srv/app/node_modules/.bin/tsgi-cgi --mount /app /srv/app/app.js
