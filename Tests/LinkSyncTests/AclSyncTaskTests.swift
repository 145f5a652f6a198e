import EmbeddedBroker
import KafkaClient
import KafkaModel
import KafkaProtocol
import LinkStore
import LinkSync
import Synchronization
import Testing

/// Passes of the ACL sync between two embedded brokers.
@Suite struct AclSyncTaskTests {
    private let read = AclBinding(.allow, "User:app", .read, .topic, "orders")
    private let write = AclBinding(.allow, "User:app", .write, .topic, "orders")
    private let group = AclBinding(.allow, "User:app", .read, .group, "orders-", .prefixed)

    @Test func `follows what is added and removed, and leaves the rest alone`() async throws {
        try await AclSite.run { site in
            try await site.add(read, group, on: site.paris)
            try await site.add(write, on: site.dublin)
            let task = site.task()
            #expect(task.intervalMs(AclSite.settings()) == 5_000)
            #expect(task.intervalMs(LinkSettings()) == nil)
            let first = try await site.pass(task)
            #expect(first == TaskOutcome(summary: "1 ACL in sync, 1 created, 1 that this link did not create stay"))
            #expect(try await site.here() == [read, write])
            #expect(try await site.owned() == [read])
            #expect(try await site.pass(task).summary == "1 ACL in sync, 1 that this link did not create stay")
            try await site.remove(read, on: site.paris)
            let last = try await site.pass(task)
            #expect(last.summary == "0 ACLs in sync, 1 deleted, 1 that this link did not create stay")
            #expect(try await site.here() == [write])
            #expect(try await site.owned() == [])
        }
    }

    @Test func `an ACL that was there before is not owned, even while the source has it`() async throws {
        try await AclSite.run { site in
            try await site.add(read, on: site.dublin)
            try await site.add(read, on: site.paris)
            try await site.pass()
            #expect(try await site.owned() == [])
            try await site.remove(read, on: site.paris)
            try await site.pass()
            #expect(try await site.here() == [read])
        }
    }

    @Test func `matching removes what the filter covers, never only that`() async throws {
        let settings = AclSite.settings([AclFilter(resourceType: .topic, patternType: .literal)], prune: .matching)
        try await AclSite.run(settings) { site in
            let prefixed = AclBinding(.allow, "User:app", .read, .topic, "orders", .prefixed)
            try await site.add(read, prefixed, group, on: site.dublin)
            try await site.pass()
            #expect(try await site.here() == [prefixed, group])
        }
    }

    @Test func `matching never removes what Lockstep works with`() async throws {
        try await AclSite.run(AclSite.settings(prune: .matching)) { site in
            let own = AclBinding(.allow, AclSite.lockstep, .write, .topic, StoreTopic.name)
            let reads = AclBinding(.allow, AclSite.lockstep, .read, .topic, "orders")
            try await site.add(own, reads, read, on: site.dublin)
            let outcome = try await site.pass()
            #expect(try await site.here() == [own, reads])
            #expect(outcome.summary == "0 ACLs in sync, 1 deleted")
            #expect(outcome.problems.map(\.code) == ["ACL_SKIPPED", "ACL_SKIPPED"])
            #expect(!outcome.isInError)
        }
    }

