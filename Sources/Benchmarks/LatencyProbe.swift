import Bytes
import EventLoop
import Foundation
import KafkaClient
import KafkaModel
import KafkaRecords

/// Writes 1,000 records/s to a topic and times when each can be read from its copy, with one clock.
struct LatencyProbe {
    let topic: String
    let writer: ClusterClient
    /// The copy; the topic itself tells what the way takes without any copying.
    let copy: String
    let reader: ClusterClient
    /// What comes in the first seconds does not count, so that all programs on the way are warm.
    var warmUpSeconds = 5

    static let partitions = 4
    private static let recordsPerSecond = 1_000
    private static let seconds = 20

    /// Median and 99th percentile from the acknowledged append to readable, in milliseconds.
    func run() async throws -> (p50: Double, p99: Double) {
        var all: [Double] = []
        try await withThrowingTaskGroup(of: [Double].self) { group in
            for partition in 0..<Int32(Self.partitions) {
                group.addTask { try await run(partition) }
            }
            for try await times in group { all += times }
        }
        all.sort()
        guard !all.isEmpty else { return (.nan, .nan) }
        return (all[all.count / 2], all[min(all.count - 1, all.count * 99 / 100)])
    }

    private func run(_ partition: Int32) async throws -> [Double] {
        let count = Self.recordsPerSecond / Self.partitions * Self.seconds
        let from = TopicPartition(topic: topic, partition: partition)
        let to = TopicPartition(topic: copy, partition: partition)
        guard case .success(let start) = await writer.listOffsets([from], .latest(.readUncommitted))[from]
        else { return [] }
        async let acknowledged = write(count, to: from)
        let readable = try await read(count, of: to, from: start.offset)
        let times = try await acknowledged
        return zip(times, readable).dropFirst(count * warmUpSeconds / Self.seconds).map {
            Stage.seconds($0.duration(to: $1)) * 1_000
        }
    }

    /// When each append was acknowledged; one record a batch, at a steady pace.
    private func write(_ count: Int, to partition: TopicPartition) async throws -> [ContinuousClock.Instant] {
        let clock = ContinuousClock()
        let begin = clock.now
        let pause = Duration.microseconds(1_000_000 * Self.partitions / Self.recordsPerSecond)
        var times: [ContinuousClock.Instant] = []
        times.reserveCapacity(count)
        for index in 0..<count {
            let due = begin + pause * index
            if due > clock.now { await writer.loop.pause(clock.now.duration(to: due)) }
            var builder = RecordBatchBuilder()
            builder.append(
                timestamp: Int64(Date().timeIntervalSince1970 * 1_000), key: nil,
                value: ByteSlice([UInt8](repeating: 120, count: Stage.recordBytes)))
            _ = try await writer.produceOnce(
                partition, builder.build(), lane: .produce(Int(partition.partition)))
            times.append(clock.now)
        }
        return times
    }

    /// When each offset could be read first.
    private func read(
        _ count: Int, of partition: TopicPartition, from start: Int64
    ) async throws -> [ContinuousClock.Instant] {
        let clock = ContinuousClock()
        var times: [ContinuousClock.Instant] = []
        let deadline = clock.now + .seconds(Self.seconds + 120)
        while times.count < count, clock.now < deadline {
            do {
                let fetched = try await reader.fetchOnce(
                    partition, from: start + Int64(times.count), isolation: .readUncommitted, maximumWaitMs: 200,
                    lane: .fetch(10 + Int(partition.partition)))
                let now = clock.now
                while start + Int64(times.count) < fetched.highWatermark, times.count < count { times.append(now) }
            } catch {
                // The copy may not exist yet; the deadline bounds the wait.
                await reader.loop.pause(.milliseconds(100))
            }
        }
        return times
    }
}
