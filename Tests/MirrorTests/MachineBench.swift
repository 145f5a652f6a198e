import Bytes
import KafkaModel
import KafkaRecords

@testable import Mirror

/// What happens to a partition, as a driver tells it.
enum MachineEvent: Sendable {
    case start
    case release
    case want(MirrorTarget.Desire)
    /// Steps 2 to 5 found the mirror's end, the last sequence and the source's end.
    ///
    /// `isQuiet` says that nothing sent before could arrive any more then.
    case probed(end: Int64, last: Int32? = nil, sourceEnd: Int64, isQuiet: Bool = true)
    case waits(isSource: Bool)
    case fails(MirrorFailure.Kind)
    case pauseEnds
    /// These batches, by their first and last offset, were read.
    case fetched([ClosedRange<Int64>], sourceEnd: Int64)
    /// Bytes that are no batch were read behind these batches.
    case fetchedGarbage([ClosedRange<Int64>], sourceEnd: Int64)
    /// A transactional batch was read behind these batches.
    case fetchedTransaction([ClosedRange<Int64>], sourceEnd: Int64)
    /// The source's log departs from what was read of it, from this offset on.
    case diverges(at: Int64)
    /// The next batch is handed out.
    case send
    /// The batch on its way was appended, at its own offset or elsewhere.
    case acked(at: Int64? = nil)
    /// The mirror alone was probed, when nothing sent before could arrive any more.
    case settled(end: Int64)
    /// Nothing sent before can arrive any more.
    case quiet
    case again
    /// The answer to the batch on its way was lost.
    case lost
    case outOfSequence
    case refused
    case observed(end: Int64)
    /// A look at the end that was begun before the last batch was handed out.
    case observedBeforeWrite(end: Int64)
    /// The same, as the answer to a question from before the last return to *locate*.
    indirect case late(MachineEvent)
}

/// A machine with the batch that is on its way, and a short text of where it stands.
struct MachineBench {
    var machine: PartitionMachine
    private var sent: (outgoing: PartitionMachine.Outgoing, generation: UInt64)?
    private let memory = MemoryBudget(limitBytes: 1 << 20)

    static let mirror = TopicPartition(topic: "orders", partition: 3)

    init(desire: MirrorTarget.Desire = .active) {
        machine = PartitionMachine(
            target: MirrorTarget(
                mirror: Self.mirror, sourceTopic: "orders", sourceTopicId: nil, topicId: nil, desire: desire))
    }

    /// A machine after these events.
    static func after(_ events: [MachineEvent], desire: MirrorTarget.Desire = .active) -> MachineBench {
        var bench = MachineBench(desire: desire)
        for event in events { bench.apply(event) }
        return bench
    }

    var usedMemory: Int { memory.usedBytes }

    mutating func apply(_ event: MachineEvent) {
        if case .late(let late) = event { return apply(late, generation: machine.generation &- 1) }
        apply(event, generation: machine.generation)
    }

    private mutating func apply(_ event: MachineEvent, generation: UInt64) {
        switch event {
        case .start: machine.start()
        case .release: machine.release()
        case .want(let desire): machine.want(desire)
        case .probed(let end, let last, let sourceEnd, let isQuiet):
            machine.probed(
                .init(
                    destinationEnd: end, lastSequence: last, sourceEpoch: 7, sourceEnd: sourceEnd, isQuiet: isQuiet),
                generation: generation)
        case .waits(let isSource):
            machine.mustWait("the dog barks", isSource: isSource, generation: generation)
        case .fails(let kind): machine.fail(MirrorFailure(kind, "it broke"), generation: generation)
        case .pauseEnds: machine.pauseEnded(generation: generation)
        case .fetched(let ranges, let end): fetch(ranges, [], end, generation)
        case .fetchedGarbage(let ranges, let end): fetch(ranges, [UInt8](repeating: 0xff, count: 80), end, generation)
        case .fetchedTransaction(let ranges, let end):
            fetch(ranges, Self.transaction(at: (ranges.last?.upperBound ?? -1) + 1), end, generation)
        case .diverges(let offset): machine.sourceDiverged(epoch: 6, endOffset: offset, generation: generation)
        case .send: sent = machine.nextBatch().map { ($0, machine.generation) }
        case .acked(let offset):
            settle { machine, header, generation in
                machine.acknowledged(header, baseOffset: offset ?? header.baseOffset, generation: generation)
            }
        case .settled(let end): machine.settled(end: end, generation: generation)
        case .quiet: machine.becameQuiet()
        case .lost: settle { $0.notAppended($1, .lost("the line is dead"), generation: $2) }
        case .again: settle { $0.notAppended($1, .again("the cat is asleep"), generation: $2) }
        case .outOfSequence: settle { $0.notAppended($1, .outOfSequence("45"), generation: $2) }
        case .refused: settle { $0.notAppended($1, .refused("it is too large"), generation: $2) }
        case .observed(let end): machine.observedEnd(end, writes: machine.writes, generation: generation)
        case .observedBeforeWrite(let end):
            machine.observedEnd(end, writes: machine.writes - 1, generation: generation)
        case .late: break
        }
    }

    private mutating func settle(_ tell: (inout PartitionMachine, RecordBatchHeader, UInt64) -> Void) {
        guard let sent else { return }
        self.sent = nil
        tell(&machine, sent.outgoing.batch.header, sent.generation)
    }

    private mutating func fetch(
        _ ranges: [ClosedRange<Int64>], _ rest: [UInt8], _ sourceEnd: Int64, _ generation: UInt64
    ) {
        let bytes = ranges.flatMap { Self.batch($0).array } + rest
        machine.fetched(
            bytes.isEmpty ? nil : ByteSlice(bytes), sourceEnd: sourceEnd, share: memory.take(bytes.count),
            generation: generation)
    }

    private static func batch(_ range: ClosedRange<Int64>) -> ByteSlice {
        var builder = RecordBatchBuilder()
        builder.baseOffset = range.lowerBound
        builder.partitionLeaderEpoch = 9
        for offset in range { builder.append(timestamp: offset, key: nil, value: ByteSlice([1])) }
        return builder.build()
    }

    private static func transaction(at offset: Int64) -> [UInt8] {
        var builder = RecordBatchBuilder()
        builder.baseOffset = offset
        builder.attributes.isTransactional = true
        builder.producerId = 1
        builder.producerEpoch = 0
        builder.baseSequence = 0
        builder.append(timestamp: 0, key: nil, value: ByteSlice([1]))
        return builder.build().array
    }

    /// Where the machine stands: its phase, the next offset, and the batch on its way as `offset/sequence`.
    var text: String {
        var parts = [phase]
        if let next = machine.nextOffset { parts.append("next \(next)") }
        if machine.queuedBytes > 0 { parts.append("queued") }
        if machine.isSending {
            parts.append(
                sent.map { "sending \($0.outgoing.batch.header.baseOffset)/\($0.outgoing.sequence)" } ?? "sending")
        }
        return parts.joined(separator: ", ")
    }

    private var phase: String {
        switch machine.phase {
        case .idle: "idle"
        case .probing: machine.needsProbe ? "probing" : "probing later"
        case .copying: machine.fetchPosition.map { "copying from \($0.offset)" } ?? "copying, full"
        case .waiting: machine.obstacle?.isSource == true ? "waits for the source" : "waits for the destination"
        case .failed(let failure): "failed \(failure.kind.rawValue)"
        case .stopped(let id): "stopped for \(id)"
        }
    }
}
