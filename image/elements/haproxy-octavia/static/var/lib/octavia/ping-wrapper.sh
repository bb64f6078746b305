#!/bin/sh
# HAProxy's external check of a PING health monitor: one echo request, one second.
exec ping -q -n -w 1 -c 1 "$HAPROXY_SERVER_ADDR" >/dev/null 2>&1
