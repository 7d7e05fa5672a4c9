# Completion of ringback for bash: the command itself tells what may follow.

_ringback() {
    local line="${COMP_LINE:0:COMP_POINT}" IFS=$' \t' words current
    # not COMP_WORDS, which are cut at = as well
    read -ra words <<<"$line"
    case "$line" in *[[:space:]]) words+=("") ;; esac
    current="${words[${#words[@]} - 1]}"
    local IFS=$'\n'
    COMPREPLY=($("$1" complete -- "${words[@]:1}" 2>/dev/null))
    case "${COMPREPLY[0]}" in
    *= | *.) type compopt >/dev/null 2>&1 && compopt -o nospace 2>/dev/null ;; # more is to follow
    esac
    # only what stands behind the last = is replaced
    case "$current" in
    *=*) case "$COMP_WORDBREAKS" in *=*) COMPREPLY=("${COMPREPLY[@]#"${current%%=*}="}") ;; esac ;;
    esac
}

complete -o default -F _ringback ringback
