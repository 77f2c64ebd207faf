# Follows one file by its name and tells of it on standard output, in the words of core::wire. Nothing is
# written to the host. Before this text come files.sh, and assignments:
#
#   f      the file; never anywhere but in "$f"
#   from   `lines N` (about), `last N` (exactly), `byte N`, or `resume`
#   gens   how far each generation was given, oldest first: ino:offset:length:sum …
#          (0 for a number that another file has by now)
#   seen   the files beside it that are no news: ino:size …
#   poll   seconds between looks; pollms: the same in milliseconds
#   next1 … the names that it goes on under as soon as there is such a file, in their order; last of them: upto.
#          A name with a date in it has them when the date has changed.
#   before the name that it had before this one, if any
#
# Held open are 3 the file, 5 the one before it (for late writers), 6 a file that is given in one go, 4 the
# output. Files are named by inode. Of the file behind 3: ino, off (given so far), n and sum (checksum of its
# first n bytes), p (a name for it). Of the one behind 5: old, oldoff, oldn, oldsum, oldp, oldms (time left).

# Only the client's own count is right now: let it begin anew.
again() { say X; exit 0; }

# Tells which file is read from now on, and under which of the names that are waited for, if that is new.
opens() {
    # shellcheck disable=SC2086 # words or none
    say O "$@" $turned
    turned=''
}

# How the path stands, told when it changes.
tell() {
    [ "$told" = "$*" ] || say "$@"
    told=$*
}

# Gives the next $2 bytes of descriptor $1. Fails if there were fewer; nobody knows how many then.
take() {
    if [ "$2" -ge 65536 ]; then
        r=$(dd bs=65536 count=$(($2 / 65536)) 2>&1 >&4 <&"$1")
        case $r in
        *"$(($2 / 65536))+0 records in"*) ;;
        *) return 1 ;;
        esac
        pace "$2" "$r"
    fi
    [ $(($2 % 65536)) = 0 ] && return
    case $(dd bs=$(($2 % 65536)) count=1 2>&1 >&4 <&"$1") in
    *"1+0 records in"*) ;;
    *) return 1 ;;
    esac
}

# Makes chunks larger while one of $1 bytes takes less than a second, so that what is done between two of them costs
# little; $2 is what dd said, where it tells the time. On a slow link files are looked at as often as before.
pace() {
    [ "$1" = "$chunk" ] || return 0
    case $2 in
    *" copied, 0."* | *" in 0."*) [ "$chunk" -ge 67108864 ] || chunk=$((chunk * 2)) ;;
    *) chunk=4194304 ;;
    esac
}

# Gives descriptor $1, which is file $2, from offset $3 to size $4; at := how far it came.
rest() {
    at=$3
    while left "$at" "$4"; do
        case $r in 0 | -*) break ;; esac
        say D "$2" "$at" "$4"
        want=$r
        take "$1" "$want" || again
        plus "$at" "$want"
        at=$r grew=1
    done
    say C "$2" "$at"
}

# Whether $1, what a name has more than the path's, is what a rotation adds.
rotated() {
    case $1 in
    *.gz | *.bz2 | *.xz | *.zst) set -- "${1%.*}" ;;
    esac
    case $1 in
    '~' | [._-]old | [._-]bak | [._-]prev | [._-]orig) ;;
    [._-][0-9]*) case ${1#?} in *[!0-9:T_.-]*) return 1 ;; esac ;;
    *) return 1 ;;
    esac
}

# Opens file $1 of the list, which was recalled, behind 6, if it is there and not shorter than it was.
byinode() {
    case "$nl$kin" in *[!0-9]"$1 -"*) ;; *) return 1 ;; esac
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        row "$line" && [ "$i" = "$1" ] && ! packed "$extra" || continue
        named "$1" && left "$goff" "$s" || return
        case $r in -*) return 1 ;; esac
        certain "$1" begins || return
        open 6 "$name" && look "$name" && [ "$i" = "$1" ] && return
        return 1
    done
    IFS=$blank
    return 1
}

# Whether the file named $1, unpacked, begins with the wanted part.
holds() {
    if packed "$1"; then checksum "$1" "$part" packed; else checksum "$1" "$part"; fi
    [ -n "$r" ] && [ "$r" = "$partsum" ]
}

