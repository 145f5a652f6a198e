import Bytes
import EventLoop
import Foundation
import KafkaClient
import KafkaModel
import KafkaRecords
import TestSupport

/// Two one-broker clusters, a filled topic on the source, and clients that look on.
struct Stage {
    let kafka: KafkaInstallation
    let source: RealCluster
    let destination: RealCluster
    let sourceClient: ClusterClient
    let destinationClient: ClusterClient
    let gib: Double
    let records: Int64
    let folder: TemporaryDirectory

    static let topic = "bench"
    static let latencyTopic = "latency"
    static let partitions = 12
    static let recordBytes = 1_000
    /// What the producer is told to fill, and nearly does.
    static let batchBytes = 100_000.0

    /// Starts the clusters and fills the topic with records of 1 KB in batches of 100 KB.
    static func prepare(gib: Double) async throws -> Stage {
        let kafka = try KafkaInstallation.required()
        let source = try await RealCluster.start(kafka, heap: "512m", machine: .fastInTime)
        let destination = try await RealCluster.start(kafka, heap: "512m", machine: .fastInTime)
        let loop = try EventLoop()
        func client(_ name: String, _ cluster: RealCluster) -> ClusterClient {
            ClusterClient(
                name: name,
                bootstrapServers: cluster.bootstrapServers.split(separator: ",").compactMap { HostAndPort(String($0)) },
                loop: loop)
        }
        let stage = Stage(
            kafka: kafka, source: source, destination: destination, sourceClient: client("source", source),
            destinationClient: client("destination", destination), gib: gib,
            records: Int64(gib * Double(1 << 30)) / Int64(recordBytes), folder: try TemporaryDirectory("bench"))
        _ = try await stage.sourceClient.createTopic(topic, partitions: partitions, replicationFactor: 1)
        _ = try await stage.sourceClient.createTopic(
            latencyTopic, partitions: LatencyProbe.partitions, replicationFactor: 1)
        try await CommandRun.output(
            of: [
                "\(kafka.home)/bin/kafka-producer-perf-test.sh", "--topic", topic, "--num-records", "\(stage.records)",
                "--record-size", "\(recordBytes)", "--throughput", "-1", "--producer-props",
                "bootstrap.servers=\(source.bootstrapServers)", "batch.size=\(Int(batchBytes))", "linger.ms=50",
            ], within: .seconds(600))
        return stage
    }

    /// Lets both brokers compile what they need for small batches, so that nobody is measured on colder ones.
    func warmUp() async throws {
        let topic = "warm-up"
        for client in [sourceClient, destinationClient] {
            _ = try await client.createTopic(topic, partitions: LatencyProbe.partitions, replicationFactor: 1)
            _ = try await LatencyProbe(topic: topic, writer: client, copy: topic, reader: client).run()
        }
    }

    /// Stops the clusters.
    func close() async {
        await sourceClient.close()
        await destinationClient.close()
        await source.stop()
        await destination.stop()
    }

    /// Records that a copy of the topic holds by now.
    func copied(_ topic: String) async -> Int64 {
        let partitions = (0..<Int32(Self.partitions)).map { TopicPartition(topic: topic, partition: $0) }
        let ends = await destinationClient.listOffsets(partitions, .latest(.readUncommitted))
        return ends.values.reduce(0) { sum, end in
            if case .success(let found) = end { sum + found.offset } else { sum }
        }
    }

