#!/bin/sh
# hushcast @VERSION@ for @TARGET@, portable executable.
#
# Behind this head stand the program and the runtime that runs it, each packed by gzip. The first
# run unpacks them into a cache folder named by their checksums; that and every later run go on
# from there. HUSHCAST_CACHE says where the cache is; else it is $XDG_CACHE_HOME/hushcast or
# ~/.cache/hushcast and, where that cannot be used, a private folder in ${TMPDIR:-/tmp}.

version='@VERSION@'
target='@TARGET@'
id=@ID@
runtime_sum=@RUNTIME_SUM@
runtime_bytes=@RUNTIME_BYTES@
runtime_at=@RUNTIME_AT@
program_sum=@PROGRAM_SUM@
program_bytes=@PROGRAM_BYTES@
program_at=@PROGRAM_AT@
program_packed_bytes=@PROGRAM_PACKED_BYTES@
file_bytes=@FILE_BYTES@

say() { printf 'hushcast: %s\n' "$*" >&2; }

# Becomes `ls`, and lists what is named in a line each, whatever the user's environment says.
list() {
  unset BLOCK_SIZE LS_BLOCK_SIZE QUOTING_STYLE TIME_STYLE
  export LC_ALL=C
  exec ls -ldnq "$@" 2>/dev/null
}

# Whether what `list` says on standard input is all there, in full length, and nothing that
# anyone but this user and root can have put there or can change.
is_trusted_listing() {
  found=0 me=
  while read -r mode _ uid _ bytes name; do
    case $mode in ?????w* | ????????w*) return 1 ;; esac
    case $name in
      */hushcast) [ "$bytes" = "$runtime_bytes" ] || return 1 ;;
      */hushcast.mjs) [ "$bytes" = "$program_bytes" ] || return 1 ;;
    esac
    [ "$uid" = 0 ] || [ "$uid" = "${me:=$(id -u)}" ] || return 1
    found=$((found + 1))
  done
  [ "$found" = 5 ]
}

# shellcheck disable=SC3013 # -nt is in POSIX since 2024, and in every sh long before
# Whether a folder can be run from as it is. Taking the checksums at each start would last longer
# than the start itself; so they are taken when something is newer than SHA256SUMS, which is written
# last.
is_whole() {
  [ -x "$1/hushcast" ] && [ -f "$1/hushcast.mjs" ] && [ -f "$1/SHA256SUMS" ] || return 1
  [ "$1/hushcast" -nt "$1/SHA256SUMS" ] && return 1
  [ "$1/hushcast.mjs" -nt "$1/SHA256SUMS" ] && return 1
  { read -r first && read -r second; } <"$1/SHA256SUMS" 2>/dev/null || return 1
  [ "$first" = "$runtime_sum  hushcast" ] || return 1
  [ "$second" = "$program_sum  hushcast.mjs" ] || return 1
  list "$1" "$1/hushcast" "$1/hushcast.mjs" "$1/SHA256SUMS" "$1/deno" | is_trusted_listing
}

has_right_sums() {
  if command -v sha256sum >/dev/null; then
    sha256sum -c SHA256SUMS >/dev/null 2>&1
  elif command -v shasum >/dev/null; then
    shasum -a 256 -c SHA256SUMS >/dev/null 2>&1
  elif command -v openssl >/dev/null; then
    [ "$(openssl dgst -sha256 -r hushcast)" = "$runtime_sum *hushcast" ] &&
      [ "$(openssl dgst -sha256 -r hushcast.mjs)" = "$program_sum *hushcast.mjs" ]
  else
    say "cannot check what was unpacked: found none of sha256sum, shasum and openssl"
    exit 2
  fi
}

# Puts a file in the place of another, whatever stands there; who runs from it is not disturbed.
place() {
  if [ -d "$2" ]; then rm -rf "$2"; fi
  mv -f "$1" "$2"
}

# Makes the folder for compiled code. The runtime runs what it finds there in the place of the
# program, so one that others can write is removed. Starts at the same time may do so too, hence the
# second and third look.
make_code_cache() {
  for _ in 1 2 3; do
    listed=$(list "$1")
    case $listed in d????-??-*) if [ -O "$1" ]; then return; fi ;; esac
    if [ -n "$listed" ]; then rm -rf "$1" 2>/dev/null; fi
    if mkdir -m 755 "$1" 2>/dev/null; then return; fi
  done
  return 1
}

