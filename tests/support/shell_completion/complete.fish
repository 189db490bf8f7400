# Completes command lines as TAB would: complete.fish SCRIPT [LINE...]
# Prints for each line what its last word could become, a candidate and its description a line, with
# a tab in between, and then a line with RS.
source $argv[1]
for line in $argv[2..]
    complete -C $line
    printf '\x1e\n'
end
