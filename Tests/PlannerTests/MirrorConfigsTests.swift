import KafkaModel
import Testing

/// The rules that planner, applier and workers share.
@Suite struct `Settings of mirrors` {
    /// What a 2.8 and a 4.x broker know, and 3.9 in between, which knows both forms of the timestamp bounds.
    enum Kafka: String, CaseIterable {
        case old = "2.8"
        case between = "3.9"
        case new = "4.3"

        var defaults: [String: String] {
            var values = [
                "cleanup.policy": "delete", "compression.type": "producer", "delete.retention.ms": "86400000",
                "max.message.bytes": "1048588", "message.timestamp.type": "CreateTime", "retention.bytes": "-1",
                "retention.ms": "604800000", "min.insync.replicas": "1",
            ]
            if self != .new {
                values["message.timestamp.difference.max.ms"] = maximum
                values["message.downconversion.enable"] = "true"
            }
            if self != .old {
                values["message.timestamp.before.max.ms"] = maximum
                values["message.timestamp.after.max.ms"] = self == .new ? "3600000" : maximum
            }
            return values
        }

        func topic(_ configs: [String: String] = [:]) -> FoundConfigs {
            FoundConfigs(values: defaults.merging(configs) { $1 }, overridden: Set(configs.keys))
        }
    }

    private static let maximum = "9223372036854775807"

    /// What is wrong with a topic, as short lines.
    private func lines(_ found: FoundConfigs, _ wanted: [String: WantedConfig]) -> [String] {
        ConfigDifference.between(found, wanted).map { "\($0.name): \($0.described)" }
    }

    private func held(on kafka: Kafka) -> [String: String] {
        MirrorConfigs.held.filter { kafka.defaults[$0.key] != nil }
    }

    @Test(arguments: Kafka.allCases, Kafka.allCases)
    func `a mirror that has what it needs and its source's values matches`(_ source: Kafka, _ destination: Kafka) {
        let rules = MirrorConfigs(include: SyncedConfigs.defaultInclude)
        let original = source.topic(["cleanup.policy": "compact", "delete.retention.ms": "5", "retention.ms": "7"])
        let copy = destination.topic(
            held(on: destination).merging(["cleanup.policy": "compact", "delete.retention.ms": "05"]) { $1 })
        #expect(lines(copy, rules.whileMirror(of: original, knows: copy.knows)) == [])
    }

