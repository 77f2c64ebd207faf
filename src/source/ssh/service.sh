# Answers questions about files, each a call of one of these functions on standard input; its first word is the
# question's number. Before this text comes files.sh. Names that come out are raw bytes up to the next header.

# What is at path $2.
kind() {
    say A "$1"
    id=$1
    if look "$2"; then
        if [ -r "$2" ]; then r=file; else r=unreadable; fi
    fi
    case $r in
    nothing) denied "$2" || say Z "$1" gone ;;
    *)
        say N "$r" "${i:-0}" "${s:-0}"
        printf %s "$2"
        say Z "$1" 'done'
        ;;
    esac
}

# Answers question $1 if path $2 cannot even be looked at.
denied() {
    r=$(ls -d "$2" 2>&1)
    case $r in
    *ermission*) say Z "$id" failed "Permission denied" ;;
    *) return 1 ;;
    esac
}

# Which of the names behind the first word are regular files.
glob() {
    say A "$1"
    id=$1
    shift
    for name; do
        [ -f "$name" ] || continue
        if [ -r "$name" ]; then say N file 0 0; else say N unreadable 0 0; fi
        printf %s "$name"
    done
    say Z "$id" 'done'
}

# The same for those in folder $2; the names behind it are what is in it.
folder() {
    if [ ! -d "$2" ]; then
        say A "$1"
        say Z "$1" gone
    elif [ ! -r "$2" ]; then
        say A "$1"
        say Z "$1" failed "Permission denied"
    else
        id=$1
        shift 2
        glob "$id" "$@"
    fi
}

# Bytes of file $3, which is or was at path $2, from offset $4 on, $5 of them. It begins with checksum $7 of $6
# bytes (none: that is not known).
range() {
    say A "$1"
    id=$1
    real=$2
    if [ -h "$2" ]; then
        r=$(readlink -f "$2" 2>/dev/null && echo .) && real=${r%"$nl".}
    fi
    name=$2
    if held "$3" "$6" "$7"; then
        say D "$3" "$4" "$s"
        seek 6 "$4"
        copy "$5"
    elif [ "$6" != 0 ] && zipped "$6" "$7"; then
        say D "$3" "$4" 0
        plus "$4" 1
        unpack "$name" | tail -c +"$r" | head -c "$5" 2>/dev/null
    elif [ -e "$2" ] && [ ! -r "$2" ] || denied "$2"; then
        [ ! -e "$2" ] || say Z "$1" failed "Permission denied"
        return
    else
        say Z "$1" gone
        return
    fi
    exec 6</dev/null
    say Z "$1" 'done'
}

# Gives $1 bytes of the file behind 6, or what there is of them.
copy() {
    plus "$1" 0
    [ "$r" -lt 65536 ] || dd bs=65536 count=$((r / 65536)) <&6 2>/dev/null
    [ $((r % 65536)) = 0 ] || dd bs=$((r % 65536)) count=1 <&6 2>/dev/null
}

# Opens file $1 behind 6, or one that begins like it did: with checksum $3 of $2 bytes.
held() {
    if look "$name" && [ "$i" = "$1" ] && begins "$2" "$3"; then return; fi
    list
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        row "$line" && [ "$i" = "$1" ] && named "$1" && begins "$2" "$3" && return
    done
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        [ "$2" != 0 ] && row "$line" && ! packed "$extra" && begins "$2" "$3" && return
    done
    IFS=$blank
    return 1
}

begins() {
    checksum "$name" "$1"
    [ "$1" = 0 ] || [ "$r" = "$2" ] || return
    open 6 "$name"
}

# name := a compressed file that begins so.
zipped() {
    IFS=$nl
    for line in $kin; do
        IFS=$blank
        row "$line" && packed "$extra" || continue
        checksum "$name" "$1" packed
        [ "$r" = "$2" ] && return
    done
    IFS=$blank
    return 1
}

exec 6</dev/null
say H 1 poll 0
