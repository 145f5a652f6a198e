import EmbeddedBroker
import Foundation
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import Synchronization
import TestSupport
import Testing

@testable import Mirror

/// A worker whose group or state topic refuses it for a while, or for good.
@Suite("Mirror worker", .timeLimit(.minutes(1)))
struct MirrorWorkerTests {
    /// A worker with what it logged and how it ended.
    private final class Site: Sendable {
        let pair: MirrorPair
        let worker: MirrorWorker
        private let lines: Log
        private let running: Task<WorkerError?, Never>

        private final class Log: Sendable { let lines = Mutex<[String]>([]) }

        init(_ pair: MirrorPair) async throws {
            self.pair = pair
            await pair.destination.createTopic(StoreTopic.name, configs: ["cleanup.policy": "compact"])
            _ = await pair.createTopic()
            let link = LinkRecord(
                name: "l", linkId: "id", sourceClusterId: "paris", destinationClusterId: "dublin", prefix: "",
                state: .active, settings: LinkSettings(), createdAtMs: 1)
            let mirror = MirrorRecord(
                link: "l", topic: "orders", sourceTopic: "orders", sourceTopicId: nil, topicId: nil, state: .active,
                sinceMs: 1)
            func json(_ record: some Encodable) throws -> String {
                String(decoding: try JSONEncoder().encode(record), as: UTF8.self)
            }
            await pair.destination.appendRecord(key: "link/l", value: try json(link), to: StoreTopic.name)
            await pair.destination.appendRecord(key: "mirror/l/orders", value: try json(mirror), to: StoreTopic.name)
            var options = MirrorPair.quick
            options.reportMs = 20
            options.reportAgeMs = 20
            let log = Log()
            lines = log
            let worker = MirrorWorker(
                source: pair.paris, destination: pair.dublin,
                options: WorkerOptions(link: "l", instanceId: nil, describedAs: "w", mirror: options), loop: pair.loop
            ) { line in log.lines.withLock { $0.append(line) } }
            self.worker = worker
            running = Task {
                do throws(WorkerError) {
                    try await worker.run()
                    return nil
                } catch {
                    return error
                }
            }
        }

        /// How many lines begin with these words.
        func count(_ words: String) -> Int { lines.lines.withLock { $0.count { $0.hasPrefix(words) } } }

        func waitForLine(_ words: String, times: Int = 1) async throws {
            do {
                try await waitUntil("the worker logs \(words)", within: .seconds(20)) { count(words) >= times }
            } catch {
                throw HarnessError("\(error); it logged \(lines.lines.withLock { $0 })")
            }
        }

        /// Waits for the worker to end by itself.
        func end() async -> WorkerError? { await running.value }

        func stop() async -> WorkerError? {
            await worker.stop()
            return await running.value
        }
    }

    private func run(
        _ prepare: (MirrorPair) async -> Void = { _ in }, _ body: (Site) async throws -> Void
    ) async throws {
        try await MirrorPair.run { pair in
            await prepare(pair)
            let site = try await Site(pair)
            do {
                try await body(site)
            } catch {
                _ = await site.stop()
                throw error
            }
            _ = await site.stop()
        }
    }

    @Test(arguments: [
        (APIKey.joinGroup, ErrorCode.groupAuthorizationFailed), (.joinGroup, .groupMaxSizeReached),
        (.syncGroup, .groupAuthorizationFailed), (.syncGroup, .unknownServerError),
        (.findCoordinator, .groupAuthorizationFailed),
    ])
    func `waits outside its group while it is refused, and goes on`(key: APIKey, code: ErrorCode) async throws {
        try await run { pair in
            await pair.destination.intercept(key, .always) { _ in .fail(code) }
        } _: { site in
            try await site.waitForLine("workers' group: ")
            await site.pair.destination.stopIntercepting(key)
            try await site.waitForLine("link l: 1 worker(s)")
            await site.pair.write(3)
            try await site.pair.waitUntilCopied()
            #expect(site.count("workers' group: ") == 1)
            #expect(await site.stop() == nil)
        }
    }

    @Test func `joins again when it was refused in the middle of a rebalance`() async throws {
        try await run { site in
            try await site.waitForLine("link l: 1 worker(s)")
            await site.pair.destination.intercept(.joinGroup, .always) { _ in .fail(.groupAuthorizationFailed) }
            await site.pair.destination.intercept(.heartbeat, .once) { _ in .fail(.rebalanceInProgress) }
            try await site.waitForLine("workers' group: ")
            await site.pair.destination.stopIntercepting(.joinGroup)
            try await site.waitForLine("link l: 1 worker(s)", times: 2)
            await site.pair.write(3)
            try await site.pair.waitUntilCopied()
            #expect(await site.stop() == nil)
        }
    }

    @Test(arguments: [ErrorCode.inconsistentGroupProtocol, .invalidSessionTimeout])
    func `ends when it can never join as it was started`(code: ErrorCode) async throws {
        try await run { pair in
            await pair.destination.intercept(.joinGroup, .always) { _ in .fail(code) }
        } _: { site in
            guard case .group(let error) = await site.end() else {
                Issue.record("it did not end with the group's refusal")
                return
            }
            #expect(error.errorCode == code)
        }
    }

    /// Each time something goes wrong people hear of it, once.
    @Test(arguments: [(APIKey.fetch, "state topic: "), (.produce, "reports: ")])
    func `tells of the state topic whenever it fails anew`(key: APIKey, words: String) async throws {
        try await run { site in
            try await site.waitForLine("orders-0: ACTIVE")
            for time in 1...2 {
                await site.pair.destination.intercept(key, .always) { _ in .fail(.topicAuthorizationFailed) }
                try await site.waitForLine(words, times: time)
                let refused = await site.pair.destination.requestCount(key)
                try await waitUntil("it tries again") { await site.pair.destination.requestCount(key) > refused + 1 }
                #expect(site.count(words) == time)
                await site.pair.destination.stopIntercepting(key)
                let passed = await site.pair.destination.requestCount(key)
                // The first one that passes is answered when the next one comes.
                try await waitUntil("it goes on") { await site.pair.destination.requestCount(key) > passed + 2 }
            }
        }
    }
}
