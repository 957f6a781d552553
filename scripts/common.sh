# Sourced by the scripts beside it: where things are, and how they speak. Not a command itself.
# Sentences for a person go to standard error, so that the last line of standard output stays the command's own.
set -euo pipefail
# Relative paths from here on: the checkout may lie deep, move, or have a space in its name.
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A node is several processes, and each would translate the whole program anew where none may keep what it translated.
unset PYTHONDONTWRITEBYTECODE

say() { printf '%s\n' "$*" >&2; }

fail() {
    printf 'jukinet: %s\n' "$*" >&2
    exit 1
}

home_directory() { # HOME, or what the system says where HOME is empty or missing
    if [ -n "${HOME:-}" ]; then
        printf '%s\n' "$HOME"
    else
        getent passwd "$(id -u)" | cut -d: -f6 || true
    fi
}

# The one place where scripts decide where state lives; jukinet.node.config says the same, and a test compares.
state_directory() {
    local home
    if [ -n "${JUKINET_STATE:-}" ]; then
        realpath -m -- "$JUKINET_STATE"
    elif [ "$(id -u)" = 0 ]; then
        printf '/var/lib/jukinet\n'
    elif [[ "${XDG_STATE_HOME:-}" = /* ]]; then
        printf '%s/jukinet\n' "${XDG_STATE_HOME%/}"
    else
        home=$(home_directory)
        [[ "$home" = /?* ]] || fail "no home directory is known for this user; set JUKINET_STATE to a directory for the state."
        printf '%s/.local/state/jukinet\n' "${home%/}"
    fi
}

# make clean removes only a directory that carries this mark, so that no mistyped name costs anybody their files.
state_mark=.jukinet-state

prepare_state() { # prints the state directory, made and marked
    local state mode
    state=$(state_directory)
    # Root's state is walked through by the unprivileged user that runs PostgreSQL; a plain user's is private.
    if [ "$(id -u)" = 0 ]; then mode=0711; else mode=0700; fi
    if [ ! -d "$state" ]; then
        mkdir -p -- "$(dirname "$state")" 2>/dev/null && mkdir -m "$mode" -- "$state" 2>/dev/null ||
            fail "the state directory $state cannot be made; set JUKINET_STATE to a directory that you may write."
    fi
    [ -w "$state" ] || fail "the state directory $state cannot be written; set JUKINET_STATE to one that you may write."
    if [ ! -e "$state/$state_mark" ]; then
        [ -z "$(ls -A -- "$state")" ] ||
            fail "$state already holds other files; set JUKINET_STATE to an empty or a new directory."
        printf 'Jukinet keeps its state here; make clean removes this directory.\n' >"$state/$state_mark" ||
            fail "the state directory $state cannot be written; is the disk full?"
    fi
    printf '%s\n' "$state"
}

switched_on() { # ONCE=1 and ONCE=yes say yes; ONCE= and ONCE=0 say no
    case "${1:-}" in '' | 0 | no | false) return 1 ;; *) return 0 ;; esac
}
