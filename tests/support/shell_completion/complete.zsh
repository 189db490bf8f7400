# Completes the lines of the file HUSHCAST_LINES as TAB would, in place of a prompt, and ends.
# Sourced by an interactive zsh that has a terminal. HUSHCAST_FPATH is the folder with _hushcast.
# Writes to the file HUSHCAST_RESULT for each line what its last word could become, a candidate and
# its description a line, with a tab in between, and then a line with RS.
PS1=
stty columns 500
fpath=($HUSHCAST_FPATH $fpath)
autoload -U compinit
compinit -u -D
setopt nounset
exec 3>$HUSHCAST_RESULT

# All functions that complete hand their matches to compadd.
compadd() {
  # With these options it adds no matches.
  if [[ ${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then
    builtin compadd "$@"
    return
  fi
  local -a rest display_option path_option matches displays
  local index
  zparseopts -E -a rest d:=display_option p:=path_option
  if (( $#display_option )); then
    displays=("${(@P)display_option[2]}")
  fi
  builtin compadd -A matches -D displays "$@"
  for (( index = 1; index <= $#matches; index++ )); do
    # A display is `MATCH  -- DESCRIPTION`; a match is quoted as it would be inserted.
    print -ru3 -- $IPREFIX${path_option[2]-}${(Q)matches[index]}$'\t'${displays[index]#* -- }
  done
  builtin compadd "$@"
}

complete_and_discard() {
  _main_complete "$@"
  compstate[insert]=
  compstate[list]=
}
zle -C complete_and_discard complete-word complete_and_discard

zle-line-init() {
  local line
  for line in "${(@f)$(<$HUSHCAST_LINES)}"; do
    BUFFER=$line
    CURSOR=$#BUFFER
    zle complete_and_discard
    print -u3 $'\x1e'
  done
  exit
}
zle -N zle-line-init
