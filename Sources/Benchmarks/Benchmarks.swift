import Foundation
import TestSupport

/// Measures one mirror worker on real clusters: beside MirrorMaker 2, its memory, its allocations.
///
/// ```sh
/// swift build -c release && export KAFKA_HOME=...
/// .build/release/Benchmarks [compare] [--gib 2] [--peers both|default|tuned|none] [--json]
/// .build/release/Benchmarks memory        # 1 GiB and 4 GiB: the peak must not grow
/// .build/release/Benchmarks allocations   # per copied batch
/// .build/release/Benchmarks latency       # beside a reader of the source itself
/// ```
///
/// Figures of a shared machine are noisy: compare the ratios of one run, not the figures of two.
@main
struct Benchmarks {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "memory": try await memory()
        case "allocations": try await allocations()
        case "latency": try await latency()
        case "compare": try await compare(Array(arguments.dropFirst()))
        case let word? where !word.hasPrefix("--"):
            throw HarnessError("Benchmarks takes compare, memory, allocations or latency, not \(word)")
        default: try await compare(arguments)
        }
    }

    // MARK: Beside MirrorMaker 2

    private static func compare(_ arguments: [String]) async throws {
        func value(_ flag: String, _ otherwise: String) -> String {
            guard let index = arguments.firstIndex(of: flag), index + 1 < arguments.count else { return otherwise }
            return arguments[index + 1]
        }
        guard let gib = Double(value("--gib", "2")), gib > 0, gib <= 16 else {
            throw HarnessError("--gib takes a number of GiB, more than 0 and at most 16")
        }
        let peers = ["both": ["default", "tuned"], "default": ["default"], "tuned": ["tuned"], "none": []]
        guard let wanted = peers[value("--peers", "both")] else {
            throw HarnessError("--peers takes both, default, tuned or none")
        }
        let stage = try await Stage.prepare(gib: gib)
        try await stage.warmUp()
        var results = [try await stage.measureLockstep()]
        print(results[0].text)
        for settings in wanted {
            results.append(try await stage.measureMirrorMaker(settings))
            print(results[results.count - 1].text)
        }
        await stage.close()
        print(Promise(of: results[0]).text)
        for peer in results.dropFirst() { print(Comparison(ours: results[0], peer: peer).text) }
        if arguments.contains("--json") {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(String(decoding: try encoder.encode(results), as: UTF8.self))
        }
    }

    // MARK: Latency

    /// The way through one worker beside the way to a reader of the source itself.
    private static func latency() async throws {
        let stage = try await Stage.prepare(gib: 0.25)
        try await stage.warmUp()
        let worker = try await stage.startLockstep()
        _ = try await stage.watchCopy("Lockstep", worker, copy: Stage.topic)
        for (name, reader) in [("source", stage.sourceClient), ("copy", stage.destinationClient)] {
            let topic = Stage.latencyTopic
            let (p50, p99) = try await LatencyProbe(
                topic: topic, writer: stage.sourceClient, copy: topic, reader: reader
            ).run()
            print(String(format: "append to readable at the \(name): p50 %.2f ms, p99 %.2f ms", p50, p99))
        }
        try await worker.stop()
        await stage.close()
    }

    // MARK: Memory

    /// Peak memory of a worker that copies much beside that of one that copies a quarter of it.
    private static func memory() async throws {
        var peaks: [Double] = []
        for gib in [1.0, 4.0] {
            let stage = try await Stage.prepare(gib: gib)
            let copied = try await stage.copyWithLockstep()
            await stage.close()
            peaks.append(copied.peakMebibytes)
            print(String(format: "%.0f GiB copied: peak memory %.1f MiB", gib, copied.peakMebibytes))
        }
        print(Goal.row("peak memory, 4 to 1", peaks[1] / peaks[0], atMost: 1.1))
    }

    // MARK: Allocations

    private static func allocations() async throws {
        let stage = try await Stage.prepare(gib: 1)
        let count = try AllocationCounter(in: stage.folder)
        let copied = try await stage.copyWithLockstep(environment: count.environment) { count.value }
        await stage.close()
        let batches = copied.gib * Double(1 << 30) / Stage.batchBytes
        print(String(format: "%d allocations for about %.0f batches", copied.allocations, batches))
        print(Goal.row("allocations per batch", Double(copied.allocations) / batches, atMost: 20))
    }
}
