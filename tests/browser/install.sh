#!/bin/sh
# Installs Debian's Chromium, unless it is there.
[ -x /usr/bin/chromium ] && exit 0
[ "$(id -u)" -eq 0 ] && as_root="" || as_root="sudo"
$as_root apt-get update -qq &&
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium
