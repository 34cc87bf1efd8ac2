#!/bin/sh
# Not on an upgrade: Debian calls it with `upgrade` then, rpm with 1.
set -e
[ -z "$DPKG_ROOT" ] && [ -d /run/systemd/system ] || exit 0
case "$1" in
  remove | 0) systemctl disable --now aurad.service aurad-plan.timer ;;
esac
