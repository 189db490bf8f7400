# Completes command lines as TAB would: complete.bash SCRIPT WORDBREAKS [LINE...]
# Prints for each line what its last word could become, a candidate a line, and then a line with RS.
set -eu
# shellcheck source=/dev/null
. "$1"
COMP_WORDBREAKS=$2
shift 2

# Takes the line apart as bash does: at blanks, and at each run of the other word breaks.
split_line() {
  local rest=$COMP_LINE marks pattern
  marks=${COMP_WORDBREAKS//[^=:]/}
  pattern='^[[:space:]]*([^[:space:]]+)'
  if [ -n "$marks" ]; then
    pattern="^[[:space:]]*([$marks]+|[^[:space:]$marks]+)"
  fi
  COMP_WORDS=()
  while [[ $rest =~ $pattern ]]; do
    COMP_WORDS+=("${BASH_REMATCH[1]}")
    rest=${rest:${#BASH_REMATCH}}
  done
  if [ -n "$rest" ]; then
    COMP_WORDS+=('')
  fi
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
}

for COMP_LINE; do
  COMP_POINT=${#COMP_LINE}
  split_line
  _hushcast
  # What bash leaves as it is of the word: all up to the piece that it replaces.
  piece=${COMP_WORDS[COMP_CWORD]}
  case $piece in
    *[!=:]*) ;;
    *) piece= ;;
  esac
  word=${COMP_LINE##*[[:space:]]}
  kept=${word%"$piece"}
  for candidate in ${COMPREPLY[@]+"${COMPREPLY[@]}"}; do
    printf '%s\n' "$kept$candidate"
  done
  printf '\036\n'
done
