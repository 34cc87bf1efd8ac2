#!/bin/sh
# The state in /var/lib/aurad stays, even on purge: it says which databases are aurad's, and with
# the dotenv store it holds their passwords.
set -e
[ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
