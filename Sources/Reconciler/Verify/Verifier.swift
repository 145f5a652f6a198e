import KafkaClient
import KafkaModel
import KafkaRecords

/// Compares a mirror topic with its source, batch by batch, up to the end the mirror has when the comparison begins.
///
/// Only reads. Batches are compared as they are stored, so nothing is decompressed; batches whose borders differ, as
/// after compaction, are reported as not comparable rather than as equal.
package struct Verifier: Sendable {
    private let source: ClusterClient
    private let destination: ClusterClient

    /// A verifier for links between two clusters.
    package init(source: ClusterClient, destination: ClusterClient) {
        self.source = source
        self.destination = destination
    }

    /// Compares all partitions of a mirror topic: those that either cluster has, or had when the mirror stopped.
    ///
    /// - Parameter progress: is told each verdict as soon as it is known.
    package func verify(
        _ mirror: MirrorRecord, progress: (PartitionVerdict) -> Void = { _ in }
    ) async throws(ClientError) -> [PartitionVerdict] {
        let copy = try await destination.topic(mirror.topic)
        let original = try await source.topic(mirror.sourceTopic)
        let (held, given) = (copy.partitions.count, original.partitions.count)
        let replaced = replaced(mirror, copy.topicId.map { "\($0)" }, original.topicId.map { "\($0)" })
        // What either topic gained behind the end of the mirror belongs to its own writers.
        let count = mirror.stoppedOffsets?.count ?? max(held, given)
        let both = min(count, held, given)
        let partitions = (0..<Int32(both)).map { TopicPartition(topic: mirror.topic, partition: $0) }
        let sources = partitions.map { TopicPartition(topic: mirror.sourceTopic, partition: $0.partition) }
        let ends = await destination.listOffsets(partitions, .latest(.readCommitted))
        let starts = await destination.listOffsets(partitions, .earliest)
        let sourceStarts = await source.listOffsets(sources, .earliest)
        var verdicts: [PartitionVerdict] = []
        for number in 0..<Int32(count) {
            let partition = TopicPartition(topic: mirror.topic, partition: number)
            let sourcePartition = TopicPartition(topic: mirror.sourceTopic, partition: number)
            var verdict = PartitionVerdict(
                partition: partition, equalUpTo: 0, start: 0, mirrorEnd: 0, records: 0, bytes: 0)
            if let replaced {
                verdict.problem = replaced
            } else if number >= both {
                let (lacking, has) =
                    number >= held ? ("the mirror", "\(held)") : ("the source topic", "\(given)")
                verdict.problem = "\(lacking) has no such partition, only \(has) of \(count)"
            } else {
                switch (ends[partition], starts[partition], sourceStarts[sourcePartition]) {
                case (.success(let end), .success(let start), .success(let sourceStart)):
                    let stopped = mirror.stoppedOffsets.map { $0[Int(number)] }
                    verdict.begin(
                        mirrorStart: start.offset, sourceStart: sourceStart.offset,
                        mirrorEnd: min(end.offset, stopped ?? .max), mayDelete: stopped != nil)
                    if !verdict.isDecided { verdict = await compare(verdict, sourcePartition) }
                    if let stopped { verdict.insistOnEnd(stopped) }
                case (.failure(let error), _, _), (_, .failure(let error), _), (_, _, .failure(let error)):
                    verdict.problem = "\(error)"
                case (nil, _, _), (_, nil, _), (_, _, nil):
                    verdict.problem = "a cluster's answer leaves the partition out"
                }
            }
            progress(verdict)
            verdicts.append(verdict)
        }
        return verdicts
    }

    /// Why the topics are not those that the mirror was made of, so that nothing is to be compared; nil when they are.
    ///
    /// A topic that was deleted and made again, perhaps by a client that only wanted to read it, holds other records.
    private func replaced(_ mirror: MirrorRecord, _ topicId: String?, _ sourceTopicId: String?) -> String? {
        if !mirror.isMirror(topicId: topicId) {
            return "the topic on \(destination.name) was deleted and made again: its id is \(topicId ?? "unknown"), "
                + "the mirror's was \(mirror.topicId ?? "unknown")"
        }
        if !mirror.isSource(topicId: sourceTopicId) {
            return "source topic \(mirror.sourceTopic) was deleted and made again: its id is "
                + "\(sourceTopicId ?? "unknown"), mirrored was \(mirror.sourceTopicId ?? "unknown")"
        }
        return nil
    }

    private func compare(_ begun: PartitionVerdict, _ sourcePartition: TopicPartition) async -> PartitionVerdict {
        var verdict = begun
        var theirs = LogWalk(client: source, partition: sourcePartition, from: verdict.start)
        var ours = LogWalk(client: destination, partition: verdict.partition, from: verdict.start)
        do throws(VerifyProblem) {
            while let mine = try await ours.next(below: verdict.mirrorEnd) {
                guard let original = try await theirs.next(below: verdict.mirrorEnd) else {
                    verdict.difference = .init(offset: mine.header.baseOffset, what: "the source has no record there")
                    break
                }
                if let difference = Self.difference(original, mine) {
                    verdict.difference = difference
                    break
                }
                verdict.records += Int64(mine.header.recordCount)
                verdict.equalUpTo = mine.header.nextOffset
            }
            if verdict.difference == nil { try await finish(&verdict, &theirs, ours) }
        } catch {
            verdict.problem = error.reason
        }
        verdict.bytes = theirs.bytes + ours.bytes
        return verdict
    }

    /// The mirror showed all it has: now the source must have no more below the same end.
    private func finish(
        _ verdict: inout PartitionVerdict, _ theirs: inout LogWalk, _ ours: LogWalk
    ) async throws(VerifyProblem) {
        guard ours.offset >= verdict.mirrorEnd else {
            throw VerifyProblem("the mirror returns nothing at offset \(ours.offset), but ends at \(verdict.mirrorEnd)")
        }
        if let left = try await theirs.next(below: verdict.mirrorEnd) {
            verdict.difference = .init(offset: left.header.baseOffset, what: "the mirror has no record there")
        } else {
            verdict.equalUpTo = max(verdict.equalUpTo, verdict.mirrorEnd)
        }
    }

    private static func difference(
        _ original: RecordBatchView, _ mine: RecordBatchView
    ) -> PartitionVerdict.Difference? {
        let (theirs, ours) = (original.header.baseOffset, mine.header.baseOffset)
        if theirs < ours { return .init(offset: theirs, what: "the mirror has no record there") }
        if ours < theirs { return .init(offset: ours, what: "the source has no record there") }
        return BatchComparison.difference(original, mine).map { .init(offset: ours, what: $0) }
    }
}

