import Bytes
import EmbeddedBroker
import Foundation
import KafkaRecords
import TestSupport
import Testing

/// Workers take over what manifests say of their clusters, while they work.
@Suite struct ManifestTakeover {
    private static func value(_ number: Int) -> String { "value-\(number)" }

    /// Waits until the mirror has as many records as were written, and compares both logs in full.
    private static func expectEqual(_ clusters: TwoClusters, _ count: Int) async throws {
        try await clusters.untilMirrored("t", [Int64(count)])
        let left = try records(await clusters.source.storedBatches("t"))
        let right = try records(await clusters.destination.storedBatches("t"))
        #expect(left == (0..<count).map { "\($0) \(value($0))" })
        #expect(left == right)
    }

    private static func records(_ batches: [RecordBatchView]) throws -> [String] {
        try batches.flatMap { batch in
            var cursor = try RecordCursor(batch)
            var found: [String] = []
            while let record = try cursor.next() {
                found.append("\(record.offset) \(String(decoding: record.value?.array ?? [], as: UTF8.self))")
            }
            return found
        }
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["worker", "run"])
    func `other bootstrap servers, without a gap or a record twice`(_ command: String) async throws {
        try await TwoClusters.with { clusters in
            try clusters.folder.write("m/link.yaml", TwoClusters.link("mirrorTopics: [{name: t}]"))
            await clusters.source.createTopic("t")
            #expect(try await clusters.run("apply", "-y").exitCode == 0)
            let words = command == "run" ? ["--interval", "30s"] : []
            let worker = try RunningCommand(
                [lockstepExecutable, command] + words + ["-f", clusters.manifests],
                environment: ["LOCKSTEP_STATE_DIR": clusters.state])
            try await worker.waitForLine(containing: ": ACTIVE", inErrors: true)
            let near = try PortForward(to: clusters.source.port)
            let far = try PortForward(to: clusters.destination.port)
            var count = 0
            func write(_ more: Int) async {
                for _ in 0..<more {
                    await clusters.source.appendRecord(value: Self.value(count), to: "t")
                    count += 1
                }
            }
            await write(50)
            // A manifest in the middle of an edit is not taken over.
            try clusters.folder.write("m/clusters.yaml", "nonsense: [")
            try await worker.waitForLine(containing: "have mistakes and are not taken over", inErrors: true)
            await write(50)
            try clusters.folder.write(
                "m/clusters.yaml", TwoClusters.clusters("127.0.0.1:\(near.port)", clusters.destination.bootstrap))
            try await waitUntil("the worker asks the new server", within: .seconds(20)) {
                await write(1)
                return near.accepted > 0
            }
            try await worker.waitForLine(
                containing: "cluster a: bootstrapServers changed; connecting anew", inErrors: true)
            await write(50)
            try clusters.folder.write(
                "m/clusters.yaml", TwoClusters.clusters("127.0.0.1:\(near.port)", "127.0.0.1:\(far.port)"))
            try await waitUntil("the worker asks the new server", within: .seconds(20)) {
                await write(1)
                return far.accepted > 0
            }
            await write(50)
            try await Self.expectEqual(clusters, count)
            // Nothing is done for a manifest that says the same in other words.
            try clusters.folder.write(
                "m/clusters.yaml",
                "# moved\n" + TwoClusters.clusters("127.0.0.1:\(near.port)", "127.0.0.1:\(far.port)"))
            try clusters.folder.write(
                "m/link.yaml", TwoClusters.link("mirrorTopics: []").replacing("name: l", with: "name: k"))
            try await worker.waitForLine(containing: "do not declare link l any more", inErrors: true)
            await write(50)
            try await Self.expectEqual(clusters, count)
            #expect(worker.errorOutput.components(separatedBy: "connecting anew").count == 3)
            #expect(worker.exit == nil)
            try await worker.stop()
        }
    }
}
