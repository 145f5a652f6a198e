import Foundation

/// A mixture of records to write: sizes from 10 B to 1 MB, several codecs, null keys and values, odd headers.
package struct RecordMix: Sendable {
    /// How many records.
    package var records: Int
    /// Number of partitions they are spread over at random.
    package var partitions: Int
    /// About how many value bytes they have together, before compression; small records are far more frequent.
    package var volume: Int
    /// Size range of a value in bytes; both ends occur.
    package var sizes: ClosedRange<Int>
    /// One producer for each, records go to them in turn.
    package var codecs: [String]
    /// Records per second, 0 for as fast as possible.
    package var rate: Int
    /// Makes the same records again.
    package var seed: Int
    /// Timestamp of the first record in ms since 1970; nil for the time of writing.
    package var timestamp: Int?
    /// Ends all of it as one transaction for each codec.
    package var transaction: Transaction?
    /// Java producer settings on top, such as "batch.size".
    package var settings: [String: String]

    package enum Transaction: String, Sendable {
        case commit
        case abort
    }

    package init(
        records: Int, partitions: Int, volume: Int? = nil, sizes: ClosedRange<Int> = 10...1_000_000,
        codecs: [String] = ["none", "gzip", "snappy", "lz4", "zstd"], rate: Int = 0, seed: Int = 1,
        timestamp: Int? = nil, transaction: Transaction? = nil, settings: [String: String] = [:]
    ) {
        self.records = records
        self.partitions = partitions
        self.volume = volume ?? records * 1000
        self.sizes = sizes
        self.codecs = codecs
        self.rate = rate
        self.seed = seed
        self.timestamp = timestamp
        self.transaction = transaction
        self.settings = settings
    }

    var arguments: [String: String] {
        var arguments = [
            "records": "\(records)", "partitions": "\(partitions)", "volume": "\(volume)",
            "minSize": "\(sizes.lowerBound)", "maxSize": "\(sizes.upperBound)",
            "codecs": codecs.joined(separator: ","), "rate": "\(rate)", "seed": "\(seed)",
        ]
        arguments["timestamp"] = timestamp.map { "\($0)" }
        arguments["transaction"] = transaction?.rawValue
        for (key, value) in settings { arguments["client.\(key)"] = value }
        return arguments
    }
}

/// How far a production is.
package struct ProductionProgress: Equatable, Sendable {
    /// Records the brokers have acknowledged, and records that failed for good.
    package let acknowledged: Int
    package let failed: Int
    /// Key and value bytes handed to the producers.
    package let bytes: Int
    /// The last failure, empty without one.
    package let failure: String

    init(_ fields: [String: String]) {
        acknowledged = Int(fields["acknowledged"] ?? "") ?? 0
        failed = Int(fields["failed"] ?? "") ?? 0
        bytes = Int(fields["bytes"] ?? "") ?? 0
        failure = fields["failure"] ?? ""
    }
}

/// A topic read to its end by the Java consumer: one line for each record in `file`, and digests over those lines.
///
/// A line is "partition offset timestamp timestampType key value headers"; a payload is its length and a hash, "-" is
/// null. The topic's name is not part of it. Two dumps are equal if and only if `partitions` are.
package struct TopicDump: Sendable {
    /// One partition of a dump.
    package struct Partition: Equatable, Sendable, CustomStringConvertible {
        /// Log start and end the consumer saw when it began; the end of `read_committed` is the last stable offset.
        package let start: Int64
        package let end: Int64
        package let records: Int
        /// SHA-256 over the lines, hexadecimal.
        package let sha256: String

        package var description: String { "[\(start), \(end)) \(records) records \(sha256.prefix(12))" }
    }

    package let file: String
    package let partitions: [Int: Partition]
    private let folder: TemporaryDirectory

    package var records: Int { partitions.values.reduce(0) { $0 + $1.records } }

    init(_ fields: [String: String], file: String, folder: TemporaryDirectory) {
        self.file = file
        self.folder = folder
        partitions = fields.byNumber("sha256.").reduce(into: [:]) { result, entry in
            let number = entry.key
            result[number] = Partition(
                start: Int64(fields["start.\(number)"] ?? "") ?? -1, end: Int64(fields["end.\(number)"] ?? "") ?? -1,
                records: Int(fields["records.\(number)"] ?? "") ?? -1, sha256: entry.value)
        }
    }

    /// All lines; for small topics.
    package func lines() throws -> [String] {
        try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// The first lines in which two dumps differ, for the message of a failed comparison; nil when they are equal.
    package func firstDifference(from other: TopicDump) throws -> String? {
        let (mine, others) = (try lines(), try other.lines())
        guard let at = (0..<max(mine.count, others.count)).first(where: { mine[safe: $0] != others[safe: $0] }) else {
            return nil
        }
        return "line \(at + 1):\n  \(mine[safe: at] ?? "(end)")\n  \(others[safe: at] ?? "(end)")"
    }
}

extension Array {
    fileprivate subscript(safe index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}

extension KafkaProbe {
    /// Writes a mixture of records and waits until the last one is acknowledged or has failed.
    ///
    /// - Parameter job: a name under which `progress` and `stopProduction` find it while it runs.
    @discardableResult
    package func produce(
        _ mix: RecordMix, to topic: String, on servers: String, job: String = uniqueName("job"),
        within limit: Duration = .seconds(300)
    ) async throws -> ProductionProgress {
        let arguments = mix.arguments.merging(["topic": topic, "job": job]) { $1 }
        return ProductionProgress(try await call("produce", on: servers, arguments, within: limit))
    }

    /// How far a production is that runs in another task; zeros before it has begun.
    package func progress(of job: String) async throws -> ProductionProgress {
        ProductionProgress(try await call("progress", on: "", ["job": job]))
    }

    /// Ends a production early; its `produce` returns with what was written.
    package func stopProduction(_ job: String) async throws {
        _ = try await call("stop", on: "", ["job": job])
    }

    /// What differs between a topic on two clusters as Kafka's Java consumer prints it; nil when nothing does.
    ///
    /// - Parameter records: how many the source must have.
    package func difference(
        _ topic: String, _ source: String, _ destination: String, records: Int
    ) async throws -> String? {
        let left = try await dump(topic, on: source)
        let right = try await dump(topic, on: destination)
        guard left.records == records else { return "the source has \(left.records) of \(records) records" }
        if left.partitions == right.partitions { return nil }
        return try left.firstDifference(from: right) ?? "partitions differ: \(left.partitions) \(right.partitions)"
    }

    /// Reads a topic from its start to the end it has now.
    ///
    /// - Parameter settings: Java consumer settings on top.
    package func dump(
        _ topic: String, on servers: String, isolation: String = "read_committed", settings: [String: String] = [:],
        within limit: Duration = .seconds(300)
    ) async throws -> TopicDump {
        let folder = try TemporaryDirectory("dump")
        let milliseconds = max(limit.components.seconds - 2, 1) * 1000
        var arguments = [
            "topic": topic, "file": folder.file("records.txt"), "isolation": isolation, "timeoutMs": "\(milliseconds)",
        ]
        for (key, value) in settings { arguments["client.\(key)"] = value }
        let fields = try await call("dump", on: servers, arguments, within: limit)
        return TopicDump(fields, file: folder.file("records.txt"), folder: folder)
    }
}