    /// Watches a process copy the topic, from its start to the last record.
    ///
    /// - Parameter allocations: the process's allocations so far, where they are counted.
    func watchCopy(
        _ name: String, _ process: RunningCommand, copy: String, allocations: () -> Int = { 0 }
    ) async throws -> CopyFigures {
        let clock = ContinuousClock()
        try await waitUntil("\(name) copies its first record", within: .seconds(120), every: .milliseconds(10)) {
            await copied(copy) > 0
        }
        let first = clock.now
        let atFirst = try ProcessUsage(pid: process.pid)
        let allocatedAtFirst = allocations()
        try await waitUntil("\(name) has copied everything", within: .seconds(900), every: .milliseconds(50)) {
            await copied(copy) >= records
        }
        let seconds = Self.seconds(first.duration(to: clock.now))
        let atLast = try ProcessUsage(pid: process.pid)
        let bytes = Double(records) * Double(Self.recordBytes)
        return CopyFigures(
            gib: bytes / Double(1 << 30), firstRecordSeconds: Self.seconds(process.started.duration(to: first)),
            mebibytesPerSecond: bytes / Double(1 << 20) / seconds,
            cpuSecondsPerGib: (atLast.cpuSeconds - atFirst.cpuSeconds) / (bytes / Double(1 << 30)),
            peakMebibytes: atLast.peakMebibytes, allocations: allocations() - allocatedAtFirst)
    }

    /// Watches a program copy the topic, then while it idles, then under a steady trickle.
    ///
    /// The trickle once more right after the program was started anew.
    func measure(
        _ name: String, copy: String, latencyCopy: String, start: () async throws -> RunningCommand
    ) async throws -> Figures {
        let process = try await start()
        let copied = try await watchCopy(name, process, copy: copy)
        try await pass(.seconds(3))
        let idleFrom = try ProcessUsage(pid: process.pid)
        try await pass(.seconds(10))
        let idleTo = try ProcessUsage(pid: process.pid)
        var probe = LatencyProbe(
            topic: Self.latencyTopic, writer: sourceClient, copy: latencyCopy, reader: destinationClient)
        let latencies = try await probe.run()
        try await end(process)
        let second = try await start()
        try await waitUntilAlive(name, latencyCopy)
        probe.warmUpSeconds = 0
        let restarted = try await probe.run()
        try await end(second)
        return Figures(
            name: name, gib: copied.gib, firstRecordSeconds: copied.firstRecordSeconds,
            mebibytesPerSecond: copied.mebibytesPerSecond, cpuSecondsPerGib: copied.cpuSecondsPerGib,
            peakMebibytes: copied.peakMebibytes, idlePercent: (idleTo.cpuSeconds - idleFrom.cpuSeconds) * 10,
            latencyP50Ms: latencies.p50, latencyP99Ms: latencies.p99, restartedP50Ms: restarted.p50,
            restartedP99Ms: restarted.p99)
    }

    /// Ends a program in good order, so that the next one finds its group left.
    private func end(_ process: RunningCommand) async throws {
        process.signal(SIGTERM)
        _ = try await process.waitForExit(within: .seconds(60))
    }

    /// Writes a record to each partition and waits until its copy is there.
    private func waitUntilAlive(_ name: String, _ copy: String) async throws {
        for partition in 0..<Int32(LatencyProbe.partitions) {
            var builder = RecordBatchBuilder()
            builder.append(timestamp: Int64(Date().timeIntervalSince1970 * 1_000), key: nil, value: ByteSlice([1]))
            let target = TopicPartition(topic: Self.latencyTopic, partition: partition)
            let appended = try await sourceClient.produceOnce(target, builder.build())
            let mirrored = TopicPartition(topic: copy, partition: partition)
            try await waitUntil("\(name) is alive again", within: .seconds(120), every: .milliseconds(50)) {
                let ends = await destinationClient.listOffsets([mirrored], .latest(.readUncommitted))
                guard case .success(let end) = ends[mirrored] else { return false }
                return end.offset > appended.baseOffset
            }
        }
    }

    /// Lets time pass, looking at a clock.
    private func pass(_ duration: Duration) async throws {
        let end = ContinuousClock.now + duration
        try await waitUntil("time has passed", within: duration + .seconds(5), every: .milliseconds(100)) {
            ContinuousClock.now >= end
        }
    }

    static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
    }
}
