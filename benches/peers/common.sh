# Sourced by every build and serve: $here is the peer's folder, $out what is built of it.
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../.." && pwd)
out=$root/target/peers/$(basename "$here")
mkdir -p "$out"

missing() {
    echo "$(basename "$here"): missing $*" >&2
    exit 3
}

# Debian packages that are not there yet; only when asked for with --install, by root.
install_packages() {
    [ "${1:-}" = --install ] && [ "$(id -u)" = 0 ] && command -v apt-get > /dev/null || return 0
    local package wanted=()
    for package in $(cat "$here/packages"); do
        dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2> /dev/null | grep -q '^ii' || wanted+=("$package")
    done
    [ ${#wanted[@]} = 0 ] && return 0
    export DEBIAN_FRONTEND=noninteractive
    apt-get -qq update > /dev/null || true
    apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${wanted[@]}" > /dev/null || true
}

need() {
    local tool
    for tool in "$@"; do
        command -v "$tool" > /dev/null || missing "$tool"
    done
}

# Runs a step of the build quietly; its output is shown when it fails.
quietly() {
    "$@" > "$out/build.log" 2>&1 || { tail -n 40 "$out/build.log" >&2; exit 1; }
}

# Succeeds when what was built of exactly these files is still there; else forget it.
built() {
    key=$(cat "$here/../common.sh" "$@" | sha256sum | cut -c1-16)
    [ "$(cat "$out/key" 2> /dev/null)" = "$key" ] && return 0
    rm -f "$out/key"
    return 1
}

# To be called when all is built.
finished() {
    echo "$key" > "$out/key"
}

wsdl() {
    need python3
    python3 "$here/../excerpt" "$root/wsdl/User.wsdl" > "$out/User.wsdl"
}
