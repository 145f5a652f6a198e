#!/usr/bin/env bash
# A migration as Cluster Linking's guide does it, with Lockstep, each step checked with Kafka's own tools.
# Needs KAFKA_HOME (an unpacked Apache Kafka), lockstep on the PATH or in LOCKSTEP, and two clusters that
# source.config and destination.config reach.
set -euo pipefail
cd "$(dirname "$0")"
: "${KAFKA_HOME:?name an unpacked Apache Kafka download in KAFKA_HOME}"
lockstep=${LOCKSTEP:-lockstep}
link=test-cluster-link
topic=test-topic
group=test-group
export LOCKSTEP_STATE_DIR=${LOCKSTEP_STATE_DIR:-$PWD/state}

step() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
servers() { sed -n 's/^bootstrap.servers=//p' "$1"; }
# kafka TOOL CONFIG ARGUMENTS: one of Kafka's tools against the cluster of CONFIG.
kafka() {
    local tool=$1 config=$2
    shift 2
    "$KAFKA_HOME/bin/kafka-$tool.sh" --bootstrap-server "$(servers "$config")" --command-config "$config" "$@"
}
# The flags of the console tools are those that every release from 2.8 on takes.
produce() {
    "$KAFKA_HOME/bin/kafka-console-producer.sh" --bootstrap-server "$(servers "$1")" --producer.config "$1" \
        --topic $topic
}
consume() {
    local config=$1
    shift
    "$KAFKA_HOME/bin/kafka-console-consumer.sh" --bootstrap-server "$(servers "$config")" --consumer.config "$config" \
        --topic $topic --group $group --timeout-ms 60000 "$@" | grep -E '^[0-9]+$' # newer tools print hints as well
}
# groups CONFIG ARGUMENTS: by itself the tool gives a cluster 5 s, and ends with code 0 when that was too short.
groups() { kafka consumer-groups "$1" --timeout 60000 "${@:2}"; }
offsets() { kafka get-offsets "$1" --topic $topic | sort; }
# eventually WHAT COMMAND: tries again until COMMAND succeeds, for a minute.
eventually() {
    local what=$1 end=$((SECONDS + 60))
    shift
    until "$@"; do
        ((SECONDS < end)) || { "$lockstep" status -f manifests >&2 || true; fail "waited in vain until $what"; }
        sleep 1
    done
}

# Ended early, it leaves no worker behind.
stop_workers() {
    local pid
    for pid in $(sed -n 's/^pid //p' "$LOCKSTEP_STATE_DIR"/*.pid 2>/dev/null); do
        if tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -q " worker --link $link "; then kill "$pid"; fi
    done
}
trap stop_workers EXIT

step "1  On the source: a topic, five records, a group that has read them, an ACL"
kafka topics source.config --create --topic $topic --partitions 1
seq 1 5 | produce source.config
consume source.config --from-beginning --max-messages 5 >source.records
diff source.records <(seq 1 5) || fail "the consumer read something else"
kafka acls source.config --add --allow-principal User:test-user --operation READ --topic $topic

step "2  Manifests from Cluster Linking's own files"
"$lockstep" import cluster-link --link $link --config-file source.config --command-config destination.config \
    --topic-filters-json-file topic-filters.json --consumer-group-filters-json-file group-filters.json \
    --acl-filters-json-file acl-filters.json --out manifests
"$lockstep" validate -f manifests

step "3  What would change, then make it so"
"$lockstep" plan -f manifests
"$lockstep" apply --auto-approve -f manifests

step "4  Wait until records, group offsets and ACLs are on the destination"
is_level() {
    local there here
    there=$(offsets source.config) && here=$(offsets destination.config) && [[ -n "$there" && "$here" == "$there" ]]
}
# has_offset N: whether the group has committed N on the destination.
has_offset() {
    groups destination.config --describe --group $group 2>/dev/null | grep -Eq "$topic +0 +$1 "
}
has_acl() { kafka acls destination.config --list --topic $topic | grep -q "User:test-user"; }
eventually "the mirror has all records" is_level
eventually "the group's offset is synced" has_offset 5
eventually "the ACL is synced" has_acl
"$lockstep" verify -f manifests

step "5  Promote the topic"
"$lockstep" promote $topic --link $link --allow-irreversible -f manifests
"$lockstep" status --include-stopped -f manifests
[[ -z "$("$lockstep" status --pending-stopped-only -f manifests | grep $topic || true)" ]] || fail "it still stops"

step "6  Topics, groups and ACLs of the destination"
kafka topics destination.config --list | tee topics.txt
groups destination.config --list | tee groups.txt
kafka acls destination.config --list --topic $topic | tee acls.txt
grep -qx $topic topics.txt && grep -qx $group groups.txt && grep -q User:test-user acls.txt ||
    fail "something is missing on the destination"

step "7  Produce to and consume from the destination; the group goes on behind what it had read"
seq 6 8 | produce destination.config
consume destination.config --max-messages 3 >destination.records
diff destination.records <(seq 6 8) || fail "the group did not go on at the exact next record"

step "8  The links, and the configs of this one"
"$lockstep" status -f manifests
"$lockstep" describe $link -f manifests | tee describe.txt
grep -q "consumer.offset.sync.enable" describe.txt || fail "the link's configs are not shown"

step "9  Delete the link; topic, group and ACL stay"
sed -i '/^kind: ClusterLink/,$ s/^spec:/spec:\n  state: ABSENT\n  policy: {deletionProtection: false}/' manifests/*.yaml
"$lockstep" apply --auto-approve --allow-delete -f manifests
"$lockstep" plan --detailed-exitcode -f manifests
kafka topics destination.config --list | grep -qx $topic || fail "the topic is gone"
has_offset 8 || fail "the group's offset is gone"
kafka acls destination.config --list --topic $topic | grep -q User:test-user || fail "the ACL is gone"

printf '\nDone: every step did what the guide says.\n'
