import Bytes
import KafkaClient
import KafkaModel
import Testing

@testable import LinkStore

@Suite("Store fold")
struct StoreFoldTests {
    private func fold(_ log: StoreLog) throws -> StoreFold {
        var fold = StoreFold()
        try fold.add(log.fetched)
        return fold
    }

    @Test func `the last record of a key counts, and a tombstone removes`() throws {
        var log = StoreLog()
        log.append([
            ("link/a", json(linkRecord("a"))), ("mirror/a/t", json(mirrorRecord("a", "t"))),
            ("link/b", json(linkRecord("b"))),
        ])
        log.append([("link/a", json(linkRecord("a", state: .paused))), ("link/b", nil)])
        var fold = try fold(log)
        #expect(fold.contents.links == ["a": linkRecord("a", state: .paused)])
        #expect(fold.contents.mirrors(of: "a") == ["t": mirrorRecord("a", "t")])
        #expect(fold.contents.endOffset == 5)
        #expect(fold.takeChanges() == [.link("a"), .link("b"), .mirror(link: "a", topic: "t")])
        #expect(fold.takeChanges() == [])
        #expect(fold.takeRemovals() == [.link("b")])
        #expect(fold.takeRemovals() == [])
    }

    @Test func `aborted transactions and control batches leave no trace`() throws {
        var log = StoreLog()
        log.append([("link/a", json(linkRecord("a")))], transactionOf: 1)
        log.append([("link/b", json(linkRecord("b")))], transactionOf: 2)
        log.end(1, commit: true)
        log.end(2, commit: false)
        log.append([("link/c", json(linkRecord("c")))], transactionOf: 2)
        log.end(2, commit: true)
        log.aborted = [FetchedPartition.AbortedTransaction(producerId: 2, firstOffset: 1)]
        let fold = try fold(log)
        #expect(fold.contents.links.keys.sorted() == ["a", "c"])
        #expect(fold.position == 6)
    }

    @Test func `a fetch that begins below the position repeats nothing`() throws {
        var log = StoreLog()
        log.append([("link/a", json(linkRecord("a"))), ("link/b", json(linkRecord("b")))])
        var fold = StoreFold()
        fold.begin(at: 1)
        try fold.add(log.fetched)
        #expect(fold.contents.links.keys.sorted() == ["b"])
        _ = fold.takeChanges()
        try fold.add(log.fetched)
        #expect(fold.takeChanges() == [])
        #expect(fold.position == 2)
    }