    @Test func `matching leaves what another link created, whatever was stored of links before it`() async throws {
        try await AclSite.run(AclSite.settings(prune: .matching)) { site in
            try await site.add(read, write, on: site.dublin)
            await site.store(AclSite.settings(), name: "other", linkId: "link-9")
            var other = try #require(try await site.contents().links["other"])
            try await AclWriter(site.dublin).own([read], by: other)
            other.linkId = "one before"
            try await AclWriter(site.dublin).own([write], by: other)
            #expect(
                try await site.pass().summary == "0 ACLs in sync, 1 deleted, 1 that another link owns stay")
            #expect(try await site.here() == [read])
        }
    }

    @Test func `what two links want stays until neither wants it, whoever created it`() async throws {
        let copy = AclBinding(.allow, "User:app", .read, .topic, "eu.orders")
        try await AclSite.run(AclSite.settings([AclFilter(name: "orders")]), prefix: "eu.") { site in
            await site.store(AclSite.settings([AclFilter(name: "eu.orders")]), name: "a", linkId: "link-a")
            try await site.add(read, copy, on: site.paris)
            #expect(try await site.pass(of: "a").summary == "1 ACL in sync, 1 created")
            #expect(try await site.pass().summary == "1 ACL in sync")
            try await site.remove(copy, on: site.paris)
            #expect(try await site.pass(of: "a").summary == "0 ACLs in sync, 1 that another link owns stay")
            #expect(try await site.here() == [copy])
            try await site.remove(read, on: site.paris)
            try await site.pass()
            try await site.pass(of: "a")
            #expect(try await site.here() == [])
            #expect(try await site.contents().acls.values.allSatisfy(\.isEmpty))
        }
    }

    /// A denial that is copied before the mirror topic is made would keep it from ever being filled.
    @Test func `denies nobody a mirror topic that is still to be made`() async throws {
        var settings = AclSite.settings()
        settings.topicFilters = TopicFilters([
            TopicFilter(name: "orders", patternType: .literal, filterType: .include)
        ])
        try await AclSite.run(settings) { site in
            let denials = ["orders", "declared", "other"].map {
                AclBinding(.deny, AclBinding.everybody, .write, .topic, $0)
            }
            _ = try await site.paris.createAcls(denials)
            let task = site.task(declared: .init(mirrorTopics: ["declared"]))
            let outcome = try await site.pass(task)
            #expect(try await site.here() == [denials[2]])
            #expect(outcome.problems.map(\.subject) == [denials[1].description, denials[0].description])
            #expect(outcome.problems.map(\.kind) == [.skipped, .skipped])
            // Once no manifest wants the topic any more, its denial is like any other.
            await task.follow(.init())
            try await site.pass(task)
            #expect(try await site.here() == [denials[1], denials[2]])
        }
    }

    @Test func `rewrites names when the link has a prefix`() async throws {
        try await AclSite.run(prefix: "eu.") { site in
            let all = AclBinding(.allow, "User:all", .read, .topic, "*")
            try await site.add(read, all, on: site.paris)
            try await site.pass()
            let copies: Set = [
                AclBinding(.allow, "User:app", .read, .topic, "eu.orders"),
                AclBinding(.allow, "User:all", .read, .topic, "eu.", .prefixed),
            ]
            #expect(try await site.here() == copies)
            try await site.remove(read, all, on: site.paris)
            try await site.pass()
            #expect(try await site.here() == [])
        }
    }

    @Test func `what somebody removed by hand comes back, or is nobody's`() async throws {
        try await AclSite.run { site in
            try await site.add(read, write, on: site.paris)
            try await site.pass()
            try await site.remove(read, on: site.dublin)
            try await site.pass()
            #expect(try await site.here() == [read, write])
            try await site.remove(read, write, on: site.dublin)
            try await site.remove(read, write, on: site.paris)
            try await site.pass()
            #expect(try await site.owned() == [])
            try await site.add(read, on: site.dublin)
            try await site.pass()
            #expect(try await site.here() == [read])
        }
    }

    @Test func `what no filter covers any more stays`() async throws {
        try await AclSite.run { site in
            try await site.add(read, write, on: site.paris)
            try await site.pass()
            await site.store(AclSite.settings([AclFilter(resourceType: .topic, operation: .read)]))
            try await site.remove(read, write, on: site.paris)
            try await site.pass()
            #expect(try await site.here() == [write])
            #expect(try await site.owned() == [write])
            // Covered again, it is followed again.
            await site.store(AclSite.settings())
            try await site.pass()
            #expect(try await site.here() == [])
        }
    }

    @Test func `a link that was made anew owns nothing of the one before`() async throws {
        try await AclSite.run { site in
            try await site.add(read, on: site.paris)
            try await site.pass()
            await site.store(AclSite.settings(), linkId: "link-2")
            try await site.remove(read, on: site.paris)
            try await site.pass()
            #expect(try await site.here() == [read])
        }
    }

    @Test func `a denial that would hit Lockstep waits until the mirror has stopped`() async throws {
        try await AclSite.run { site in
            let deny = AclBinding(.deny, "User:*", .write, .topic, "__lockstep")
            try await site.add(deny, on: site.paris)
            let outcome = try await site.pass()
            #expect(try await site.here() == [])
            #expect(outcome.problems.map(\.subject) == ["deny User:* to WRITE topic __lockstep"])
            #expect(outcome.problems.map(\.kind) == [.skipped])
        }
    }

    @Test func `a worker whose turn is over writes nothing`() async throws {
        try await AclSite.run { site in
            try await site.add(read, on: site.paris)
            let end = try await site.contents().endOffset
            try await site.pass { false }
            #expect(try await site.here() == [])
            #expect(try await site.contents().endOffset == end)
        }
    }

    @Test func `two workers at once do no harm`() async throws {
        try await AclSite.run { site in
            let many = (0..<30).map { AclBinding(.allow, "User:app", .read, .topic, "t\($0)") }
            _ = try await site.paris.createAcls(many)
            for round in 0..<6 {
                async let first = site.pass()
                async let second = site.pass()
                _ = try await (first, second)
                if round == 2 { _ = try await site.paris.deleteAcls(Array(many.prefix(20))) }
                if round == 4 { _ = try await site.paris.createAcls(Array(many.prefix(5))) }
            }
            let left = Set(many.prefix(5) + many.suffix(10))
            #expect(try await site.here() == left)
            #expect(try await site.owned() == left)
        }
    }
}
