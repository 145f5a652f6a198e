import Credentials
import Diagnostics
import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import LiveState
import Synchronization
import TestSupport
import Testing

@Suite("Live state reader", .timeLimit(.minutes(1)))
struct LiveStateReaderTests {
    @Test func `an empty destination has no store, and topics are present or absent by name`() async throws {
        let site = try await LiveSite()
        await site.source.createTopic("orders", partitions: 3, configs: ["retention.ms": "5"])
        let (clusters, link) = await site.read { $0.mirrorTopics = [entry("orders"), entry("nowhere")] }
        #expect(clusters["paris"] == LiveCluster(name: "paris", clusterId: "P", brokerCount: 1))
        #expect(clusters["dublin"] == LiveCluster(name: "dublin", clusterId: "D", brokerCount: 1))
        #expect(!link.storeExists)
        #expect(link.record == nil)
        #expect(link.problem == nil)
        #expect(link.sourceTopics["nowhere"] == .absent)
        #expect(link.destinationTopics == ["orders": .absent, "nowhere": .absent])
        #expect(link.sourceTopicNames == nil)
        guard case .present(let orders) = link.sourceTopics["orders"] else {
            Issue.record("orders should be present: \(link.sourceTopics)")
            return
        }
        #expect(orders.partitionCount == 3)
        let names = ["retention.ms", "cleanup.policy", "max.message.bytes", "segment.ms"]
        #expect(names.map { orders.configs[$0] } == ["5", "delete", "1048588", nil])
        #expect(orders.overriddenConfigs == ["retention.ms"])
        await site.close()
    }

