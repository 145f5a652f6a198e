import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import KafkaRecords
import TestSupport
import Testing

@testable import Mirror

/// Something that goes wrong with requests of one API.
struct Fault: Sendable, CustomTestStringConvertible {
    var key: APIKey
    var what: Interception
    var times = 1

    var testDescription: String { "\(key) \(what) \(times) times" }
}

extension MirrorPair {
    /// Makes the engine probe both partitions again: questions are only asked after something failed.
    fileprivate func askAnew(_ side: KeyPath<MirrorPair, EmbeddedBroker>, unless key: APIKey) async {
        if key == .apiVersions { return await destination.dropConnections() }
        if side == \.source && key != .fetch { await source.intercept(.fetch) { _ in .fail(.notLeaderOrFollower) } }
        if side == \.destination && key != .produce { await destination.intercept(.produce) { _ in .dropBefore } }
    }
}

@Suite("Mirror engine and faults", .timeLimit(.minutes(1)))
struct MirrorFaultTests {
    /// Copies a topic, lets a fault happen to the next requests of a broker and copies on.
    private func goesOn(after fault: Fault, at side: KeyPath<MirrorPair, EmbeddedBroker>) async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic(partitions: 2)
            await pair.write(5, to: "orders", 0)
            await pair.write(5, to: "orders", 1)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied(partitions: 2)
            let counter = Counter()
            await pair[keyPath: side].intercept(fault.key, .times(fault.times)) { _ in
                counter.add()
                return fault.what
            }
            await pair.askAnew(side, unless: fault.key)
            await pair.write(20, to: "orders", 0)
            await pair.write(1, to: "orders", 1)
            try await pair.waitUntilCopied(partitions: 2)
            await pair.expectEqualLogs(partitions: 2)
            // What was delayed is copied all the same, perhaps before the last fault had its turn.
            try await waitUntil("every fault has happened", within: .seconds(20)) { counter.value == fault.times }
        }
    }

    @Test(arguments: [
        Interception.dropBefore, .dropAfter, .delay(.milliseconds(30)), .fail(.notLeaderOrFollower),
        .fail(.notEnoughReplicas), .fail(.requestTimedOut), .fail(.outOfOrderSequenceNumber), .fail(.corruptMessage),
        .fail(.fencedLeaderEpoch), .fail(.unknownTopicOrPartition), .fail(.unknownServerError),
        .fail(.kafkaStorageError), .fail(.throttlingQuotaExceeded),
    ])
    func `goes on after a failed append`(_ what: Interception) async throws {
        try await goesOn(after: Fault(key: .produce, what: what, times: 3), at: \.destination)
    }

    @Test(arguments: [
        Interception.dropBefore, .dropAfter, .delay(.milliseconds(30)), .fail(.notLeaderOrFollower),
        .fail(.fencedLeaderEpoch), .fail(.unknownLeaderEpoch), .fail(.offsetNotAvailable), .fail(.kafkaStorageError),
        .fail(.unknownTopicOrPartition), .fail(.offsetOutOfRange), .fail(.unknownServerError),
    ])
    func `goes on after a failed fetch`(_ what: Interception) async throws {
        try await goesOn(after: Fault(key: .fetch, what: what, times: 3), at: \.source)
    }

    @Test(arguments: [
        Fault(key: .metadata, what: .dropBefore), Fault(key: .metadata, what: .fail(.leaderNotAvailable)),
        Fault(key: .listOffsets, what: .dropAfter), Fault(key: .listOffsets, what: .fail(.offsetNotAvailable)),
        Fault(key: .listOffsets, what: .fail(.notLeaderOrFollower), times: 4),
        Fault(key: .listOffsets, what: .fail(.topicAuthorizationFailed)),
    ])
    func `goes on after a failed question to the source`(_ fault: Fault) async throws {
        try await goesOn(after: fault, at: \.source)
    }

    @Test(arguments: [
        Fault(key: .metadata, what: .dropBefore), Fault(key: .metadata, what: .fail(.leaderNotAvailable)),
        Fault(key: .listOffsets, what: .dropAfter), Fault(key: .describeProducers, what: .dropAfter),
        Fault(key: .describeProducers, what: .fail(.notLeaderOrFollower), times: 4),
        Fault(key: .describeProducers, what: .fail(.topicAuthorizationFailed)),
        Fault(key: .fetch, what: .dropBefore), Fault(key: .fetch, what: .fail(.kafkaStorageError)),
        Fault(key: .apiVersions, what: .dropBefore, times: 2),
    ])
    func `goes on after a failed question to the destination`(_ fault: Fault) async throws {
        try await goesOn(after: fault, at: \.destination)
    }

    @Test(arguments: [
        (
            ErrorCode.messageTooLarge,
            """
            FAILED: REFUSED: the destination answers Produce to orders-0 with MESSAGE_TOO_LARGE (10): \
            \(ErrorCode.messageTooLarge.meaning). Raise max.message.bytes (and segment.bytes) of the mirror topic to \
            the source's value.
            """
        ),
        (
            .topicAuthorizationFailed,
            """
            FAILED: REFUSED: the destination answers Produce to orders-0 with TOPIC_AUTHORIZATION_FAILED (29): \
            \(ErrorCode.topicAuthorizationFailed.meaning). Grant WRITE on topic orders to the principal of the \
            destination.
            """
        ),
        (
            .clusterAuthorizationFailed,
            """
            FAILED: REFUSED: the destination answers Produce to orders-0 with CLUSTER_AUTHORIZATION_FAILED (31): \
            \(ErrorCode.clusterAuthorizationFailed.meaning). Grant IDEMPOTENT_WRITE on the cluster to the principal \
            of the destination.
            """
        ),
        (
            .invalidTimestamp,
            """
            FAILED: REFUSED: the destination answers Produce to orders-0 with INVALID_TIMESTAMP (32): \
            \(ErrorCode.invalidTimestamp.meaning)
            """
        ),
    ])
    func `fails while appends are refused, and goes on by itself once that is mended`(
        _ code: ErrorCode, _ sentence: String
    ) async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.destination.intercept(.produce, .always) { _ in .fail(code) }
            await pair.write(5)
            await pair.engine.setTargets(targets)
            #expect(try await pair.waitForState("FAILED") == sentence)
            #expect(await pair.ends().mirror == 0)
            await pair.destination.stopIntercepting(.produce)
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 15)
        }
    }

    @Test func `a batch beyond the mirror's limit stops that partition only`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic(partitions: 2, configs: ["max.message.bytes": "1000"])
            await pair.write(1, to: "orders", 0)
            await pair.source.appendStored(compressed(.gzip, bytes: 4_000), to: "orders", 0)
            await pair.write(1, to: "orders", 1)
            await pair.engine.setTargets(targets)
            try await pair.waitForState("FAILED: REFUSED", "orders", 0)
            await pair.write(5, to: "orders", 1)
            try await waitUntil("the other is copied") { await pair.ends("orders", 1).mirror == 18 }
            #expect(await pair.state("orders", 1) == "ACTIVE")
            await pair.expectEqualLogs("orders", end: 3)
            await pair.destination.setConfig("max.message.bytes", "8000", of: "orders")
            try await pair.waitUntilCopied()
        }
    }

    @Test func `an answer that comes late is waited for`() async throws {
        var options = MirrorPair.quick
        options.produceTimeoutMs = 60_000
        try await MirrorPair.run(options) { pair in
            let gate = RequestGate()
            await pair.destination.intercept(.produce) { _ in .holdReply(until: gate) }
            let targets = await pair.createTopic()
            await pair.write(5)
            await pair.engine.setTargets(targets)
            try await waitUntil("the first batch is appended") { await pair.ends().mirror == 3 }
            #expect(await pair.engine.reports().values.first?.nextOffset == 0)
            #expect(await pair.destination.requestCount(.produce) == 1)
            gate.open()
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 15)
        }
    }

    @Test func `what is not replicated is waited for before the mirror goes on above it`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.destination.holdReplication("orders", 0, true)
            await pair.write(2)
            await pair.engine.setTargets(targets)
            let state = try await pair.waitForState("FAILED")
            #expect(state == "FAILED: orders-0 is replicated up to 0 of 3; waiting for its in-sync replicas")
            await pair.destination.holdReplication("orders", 0, false)
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 6)
        }
    }

    @Test func `what the destination loses with a leader is copied again`() async throws {
        try await MirrorPair.run { pair in
            let targets = await pair.createTopic()
            await pair.write(4)
            await pair.engine.setTargets(targets)
            try await pair.waitUntilCopied()
            await pair.destination.holdReplication("orders", 0, true)
            await pair.write(4)
            try await waitUntil("a batch is appended") { await pair.ends().mirror == 15 }
            await pair.destination.changeLeader("orders")
            try await pair.waitUntilCopied()
            await pair.expectEqualLogs(end: 24)
        }
    }

    @Test func `new leaders on both sides are followed`() async throws {
        try await MirrorPair.run { pair in
            await pair.mirror()
            for _ in 0..<4 {
                await pair.source.changeLeader("orders")
                await pair.destination.changeLeader("orders")
                await pair.write(3)
                try await pair.waitUntilCopied()
            }
            await pair.expectEqualLogs(end: 36)
        }
    }

    @Test func `a source that is away is told, and copied from again when it is back`() async throws {
        try await MirrorPair.run { pair in
            await pair.mirror()
            await pair.write(5)
            try await pair.waitUntilCopied()
            await pair.source.goDown()
            let state = try await pair.waitForState("SOURCE_UNAVAILABLE")
            #expect(
                state == """
                    SOURCE_UNAVAILABLE: cluster paris: no bootstrap server answers. broker \(pair.source.bootstrap): \
                    connect: Connection refused. Is the broker running, and is the port right?
                    """)
            await pair.write(5)
            try await pair.source.comeUp()
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            await pair.expectEqualLogs(end: 30)
        }
    }

    @Test func `a destination that is away is told, and written to again when it is back`() async throws {
        try await MirrorPair.run { pair in
            await pair.mirror()
            await pair.write(5)
            try await pair.waitUntilCopied()
            await pair.destination.goDown()
            await pair.write(5)
            let state = try await pair.waitForState("FAILED")
            #expect(
                state == """
                    FAILED: cluster dublin: no bootstrap server answers. broker \(pair.destination.bootstrap): \
                    connect: Connection refused. Is the broker running, and is the port right?
                    """)
            try await pair.destination.comeUp()
            try await pair.waitUntilCopied()
            try await pair.waitForState("ACTIVE")
            await pair.expectEqualLogs(end: 30)
        }
    }
}
