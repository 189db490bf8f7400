/**
 * The part of the bash script that is the same whatever there is to complete; the tables that it
 * calls stand behind it. Variables are those of `_hushcast`, whose functions see them:
 *
 * - `words`, `last`: the words up to the cursor, and the index of the last of them.
 * - `command`: the command, empty while it is being typed.
 * - `option`: the option whose value comes next; `arguments`: how many arguments have been passed;
 *   `ended`: not empty once no more options can come.
 * - `typed`: what the candidates have to begin with; `count`: how many `COMPREPLY` has.
 * - `prefix`, `torn`: what candidates lack and what they have too much, since bash replaces only
 *   the piece of a word behind the last of the characters at which `COMP_WORDBREAKS` tears it.
 *
 * Bash 3.2 and `set -u` forbid more than they seem to: no `compopt`, no `mapfile`, no empty array
 * that is expanded as a whole.
 *
 * @see Bash Reference Manual, "Programmable Completion" and "Bash Variables"
 */
export const BASH_ENGINE = `\
# TAB completion of hushcast for bash, as 'hushcast completions bash' prints it.

_hushcast() {
  local command='' option='' arguments=0 ended='' typed='' prefix='' torn='' count=0
  local words last number
  words=()
  COMPREPLY=()
  _hushcast_split
  typed=\${words[last]}
  if [ "$last" -gt 1 ]; then
    command=\${words[1]}
  fi
  for ((number = 2; number < last; number++)); do
    _hushcast_pass "\${words[number]}"
  done
  _hushcast_complete
}

# Puts the pieces of COMP_WORDS together again: those with no blank in between are one word.
_hushcast_split() {
  local line piece number
  line=\${COMP_LINE:0:COMP_POINT}
  last=-1
  for ((number = 0; number <= COMP_CWORD; number++)); do
    piece=\${COMP_WORDS[number]-}
    if [ "$number" -eq 0 ] || [ "$line" != "\${line#[[:space:]]}" ]; then
      last=$((last + 1))
      words[last]=
      line=\${line#"\${line%%[![:space:]]*}"}
    fi
    if [ "$number" -eq "$COMP_CWORD" ]; then
      piece=$line
    fi
    words[last]=\${words[last]}$piece
    line=\${line#"$piece"}
  done
}

# Takes note of the word $1, which stands between the command and the cursor.
_hushcast_pass() {
  if [ -n "$ended" ]; then
    arguments=$((arguments + 1))
    return 0
  fi
  case $1 in
    --)
      option=
      ended=yes
      ;;
    -?*)
      option=
      if _hushcast_takes_value "$1"; then
        option=$1
      fi
      ;;
    *)
      if [ -n "$option" ]; then
        option=
        return 0
      fi
      arguments=$((arguments + 1))
      if _hushcast_wants_options_first; then
        ended=yes
      fi
      ;;
  esac
  return 0
}

_hushcast_complete() {
  if [ -n "$option" ]; then
    _hushcast_complete_value
    return 0
  fi
  if [ -z "$ended" ]; then
    case $typed in
      --*=*)
        option=\${typed%%=*}
        typed=\${typed#*=}
        case \${COMP_WORDBREAKS-} in
          *=*) ;;
          *) prefix=$option= ;;
        esac
        _hushcast_complete_value
        return 0
        ;;
      -*)
        _hushcast_options
        return 0
        ;;
    esac
  fi
  if [ "$arguments" -eq 0 ]; then
    _hushcast_first_words
  fi
  if [ -z "$ended$typed" ] && ! _hushcast_takes_argument; then
    _hushcast_options
  fi
  return 0
}

_hushcast_complete_value() {
  local mark head tail
  case $typed in
    [\\"\\']*)
      # Within open quotes bash replaces what stands behind the quote.
      case \${typed:1} in
        *"\${typed:0:1}"*) ;;
        *)
          typed=\${typed:1}
          prefix=
          ;;
      esac
      ;;
    *)
      for mark in = :; do
        case \${COMP_WORDBREAKS-} in
          *$mark*) tail=\${typed##*"$mark"} ;;
          *) tail=$typed ;;
        esac
        head=\${typed%"$tail"}
        if [ "\${#head}" -gt "\${#torn}" ]; then
          torn=$head
          prefix=
        fi
      done
      ;;
  esac
  _hushcast_values "$option"
}

# Offers those of the words given that begin with what is typed.
_hushcast_offer() {
  local word
  for word; do
    case $word in
      "$typed"*) _hushcast_add "$word" ;;
    esac
  done
}

# Offers files (-f) or directories (-d).
_hushcast_offer_paths() {
  local path
  # Bash then quotes them, and adds a slash to directories.
  if type compopt >/dev/null 2>&1; then
    compopt -o filenames 2>/dev/null || :
  fi
  while IFS= read -r path; do
    if [ -n "$path" ]; then
      _hushcast_add "$path"
    fi
  done <<<"$(compgen "$1" -- "$typed")"
}

_hushcast_add() {
  COMPREPLY[count]=$prefix\${1#"$torn"}
  count=$((count + 1))
}
`;

/**
 * The end of the bash script. Without `compopt`, which bash 4 brought, the treatment of files is
 * asked for at all places: then a command is shown with a slash where a directory has its name.
 */
export const BASH_REGISTRATION = `\
if type compopt >/dev/null 2>&1; then
  complete -F _hushcast hushcast
else
  complete -o filenames -F _hushcast hushcast
fi
`;
