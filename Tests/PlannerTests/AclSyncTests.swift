import KafkaModel
import Testing

/// What a sync of ACLs does, from both sides' ACLs and what is owned.
@Suite struct AclSyncTests {
    private static let read = AclBinding(.allow, "User:app", .read, .topic, "orders")
    private static let write = AclBinding(.allow, "User:app", .write, .topic, "orders")
    private static let group = AclBinding(.allow, "User:app", .read, .group, "orders-", .prefixed)
    private static let topics = AclFilters([AclFilter(resourceType: .topic)])

    /// A sync in short words: `+` create, `-` delete, `!` claim, `?` disown, `x` keep.
    private func lines(_ sync: AclSync) -> [String] {
        let changes = sync.changes
        return changes.create.map { "+ \($0)" } + changes.delete.map { "- \($0)" } + changes.claim.map { "! \($0)" }
            + changes.disown.map { "? \($0)" } + changes.kept.map { "x \($0.acl): \($0.reason.rawValue)" } + [
                "= \(changes.equal)"
            ]
    }

    private func sync(
        _ source: Set<AclBinding>, _ destination: Set<AclBinding>, owned: Set<AclBinding> = [],
        filters: AclFilters = topics, prune: AclPrune = .owned, names: AclNames = AclNames(),
        own: AclOwnAccess = AclOwnAccess()
    ) -> [String] {
        lines(
            AclSync(
                source: source, destination: destination, owned: owned, filters: filters, names: names, prune: prune,
                ownAccess: own))
    }

