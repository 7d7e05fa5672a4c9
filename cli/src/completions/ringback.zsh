#compdef ringback
# Completion of ringback for zsh: the command itself tells what may follow.

_ringback() {
    local -a found
    found=("${(@f)$("${words[1]}" complete -- "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
    found=(${found:#})
    # behind = and . more is to follow
    compadd -S '' -- ${(M)found:#*[=.]}
    compadd -- ${found:#*[=.]}
    (( $#found )) || _files -P "${PREFIX%%@*}@" 2>/dev/null
}

compdef _ringback ringback
