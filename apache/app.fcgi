#!/bin/sh
# The application for web servers that start it themselves and pass the listening socket as
# descriptor 0: mod_fcgid, and lighttpd's "bin-path". Copy it to the application, chmod 755.
# Change: /srv/app; --mount, the URL path in front of the application ("/" for a whole site).
# Where PATH has no node ("env: node: No such file or directory" in the error log), write
# exec /full/path/of/node /srv/app/node_modules/tsgi/bin/tsgi-fcgi ...
exec /srv/app/node_modules/.bin/tsgi-fcgi --mount /app /srv/app/app.js
