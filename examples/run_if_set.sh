#!/bin/sh
# run_if_set.sh VARIABLE PROGRAM ARGUMENT...: runs the program with the variable's value in place of
# the argument "@"; exits with 77 (skipped) where the variable is not set.
variable=$1
program=$2
shift 2
eval "value=\${$variable:-}"
[ -n "$value" ] || exit 77
count=$#
while [ "$count" -gt 0 ]; do
  argument=$1
  shift
  [ "$argument" = @ ] && argument=$value
  set -- "$@" "$argument"
  count=$((count - 1))
done
exec "$program" "$@"
