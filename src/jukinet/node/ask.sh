#!/bin/sh
# Asks the supply door for one person, or without a name for all in requests/, and compares with expected/.
# It needs curl and openssl. What it does for each request is all that a program of an organ has to do.
#
#   sh ask.sh                        all of them; the last line counts
#   sh ask.sh 01-found-by-code       this one; prints the answer
set -eu
cd "$(dirname "$0")"

URL='@URL@'
NODE='@NODE@'
ADDRESS='@ADDRESS@'
# The id of the key: the first 16 digits of the SHA-256 of the public key's 32 bytes, which end its DER form.
KEY_ID=$(openssl pkey -in statement.key -pubout -outform DER | tail -c 32 | openssl dgst -sha256 -r | cut -c 1-16)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

ask() { # name: the answer into $work/answer, its status into $status
    body=requests/$1.json
    digest="sha-256=:$(openssl dgst -sha256 -binary "$body" | base64 -w 0):"
    created=$(date +%s)
    params='("@method" "@path" "@query" "content-type" "content-digest")'
    params="$params;created=$created;expires=$((created + 60));keyid=\"$KEY_ID\""
    params="$params;nonce=\"$(openssl rand -hex 16)\";tag=\"jukinet-v1:$NODE\""
    # What is signed: line feeds between the lines, none at the end.
    printf '"@method": POST\n"@path": %s\n"@query": ?\n"content-type": application/json\n"content-digest": %s\n' \
        "$ADDRESS" "$digest" > "$work/base"
    printf '"@signature-params": %s' "$params" >> "$work/base"
    signature=$(openssl pkeyutl -sign -rawin -inkey statement.key -in "$work/base" | base64 -w 0)
    status=$(curl --silent --show-error --noproxy '*' --cert tls.pem --key tls.key --cacert ca.pem \
        --header 'Content-Type: application/json' --header "Content-Digest: $digest" \
        --header "Signature-Input: sig=$params" --header "Signature: sig=:$signature:" \
        --data-binary "@$body" --output "$work/answer" --write-out '%{http_code}' "$URL$ADDRESS")
}

fits() { # name: whether the status is the expected one, and every expected piece stands in the answer
    found=yes
    [ "$status" = "$(head -n 1 "expected/$1.txt")" ] || found=no
    tail -n +2 "expected/$1.txt" > "$work/pieces"
    while IFS= read -r piece; do
        grep -q -F -e "$piece" "$work/answer" || found=no
    done < "$work/pieces"
    [ $found = yes ]
}

if [ $# -gt 0 ]; then
    ask "$1"
    cat "$work/answer"
    echo
    fits "$1"
    exit
fi
all=0 good=0
for request in requests/*.json; do
    name=$(basename "$request" .json)
    ask "$name"
    all=$((all + 1))
    if fits "$name"; then
        good=$((good + 1))
        echo "as expected  $name"
    else
        echo "OTHERWISE    $name: $status $(cat "$work/answer")"
    fi
done
echo "$good of $all answered as expected"
[ "$good" = "$all" ]
