# Installs Debian packages by name where they are missing; sourced by the other scripts.
#
#   need_packages NAME…      fails, with the command to give, where it may not install

# What the package itself is built with.
build_packages=(pkg-config libasound2-dev libsndfile1-dev libfftw3-dev libcurl4-openssl-dev libsqlite3-dev libssl-dev libpng-dev)

need_packages() {
    local missing=() name
    for name in "$@"; do
        dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
    done
    [ ${#missing[@]} -eq 0 ] && return 0

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "missing packages, and neither root nor sudo to install them. As root: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo)
        echo "Installing with sudo: ${missing[*]}"
    else
        echo "Installing: ${missing[*]}"
    fi
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get -o DPkg::Lock::Timeout=400 update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=400 \
            install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
        tail -n 15 "$log" >&2
        rm -f "$log"
        echo "could not install: ${missing[*]}" >&2
        return 1
    fi
    rm -f "$log"
}

need_swift() {
    command -v swift >/dev/null && return 0
    echo "no Swift toolchain: install Swift 6.3 or newer from https://www.swift.org/install and run this again" >&2
    return 1
}
