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

    /// Compares all partitions of a mirror topic.
    ///
    package func verify(
        _ mirror: MirrorRecord, progress: (PartitionVerdict) -> Void = { _ in }
    ) async throws(ClientError) -> [PartitionVerdict] {
        let count = try await destination.topic(mirror.topic).partitions.count
        let partitions = (0..<Int32(count)).map { TopicPartition(topic: mirror.topic, partition: $0) }
        let sources = partitions.map { TopicPartition(topic: mirror.sourceTopic, partition: $0.partition) }
        let ends = await destination.listOffsets(partitions, .latest(.readCommitted))
        let starts = await destination.listOffsets(partitions, .earliest)
        let sourceStarts = await source.listOffsets(sources, .earliest)
        var verdicts: [PartitionVerdict] = []
        for (partition, sourcePartition) in zip(partitions, sources) {
            var verdict = PartitionVerdict(
                partition: partition, equalUpTo: 0, start: 0, mirrorEnd: 0, records: 0, bytes: 0)
            switch (ends[partition], starts[partition], sourceStarts[sourcePartition]) {
            case (.success(let end), .success(let start), .success(let sourceStart)):
                let index = Int(partition.partition)
                let stopped = mirror.stoppedOffsets.flatMap { $0.indices.contains(index) ? $0[index] : nil }
                verdict.mirrorEnd = min(end.offset, stopped ?? .max)
                verdict.start = max(start.offset, sourceStart.offset)
                verdict.equalUpTo = min(verdict.start, verdict.mirrorEnd)
                verdict = await compare(verdict, sourcePartition)
            case (.failure(let error), _, _), (_, .failure(let error), _), (_, _, .failure(let error)):
                verdict.problem = "\(error)"
            case (nil, _, _), (_, nil, _), (_, _, nil):
                verdict.problem = "a cluster's answer leaves the partition out"
            }
            progress(verdict)
            verdicts.append(verdict)
        }
        return verdicts
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
