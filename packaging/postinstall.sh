#!/bin/sh
# Debian calls it with `configure OLD-VERSION`, rpm with the number of packages installed.
# A first install starts nothing: there are no credentials yet.
set -e
[ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ] || exit 0
systemctl daemon-reload
if [ -n "$2" ] || [ "$1" = 2 ]; then
  systemctl try-restart aurad.service
fi
