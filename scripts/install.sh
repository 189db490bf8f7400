#!/bin/sh
# Installs a hushcast executable that was downloaded or built; `sh install.sh --help` says how.
# Nothing is downloaded, and the executable is not run before its checksum has been compared.
set -eu

EXIT_FAILED=1
EXIT_USAGE=2
SYSTEM_FOLDER=/usr/local/bin

main() {
  read_arguments "$@"
  if [ -z "$file" ]; then file=$(find_executable); fi
  [ -f "$file" ] || fail "cannot install $file: there is no such file"
  expected=''
  if [ "$verify" = yes ]; then expected=$(expected_sum); fi
  if [ -z "$folder" ]; then folder=$(default_folder); fi
  install_file
  print_hints
}

print_help() {
  cat <<'END'
Usage: sh install.sh [--prefix DIR | --bin DIR] [--no-verify] [FILE]

Installs FILE as `hushcast`. Without FILE it takes the executable for this machine
that lies beside this script, in the working directory, or in ../dist of the script.
It is compared with the file SHA256SUMS in its folder first.

  --bin DIR      install into DIR
  --prefix DIR   install into DIR/bin
  --no-verify    install without SHA256SUMS; a damaged or forged file is not noticed
  --help         print this text

Without --bin and --prefix it goes to /usr/local/bin when that can be written,
else to ~/.local/bin.

Exit codes: 0 installed, 1 not installed, 2 wrong usage.
END
}

# Sets file, folder and verify.
read_arguments() {
  file='' folder='' verify=yes
  while [ $# -gt 0 ]; do
    case $1 in
      --help | -h)
        print_help
        exit
        ;;
      --no-verify) verify=no ;;
      --bin | --prefix)
        [ $# -ge 2 ] || fail_usage "$1 needs a folder"
        take_folder "$1" "$2"
        shift
        ;;
      --bin=* | --prefix=*) take_folder "${1%%=*}" "${1#*=}" ;;
      --)
        shift
        break
        ;;
      -*) fail_usage "unknown option $1" ;;
      *) take_file "$1" ;;
    esac
    shift
  done
  for operand in "$@"; do take_file "$operand"; done
}

take_folder() {
  [ -z "$folder" ] || fail_usage "$1 is one too many: give --bin or --prefix, once"
  case $2 in
    "" | -*) fail_usage "$1 needs a folder, got '$2'" ;;
  esac
  folder=$2
  if [ "$1" = --prefix ]; then folder=${2%/}/bin; fi
}

take_file() {
  [ -z "$file" ] || fail_usage "want one FILE, got '$file' and '$1'"
  [ -n "$1" ] || fail_usage "FILE is empty"
  file=$1
  # No program that is handed the name must take it for an option.
  case $file in -*) file=./$file ;; esac
}

# Prints the executable for this machine. With more than one in a folder it asks: the newest by
# date may be an old version built again, and versions with suffixes have no order that every
# `sort` knows.
find_executable() {
  target=$(target_triple) || exit
  here=$(dirname -- "$0")
  for place in "$here" . "$here/../dist"; do
    set -- "$place/hushcast-"*"-$target"
    [ -f "$1" ] || continue
    [ $# -eq 1 ] || fail "more than one executable for this machine: name the FILE to install: $*"
    say "$1"
    return
  done
  fail "cannot find hushcast-VERSION-$target beside this script, in the working directory or in" \
    "$here/../dist: download it to there, or name the FILE to install"
}

target_triple() {
  system=$(uname -s) machine=$(uname -m)
  case $machine in
    x86_64 | amd64) processor=x86_64 ;;
    aarch64 | arm64) processor=aarch64 ;;
    *) processor= ;;
  esac
  case $processor-$system in
    ?*-Linux) say "$processor-unknown-linux-gnu" ;;
    ?*-Darwin) say "$processor-apple-darwin" ;;
    *-MINGW* | *-MSYS* | *-CYGWIN*)
      fail "cannot install on Windows: copy the .exe as hushcast.exe into a folder of PATH" ;;
    *) fail "cannot install on $system $machine: there is no executable for it" ;;
  esac
}