# Unpacks into a folder of the cache named $1/$id. Ends with 0 if it can be run from, with 1 if
# another cache may do, and with 2 if none will. It is a subshell, so that its traps end with it.
unpack() (
  folder=$1/$id
  # Some versions of wc put blanks in front.
  if [ "$(($(wc -c <"$self")))" != "$file_bytes" ]; then
    say "cannot run $self: it is not whole; get it anew"
    exit 2
  fi
  if [ -e "$folder" ] && ! [ -d "$folder" ]; then rm -f "$folder" 2>/dev/null; fi
  unset GZIP # Its options are not for this, and gzip would warn of it.
  umask go-w
  mkdir -p "$folder" 2>/dev/null || exit 1
  # Whoever owns the folder could exchange what is checked here, so it has to be this user.
  { [ -O "$folder" ] && ! [ -L "$folder" ] && chmod go-w "$folder"; } 2>/dev/null || exit 1
  work=$(mktemp -d "$folder/.unpack.XXXXXX" 2>/dev/null) || exit 1
  trap 'rm -rf "$work"; rmdir "$folder" 2>/dev/null' EXIT
  trap 'exit 2' HUP TERM
  trap 'exit 130' INT
  # A file system that is mounted noexec is found out before it is filled: an empty file is a script
  # that does nothing. The -x of busybox takes no notice of the mount.
  : >"$work/hushcast" && chmod 755 "$work/hushcast" && "$work/hushcast" 2>/dev/null || exit 1
  if [ -t 2 ]; then say "unpacking version $version into $folder, this once"; fi

  # Where SIGPIPE is ignored, as systemd has it, tail complains when head leaves.
  # shellcheck disable=SC2015 # the message is right whichever of the two fails
  tail -c "+$program_at" <"$self" 2>/dev/null | head -c "$program_packed_bytes" |
    gzip -dc >"$work/hushcast.mjs" &&
    tail -c "+$runtime_at" <"$self" | gzip -dc >"$work/hushcast" || {
    say "cannot unpack into $folder: no room there, or $self is damaged"
    exit 1
  }
  cd "$work" || exit 1
  printf '%s  %s\n' "$runtime_sum" hushcast "$program_sum" hushcast.mjs >SHA256SUMS || exit 1
  has_right_sums || {
    say "cannot run $self: its checksum is wrong; get it anew"
    exit 2
  }
  chmod 755 hushcast && chmod 644 hushcast.mjs SHA256SUMS || exit 1
  ./hushcast --version >/dev/null 2>&1 || {
    say "cannot run on this machine: built for $target, and this is $(uname -s -m)"
    exit 2
  }
  make_code_cache "$folder/deno" || exit 1
  # So that a power cut leaves no file with its full length and nothing in it.
  sync hushcast hushcast.mjs SHA256SUMS 2>/dev/null
  place hushcast "$folder/hushcast" && place hushcast.mjs "$folder/hushcast.mjs" &&
    place SHA256SUMS "$folder/SHA256SUMS" || exit 1
  # Starts at the same time may have put their files, as good as these, among them; whichever came
  # last must not look like changed since.
  touch "$folder/SHA256SUMS"
  tidy "$1"
  exit 0
)

# Removes what broken-off runs have left, and versions that were unpacked more than 30 days ago:
# one that is still in use unpacks itself again.
tidy() {
  find "$1" -mindepth 2 -maxdepth 2 \
    \( -name '.unpack.*' -mmin +60 -o -name SHA256SUMS -mtime +30 \) 2>/dev/null |
    while read -r old; do
      other=$(basename "${old%/*}")
      case $other in *[!0-9a-f]*) continue ;; esac
      case ${#other}:$other:${old##*/} in
        "64:$id:SHA256SUMS") ;;
        64:*:SHA256SUMS) rm -rf "${1:?}/$other" ;;
        64:*) rm -rf "${1:?}/$other/${old##*/}" ;;
      esac
    done
}

# Becomes the program if it is whole in a folder of the cache $1, or can be unpacked there; returns
# otherwise. What follows are the program's arguments.
run_from() {
  folder=$1/$id
  if ! is_whole "$folder"; then
    unpack "$1"
    case $? in 0) ;; 1) return 1 ;; 130) exit 130 ;; *) exit 1 ;; esac
  fi
  shift
  # The runtime keeps compiled code here; it must ask nobody for updates, nor read a package.json.
  export DENO_DIR="$folder/deno" DENO_NO_UPDATE_CHECK=1 DENO_NO_PACKAGE_JSON=1
  # Nor an .npmrc, of which no option keeps it: the program puts the home back (restore_home.ts).
  export HUSHCAST_HIDDEN_HOME="${HOME-}" HOME="$folder"
  exec "$folder/hushcast" run --quiet --no-prompt --no-config --no-lock --no-remote --no-npm \
    @FLAGS@ "$folder/hushcast.mjs" "$@"
}

is_private() {
  [ -d "$1" ] && ! [ -L "$1" ] && [ -O "$1" ] || return 1
  case $(list "$1") in drwx------*) ;; *) return 1 ;; esac
}

temporary=${TMPDIR:-/tmp}
case $temporary in /*) ;; *) temporary=$PWD/$temporary ;; esac

# Anyone may make folders in /tmp, so only one that is this user's own and nobody else's will do.
find_temporary_cache() {
  own=$temporary/hushcast-cache-$(id -u)
  mkdir -m 700 "$own" 2>/dev/null
  for cache in "$own" "$own".*; do
    if is_private "$cache"; then return; fi
  done
  cache=$(mktemp -d "$own.XXXXXX" 2>/dev/null)
}

self=$0
if ! [ -f "$self" ]; then self=$(command -v -- "$0"); fi

# Its owner could exchange what root has checked there, so that another user's home will not do.
is_of_another() { [ -e "$1" ] && ! [ -O "$1" ]; }

find_cache() {
  case ${HUSHCAST_CACHE-}:${XDG_CACHE_HOME-}:${HOME-} in
    /*) cache=$HUSHCAST_CACHE && return ;;
    [!:]*) cache=$PWD/$HUSHCAST_CACHE && return ;;
    :/*) parent=$XDG_CACHE_HOME cache=$XDG_CACHE_HOME/hushcast ;;
    *:/*) parent=$HOME cache=$HOME/.cache/hushcast ;;
    *) return 1 ;;
  esac
  ! is_of_another "$parent"
}

if find_cache; then run_from "$cache" "$@"; fi
if [ -n "${HUSHCAST_CACHE-}" ]; then
  say "cannot use HUSHCAST_CACHE=$HUSHCAST_CACHE; using a folder in $temporary instead"
fi
if find_temporary_cache; then run_from "$cache" "$@"; fi
say "cannot unpack anywhere: set HUSHCAST_CACHE to a folder that can be written and run from"
exit 1