# The same for a file that is new here and holds what file $4, of this length, with checksum $2 and $3, held.
byprint() {
    [ "$2" = 0 ] && return 1
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        row "$line" && [ -n "$extra" ] && [ "$i" != "$4" ] || continue
        case " $seen " in *" $i:$s "*) continue ;; esac
        packed "$extra" && continue
        left "$1" "$s"
        case $r in -*) continue ;; esac
        part=$2 partsum=$3
        certain "$i" holds && hold "$i" && ! packed "$extra" && return
    done
    IFS=$blank
    return 1
}

# The same for a compressed file, of this length and checksum. Those that are no news come last: it is among them if
# the link was lost between its end and the file behind it.
bypacked() {
    [ "$1" = 0 ] && return 1
    for which in news seen; do
        IFS=$nl
        for line in $kin; do
            IFS=$blank
            row "$line" && packed "$extra" || continue
            case $which:" $seen " in
            news:*" $i:$s "*) continue ;;
            seen:*" $i:$s "*) ;;
            seen:*) continue ;;
            esac
            part=$1 partsum=$2
            certain "$i" holds && hold "$i" && packed "$extra" && return
        done
        IFS=$blank
    done
    return 1
}

# goff, gn, gsum := what gens knows of file $1.
recall() {
    case $gens in *" $1:"*) ;; *) return 1 ;; esac
    r=${gens##*" $1:"}
    r=${r%% *}
    goff=${r%%:*} r=${r#*:}
    gn=${r%%:*} gsum=${r#*:}
}

# Whether the file named $1 begins like the one that was recalled. Numbers are used again: alone they prove
# nothing of a file of which something was given.
begins() {
    if [ "$gn" = 0 ]; then
        [ "$goff" = 0 ]
        return
    fi
    checksum "$1" "$gn"
    [ "$r" = "$gsum" ]
}

# Whether what row found was given or is no news: by its length or its first bytes too, as numbers are used again.
known() {
    case " $seen " in *" $i:$s "*) return ;; esac
    given
}

# Whether it begins like something that was given.
given() {
    if packed "$extra"; then
        certain "$i" within
    else
        recall "$i" && [ "$gn" != 0 ] && certain "$i" begins || certain "$i" alike
    fi
}

# Whether the file named $1, which is $s long, begins like one that was given under another number.
alike() {
    introduced "$1"
    case "$gens " in *":$m:${head:-none} "*) ;; *) return 1 ;; esac
}

# Whether the compressed file named $1 is being made: what it is made of is there.
inmaking() { [ -e "${1%.*}" ]; }

# Whether the compressed file $1 holds what was given; m and head tell how that begins.
within() {
    # shellcheck disable=SC2046 # words are wanted
    set -- $(unpack "$1" | dd bs=1 count=256 2>/dev/null | $sums)
    head=$1 m=$2
    case $m in
    -) m=256 ;;
    0) head='' ;;
    esac
    case $gens$self in *":$m:${head:-none}"*) ;; *) return 1 ;; esac
}

# Whether file $1, the last one, of which nothing was given, so that only its number is known, is another one by
# now: then there is news that is older. Its number is forgotten then.
reused() {
    recall "$1" || return 0
    [ "$gn" = 0 ] || return 1
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        row "$line" || continue
        [ "$i" != "$1" ] || break
        rotated "$extra" && [ "$s" != 0 ] && ! known || continue
        gens=${gens%" $1:"*} goff=0 gn=0 gsum=0
        return
    done
    IFS=$blank
    recall "$1"
    return 1
}

# Whether a generation is left that is known: what came behind it is news, and nothing is missing.
anchored() {
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        row "$line" && [ "$i" != "$here" ] && known && return
    done
    IFS=$blank
    return 1
}