default_folder() {
  if [ -w "$SYSTEM_FOLDER" ] || [ "$(id -u)" = 0 ]; then
    say "$SYSTEM_FOLDER"
    return
  fi
  [ -n "${HOME:-}" ] || fail "cannot tell where to install: HOME is not set; give --bin DIR"
  say "$HOME/.local/bin"
}

# Prints what SHA256SUMS says of the file; its lines are `SUM  NAME`, or `SUM *NAME`.
expected_sum() {
  sums=$(dirname -- "$file")/SHA256SUMS name=$(basename -- "$file")
  [ -f "$sums" ] || fail_unverified "there is no $sums; download it to there"
  [ -r "$sums" ] || fail_unverified "$sums cannot be read"
  while read -r sum listed || [ -n "$sum" ]; do
    [ "${listed#\*}" = "$name" ] || continue
    say "$sum"
    return
  done <"$sums"
  fail_unverified "$sums has no line for $name; keep the name that the file was published with"
}

# Copies the file beside its place, checks that copy, and renames it: a hushcast that runs keeps
# its old file, and whoever starts one finds the old or the new, never a part. Since the copy is
# what is checked, nobody can change the file between check and use.
install_file() {
  mkdir -p -- "$folder" || fail "cannot make the folder $folder: give another one with --bin DIR"
  folder=$(CDPATH='' cd -- "$folder" && pwd)
  [ ! -d "$folder/hushcast" ] || fail "cannot install $folder/hushcast: it is a folder"
  copy=''
  trap 'rm -f -- "$copy"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' HUP TERM
  copy=$(mktemp "$folder/.hushcast.XXXXXX") ||
    fail "cannot write to $folder: give another folder with --bin DIR, or run this as root"
  cat <"$file" >"$copy" || fail "cannot copy $file to $folder"
  check_copy
  chmod 755 "$copy"
  # Its output goes along with the error, so that one sees why.
  version=$("$copy" --version </dev/null) ||
    fail "cannot install $file: it does not run on this machine" \
      "(on Linux it needs glibc, which Alpine has not)"
  mv -f -- "$copy" "$folder/hushcast"
}

check_copy() {
  if [ "$verify" = no ]; then
    say "install.sh: warning: $file is not verified" >&2
    return
  fi
  actual=$(sum_of "$copy") || actual=''
  [ -n "$actual" ] || fail_unverified "neither sha256sum nor shasum nor openssl works here"
  [ "$actual" = "$expected" ] || fail "cannot install $file: its SHA-256 is $actual," \
    "SHA256SUMS says $expected; download both again"
}

sum_of() {
  if has sha256sum; then
    sum=$(sha256sum <"$1")
  elif has shasum; then
    sum=$(shasum -a 256 <"$1")
  else
    sum=$(openssl dgst -sha256 -r <"$1")
  fi
  say "${sum%% *}"
}

print_hints() {
  say "Installed $folder/hushcast"
  say "$version"
  case :${PATH:-}: in
    *:"$folder":*) ;;
    *)
      say "$folder is not in PATH; add this line to the profile of your shell:"
      say "  export PATH=\"$folder:\$PATH\""
      ;;
  esac
  say "Completions for bash, zsh and fish: hushcast completions bash"
  if [ "$(uname -s)" = Linux ]; then
    say "A relay as a service of systemd: see the first lines of hushcast-relay.service"
  fi
}

# `echo` takes backslashes in a path for more than they are, in some shells.
say() {
  printf '%s\n' "$*"
}

has() {
  command -v "$1" >/dev/null 2>&1
}

fail_unverified() {
  fail "cannot verify $file: $*, or give --no-verify"
}

fail_usage() {
  say "install.sh: $*; try 'sh install.sh --help'" >&2
  exit "$EXIT_USAGE"
}

fail() {
  say "install.sh: $*" >&2
  exit "$EXIT_FAILED"
}

main "$@"
