# shellcheck shell=sh
# Sourced by ./run, ./test and .ci/run, which set $root to the folder of the repository.
# Makes $root/.venv from the locks in requirements/, once, and says plainly what is missing.

venv=${root:?}/.venv
unset PYTHONHOME PYTHONPATH

say() {
    printf '%s\n' "$*"
}

# stop WHAT_HAPPENED [WHAT_TO_DO ...]
stop() {
    printf '\n%s\n' "$1" >&2
    shift
    for line in "$@"; do
        printf '  %s\n' "$line" >&2
    done
    exit 1
}

# Every process gets a group of its own, so that Ctrl-C reaches the script first, and the script
# can end a group with all its children. end_all belongs in the script's traps.
groups=
start_group() {
    "$python" -c 'import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])' "$@" &
    groups="$groups $!"
}

# attend COMMAND [ARGUMENT ...]: the same for a command to wait for.
attend() {
    start_group "$@"
    status=0
    wait "$!" || status=$?
    groups=
    return "$status"
}

# The programs first, because they end their own children in good order; then what is left.
end_all() {
    trap '' INT TERM HUP
    trap - EXIT
    end_with TERM ''
    end_with TERM -
    end_with KILL -
}

# end_with SIGNAL PREFIX, where the prefix - means the whole group
end_with() {
    for group in $groups; do
        kill -s "$1" -- "$2$group" 2>/dev/null || :
    done
    tries=0
    while [ "$tries" -lt 50 ] && any_left "$2"; do
        tries=$((tries + 1))
        sleep 0.2
    done
}

any_left() {
    for group in $groups; do
        if kill -s 0 -- "$1$group" 2>/dev/null; then return 0; fi
    done
    return 1
}

# Sets $python to a Python that is new enough, the one called python3 first; and to the program
# itself, because what is on the PATH may be a script that starts it (pyenv).
find_python() {
    for name in python3 python3.14 python3.13 python3.12 python3.11; do
        python=$("$name" -c 'import sys; print(sys.version_info >= (3, 11) and sys.executable or "")' \
            2>/dev/null) || python=
        [ -z "$python" ] || return 0
    done
    if found=$(python3 --version 2>/dev/null); then
        stop "Quorate needs Python 3.11 or newer; python3 on this machine is ${found#Python }." \
            "Install a newer Python (Debian 12 and Ubuntu 24.04 have one) and start again."
    fi
    stop "Quorate needs Python 3.11 or newer; there is no python3 on this machine." \
        "On Debian or Ubuntu: sudo apt install python3 python3-venv" \
        "Elsewhere: https://www.python.org/downloads/"
}

# check_writable FOLDER WHAT_TO_DO
check_writable() {
    probe=$1/.write-probe.$$
    if ! (mkdir -p "$1" && : >"$probe") 2>/dev/null; then
        stop "The folder $1 cannot be written to." "$2"
    fi
    rm -f "$probe"
}

# A virtual environment serves one Python at one place: a moved or upgraded one is made anew.
environment_maker() {
    "$venv/bin/python" -c 'import sys; print(sys.version.split()[0], sys.prefix)' 2>/dev/null
}

# environment_content run|dev
environment_content() {
    set -- "$1" "$(cat "$root/requirements/$1.lock" "$root/requirements/assets.lock" | cksum)"
    printf '%s %s\n' "$1" "$2"
}

environment_is_whole() {
    [ -f "$venv/.installed" ] && [ "$(environment_maker)" = "$(sed -n 1p "$venv/.installed")" ]
}

# environment_has run|dev; the development lock holds everything that the other one does.
environment_has() {
    environment_is_whole || return 1
    installed=$(sed -n 2p "$venv/.installed")
    [ "$installed" = "$(environment_content dev)" ] ||
        { [ "$1" = run ] && [ "$installed" = "$(environment_content run)" ]; }
}

# prepare_environment run|dev; afterwards $python is the one in .venv.
prepare_environment() {
    if ! environment_has "$1"; then
        find_python
        check_writable "$root" "Copy the repository to a folder of your own and start there."
        install_environment "$1"
    fi
    python=$venv/bin/python
}

install_environment() {
    log=$(mktemp)
    environment_is_whole || rm -rf "$venv"
    say "Installing the locked packages into .venv (only when they change; about a minute) ..."
    if ! { command -v uv && install_with_uv "$1"; } >"$log" 2>&1; then
        install_with_pip "$1" >>"$log" 2>&1 || explain_failed_install
    fi
    rm -f "$log"
    { environment_maker && environment_content "$1"; } >"$venv/.installed"
}

install_with_uv() {
    { [ -d "$venv" ] || attend uv venv --python "$python" "$venv"; } &&
        rm -rf "$venv/.installed" "$venv/assets" &&
        attend uv pip install --python "$venv/bin/python" \
            --require-hashes --requirement "$root/requirements/$1.lock" &&
        attend uv pip install --python "$venv/bin/python" --target "$venv/assets" \
            --no-deps --require-hashes --requirement "$root/requirements/assets.lock"
}

install_with_pip() {
    if ! "$venv/bin/python" -m pip --version; then
        rm -rf "$venv" &&
            "$python" -c 'import ensurepip, venv' &&
            attend "$python" -m venv "$venv"
    fi &&
        rm -rf "$venv/.installed" "$venv/assets" &&
        attend "$venv/bin/python" -m pip install --disable-pip-version-check --no-input \
            --require-hashes --requirement "$root/requirements/$1.lock" &&
        attend "$venv/bin/python" -m pip install --disable-pip-version-check --no-input \
            --target "$venv/assets" \
            --no-deps --require-hashes --requirement "$root/requirements/assets.lock"
}

explain_failed_install() {
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        stop "This Python ($python) cannot make virtual environments: its venv module is missing." \
            "On Debian or Ubuntu: sudo apt install python3-venv" \
            "Then start again."
    fi
    tail -n 6 "$log" >&2
    if grep -qiE 'retrying|connection|name resolution|no matching distribution|dns error' "$log"
    then
        stop "The packages could not be downloaded." \
            "The first start needs a network with a Python package index; later starts do not." \
            "Behind a proxy set HTTPS_PROXY, with a mirror set PIP_INDEX_URL, and start again." \
            "The whole output is in $log"
    fi
    stop "The packages could not be installed." \
        "The reason is above; the whole output is in $log" \
        "Start again once it is solved: what is half made is made anew."
}
