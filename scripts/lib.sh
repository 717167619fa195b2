# shellcheck shell=bash
# What several scripts need: messages, the cache, and Debian packages. To be sourced.

# The CAF that ledactor is built with.
# shellcheck disable=SC2034
readonly caf_version=0.18.7

program=${0##*/}
cache=${LEDACTOR_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/ledactor}

say() { printf '%s: %s\n' "$program" "$*"; }
die() { printf '%s: error: %s\n' "$program" "$*" >&2; exit 1; }
bad_usage() { printf '%s: error: %s\n' "$program" "$*" >&2; usage >&2; exit 64; }

require_absolute_cache() {
  [[ $cache = /* ]] || die "LEDACTOR_CACHE is '$cache', which is not an absolute path"
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "installing packages needs root: run scripts/$program as root, or install sudo"
  fi
}

is_installed() {
  dpkg-query -W -f='${db:Status-Status}\n' "$1" 2>/dev/null | grep -x installed >/dev/null
}

# Reads lines of "LABEL PERCENT" and says every tenth of each label.
report_progress() {
  local label percent last='' shown=0
  while read -r label percent; do
    [ "$label" = "$last" ] || shown=0
    last=$label
    if [ "$percent" -ge $((shown + 10)) ]; then
      shown=$((percent / 10 * 10))
      say "  $label: $shown %"
    fi
  done
}

# Installs packages; with the apt state $1, if that is not empty. Its log is kept in the folder $work. apt
# closes its status descriptor to the programs that it starts, and some packages' scripts fail without a
# stdout: so the status has one of its own, which is opened behind sudo, since sudo passes on none.
install_packages() {
  local log=$work/apt.log name command=(apt-get ${1:+-c "$1/apt.conf"})
  shift
  # shellcheck disable=SC2016
  as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C sh -c 'exec "$@" 3>&1' sh \
    "${command[@]}" install -y -q --no-install-recommends \
    -o APT::Status-Fd=3 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold \
    -o DPkg::Lock::Timeout=300 "$@" 2>&1 </dev/null | tee "$log" \
    | sed -unE -e 's/^dlstatus:[^:]*:([0-9]+).*/download \1/p' \
      -e 's/^pmstatus:[^:]*:([0-9]+).*/install \1/p' | report_progress \
    || { grep -vE '^(dl|pm)status:' "$log" | tail -n 30 >&2
         die "apt could not install the packages; its last lines are above"; }
  for name in "$@"; do
    is_installed "$name" || die "apt did not install '$name'"
  done
}

# The URI of the Debian mirror that this machine already uses.
debian_mirror() {
  # shellcheck disable=SC2016
  apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' 'Created-By: Packages' \
    | awk '$1 == "Debian" && $2 == "Debian" && $3 !~ /^cdrom:/ && !uri { uri = $3 } END { print uri }'
}

# The same, after an update of apt's lists if they do not know it; fails if there is none.
find_debian_mirror() {
  local mirror
  mirror=$(debian_mirror)
  if [ -z "$mirror" ]; then
    as_root apt-get update -qq >&2 || true
    mirror=$(debian_mirror)
  fi
  [ -n "$mirror" ] || { echo "E: this machine's apt has no mirror of Debian" >&2; return 1; }
  printf '%s\n' "$mirror"
}

# Makes an apt state of its own in $1 with the sources lines "TYPE SUITE" that follow, from the
# mirror that the system uses: the system's apt stays as it is, and its hooks and default release
# have no say. To be used as apt-get -c $1/apt.conf, first of all to update it.
make_private_apt() {
  local apt=$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed='' mirror source
  shift
  mirror=$(find_debian_mirror) || return 1
  [ ! -f "$keyring" ] || signed="[signed-by=$keyring]"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial" "$apt/parts"
  for source in "$@"; do
    echo "${source% *} $signed $mirror ${source#* } main"
  done > "$apt/sources.list"
  cat > "$apt/apt.conf" <<END
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
APT::Default-Release "";
APT::Sandbox::User "$(id -un)";
APT::Update::Error-Mode "any";
Acquire::Languages "none";
Dir::Etc::sourcelist "$apt/sources.list";
Dir::Etc::sourceparts "$apt/parts";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
END
}

update_private_apt() {
  apt-get -c "$1/apt.conf" -qq update
}