    @Test func `what follows is set, changed and removed as on the source`() {
        let rules = MirrorConfigs(include: SyncedConfigs.defaultInclude)
        let copy = Kafka.new.topic(
            held(on: .new).merging(["delete.retention.ms": "5", "min.insync.replicas": "2"]) { $1 })
        func drift(_ configs: [String: String]) -> [String] {
            lines(copy, rules.whileMirror(of: Kafka.new.topic(configs), knows: copy.knows))
        }
        #expect(drift(["delete.retention.ms": "5"]) == [])
        #expect(drift(["delete.retention.ms": "6"]) == ["delete.retention.ms: 5 -> 6 (source)"])
        #expect(drift([:]) == ["delete.retention.ms: 5 -> not set (source)"])
        // Outside the list nothing follows.
        #expect(drift(["delete.retention.ms": "5", "min.insync.replicas": "1"]) == [])
        let longer = MirrorConfigs(
            include: TopicConfigInclude(names: SyncedConfigs.defaultInclude.names.union(["min.insync.replicas"])))
        #expect(
            lines(copy, longer.whileMirror(of: Kafka.new.topic(["delete.retention.ms": "5"]), knows: copy.knows))
                == ["min.insync.replicas: 2 -> not set (source)"])
    }

    @Test func `cleanup policy and batch size follow the source's default, too`() {
        let rules = MirrorConfigs(include: SyncedConfigs.defaultInclude)
        var source = Kafka.old.topic()
        source.values["max.message.bytes"] = "2000000"
        let copy = Kafka.new.topic(held(on: .new))
        #expect(
            lines(copy, rules.whileMirror(of: source, knows: copy.knows))
                == ["max.message.bytes: 1048588 -> 2000000 (source)"])
    }

    @Test(arguments: Kafka.allCases)
    func `what a mirror needs is repaired also when the source is not known`(_ kafka: Kafka) {
        let rules = MirrorConfigs(include: SyncedConfigs.defaultInclude, overrides: ["retention.ms": "9"])
        var wrong = held(on: kafka)
        wrong["retention.ms"] = "9"
        wrong["message.timestamp.type"] = "LogAppendTime"
        wrong["compression.type"] = "gzip"
        let copy = kafka.topic(wrong)
        #expect(
            lines(copy, rules.whileMirror(of: nil, knows: copy.knows)) == [
                "compression.type: gzip -> producer (needed while a mirror)",
                "message.timestamp.type: LogAppendTime -> CreateTime (needed while a mirror)",
                "retention.ms: 9 -> -1 (needed while a mirror)",
            ])
    }

    @Test func `an override stands above the source, and null removes`() {
        let include = TopicConfigInclude(names: SyncedConfigs.defaultInclude.names.subtracting(["delete.retention.ms"]))
        let rules = MirrorConfigs(
            include: include, overrides: ["delete.retention.ms": "7", "min.insync.replicas": nil])
        let copy = Kafka.new.topic(held(on: .new).merging(["min.insync.replicas": "2"]) { $1 })
        #expect(
            lines(copy, rules.whileMirror(of: Kafka.new.topic(["delete.retention.ms": "3"]), knows: copy.knows)) == [
                "delete.retention.ms: 86400000 -> 7 (override)", "min.insync.replicas: 2 -> not set (override)",
            ])
    }

    @Test func `names that the destination has not are told, not set`() {
        let include = TopicConfigInclude(
            names: SyncedConfigs.defaultInclude.names.union(["message.downconversion.enable"]))
        let rules = MirrorConfigs(include: include)
        let source = Kafka.old.topic([
            "message.downconversion.enable": "false", "message.timestamp.difference.max.ms": "5",
        ])
        let copy = Kafka.new.topic(held(on: .new))
        #expect(lines(copy, rules.whileMirror(of: source, knows: copy.knows)) == [])
        #expect(rules.unknown(of: source, knows: copy.knows) == ["message.downconversion.enable"])
    }

    // MARK: At the end

    private struct Ending: CustomTestStringConvertible, Sendable {
        var from: Kafka
        var to: Kafka
        var set: [String: String] = [:]
        var defaultRetention = "604800000"
        var overrides: [String: String?] = [:]
        var lines: [String]
        var testDescription: String { "\(from.rawValue) to \(to.rawValue): \(set) \(overrides)" }
    }

    private static let notSet = "-> not set (source)"

    private static let endings = [
        Ending(
            from: .new, to: .new, set: ["retention.ms": "5", "compression.type": "zstd"],
            lines: [
                "compression.type: producer -> zstd (source)",
                "message.timestamp.after.max.ms: \(maximum) \(notSet)",
                "message.timestamp.before.max.ms: \(maximum) \(notSet)",
                "message.timestamp.type: CreateTime \(notSet)", "retention.bytes: -1 \(notSet)",
                "retention.ms: -1 -> 5 (source)",
            ]),
        // The destination's brokers would delete sooner than the source's.
        Ending(
            from: .old, to: .old, defaultRetention: "1000",
            lines: [
                "compression.type: producer \(notSet)", "message.timestamp.difference.max.ms: \(maximum) \(notSet)",
                "message.timestamp.type: CreateTime \(notSet)", "retention.bytes: -1 \(notSet)",
                "retention.ms: -1 -> 604800000 (source)",
            ]),
        // One bound becomes two.
        Ending(
            from: .old, to: .new, set: ["message.timestamp.difference.max.ms": "77", "retention.bytes": "8"],
            lines: [
                "compression.type: producer \(notSet)",
                "message.timestamp.after.max.ms: \(maximum) -> 77 (source)",
                "message.timestamp.before.max.ms: \(maximum) -> 77 (source)",
                "message.timestamp.type: CreateTime \(notSet)", "retention.bytes: -1 -> 8 (source)",
                "retention.ms: -1 \(notSet)",
            ]),
        // Two become one, the wider.
        Ending(
            from: .new, to: .old,
            set: ["message.timestamp.after.max.ms": "5", "message.timestamp.before.max.ms": "6"],
            lines: [
                "compression.type: producer \(notSet)",
                "message.timestamp.difference.max.ms: \(maximum) -> 6 (source)",
                "message.timestamp.type: CreateTime \(notSet)", "retention.bytes: -1 \(notSet)",
                "retention.ms: -1 \(notSet)",
            ]),
        Ending(
            from: .new, to: .new, set: ["retention.ms": "5"],
            overrides: ["retention.ms": "9", "retention.bytes": nil, "compression.type": "lz4"],
            lines: [
                "compression.type: producer -> lz4 (override)",
                "message.timestamp.after.max.ms: \(maximum) \(notSet)",
                "message.timestamp.before.max.ms: \(maximum) \(notSet)",
                "message.timestamp.type: CreateTime \(notSet)", "retention.bytes: -1 -> not set (override)",
                "retention.ms: -1 -> 9 (override)",
            ]),
    ]

    @Test(arguments: endings)
    private func `the end gives the source's values back, live or recorded`(_ ending: Ending) {
        let rules = MirrorConfigs(include: SyncedConfigs.defaultInclude, overrides: ending.overrides)
        let source = ending.from.topic(ending.set)
        let copy = ending.to.topic(held(on: ending.to))
        let defaults = ending.to.defaults.merging(["retention.ms": ending.defaultRetention]) { $1 }
        let live = rules.atEnd(.live(source), knows: copy.knows, defaults: defaults)
        let recorded = rules.atEnd(.recorded(rules.recorded(of: source)), knows: copy.knows, defaults: defaults)
        #expect(lines(copy, live) == ending.lines)
        #expect(lines(copy, recorded) == ending.lines)
    }

    @Test func `retention out of the list falls back to the destination's own`() {
        let include = TopicConfigInclude(names: SyncedConfigs.defaultInclude.names.subtracting(["retention.ms"]))
        let rules = MirrorConfigs(include: include)
        let source = Kafka.new.topic(["retention.ms": "5"])
        let copy = Kafka.new.topic(held(on: .new))
        let end = rules.atEnd(.live(source), knows: copy.knows, defaults: [:])
        #expect(end["retention.ms"] == WantedConfig(nil, .source))
        #expect(rules.recorded(of: source)["retention.ms"] == nil)
    }

    @Test func `a promotion brings what follows to its last state`() {
        let rules = MirrorConfigs(include: SyncedConfigs.defaultInclude)
        let copy = Kafka.new.topic(held(on: .new))
        let end = rules.atEnd(
            .live(Kafka.new.topic(["cleanup.policy": "compact"])), knows: copy.knows, defaults: Kafka.new.defaults)
        #expect(lines(copy, end).first == "cleanup.policy: delete -> compact (source)")
    }

    @Test func `a record is outdated by what the source sets now, unless an override hides it`() {
        let rules = MirrorConfigs(include: SyncedConfigs.defaultInclude)
        let record = rules.recorded(of: Kafka.new.topic(["retention.ms": "5"]))
        #expect(rules.outdated(record, of: Kafka.new.topic(["retention.ms": "5"])) == [])
        #expect(rules.outdated(record, of: Kafka.new.topic(["retention.ms": "6"])) == ["retention.ms"])
        #expect(rules.outdated(record, of: Kafka.new.topic()) == ["retention.ms"])
        let other = MirrorConfigs(include: SyncedConfigs.defaultInclude, overrides: ["retention.ms": "1"])
        #expect(other.outdated(record, of: Kafka.new.topic()) == [])
    }

    // MARK: Lists and values

    @Test func `a list names the always-synced settings in either form, and nothing that cannot follow`() {
        func problems(_ text: String) -> [TopicConfigInclude.Problem] { TopicConfigInclude(text).problems }
        let four = "cleanup.policy, max.message.bytes,message.timestamp.type ,message.timestamp.difference.max.ms"
        #expect(problems(four) == [])
        #expect(
            problems(
                "cleanup.policy,max.message.bytes,message.timestamp.type,message.timestamp.before.max.ms,"
                    + "message.timestamp.after.max.ms") == [])
        #expect(
            problems("cleanup.policy,message.timestamp.before.max.ms,segment.mx") == [
                .unknown("segment.mx"),
                .missing(["max.message.bytes", "message.timestamp.difference.max.ms", "message.timestamp.type"]),
            ])
        #expect(
            problems(four + ",leader.replication.throttled.replicas,confluent.tier.enable") == [
                .refused("confluent.tier.enable", why: "Apache Kafka has no such setting"),
                .refused("leader.replication.throttled.replicas", why: "throttles are each cluster's own"),
            ])
        #expect(problems("") == [.missing(SyncedConfigs.always)])
        #expect(SyncedConfigs.defaultInclude.problems == [])
        #expect(TopicConfigInclude(SyncedConfigs.defaultInclude.text) == SyncedConfigs.defaultInclude)
    }

    @Test(arguments: [
        ("cleanup.policy", "compact,delete", "delete, compact", true), ("cleanup.policy", "compact", "delete", false),
        ("retention.ms", "10", "010", true), ("min.cleanable.dirty.ratio", "0.5", "0.50", true),
        ("preallocate", "TRUE", "true", true), ("compression.type", "GZIP", "gzip", false),
        ("retention.ms", "10", "11", false),
    ])
    func `values are compared by what they mean`(_ name: String, _ left: String, _ right: String, _ same: Bool) {
        #expect(FoundConfigs.areEqual(name, left, right) == same)
    }
}
