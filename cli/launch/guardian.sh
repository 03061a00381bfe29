# Ends what a gateway started when the gateway itself is gone, however it went (kill -9, out of memory).
#
# A shell runs it, `sh guardian.sh CHILDREN SECONDS`, since Python would take 10 MB for this (`cli.launch.children`). It leads
# the process group that every child of the gateway is in. Its standard input is a pipe whose other end only the gateway
# holds; the children hold the other end of the pipe that the descriptor CHILDREN reads. Between SIGTERM and SIGKILL they
# have so many seconds.

trap '' TERM INT HUP

while read -r _; do :; done # ends with the gateway
kill -TERM 0

(sleep "$2" && kill -KILL 0) </dev/null &
read -r _ <"/dev/fd/$1" # ends with the last child
kill -KILL 0 # this process too