# Remembers in gens how far file $1 was given; the newest 24 are kept.
remember() {
    gens="$gens $1:$2:$3:${4:-0}"
    # shellcheck disable=SC2086 # words are wanted
    set -- $gens
    [ $# -le 24 ] || shift $(($# - 24))
    gens=" $*"
}

# Gives the generations behind file $1 of the list that were never seen. Where $1 is `lost`, those behind the last
# that is known. The file behind 3, or to be there next, is $2, where it is open: else its number may be another's soon.
missed() {
    after='' found='' newest='' self='' twin='' last=''
    IFS=$nl
    for line in $kin; do newest=$line$nl$newest; done
    for line in $newest; do
        IFS=$blank
        row "$line" || continue
        case $1 in
        "$i") after=$i && break ;;
        lost)
            [ -n "$extra" ] && [ "$i" != "$2" ] || continue
            # One that is being made has the time of now, whatever it is of.
            if packed "$extra" && certain "$i" inmaking; then continue; fi
            row "$line"
            if given; then after=$i && break; fi
            # The number and the length of one that is no news may be another's by now: they count only where nothing is
            # left of what was given.
            row "$line"
            case " $seen " in *" $i:$s "*) [ -n "$last" ] || last=$i ;; esac
            ;;
        esac
    done
    IFS=$blank
    [ -n "$after" ] || after=$last
    # What the path has, and what is behind 3, may be beside it too by now: no news, but newer than what is.
    for name in "$p" "$f"; do
        look "$name" || continue
        introduced "$name"
        [ "$m" = 0 ] || self="$self :$m:$head "
        whole=$s
    done
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        row "$line" || continue
        if [ "$i" = "$after" ]; then
            found=1
            continue
        fi
        [ -z "$after$found" ] || [ -n "$found" ] || continue
        [ "$i" != "$2" ] && [ "$i" != "$ino" ] && [ "$i" != "$old" ] && [ "$s" != 0 ] || continue
        rotated "$extra" || continue
        if [ -z "$found" ]; then
            # Their age does not tell what is new.
            case " $seen " in *" $i:$s "*) continue ;; esac
            packed "$extra" && continue
        fi
        if ! give "$i"; then
            # It was compressed just now, or removed.
            list
            missed lost "$2"
            return
        fi
    done
    IFS=$blank
}

# m, head := how the file named $1, which is $s long, begins: the length and the checksum.
introduced() {
    m=256
    case $s in ? | ?? | ???) [ "$s" -ge 256 ] || m=$s ;; esac
    checksum "$1" "$m"
    [ -n "$r" ] || m=0
    head=$r
}

# Gives the whole of the file $name, which is $1, unless it is one that was given under another name: what was added
# to it since, then. Fails when it is not there any more.
give() {
    if packed "$extra"; then was=packed; else was=plain; fi
    least=$s
    hold "$1" || return
    # Another may have got its number.
    if packed "$extra"; then is=packed; else is=plain; fi
    [ "$is" = "$was" ] && rotated "$extra" && left "$least" "$s" || return
    case $r in -*) return 1 ;; esac
    if packed "$extra"; then
        # Of what it is being made is in the list too.
        if certain "$1" inmaking || certain "$1" within; then return 0; fi
        named "$1" || return
        gave=1
        opens "$1" 0 0
        [ -z "$head" ] || say F "$1" "$m" "$head"
        [ -z "$head" ] || remember "$1" 0 "$m" "$head"
        say D "$1" 0 0
        unpacked "$name" <&6
        exec 6</dev/null
        say C "$1" -
        return
    fi
    if recall "$1" && certain "$1" begins; then
        left "$goff" "$s"
        case $r in 0 | -*) return 0 ;; esac
        gave=1
        opens "$1" "$goff" "$s"
        seek 6 "$goff"
        rest 6 "$1" "$goff" "$s"
        remember "$1" "$at" "$gn" "$gsum"
        keep "$1" "$gn" "$gsum"
        return
    fi
    certain "$1" introduced || return
    case $self in
    *":$m:$head "*)
        # A copy of what the path has, which is to be cut next. (It would be found then.)
        left "$s" "$whole"
        case $r in -*) ;; *) twin=$1:$s && return ;; esac
        ;;
    esac
    gave=1
    opens "$1" 0 "$s"
    [ "$m" = 0 ] || say F "$1" "$m" "$head"
    rest 6 "$1" 0 "$s"
    remember "$1" "$at" "$m" "$head"
    keep "$1" "$m" "$head"
}

