# Looking at files: what the follower and the service share. Before this text comes an assignment:
#
#   h      RS and the nonce: every header begins with it
#
# A file's name is never anywhere but in quotes. Functions answer in r, those that look at a file in i (inode)
# and s (size). Descriptor 6 is a file that is given in one go, 4 the output.

# shellcheck disable=SC2154 # assigned before
# shellcheck disable=SC2015 # `a && b || c` is meant as it runs
# shellcheck disable=SC2209 # words, not commands

nl='
'
blank=$IFS
chunk=4194304 looks=0
LC_ALL=C
export LC_ALL
# These change what ls and gzip do.
unset TIME_STYLE QUOTING_STYLE LS_BLOCK_SIZE BLOCK_SIZE BLOCKSIZE GZIP
set -f
exec 4>&1
sums=cksum
command -v cksum >/dev/null || sums=md5sum

# Numbers and plain words only: what echo makes of a backslash depends on the shell.
say() { echo "$h $*" || exit 0; }

# Some shells count with 32 bits.
if [ "$((65536 * 65536))" = 4294967296 ]; then
    plus() { r=$(($1 + $2)); }
    minus() { r=$(($1 - $2)); }
else
    # shellcheck disable=SC2003
    plus() { r=$(expr "$1" + "$2"); }
    # shellcheck disable=SC2003
    minus() { r=$(expr "$1" - "$2"); }
fi

# r := the bytes from offset $1 to size $2, but at most a chunk; negative when the file is shorter.
left() {
    minus "$2" "$1"
    case $r in
    -*) ;;
    ?????????*) r=$chunk ;;
    *) if [ "$r" -gt $chunk ]; then r=$chunk; fi ;;
    esac
}

# Moves descriptor $1 on by $2 bytes.
seek() { [ "$2" = 0 ] || dd bs=1 skip="$2" count=0 <&"$1" >/dev/null 2>&1; }

# r := the checksum of the first $2 bytes of the file named $1, empty when there are not so many. With $3 the
# file is unpacked first.
checksum() {
    r=
    [ "$2" = 0 ] && return
    if [ -n "$3" ]; then
        r=$(unpack "$1" | dd bs=1 count="$2" 2>/dev/null | $sums)
    else
        r=$(dd if="$1" bs="$2" count=1 2>/dev/null | $sums)
    fi
    case $r in
    *" $2" | *-) r=${r%% *} ;;
    *) r= ;;
    esac
}

packed() { case $1 in *.gz | *.bz2 | *.xz | *.zst) ;; *) return 1 ;; esac; }

# shellcheck disable=SC2094 # nothing is written there
unpack() { unpacked "$1" 2>/dev/null <"$1"; }

# The same for standard input, which is called $1.
unpacked() {
    case $1 in
    *.gz) gzip -dc ;;
    *.bz2) bzip2 -dc ;;
    *.xz) xz -dc ;;
    *.zst) zstd -dc ;;
    esac 2>/dev/null
}

# i, s := inode and size of the regular file named $1. Fails otherwise, and r is what there is instead.
look() {
    i='' s='' r=
    # shellcheck disable=SC2046 # words are wanted: inode, mode, links, user, group, size
    set -- $(ls -dinL "$1" 2>/dev/null)
    case $2 in
    -*) i=$1 s=$6 ;;
    '') r=nothing ;;
    d*) r=folder ;;
    *) r=special ;;
    esac
    [ -n "$i" ]
}

# Opens the file named $2 for descriptor $1, where that can be done. (A failed exec would end the shell.)
open() {
    [ -r "$2" ] || return
    case $1 in
    3) command exec 3<"$2" ;;
    5) command exec 5<"$2" ;;
    6) command exec 6<"$2" ;;
    esac 2>/dev/null
}

# kin := the path's file and those whose names begin like it, oldest first, as ls prints them. In the middle of a
# rotation some would be missing: they are listed until their names stand still, but not for ever.
list() {
    for r in 1 2 3 4 5 6 7 8; do
        set +f
        set -- "$real"*
        set -f
        # shellcheck disable=SC2012 # names with newlines are found by hand, in named
        kin=$(ls -dintr "$@" 2>/dev/null) || [ -e "$1" ] || return 0
        names=$*
        set +f
        set -- "$real"*
        set -f
        [ "$names" != "$*" ] || return 0
    done
}

# i, s, name, extra := what a line of kin says; fails unless it is a regular file beside the path.
row() {
    line=$1
    # shellcheck disable=SC2086 # words are wanted
    set -- $1
    case $1 in '' | *[!0-9]*) return 1 ;; esac
    case $2 in -*) ;; *) return 1 ;; esac
    i=$1 s=$6 extra=${line#*"$real"}
    name=$real$extra
}

# Makes sure that file $1 is called $name, and looks at it; searches when it is called something else by now.
named() {
    look "$name" && [ "$i" = "$1" ] && return
    wanted=$1
    set +f
    set -- "$real"*
    set -f
    # shellcheck disable=SC2012 # names with newlines are found by hand, below
    r=$(ls -din "$@" 2>/dev/null)
    IFS=$nl
    for r in $r; do
        IFS=$blank
        row "$r" && [ "$i" = "$wanted" ] && look "$name" && [ "$i" = "$wanted" ] && return
    done
    IFS=$blank
    for name in "$@"; do
        case $name in *"$nl"*) look "$name" && [ "$i" = "$wanted" ] && return ;; esac
    done
    return 1
}

# Opens file $1 behind 6, whatever it is called by now.
hold() {
    for r in 1 2 3 4; do
        named "$1" || return
        open 6 "$name" && look "$name" && [ "$i" = "$1" ] && return
    done
    return 1
}

# Whether $2 is true of file $1, whatever it is called by now: its $name is the same before and after. Now and then
# it is said that this goes on, as nobody may be there any more to whom it matters.
certain() {
    looks=$(((looks + 1) % 8))
    [ "$looks" != 0 ] || say L
    for r in 1 2 3 4 5 6; do
        named "$1" || return
        if "$2" "$name"; then verdict=0; else verdict=1; fi
        look "$name" && [ "$i" = "$1" ] && return "$verdict"
    done
    return 1
}
