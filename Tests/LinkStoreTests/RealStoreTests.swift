import KafkaClient
import KafkaModel
import LinkStore
import TestSupport
import Testing

@Suite("Store on real Kafka", .enabled(if: KafkaInstallation.isGiven), .serialized, .timeLimit(.minutes(5)))
struct RealStoreTests {
    /// A cluster has one store, so cases about its lock have a cluster apart from all others, one case at a time.
    private func store(_ installation: KafkaInstallation) async throws -> (String, ClusterClient) {
        let servers = try await SharedClusters.cluster(installation, .state).bootstrapServers
        let client = try makeClient(servers)
        // A ZooKeeper broker says "started" before it knows that it is one of the cluster's.
        try await waitUntil("the cluster knows its brokers") { (try? await client.brokerIds()) != nil }
        try await StoreTopic.create(on: client)
        return (servers, client)
    }

    @Test(arguments: KafkaInstallation.all)
    func `a session writes links and mirrors, which followers see at once`(
        _ installation: KafkaInstallation
    ) async throws {
        try await StateTurn.run {
            let (servers, client) = try await store(installation)
            let link = uniqueName("link")
            let follower = StoreFollower(try makeClient(servers))
            _ = try await follower.next(maximumWaitMs: 0)
            let writer = try await StoreWriter.acquire(on: client, .init(holder: "host 1"))
            try await writer.commit([.putLink(linkRecord(link)), .putMirror(mirrorRecord(link, "t"))])
            #expect(await writer.contents.links[link] == linkRecord(link))

            try await ReportWriter(client).write([
                WorkerReport(
                    link: link, topic: "t", worker: "w", partition: PartitionReport(partition: 0, state: .active),
                    atMs: 1)
            ])
            var seen = StoreContents()
            let key = StoreContents.MirrorKey(link: link, topic: "t")
            try await waitUntil("the follower sees all") {
                if let update = try await follower.next(maximumWaitMs: 1000) { seen = update.contents }
                return seen.reports[key]?[0]?.worker == "w"
            }
            #expect(seen.mirrors(of: link) == ["t": mirrorRecord(link, "t")])
            #expect(seen.lock?.holder == "host 1")

            let followed = try await writer.refresh()
            #expect(followed.reports[key]?[0]?.worker == "w")
            try await writer.commit([.removeMirror(link: link, topic: "t"), .removeLink(link)])
            try await writer.release()
            let after = try #require(try await StoreReader.read(client))
            #expect(after.links[link] == nil)
            #expect(after.reports[key] == nil)
            #expect(after.lock == nil)
            await #expect(throws: StoreError.self) { try await writer.commit([.putLink(linkRecord(link))]) }
        }
    }

    @Test(arguments: KafkaInstallation.all)
    func `the second of two sessions is refused and has changed nothing`(
        _ installation: KafkaInstallation
    ) async throws {
        try await StateTurn.run {
            let (servers, client) = try await store(installation)
            let writer = try await StoreWriter.acquire(on: client, .init(holder: "host 1"))
            let before = try await StoreReader.read(client)
            let error = await #expect(throws: StoreError.self) {
                _ = try await StoreWriter.acquire(on: try makeClient(servers), .init(holder: "host 2"))
            }
            #expect(error?.isLockLost == true)
            #expect(
                error?.description.hasPrefix(
                    "another apply is at work on dublin: host 1. This one changed no link and no mirror topic. "
                        + "Wait until that has ended; if it has died, its lock ends within ") == true)
            #expect(try await StoreReader.read(client) == before)
            try await writer.release()
        }
    }

    @Test(arguments: KafkaInstallation.all)
    func `of sessions that begin at the same time exactly one gets the lock`(
        _ installation: KafkaInstallation
    ) async throws {
        try await StateTurn.run {
            let (servers, _) = try await store(installation)
            let results = await withTaskGroup(of: Result<StoreWriter, StoreError>.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        do throws(StoreError) {
                            let client: ClusterClient
                            do { client = try makeClient(servers) } catch { preconditionFailure("no loop: \(error)") }
                            return .success(try await StoreWriter.acquire(on: client, .init(holder: "host \(number)")))
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                var results: [Result<StoreWriter, StoreError>] = []
                for await result in group { results.append(result) }
                return results
            }
            let winners = results.compactMap { try? $0.get() }
            #expect(winners.count == 1)
            for result in results {
                if case .failure(let error) = result { #expect(error.isLockLost, "\(error)") }
            }
            // Those that tried have fenced the winner meanwhile; it goes on, as the lock is its own.
            let link = uniqueName("link")
            try await winners.first?.commit([.putLink(linkRecord(link))])
            #expect(await winners.first?.contents.links[link] == linkRecord(link))
            try await winners.first?.release()
        }
    }

    @Test(arguments: KafkaInstallation.all)
    func `a killed holder's lock expires, and it is fenced when it comes back`(
        _ installation: KafkaInstallation
    ) async throws {
        try await StateTurn.run {
            let (servers, client) = try await store(installation)
            let link = uniqueName("link")
            let old = try await StoreWriter.acquire(on: client, .init(holder: "host 1", timeToLiveMs: 1500))
            let new = try await StoreWriter.acquire(
                on: try makeClient(servers), .init(holder: "host 2", waitMs: 20_000))
            let error = await #expect(throws: StoreError.self) { try await old.commit([.putLink(linkRecord(link))]) }
            #expect(
                error?.description
                    == "another apply has taken over on dublin: host 2. This one has stopped. "
                    + "Plan again to see what is left to do.")
            try await new.commit([.putLink(linkRecord(link, state: .paused))])
            #expect(await new.contents.links[link]?.state == .paused)
            try await old.release()
            #expect(try await StoreReader.read(client)?.lock?.holder == "host 2")
            try await new.release()
        }
    }

    @Test(arguments: KafkaInstallation.all)
    func `a lock that is kept alive outlives its time`(_ installation: KafkaInstallation) async throws {
        try await StateTurn.run {
            let (servers, client) = try await store(installation)
            let writer = try await StoreWriter.acquire(
                on: client, .init(holder: "host 1", timeToLiveMs: 6_000, renewEveryMs: 300))
            let first = try #require(await writer.contents.lock)
            try await waitUntil("the lock was renewed past its first end") {
                try await writer.refresh().lock.map { $0.expiresAtMs > first.expiresAtMs + 6_000 } ?? false
            }
            await #expect(throws: StoreError.self) {
                _ = try await StoreWriter.acquire(on: try makeClient(servers), .init(holder: "host 2"))
            }
            try await writer.release()
        }
    }
}