# Somebody may still write to the file $name, which is $1 and behind 6, given to $at: holds it behind 5 from now on.
# It begins with checksum $3 of $2 bytes. All that is older was given.
keep() {
    retire
    [ -z "$behind" ] || behind=$1
    exec 5<&6 6</dev/null
    old=$1 oldoff=$at oldn=$2 oldsum=$3 oldms=10000 oldp=$name
    [ ! -e /proc/$$/fd/5 ] || oldp=/proc/$$/fd/5
}

# Notes which files are in the list, so that they are no news later.
mark() {
    set --
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        row "$line" && [ -n "$extra" ] && [ "$i:$s" != "$twin" ] && set -- "$@" "$i:$s"
    done
    IFS=$blank
    [ $# -le 64 ] || shift $(($# - 64))
    seen=" $*"
    say S "$@"
}

# s := the size of the file behind 3, which may have no name any more. Fails when that cannot be told.
held() {
    look "$p" && [ "$i" = "$ino" ] && return
    case $p in /proc/*) return 1 ;; esac
    list
    kept=$p name=
    case "$nl$kin" in *[!0-9]"$ino -"*) named "$ino" && p=$name && return ;; esac
    p=$kept
    return 1
}

# Whether the file behind 3 still begins as it did. What cannot be told is taken for yes.
same() {
    [ "$n" = 0 ] && return
    checksum "$p" "$n"
    [ -z "$r" ] || [ "$r" = "$sum" ] && return
    # Without /proc another file may have taken the name just now.
    kept=$s
    look "$p" && [ "$i" = "$ino" ] && s=$kept && return 1
    s=$kept
}

# Takes the checksum of more of the beginning, of 256 bytes or of $1. To be called before that much is given: what
# is there later may be something else.
learn() {
    study "$1" && say F "$ino" "$n" "$sum"
}

# The same without a word; fails when there is nothing to tell.
study() {
    case $n in 256) return 1 ;; esac
    m=256
    case $1 in ? | ?? | ???) [ "$1" -lt 256 ] && m=$1 ;; esac
    [ "$m" != "$n" ] || return
    checksum "$p" "$m"
    [ -n "$r" ] || return
    n=$m sum=$r
}

# Gives what is new in the file behind 3, whose size is $1: a chunk of it at most.
grow() {
    s=$1
    left "$n" "$s"
    case $r in
    -*)
        cut
        return
        ;;
    esac
    left "$off" "$s"
    case $r in
    0)
        [ -n "$check" ] || return
        check=
        same || cut
        return
        ;;
    -*)
        cut
        return
        ;;
    esac
    want=$r
    [ "$off$n" != 00 ] || outset
    left "$off" "$s"
    want=$r
    [ "$want" != 0 ] || return
    same || {
        cut
        return
    }
    learn "$s"
    say D "$ino" "$off" "$s"
    take 3 "$want" || again
    plus "$off" "$want"
    off=$r grew=1
    if [ "$off" = "$s" ]; then say C "$ino" "$off"; else more=1; fi
}

# Nothing was given yet of the file behind 3. It may have been copied and emptied again, which nobody can tell once
# its beginning is known: what came beside it until then is given before that is told.
outset() {
    for tries in 1 2 3 4 5 6 7 8; do
        gave='' n=0 sum=''
        study "$s"
        list
        missed lost "$ino"
        mark
        look "$p" && [ "$i" = "$ino" ] || again
        [ -z "$gave" ] || opens "$ino" 0 "$s"
        left "$n" "$s"
        case $r in -*) continue ;; esac
        same && break
    done
    [ "$n" = 0 ] || say F "$ino" "$n" "$sum"
}

# The file behind 3 was cut to size $s, or rewritten. What was not given of it may be in a copy.
cut() {
    now=$s to=0 copy=
    left "$off" "$now"
    case $r in
    -*)
        # To its middle? Then that much was given already.
        left "$n" "$now"
        case $n:$r in
        0:* | *:-*) ;;
        *) checksum "$p" "$n" && [ "$r" = "$sum" ] && to=$now ;;
        esac
        ;;
    *) if hole; then to=$off; fi ;;
    esac
    for tries in 1 2; do
        list
        if byprint "$off" "$n" "$sum" "$ino"; then
            copy=$i
            say K "$ino" "$copy" "$off"
            seek 6 "$off"
            rest 6 "$copy" "$off" "$s"
            remember "$copy" "$at" "$n" "$sum"
            exec 6</dev/null
        elif bypacked "$n" "$sum"; then
            copy=$i
            say K "$ino" "$copy" "$off"
            say D "$copy" "$off" 0
            plus "$off" 1
            unpacked "$name" <&6 | tail -c +"$r"
            say C "$copy" -
            exec 6</dev/null
        else
            continue # it may have been renamed or compressed just now
        fi
        missed "$copy" "$ino"
        break
    done
    # A copy that is shorter than what was given is no news.
    [ -n "$copy" ] || { twin='' && remember 0 "$off" "$n" "$sum"; }
    say T "$ino" "$to"
    open 3 "$p" && look "$p" && [ "$i" = "$ino" ] || again
    seek 3 "$to"
    off=$to more=1 grew=1
    [ "$to" != 0 ] && [ "$to" = "$now" ] || n=0 sum=
    mark
    say O "$ino" "$off" "$now"
    [ "$off" = 0 ] || learn "$now"
}

# Whether a writer that did not notice the cut has gone on where it was: before that there are but NULs.
hole() {
    [ "$off" != 0 ] || return
    minus "$off" 1
    for r in 0 "$r"; do
        # shellcheck disable=SC2046 # a word is wanted
        set -- $(dd if="$p" bs=1 skip="$r" count=1 2>/dev/null | tr -dc '\000' | wc -c)
        # No byte at all is none: the file is shorter by now.
        [ "$1" = 1 ] || return
    done
}

# Whether the last line of what was given of the file behind 3 has no end.
unfinished() {
    [ "$off" != 0 ] || return
    # shellcheck disable=SC2046 # a word is wanted
    set -- $(tail -c 1 "$p" 2>/dev/null | wc -l)
    [ "$1" = 0 ]
}

# The path is another file's now: gives the rest of the one behind 3 and lets it go. Fails while its last
# line is still waited for.
turn() {
    if held; then
        learn "$s"
        rest 3 "$ino" "$off" "$s"
        off=$at
        if [ "$grace" -gt 0 ] && unfinished; then
            grace=$((grace - 1)) quick=2
            return 1
        fi
    else
        say D "$ino" "$off" 0
        dd bs=65536 <&3 >&4 2>/dev/null
        say C "$ino" -
    fi
    retire
    old=$ino oldoff=$off oldn=$n oldsum=$sum oldms=10000 oldp=$p ino=
    case $p in /proc/*) oldp=/proc/$$/fd/5 ;; esac
    remember "$old" "$oldoff" "$oldn" "$oldsum"
    exec 5<&3 3</dev/null
    behind=$old
}

# next := the first of the names to go on under that is a file's, and nth which it is. A test that starts no program.
ahead() {
    nth=$step
    while [ "$nth" -lt "$upto" ]; do
        nth=$((nth + 1))
        eval "next=\$next$nth"
        case $next in /*) ;; *) next=./$next ;; esac
        [ ! -f "$next" ] || return 0
    done
    return 1
}

# Goes on to that file, as soon as the one before is given to its end.
onward() {
    [ -z "$ino" ] || turn || return
    turned="on $((nth - step))" step=$nth f=$next from=''
    enter
}

# Gives what a late writer has added to the file behind 5.
late() {
    if look "$oldp" && [ "$i" = "$old" ] && [ "$oldms" -gt 0 ]; then
        left "$oldoff" "$s"
        case $r in
        0) return ;;
        -*) ;;
        *)
            rest 5 "$old" "$oldoff" "$s"
            oldoff=$at
            return
            ;;
        esac
    fi
    retire
}

# Lets go of the file behind 5.
retire() {
    [ -z "$old" ] || remember "$old" "$oldoff" "$oldn" "$oldsum"
    old=
    exec 5</dev/null
}

# Whether file $new, which is behind 3, is the one to be resumed, and goes on where it was left.
asleft() {
    [ "$resumed" = "$new" ] && recall "$new" && begins "$p" || return
    left "$goff" "$size"
    case $r in -*) return 1 ;; esac
}

# Whether the file behind 3 is one of the kernel's, which have no length, or not the one they are said to have. Reading
# some of them waits for what never comes.
bottomless() {
    limit=
    ! command -v timeout >/dev/null || limit='timeout 2'
    # shellcheck disable=SC2046,SC2086 # words are wanted
    set -- $($limit dd if="$p" bs=65536 count=16 2>/dev/null | wc -c)
    [ "$1" != "$size" ] && [ "$1" != 1048576 ] && look "$p" && [ "$s" = "$size" ]
}

# Gives the file behind 3 as it is now, or 1 MiB of it: it cannot be followed.
picture() {
    opens "$new" 0 1048576
    say D "$new" 0 0
    # shellcheck disable=SC2086 # words are wanted
    $limit dd bs=65536 <&3 2>/dev/null | head -c 1048576 >&4
    say C "$new" -
    say M kernel
}

# The path's file is the one that is followed now.
enter() {
    real=$f
    if [ -h "$f" ]; then
        r=$(readlink -f "$f" 2>/dev/null && echo .) && real=${r%"$nl".}
    fi
    p=/proc/$$/fd/3
    if ! open 3 "$f"; then
        r=$(dd if="$f" count=0 2>&1 >/dev/null)
        case $r in *records*) r="cannot be read" ;; esac
        tell E read "${r##*: }"
        return 1
    fi
    look "$p" || { p=$f && look "$p"; } || return
    new=$i size=$s
    case $real in
    /proc/* | /sys/*) if bottomless; then
        picture
        exit 0
    fi ;;
    esac
    if [ -n "$resumed" ] && ! asleft; then
        # It was rotated, or cut, between two looks: there may be a rest.
        exec 3</dev/null
        resume
        return 1
    fi
    sure=$resumed resumed=
    # What is listed now and was not there before came between the file before and this one.
    if [ -z "$fresh" ] || [ -n "$behind" ]; then
        list
        [ -z "$behind" ] || between "$new"
        behind=
        mark
    fi
    ino=$new s=$size off=0 n=0 sum='' cut=''
    case $old in
    "$ino") retire ;;
    esac
    if recall "$ino" && { [ -n "$sure" ] || begins "$p"; } && left "$goff" "$s"; then
        case $r in -*) ;; *) off=$goff n=$gn sum=$gsum ;; esac
    fi
    case $from:$told in
    *:"M nothing") ;;
    lines*) last "${from#* }" ;;
    last*) last "${from#* }" exactly ;;
    byte*)
        off=${from#* }
        left "$off" "$s"
        case $r in -*) off=$s ;; esac
        ;;
    esac
    from='' told='' more=1 grace=8
    seek 3 "$off"
    # shellcheck disable=SC2086 # a word or none
    opens "$ino" "$off" "$s" $cut
    [ "$off" = 0 ] || learn "$s"
    [ "$off" != "$s" ] || say C "$ino" "$off"
}

# Gives what came between file $behind and the one that is behind 3 now, which is $1.
between() {
    [ -z "$old" ] || late
    if ! isthere; then
        # It may have been compressed.
        if recall "$behind" && bypacked "$gn" "$gsum"; then behind=$i; else behind=lost; fi
    fi
    missed "$behind" "$1"
}

# Whether file $behind is in the list, and no other that was given its number, as none is while it is held.
isthere() {
    case "$nl$kin" in *[!0-9]"$behind -"*) ;; *) return 1 ;; esac
    [ "$behind" != "$old" ] || return 0
    recall "$behind" && [ "$gn" != 0 ] || return
    part=$gn partsum=$gsum
    certain "$behind" holds
}

# off := where the last $1 lines begin: just before, so the client drops what is up to a newline. They are looked
# for near the end; with $2 in all of the file, if they begin before that.
last() {
    kept=$s lines=$1 exactly=$2
    r=$(($1 * 1024))
    [ "$r" -ge 1048576 ] || r=1048576
    # shellcheck disable=SC2046 # a word is wanted
    set -- $(tail -c "$r" "$p" | tail -n "$lines" | wc -c)
    # shellcheck disable=SC2046 # a word is wanted
    case $exactly:$1 in exactly:"$r") set -- $(tail -n "$lines" "$p" | wc -c) ;; esac
    s=$kept
    minus "$s" "$1"
    case $r in 0 | -*) return ;; esac
    minus "$r" 1
    off=$r cut=cut
}

# Goes on where the client left.
resume() {
    from='' lastgen='' resumed='' real=$f
    [ ! -h "$f" ] || { r=$(readlink -f "$f" 2>/dev/null && echo .) && real=${r%"$nl".}; }
    list
    for g in $gens; do
        [ -z "$lastgen" ] || older "$lastgen"
        lastgen=$g
    done
    g=${lastgen%%:*} tries=4
    while :; do
        recall "$g"
        here=
        if look "$f"; then
            here=$i
            if [ "$here" = "$g" ] && begins "$f"; then
                left "$goff" "$s"
                case $r in
                -*) # cut to its middle
                    say T "$g" "$s"
                    remember "$g" "$s" "$gn" "$gsum"
                    ;;
                esac
                # An empty file looks like itself whatever it held meanwhile.
                [ "$gn" != 0 ] || behind=lost
                resumed=$g
                return
            fi
            # Another file may have taken the name just now.
            [ "$here" != "$g" ] || { look "$f" && [ "$i" = "$g" ]; } || continue
        fi
        why=$r
        list
        if [ "$here" != "$g" ] && ! reused "$g" && byinode "$g"; then
            say O "$g" "$goff" "$s"
            if [ "$gn" = 0 ]; then
                certain "$g" introduced || continue
                [ "$m" = 0 ] || say F "$g" "$m" "$head"
                gn=$m gsum=$head
            fi
            seek 6 "$goff"
            rest 6 "$g" "$goff" "$s"
            remember "$g" "$at" "$gn" "$gsum"
            keep "$g" "$gn" "$gsum"
            behind=$g
        elif byprint "$goff" "$gn" "$gsum" "$g"; then
            copy=$i
            say K "$g" "$copy" "$goff"
            seek 6 "$goff"
            rest 6 "$copy" "$goff" "$s"
            remember "$copy" "$at" "$gn" "$gsum"
            behind=$copy
        elif bypacked "$gn" "$gsum"; then
            copy=$i
            if [ "$here" = "$g" ]; then
                say K "$g" "$copy" "$goff"
                g=$copy
            else
                say O "$g" "$goff" 0
            fi
            say D "$g" "$goff" 0
            plus "$goff" 1
            unpacked "$name" <&6 | tail -c +"$r"
            say C "$g" -
            remember "$copy" 0 "$gn" "$gsum"
            behind=$copy g=${lastgen%%:*}
        elif [ -n "$here" ] || ahead; then
            # It may have been renamed or compressed just now.
            tries=$((tries - 1))
            if [ "$tries" -gt 0 ]; then
                pause "$brief" "$briefms"
                continue
            fi
            # What an empty one held meanwhile is among those never seen, unless all that was known is gone.
            size=$goff
            [ "$gn$goff" = 00 ] && anchored || say G "$g" "$size"
            behind=lost
        else
            # It may come back.
            tell M "$why"
            nap
            continue
        fi
        break
    done
    # At once, before the file they are behind is removed, as all of it was given now.
    case $behind in lost) ;; *) list && between none ;; esac
    exec 6</dev/null
    [ "$here" != "$g" ] || say T "$g" 0
}

# Gives what a late writer has added to a generation that was left before the last one.
older() {
    recall "${1%%:*}"
    [ "$gn" != 0 ] || return
    name=''
    byinode "${1%%:*}" || earlier "${1%%:*}" || return
    left "$goff" "$s"
    case $r in -*) return ;; esac
    seek 6 "$goff"
    at=$goff
    [ "$r" = 0 ] || rest 6 "${1%%:*}" "$goff" "$s"
    [ "$name" != "$before" ] || keep "${1%%:*}" "$gn" "$gsum"
}

# Opens the file that has the name before this one behind 6, if it is file $1, which was recalled.
earlier() {
    [ -n "$before" ] && open 6 "$before" && look "$before" && [ "$i" = "$1" ] && begins "$before" || return
    name=$before
}

# Looks at everything once.
round() {
    if look "$f"; then
        if [ "$i" = "$ino" ]; then
            [ -z "$told" ] || say O "$ino" "$off" "$s"
            told=
            grow "$s"
            [ -n "$more" ] || ! ahead || onward
            return
        fi
        [ -z "$ino" ] || turn || return
        enter
        return
    fi
    case $r in
    nothing) case $(ls -d "$f" 2>&1) in
        *ermission*) tell E read "Permission denied" ;;
        *) tell M nothing ;;
        esac ;;
    *) tell M "$r" ;;
    esac
    [ -z "$ino" ] || { held && grow "$s"; }
    [ -n "$more" ] || ! ahead || onward
}

# Sleeps $1 seconds, which are $2 milliseconds.
pause() {
    if ! sleep "$1" 2>/dev/null; then
        # No fractions here.
        poll=1 pollms=1000 brief=1 briefms=1000
        sleep 1
    fi
    waited=$((waited + $2)) oldms=$((oldms - $2))
}

# Starts something in the background that ends when the file grows, or after a second.
watch() {
    case $wake in
    inotify) inotifywait -qq -t 1 -e modify,attrib,move_self,delete_self "$f" ;;
    tail)
        {
            timeout 1 tail -s 0.25 -c 0 -f "$f"
            # Neither was the time over nor did anything come: not so fast.
            case $? in 124 | 141) ;; *) sleep 1 ;; esac
        } | dd bs=1 count=1
        ;;
    esac >/dev/null 2>&1 3<&- 4>&- 5<&- 6<&- &
    watcher=$!
}

# Waits until there may be something new.
nap() {
    if [ "$quick" -gt 0 ]; then
        quick=$((quick - 1))
        pause "$brief" "$briefms"
    elif [ "$wake" = poll ] || [ -z "$ino" ] || [ -n "$told$old" ]; then
        pause "$poll" "$pollms"
    elif [ -z "$watcher" ]; then
        watch # and look once more, now that nothing can be missed
    else
        wait "$watcher"
        case $?:$wake in
        1:inotify) wake=poll hello ;;
        0:inotify) check=1 waited=$((waited + 250)) ;;
        *) waited=$((waited + 1000)) ;;
        esac
        watcher=
    fi
    if [ "$waited" -ge 5000 ]; then
        say B
        waited=0 check=1
    fi
}

hello() {
    case $wake in
    poll) say "H 1 poll $pollms${zone:+ $zone}" ;;
    *) say "H 1 events${zone:+ $zone}" ;;
    esac
}

# What can tell of growth. A tail that is older than this does not end with its pipe.
waking() {
    wake=poll
    if command -v inotifywait >/dev/null; then
        wake=inotify
    elif command -v timeout >/dev/null; then
        case $(tail --version 2>/dev/null) in
        *'coreutils) 8.2'[89]* | *'coreutils) 8.3'* | *'coreutils) 9.'* | *'coreutils) '[1-9][0-9].*) wake=tail ;;
        esac
    fi
    hello
}

main() {
    exec 3</dev/null 5</dev/null 6</dev/null
    r=
    for g in ls dd tail tr wc sleep; do
        command -v $g >/dev/null || r="$r $g"
    done
    command -v $sums >/dev/null || r="$r cksum"
    if [ -n "$r" ]; then
        say E tools "${r# }"
        return
    fi
    # What lines mean that say a time and no zone. It is asked for before the first line is given.
    zone=$(date +%z 2>/dev/null)
    case $zone in
    [+-][0-9][0-9][0-9][0-9]) ;;
    *) zone='' ;;
    esac
    wake=poll
    hello
    case $f in /*) ;; *) f=./$f ;; esac
    case $before in '' | /*) ;; *) before=./$before ;; esac
    step=0 turned=''
    ino='' old='' told='' kin='' real=$f gens=" $gens" p=$f fresh=1 behind='' resumed='' self='' twin=''
    more='' grew='' check='' watcher='' quick=0 waited=0 oldms=0 grace=8
    brief=0.1 briefms=100
    if [ "$from" = resume ]; then
        resume
    else
        list
        mark
    fi
    while :; do
        more='' grew=''
        round
        [ -z "$old" ] || late
        [ -n "$more" ] && continue
        if [ -n "$fresh" ]; then
            # The first screen is there; now for what could wait.
            fresh=
            waking
        fi
        if [ -n "$grew" ]; then quick=5 waited=0; fi
        nap
    done
}