    @Test func `a cluster that is down is a problem in words, and the other is read`() async throws {
        let site = try await LiveSite()
        await site.store("mirror/a/orders", mirrorJSON("orders"))
        await site.source.goDown()
        let (clusters, link) = await site.read { $0.mirrorTopics = [entry("orders", .failedOver)] }
        let problem = try #require(clusters["paris"]?.problem)
        #expect(
            problem.hasPrefix("cluster paris: no bootstrap server answers. broker 127.0.0.1:\(site.source.port): "))
        #expect(problem.hasSuffix("Is the broker running, and is the port right?"))
        #expect(clusters["dublin"]?.problem == nil)
        #expect(link.mirrors.keys.sorted() == ["orders"])
        #expect(link.sourceTopics == [:])
        #expect(link.destinationTopics == ["orders": .absent])
        await site.close()
    }

    @Test func `another cluster than the demanded one is not read`() async throws {
        let site = try await LiveSite(demanding: "Q")
        await site.source.createTopic("orders")
        let (clusters, link) = await site.read { $0.mirrorTopics = [entry("orders")] }
        #expect(
            clusters["paris"]?.problem
                == "cluster paris: its cluster id is P, but the manifest demands Q. Nothing was done. "
                + "Check bootstrapServers, or correct clusterId.")
        #expect(link.sourceTopics == [:])
        await site.close()
    }

    private static let pausedLink =
        #"{"createdAtMs":1,"destinationClusterId":"D","linkId":"00","name":"a","prefix":"","schema":1,"#
        + #""settings":{"configs":{}},"sourceClusterId":"P","state":"PAUSED"}"#

    @Test func `what is stored is split by link`() async throws {
        let site = try await LiveSite()
        await site.store("link/a", Self.pausedLink)
        await site.store("mirror/a/orders", mirrorJSON("orders"))
        await site.store("mirror/b/clicks", mirrorJSON("clicks", link: "b"))
        await site.store(
            "report/a/orders/1",
            #"{"atMs":1,"link":"a","partition":{"partition":1,"reason":"a foreign write","state":"FAILED"},"#
                + #""schema":1,"topic":"orders","worker":"w"}"#)
        let (_, link) = await site.read()
        #expect(link.storeExists)
        #expect(link.record?.state == .paused)
        #expect(link.mirrors.keys.sorted() == ["orders"])
        #expect(link.otherLinksMirrors == ["clicks": "b"])
        #expect(link.failures == ["orders": "a foreign write"])
        #expect(link.sourceTopics == ["orders": .absent])
        await site.close()
    }

    @Test(arguments: ["link/a", "mirror/a/orders"])
    func `a record of a newer version makes the link a problem`(_ key: String) async throws {
        let site = try await LiveSite()
        await site.store(key, #"{"schema":9}"#)
        let (_, link) = await site.read()
        #expect(
            link.problem
                == "topic __lockstep on dublin: \(key) was written by a newer version of Lockstep (schema 9). "
                + "Use that version; this one changes nothing there.")
        await site.close()
    }

    @Test func `a record of another link that cannot be read is not this link's problem`() async throws {
        let site = try await LiveSite()
        await site.store("link/b", #"{"schema":9}"#)
        #expect(await site.read().link.problem == nil)
        await site.close()
    }

    @Test func `a store topic that is not ours is a problem`() async throws {
        let site = try await LiveSite()
        await site.destination.createTopic(StoreTopic.name, partitions: 2)
        #expect(
            await site.read().link.problem
                == "topic __lockstep on dublin cannot hold Lockstep's state: it has 2 partitions instead of 1. "
                + "If nobody needs that topic, delete it with Kafka's tools; Lockstep then creates it anew.")
        await site.close()
    }

    @Test func `filters bring the topics they select, on both sides`() async throws {
        let site = try await LiveSite()
        for topic in ["orders.a", "orders.tmp", "clicks"] { await site.source.createTopic(topic) }
        await site.destination.createTopic("p.orders.a")
        let (_, link) = await site.read { link in
            link.prefix = "p."
            link.autoCreateFilters = TopicFilters([
                TopicFilter(name: "orders.", patternType: .prefixed, filterType: .include),
                TopicFilter(name: "orders.tmp", patternType: .literal, filterType: .exclude),
            ])
        }
        #expect(link.sourceTopicNames == ["clicks", "orders.a", "orders.tmp"])
        #expect(link.sourceTopics.keys.sorted() == ["orders.a"])
        #expect(link.destinationTopics.keys.sorted() == ["p.orders.a"])
        await site.close()
    }

    @Test func `a refusal is unreadable, never absent`() async throws {
        let site = try await LiveSite()
        await site.source.createTopic("orders")
        await site.source.intercept(.metadata, .always) { request in
            let names = request.decoded(as: MetadataRequest.self)?.topics?.compactMap(\.name) ?? []
            return names.contains("orders") ? .fail(.topicAuthorizationFailed) : .pass
        }
        let (_, link) = await site.read { $0.mirrorTopics = [entry("orders")] }
        guard case .unreadable(let reason) = link.sourceTopics["orders"] else {
            Issue.record("orders should be unreadable: \(link.sourceTopics)")
            return
        }
        #expect(
            reason == "cluster paris answers TOPIC_AUTHORIZATION_FAILED (29): not allowed on this topic; allow "
                + "Lockstep's principal READ on topic orders (`lockstep doctor --acls` prints how)")
        await site.close()
    }

    @Test func `groups that still work on what is to be promoted are read`() async throws {
        let site = try await LiveSite()
        await site.store("mirror/a/orders", mirrorJSON("orders", .active))
        for name in ["orders", "other"] {
            await site.source.createTopic(name)
            await site.destination.createTopic(name)
        }
        let paris = try #require(site.clients["paris"])
        let filters = TopicFilters([
            TopicFilter(name: "*", patternType: .literal, filterType: .include),
            TopicFilter(name: "excluded", patternType: .literal, filterType: .exclude),
        ])
        func active() async -> [String: [String]] {
            await site.read {
                $0.mirrorTopics = [entry("orders", .promoted)]
                $0.groupFilters = filters
            }.link.activeGroups
        }
        #expect(await active() == ["orders": []])
        #expect(await site.source.topicId("__consumer_offsets") == nil)
        var members: [GroupMembership] = []
        for (group, topic) in [
            ("busy", "orders"), ("idle", "orders"), ("excluded", "orders"), ("workers", "orders"), ("away", "other"),
        ] {
            _ = await paris.commitOffsets([
                group: [TopicPartition(topic: topic, partition: 0): CommittedOffset(offset: 0)]
            ])
            guard group != "idle" else { continue }
            let member = GroupMembership(
                GroupSettings(
                    groupId: group, protocolType: group == "workers" ? "lockstep" : "consumer", protocolName: "range",
                    sessionTimeoutMs: 30_000,
                    rebalanceTimeoutMs: 30_000), client: paris)
            _ = try await member.establish { members in [members[0].memberId: []] }
            members.append(member)
        }
        #expect(await active() == ["orders": ["busy"]])
        #expect(await site.read { $0.mirrorTopics = [entry("orders", .promoted)] }.link.activeGroups == [:])
        for member in members { try await member.leave() }
        await site.close()
    }

    @Test func `the lag of what is to be promoted is read, also where the mirror has no partition yet`() async throws {
        let site = try await LiveSite()
        await site.source.createTopic("orders", partitions: 3)
        await site.destination.createTopic("orders", partitions: 2)
        await site.store("mirror/a/orders", mirrorJSON("orders"))
        for (partition, count) in [(0, 2), (1, 3), (2, 4)] {
            for _ in 0..<count { await site.source.appendRecord(value: "x", to: "orders", Int32(partition)) }
        }
        await site.destination.appendRecord(value: "x", to: "orders", 1)
        #expect(await site.read { $0.mirrorTopics = [entry("orders", .promoted)] }.link.lag == ["orders": 8])
        #expect(await site.read { $0.mirrorTopics = [entry("orders")] }.link.lag == [:])
        // A mirror that ends behind its source is no copy of it, so nothing is known of what it lacks.
        for _ in 0..<10 { await site.destination.appendRecord(value: "foreign", to: "orders", 0) }
        #expect(await site.read { $0.mirrorTopics = [entry("orders", .promoted)] }.link.lag == [:])
        await site.close()
    }

    @Test func `workers are counted where they run`() async throws {
        let site = try await LiveSite()
        let local = await site.read(workers: [0, 2]).link
        #expect(local.runningWorkerIndexes == [0, 2])
        #expect(local.workersRunning == 2)
        let client = try #require(site.clients["dublin"])
        let membership = GroupMembership(
            GroupSettings(
                groupId: "lockstep.a", protocolName: "shares", sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 30_000),
            client: client)
        _ = try await membership.establish { members in [members[0].memberId: []] }
        let early = await site.read(workers: [0, 2]) { $0.workerMode = .external }.link
        #expect(early.workersRunning == 0, "a link that is not there has no workers, and no broker is asked")
        await site.store("link/a", Self.pausedLink)
        let external = await site.read(workers: [0, 2]) { $0.workerMode = .external }.link
        #expect(external.runningWorkerIndexes == nil)
        #expect(external.workersRunning == 1)
        await site.close()
    }

    /// The same facts as the worker's task goes by, so that a plan announces what the next sync does.
    @Test func `ACLs are read with what they may not touch`() async throws {
        let site = try await LiveSite(authorizer: AuthorizerOptions(superUsers: ["User:ANONYMOUS"]))
        let client = try #require(site.clients["dublin"])
        let place = SourcePlace(file: "a.yaml", line: 1, column: 1)
        let mirror = AuthenticationDeclaration.scram(.sha512, username: Secret("mirror"), password: Secret("p"))
        let dublin = ClusterSpec(
            name: "dublin", place: place, bootstrapServers: [], security: ClusterSecurity(authentication: mirror))
        await site.store(
            "link/b",
            #"{"createdAtMs":1,"destinationClusterId":"D","linkId":"07","name":"b","prefix":"","schema":1,"#
                + #""settings":{"configs":{}},"sourceClusterId":"Q","state":"ACTIVE"}"#)
        let other = try #require(try await StoreReader.read(client)?.links["b"])
        let reads = AclBinding(.allow, "User:app", .read, .topic, "orders")
        try await AclWriter(client).own([reads], by: other)
        let own = AclBinding(.allow, "User:mirror", .read, .topic, "orders")
        for result in try await client.createAcls([reads, own]).values { try result.get() }
        let filters = TopicFilters([TopicFilter(name: "clicks", patternType: .prefixed, filterType: .include)])
        let (_, link) = await site.read(clusters: ["dublin": dublin]) { link in
            link.configs = ["acl.sync.enable": "true"]
            link.aclFilters = AclFilters([AclFilter(resourceType: .topic)])
            link.aclPrune = .matching
            link.autoCreateFilters = filters
            link.mirrorTopics = [entry("returns"), entry("gone", .absent)]
        }
        guard case .listed(let sync) = link.acls else {
            Issue.record("\(String(describing: link.acls))")
            return
        }
        #expect(
            sync.changes.kept.map { "\($0.acl): \($0.reason.rawValue)" } == [
                "allow User:app to READ topic orders: ofOtherLink",
                "allow User:mirror to READ topic orders: ofLockstep",
            ])
        #expect(sync.changes.delete == [])
        #expect(sync.ownAccess.resources.contains(.init(.topic, "returns")))
        #expect(!sync.ownAccess.resources.contains(.init(.topic, "gone")))
        #expect(sync.ownAccess.selected == [SelectedMirrors(prefix: "", filters: filters)])
        await site.close()
    }

    // MARK: Beside an apply at work

    /// Holds the destination's answer about topics, lets `change` happen meanwhile and returns what was read.
    private func read(_ site: LiveSite, while change: @escaping @Sendable () async -> Void) async throws -> LiveLink {
        let gate = RequestGate()
        await site.destination.intercept(.metadata) { request in
            let asked: MetadataRequest? = request.decoded()
            return asked?.topics?.contains { $0.name == "orders" } == true ? .hold(until: gate) : .pass
        }
        let held = await site.destination.requestCount(.metadata)
        async let reading = site.read { $0.mirrorTopics = [entry("orders")] }
        try await waitUntil("the reader asks for topics") {
            await site.destination.requestCount(.metadata) > held + 1
        }
        await change()
        gate.open()
        return await reading.link
    }

    @Test func `a mirror topic that is made while it is read is not taken for somebody else's`() async throws {
        let site = try await LiveSite()
        await site.source.createTopic("orders")
        await site.store("mirror/b/other", mirrorJSON("other", link: "b"))
        let live = try await read(site) {
            await site.store("mirror/a/orders", mirrorJSON("orders"))
            await site.destination.createTopic("orders")
        }
        #expect(live.mirrors.keys.sorted() == ["orders"])
        guard case .present = live.destinationTopics["orders"] else {
            Issue.record("\(live.destinationTopics)")
            return
        }
        #expect(live.problem == nil)
        await site.close()
    }

    @Test func `the first apply on a cluster may make its store while it is read`() async throws {
        let site = try await LiveSite()
        await site.source.createTopic("orders")
        let live = try await read(site) {
            await site.store("mirror/a/orders", mirrorJSON("orders"))
            await site.destination.createTopic("orders")
        }
        #expect(live.storeExists)
        #expect(live.mirrors.keys.sorted() == ["orders"])
        await site.close()
    }

    @Test func `a mirror topic that is deleted while it is read is not taken for lost`() async throws {
        let site = try await LiveSite()
        await site.source.createTopic("orders")
        await site.store("mirror/a/orders", mirrorJSON("orders"))
        let live = try await read(site) {
            await site.destination.appendTombstone("mirror/a/orders", to: StoreTopic.name)
        }
        #expect(live.mirrors == [:])
        #expect(live.destinationTopics == ["orders": .absent])
        await site.close()
    }

    @Test func `records that never stand still are a problem, not a guess`() async throws {
        let site = try await LiveSite()
        await site.store("mirror/a/orders", mirrorJSON("orders"))
        let counter = Mutex(0)
        let destination = site.destination
        await destination.intercept(.listOffsets, .always) { _ in
            // Every look at the store's end finds another record.
            let since = counter.withLock { count in
                count += 1
                return count
            }
            destination.assumeIsolated { broker in
                let record = mirrorJSON("orders").replacing("\"sinceMs\":1", with: "\"sinceMs\":\(since)")
                _ = broker.appendRecord(key: "mirror/a/orders", value: record, to: StoreTopic.name)
            }
            return .pass
        }
        let (_, live) = await site.read { $0.mirrorTopics = [entry("orders")] }
        #expect(
            live.problem == "the mirror topics of link a on dublin change faster than they are read: "
                + "another apply is at work. Plan again behind it.")
        await site.close()
    }

    @Test func `links that no manifest declares are found with their records`() async throws {
        let site = try await LiveSite()
        await site.store(
            "link/old",
            #"{"createdAtMs":1,"destinationClusterId":"D","linkId":"00","name":"old","prefix":"","schema":1,"#
                + #""settings":{"configs":{}},"sourceClusterId":"P","state":"ACTIVE"}"#)
        let live = await site.readAll()
        #expect(live.links.keys.sorted() == ["a", "old"])
        #expect(live.links["old"]?.record?.state == .active)
        await site.close()
    }
}
