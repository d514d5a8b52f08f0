# For the scripts beside it, by `source`: one line a step, the rest goes to a file that is shown when a step fails.

seconds_since() { echo $(($(date +%s) - $1)); }

# A time for people: 47 s, 3 min 05 s.
duration() {
  if [ "$1" -lt 60 ]; then echo "$1 s"; else printf '%d min %02d s\n' $(($1 / 60)) $(($1 % 60)); fi
}

# The last [done/total] that ninja or ctest wrote into a file.
progress_in() {
  tr '\r' '\n' <"$1" | grep --only-matching --extended-regexp '(^\[[0-9]+/[0-9]+\]|^ *[0-9]+/[0-9]+ )' |
    tail -n 1 | tr -d '[] ' | sed 's,/, of ,'
}

# quiet_step TEXT LOG COMMAND...: runs the command with its output in LOG. Says TEXT before, how far it
# is every 30 s and how long it took; if it fails, the end of LOG. Returns what the command returned.
quiet_step() {
  local text=$1 log=$2 start status=0 child ticks=0 progress
  shift 2
  start=$(date +%s)
  mkdir -p "$(dirname "$log")"
  echo "$text"
  "$@" >"$log" 2>&1 </dev/null &
  child=$!
  while kill -0 "$child" 2>/dev/null; do
    sleep 0.5
    ticks=$((ticks + 1))
    if [ $((ticks % 60)) -eq 0 ]; then
      progress=$(progress_in "$log" || true)
      [ -z "$progress" ] || echo "  $progress, $(duration "$(seconds_since "$start")")"
    fi
  done
  wait "$child" || status=$?
  if [ "$status" -eq 0 ]; then
    echo "  done in $(duration "$(seconds_since "$start")")"
  else
    echo "  FAILED with exit status $status after $(duration "$(seconds_since "$start")"); the end of $log:"
    failing_lines "$log"
  fi
  return "$status"
}

# What a reader wants of a long log: the first compiler errors if there are any, then the end.
failing_lines() {
  local errors
  errors=$(grep --max-count=5 --after-context=4 -E '(error:|CMake Error)' "$1" || true)
  if [ -n "$errors" ]; then echo "$errors"; echo "  ..."; fi
  tail -n 25 "$1"
}

processors() { nproc 2>/dev/null || echo 2; }
