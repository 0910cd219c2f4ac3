#!/bin/sh
# A script for HTXLEDGER_STORE_SCRIPT that runs the test server of this
# repository as one node without TLS (MODE=single): an example of the verbs, and
# how the suite for real servers is itself tried.
#
#   HTXLEDGER_STORE_PROGRAM  the built esdbserver
#   HTXLEDGER_STORE_DIR      a directory for its events and its process id
#   HTXLEDGER_STORE_LISTEN   host:port
set -eu
dir=$HTXLEDGER_STORE_DIR
[ "${MODE:-single}" = single ] || { echo "only MODE=single" >&2; exit 1; }

start() {
	"$HTXLEDGER_STORE_PROGRAM" -data "$dir/events" -listen "$HTXLEDGER_STORE_LISTEN" >"$dir/log" 2>&1 &
	echo $! >"$dir/pid"
	until grep -q 'server at' "$dir/log"; do sleep 0.05; done
}
end() {
	if [ -f "$dir/pid" ]; then
		kill -9 "$(cat "$dir/pid")" 2>/dev/null || true
		while kill -0 "$(cat "$dir/pid")" 2>/dev/null; do sleep 0.05; done
		rm -f "$dir/pid"
	fi
}

case $1 in
reset) end; rm -rf "$dir/events" "$dir/saved"; start ;;
start) start ;;
kill) end ;;
stop) kill -STOP "$(cat "$dir/pid")" ;;
continue) kill -CONT "$(cat "$dir/pid")" ;;
save) end; rm -rf "$dir/saved"; cp -r "$dir/events" "$dir/saved"; start ;;
restore) end; rm -rf "$dir/events"; cp -r "$dir/saved" "$dir/events"; start ;;
leader) echo 0 ;;
*) echo "unknown verb $1" >&2; exit 1 ;;
esac