    @Test func `a record of a newer schema is a problem, not an absence`() throws {
        var log = StoreLog()
        log.append([("link/a", #"{"schema":2,"name":"a"}"#), ("mirror/a/t", "hello"), ("other/x", "y")])
        let fold = try fold(log)
        #expect(fold.contents.links == [:])
        #expect(
            fold.contents.problems == [
                .link("a"): .newerSchema(2),
                .mirror(link: "a", topic: "t"): .damaged("it is no JSON object with a schema"),
            ])
        let error = #expect(throws: StoreError.self) { try fold.contents.insist(on: .link("a"), cluster: "dublin") }
        #expect(
            error?.description
                == "topic __lockstep on dublin: link/a was written by a newer version of Lockstep (schema 2). "
                + "Use that version; this one changes nothing there.")
        #expect(throws: Never.self) { try fold.contents.insist(on: .link("b"), cluster: "dublin") }
    }

    @Test func `a problem ends with the next good record`() throws {
        var log = StoreLog()
        log.append([("link/a", "{"), ("link/a", json(linkRecord("a")))])
        #expect(try fold(log).contents.problems == [:])
    }

    @Test func `keys that this version does not know are passed over in a record of its schema`() throws {
        var log = StoreLog()
        let text = json(linkRecord("a")).replacing("{", with: #"{"colour":"red","#, maxReplacements: 1)
        log.append([("link/a", text)])
        #expect(try fold(log).contents.links == ["a": linkRecord("a")])
    }

    @Test func `reports are kept by partition and removed with a tombstone`() throws {
        let report = WorkerReport(
            link: "a", topic: "t", worker: "w", partition: PartitionReport(partition: 3, state: .active), atMs: 9)
        var log = StoreLog()
        log.append([("report/a/t/3", json(report)), ("report/a/t/4", "no report")])
        var fold = try fold(log)
        let key = StoreContents.MirrorKey(link: "a", topic: "t")
        #expect(fold.contents.reports == [key: [3: report]])
        #expect(fold.contents.problems == [:])
        log.append([("report/a/t/3", nil)])
        try fold.add(log.fetched)
        #expect(fold.contents.reports == [:])
    }

    @Test func `a damaged batch says where it lies`() throws {
        var log = StoreLog()
        log.append([("link/a", json(linkRecord("a")))])
        let good = log.fetched.records.count
        log.append([("link/b", json(linkRecord("b")))])
        var fetched = log.fetched
        var bytes = fetched.records.array
        bytes[good + 70] ^= 1
        fetched.records = ByteSlice(bytes)
        var fold = StoreFold()
        let error = #expect(throws: StoreFold.Damage.self) { try fold.add(fetched) }
        #expect(error?.offset == 1)
        #expect(fold.contents.links.keys.sorted() == ["a"])
    }

    @Test func `starting over counts everything as changed`() throws {
        var log = StoreLog()
        log.append([("link/a", json(linkRecord("a"))), ("lock/apply", "{")])
        var fold = try fold(log)
        _ = fold.takeChanges()
        fold.reset()
        #expect(fold.takeChanges() == [.link("a"), .lock])
        // What a lost log no longer has was not removed by anybody.
        #expect(fold.takeRemovals() == [])
        #expect(fold.contents == StoreContents())
    }

    @Test func `records keep their form`() {
        #expect(
            json(mirrorRecord("a", "t"))
                == #"{"link":"a","restoreConfigs":{"retention.bytes":null,"retention.ms":"5"},"schema":1,"#
                + #""sinceMs":7,"sourceTopic":"t","state":"ACTIVE","topic":"t"}"#)
        #expect(
            json(ApplyLock(holder: "host 1", token: "t", expiresAtMs: 3))
                == #"{"expiresAtMs":3,"holder":"host 1","schema":1,"token":"t"}"#)
    }

    @Test(arguments: ["", "/", "link", "link/", "link/a/b", "mirror/a", "report/a/t/x", "report/a/t/-1", "lock/other"])
    func `text of another form is no key`(_ text: String) {
        #expect(StoreKey(text) == nil)
    }

    @Test func `keys read back as they were written`() {
        for key in [
            StoreKey.link("a"), .mirror(link: "a", topic: "t.x"), .report(link: "a", topic: "t", partition: 12), .lock,
        ] {
            #expect(StoreKey("\(key)") == key)
        }
    }

    @Test func `each ACL has an owner of its own, and only that of the link as it is counts`() throws {
        let read = AclBinding(.allow, "User:app", .read, .topic, "a/b")
        let write = AclBinding(.allow, "User:app", .write, .group, "g", .prefixed)
        func entry(_ acl: AclBinding, linkId: String = "0011") -> (String, String?) {
            ("\(StoreKey.acl(of: "a", acl))", json(AclRecord(link: "a", linkId: linkId, acl: acl, sinceMs: 1)))
        }
        var log = StoreLog()
        log.append([entry(read), entry(write), entry(read)])
        #expect(try fold(log).contents.ownedAcls(of: linkRecord("a")) == [read, write])
        #expect(try fold(log).contents.ownedAcls(of: linkRecord("b")) == [])
        log.append([("\(StoreKey.acl(of: "a", read))", nil)])
        var folded = try fold(log)
        #expect(folded.contents.ownedAcls(of: linkRecord("a")) == [write])
        #expect(folded.takeChanges() == [StoreKey.acl(of: "a", read), StoreKey.acl(of: "a", write)])
        log.append([entry(read, linkId: "another"), ("\(StoreKey.acl(of: "a", write))", "damaged")])
        folded = try fold(log)
        #expect(folded.contents.ownedAcls(of: linkRecord("a")) == [])
        #expect(folded.contents.problems == [:])
        // Removing the link takes its owners along; the ACLs themselves stay.
        #expect(
            StoreChange.removeLink("a").records(in: folded.contents).map(\.key) == [
                .link("a"), StoreKey.acl(of: "a", read),
            ])
    }
}