extension PartitionVerdict {
    /// Whether nothing is left to be compared.
    fileprivate var isDecided: Bool { problem != nil || difference != nil }

    /// Says where a comparison begins, and what lies outside of it; a problem when that is everything.
    ///
    /// - Parameter mayDelete: whether the mirror has stopped, so that its own retention holds. Before, it keeps all
    ///   that the source still has.
    fileprivate mutating func begin(mirrorStart: Int64, sourceStart: Int64, mirrorEnd end: Int64, mayDelete: Bool) {
        mirrorEnd = end
        start = min(max(mirrorStart, sourceStart), end)
        equalUpTo = start
        if sourceStart < start, mirrorStart > sourceStart, !mayDelete {
            difference = .init(
                offset: sourceStart, what: "the mirror has no record there, it begins at \(mirrorStart)")
            return
        }
        let first = min(mirrorStart, sourceStart)
        guard first < start else { return }
        let left = Uncompared(holder: mirrorStart < sourceStart ? .mirror : .source, offsets: first..<start)
        uncompared = left
        if start == end { problem = "\(left.sentence), and the mirror ends at \(end): nothing can be compared" }
    }

    /// A mirror that has stopped never ends before the offset it stopped at, unless it lost what was behind.
    fileprivate mutating func insistOnEnd(_ stopped: Int64) {
        guard mirrorEnd < stopped, difference == nil else { return }
        difference = .init(offset: mirrorEnd, what: "the mirror ends there, mirroring stopped at \(stopped)")
    }
}