    @Test func `creates what the filters cover and the destination lacks`() {
        #expect(
            sync([Self.read, Self.write, Self.group], [Self.write]) == [
                "+ allow User:app to READ topic orders", "= 1",
            ])
    }

    @Test func `an empty list of filters covers nothing`() {
        #expect(sync([Self.read], [Self.write], filters: AclFilters([]), prune: .matching) == ["= 0"])
    }

    @Test(arguments: [
        (AclPrune.owned, true, "- allow User:app to READ topic orders"),
        (.owned, false, "x allow User:app to READ topic orders: notOwned"),
        (.matching, true, "- allow User:app to READ topic orders"),
        (.matching, false, "- allow User:app to READ topic orders"),
        (.never, true, "x allow User:app to READ topic orders: pruneNever"),
        (.never, false, "x allow User:app to READ topic orders: pruneNever"),
    ])
    func `removes what the source lacks as the policy says`(prune: AclPrune, isOwned: Bool, line: String) {
        #expect(sync([], [Self.read], owned: isOwned ? [Self.read] : [], prune: prune) == [line, "= 0"])
    }

    @Test(arguments: AclPrune.allCases)
    func `leaves alone what no filter covers, owned or not`(prune: AclPrune) {
        #expect(sync([], [Self.group], owned: [Self.group], prune: prune) == ["= 0"])
        let narrowed = AclFilters([AclFilter(resourceType: .topic, principal: "User:other")])
        #expect(sync([], [Self.read], owned: [Self.read], filters: narrowed, prune: prune) == ["= 0"])
    }

    @Test func `an owned ACL that somebody removed is made again while the source has it, and is nobody's otherwise`() {
        #expect(sync([Self.read], [], owned: [Self.read]) == ["+ allow User:app to READ topic orders", "= 0"])
        #expect(sync([], [], owned: [Self.read]) == ["? allow User:app to READ topic orders", "= 0"])
        #expect(sync([], [], owned: [Self.group]) == ["? allow User:app to READ group orders- (PREFIXED)", "= 0"])
    }

    @Test func `matching keeps what Lockstep works with`() {
        let own = AclBinding(.allow, "User:lockstep", .write, .topic, "orders")
        let access = AclOwnAccess(principals: ["User:lockstep"])
        #expect(
            sync([], [own, Self.read], prune: .matching, own: access) == [
                "- allow User:app to READ topic orders",
                "x allow User:lockstep to WRITE topic orders: ofLockstep", "= 0",
            ])
    }

    /// With an owner whose name comes before, a link lets go; with one behind, it stays an owner until it is the last.
    @Test(arguments: [
        (AclPrune.owned, true, false, ["x allow User:app to READ topic orders: ofOtherLink"]),
        (
            .owned, true, true,
            ["? allow User:app to READ topic orders", "x allow User:app to READ topic orders: ofOtherLink"]
        ),
        (.owned, false, true, ["x allow User:app to READ topic orders: notOwned"]),
        (.matching, true, false, ["x allow User:app to READ topic orders: ofOtherLink"]),
        (.matching, false, false, ["x allow User:app to READ topic orders: ofOtherLink"]),
        (.never, false, false, ["x allow User:app to READ topic orders: pruneNever"]),
        (
            .never, true, false,
            ["? allow User:app to READ topic orders", "x allow User:app to READ topic orders: pruneNever"]
        ),
    ])
    func `what another link owns is not removed`(prune: AclPrune, isOwned: Bool, isEarlier: Bool, told: [String]) {
        let sync = AclSync(
            source: [], destination: [Self.read], owned: isOwned ? [Self.read] : [], ofOtherLinks: [Self.read],
            ofEarlierLinks: isEarlier ? [Self.read] : [], filters: Self.topics, prune: prune)
        #expect(lines(sync) == told + ["= 0"])
    }

    @Test func `a link owns what it wants and another one owns, until it does not want it any more`() {
        func sync(_ source: Set<AclBinding>, owned: Set<AclBinding> = [], filters: AclFilters) -> [String] {
            lines(
                AclSync(
                    source: source, destination: [Self.read, Self.write], owned: owned, ofOtherLinks: [Self.read],
                    filters: filters))
        }
        #expect(
            sync([Self.read, Self.write], filters: Self.topics) == ["! allow User:app to READ topic orders", "= 2"])
        #expect(sync([Self.read, Self.write], owned: [Self.read], filters: Self.topics) == ["= 2"])
        // Filters that do not cover it keep a link from removing it, so it must not stand in another's way.
        #expect(
            sync([Self.read], owned: [Self.read], filters: AclFilters([])) == [
                "? allow User:app to READ topic orders", "= 0",
            ])
    }

    /// The prefix is `eu.`; the filters select all of `orders.`, but not `orders.tmp.`, and `returns`.
    @Test(arguments: [
        ("eu.orders.1", AclPatternType.literal, true), ("eu.returns", .literal, true), ("*", .literal, true),
        ("orders.1", .literal, false), ("eu.orders.tmp.1", .literal, false), ("eu.others", .literal, false),
        ("eu.orders.old", .literal, false),
        ("eu.orders.1", .prefixed, true), ("eu.ord", .prefixed, true), ("e", .prefixed, true),
        ("eu.ret", .prefixed, true), ("eu.orders.tmp", .prefixed, true),
        ("eu.orders.tmp.", .prefixed, false), ("eu.returns.", .prefixed, false), ("eu.x", .prefixed, false),
        ("us.", .prefixed, false),
    ])
    func `does not copy what would deny a mirror topic that filters are still to make`(
        name: String, pattern: AclPatternType, isDenied: Bool
    ) {
        let filters = TopicFilters([
            TopicFilter(name: "orders.", patternType: .prefixed, filterType: .include),
            TopicFilter(name: "orders.tmp.", patternType: .prefixed, filterType: .exclude),
            TopicFilter(name: "returns", patternType: .literal, filterType: .include),
        ])
        let access = AclOwnAccess(
            selected: [SelectedMirrors(prefix: "eu.", filters: filters, stopped: ["eu.orders.old"])])
        let deny = AclBinding(.deny, AclBinding.everybody, .write, .topic, name, pattern)
        let expected = isDenied ? ["x \(deny): wouldDenyLockstep", "= 0"] : ["+ \(deny)", "= 0"]
        #expect(sync([deny], [], own: access) == expected)
        // What is there already is left alone, and what is about other kinds of resources is none of ours.
        #expect(sync([deny], [deny], own: access) == ["= 1"])
    }

    @Test(arguments: [("__", false), ("_", true), ("__consumer", false), ("x", true)])
    func `filters for everything still select no topic of Kafka's own`(start: String, isDenied: Bool) {
        let all = TopicFilters([TopicFilter(name: "*", patternType: .literal, filterType: .include)])
        let access = AclOwnAccess(selected: [SelectedMirrors(prefix: "", filters: all)])
        let deny = AclBinding(.deny, AclBinding.everybody, .write, .topic, start, .prefixed)
        #expect(sync([deny], [], own: access).first?.hasPrefix(isDenied ? "x " : "+ ") == true)
    }

    @Test func `is ordered by resource, then by principal, field by field`() {
        let acls = [
            AclBinding(.allow, "User:b", .read, .topic, "a"), AclBinding(.allow, "User:a", .read, .topic, "a-b"),
            AclBinding(.allow, "User:a", .read, .topic, "a", .prefixed),
            AclBinding(.allow, "User:a", .write, .topic, "a"), AclBinding(.deny, "User:a", .write, .topic, "a"),
            AclBinding(.allow, "User:a", .write, .topic, "a", host: "h"),
            AclBinding(.allow, "User:z", .read, .group, "z"),
        ]
        #expect(
            acls.sorted().map(\.description) == [
                "allow User:z to READ group z", "allow User:a to WRITE topic a", "deny User:a to WRITE topic a",
                "allow User:a to WRITE topic a from host h", "allow User:b to READ topic a",
                "allow User:a to READ topic a (PREFIXED)", "allow User:a to READ topic a-b",
            ])
    }

    @Test func `does not copy what would lock Lockstep out`() {
        let access = AclOwnAccess(
            principals: ["User:lockstep"],
            resources: [AclOwnAccess.Resource(.topic, "orders"), AclOwnAccess.Resource(.cluster, "kafka-cluster")])
        let all = AclFilters([AclFilter()])
        let harmful = [
            AclBinding(.deny, AclBinding.everybody, .write, .topic, "orders"),
            AclBinding(.deny, "User:lockstep", .all, .topic, "ord", .prefixed),
            AclBinding(.deny, AclBinding.everybody, .alter, .cluster, AclBinding.clusterName),
            AclBinding(.deny, AclBinding.everybody, .read, .topic, AclBinding.wildcard, host: "10.0.0.1"),
        ]
        let harmless = [
            AclBinding(.deny, "User:app", .write, .topic, "orders"),
            AclBinding(.deny, AclBinding.everybody, .write, .topic, "others"),
            AclBinding(.deny, AclBinding.everybody, .read, .group, "orders"),
            AclBinding(.allow, AclBinding.everybody, .write, .topic, "orders"),
        ]
        let changes = AclSync(
            source: Set(harmful + harmless), destination: [], owned: [], filters: all, ownAccess: access
        ).changes
        #expect(changes.create == harmless.sorted())
        #expect(Set(changes.kept.map(\.acl)) == Set(harmful))
        #expect(changes.kept.allSatisfy { $0.reason == .wouldDenyLockstep })
    }

    @Test func `recognises Lockstep by what it may write`() {
        let acls: Set = [
            AclBinding(.allow, "User:exact", .write, .topic, "__lockstep"),
            AclBinding(.allow, "User:all", .all, .topic, "__lockstep"),
            AclBinding(.allow, "User:prefix", .write, .topic, "__", .prefixed),
            AclBinding(.allow, "User:any", .write, .topic, "*"),
            AclBinding(.allow, "User:reader", .read, .topic, "__lockstep"),
            AclBinding(.deny, "User:denied", .write, .topic, "__lockstep"),
            AclBinding(.allow, "User:group", .write, .transactionalId, "__lockstep"),
        ]
        #expect(
            AclOwnAccess.writers(of: "__lockstep", among: acls)
                == ["User:exact", "User:all", "User:prefix", "User:any"])
    }

    @Test func `what is written is what the next look finds settled`() {
        // Every subset of a few ACLs as source, destination and owned: one sync later nothing is left to do.
        let acls = [Self.read, Self.write, Self.group]
        func subset(_ bits: Int) -> Set<AclBinding> {
            Set(acls.indices.filter { bits & (1 << $0) != 0 }.map { acls[$0] })
        }
        for (source, destination, owned) in product(8, 8, 8) {
            for prune in AclPrune.allCases {
                var sync = AclSync(
                    source: subset(source), destination: subset(destination), owned: subset(owned),
                    filters: Self.topics, prune: prune)
                let before = sync
                let changes = sync.changes
                #expect(changes.delete.allSatisfy { prune != .owned || before.owned.contains($0) })
                #expect(changes.delete.allSatisfy { !before.source.contains($0) })
                #expect(changes.create.allSatisfy { !before.destination.contains($0) })
                sync.owned.subtract(changes.disown)
                sync.owned.formUnion(changes.create)
                sync.destination.formUnion(changes.create)
                sync.destination.subtract(changes.delete)
                sync.owned.subtract(changes.delete)
                #expect(sync.changes.isSettled, "\(before)")
                #expect(sync.owned.isSubset(of: sync.destination))
            }
        }
    }

    private func product(_ first: Int, _ second: Int, _ third: Int) -> [(Int, Int, Int)] {
        (0..<first).flatMap { a in (0..<second).flatMap { b in (0..<third).map { (a, b, $0) } } }
    }
}

