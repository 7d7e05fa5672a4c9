# Completion of ringback for fish: the command itself tells what may follow.

function __ringback_complete
    set -l words (commandline -opc)
    $words[1] complete -- $words[2..-1] (commandline -ct) 2>/dev/null
end

complete -c ringback -f -a '(__ringback_complete)'