/// Names on both sides of a link with a prefix.
@Suite struct AclNamesTests {
    private static let cases: [(AclBinding, AclBinding)] = [
        (acl(.topic, "orders"), acl(.topic, "eu.orders")),
        (acl(.topic, "ord", .prefixed), acl(.topic, "eu.ord", .prefixed)),
        (acl(.topic, "*"), acl(.topic, "eu.", .prefixed)),
        (acl(.topic, "*", .prefixed), acl(.topic, "eu.*", .prefixed)),
        (acl(.group, "g"), acl(.group, "g")),
        (acl(.group, "*"), acl(.group, "*")),
        (acl(.cluster, "kafka-cluster"), acl(.cluster, "kafka-cluster")),
        (acl(.transactionalId, "orders"), acl(.transactionalId, "orders")),
    ]

    private static func acl(
        _ type: AclResourceType, _ name: String, _ pattern: AclPatternType = .literal
    ) -> AclBinding { AclBinding(.allow, "User:app", .describe, type, name, pattern) }

    @Test(arguments: cases) func `there and back`(original: AclBinding, copy: AclBinding) {
        let names = AclNames(topicPrefix: "eu.")
        #expect(names.onDestination(original) == copy)
        #expect(names.onSource(copy) == original)
    }

    @Test func `an ACL about other names is nobody's copy`() {
        let names = AclNames(topicPrefix: "eu.", groupPrefix: "eu.")
        let foreign = [
            Self.acl(.topic, "orders"), Self.acl(.topic, "*"), Self.acl(.topic, "eu."),
            Self.acl(.topic, "e", .prefixed),
            Self.acl(.topic, "eu.*"), Self.acl(.group, "g"), Self.acl(.group, "*"),
        ]
        for acl in foreign { #expect(names.onSource(acl) == nil, "\(acl)") }
        #expect(names.onDestination(Self.acl(.group, "*")) == Self.acl(.group, "eu.", .prefixed))
    }

    @Test func `groups have the prefix when their offsets have it`() {
        #expect(AclNames(linkPrefix: "eu.", settings: LinkSettings()).groupPrefix == "")
        let settings = LinkSettings(configs: ["consumer.group.prefix.enable": "true"])
        #expect(AclNames(linkPrefix: "eu.", settings: settings) == AclNames(topicPrefix: "eu.", groupPrefix: "eu."))
    }

    @Test func `matching touches no name outside the prefix`() {
        let changes = AclSync(
            source: [], destination: [Self.acl(.topic, "orders"), Self.acl(.topic, "eu.orders")], owned: [],
            filters: AclFilters([AclFilter()]), names: AclNames(topicPrefix: "eu."), prune: .matching
        ).changes
        #expect(changes.delete == [Self.acl(.topic, "eu.orders")])
    }
}
