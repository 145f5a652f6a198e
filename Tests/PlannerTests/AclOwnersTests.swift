import KafkaModel
import Testing

/// Several links into one cluster that want the same ACL, each at its own time.
@Suite struct AclOwnersTests {
    private static let acl = AclBinding(.allow, "User:app", .read, .topic, "orders")
    private static let links = 0..<3

    /// What one link does about the ACL.
    private struct Deed: Hashable {
        var creates = false
        var deletes = false
        var claims = false
        var disowns = false
    }

    /// The destination, and what each link's source says.
    private struct Scene: Hashable {
        var isThere = false
        var owners: Set<Int> = []
        var wanted: Set<Int> = []

        /// What a link decides that looks now.
        func decision(_ link: Int) -> Deed {
            func set(_ holds: Bool) -> Set<AclBinding> { holds ? [acl] : [] }
            let changes = AclSync(
                source: set(wanted.contains(link)), destination: set(isThere), owned: set(owners.contains(link)),
                ofOtherLinks: set(owners.contains { $0 != link }), ofEarlierLinks: set(owners.contains { $0 < link }),
                filters: AclFilters([AclFilter()])
            ).changes
            return Deed(
                creates: !changes.create.isEmpty, deletes: !changes.delete.isEmpty, claims: !changes.claim.isEmpty,
                disowns: !changes.disown.isEmpty)
        }

        mutating func write(_ link: Int, _ deed: Deed) {
            if deed.disowns { owners.remove(link) }
            if deed.claims || deed.creates { owners.insert(link) }
            if deed.creates { isThere = true }
            if deed.deletes {
                isThere = false
                owners.remove(link)
            }
        }

        /// After passes that look at the same moment, and write in this order.
        func after(_ order: [Int]) -> Scene {
            var scene = self
            for link in order { scene.write(link, decision(link)) }
            return scene
        }

        func turned(_ link: Int) -> Scene {
            var scene = self
            scene.wanted.formSymmetricDifference([link])
            return scene
        }
    }

    /// Calls `body` with every scene that passes and changes at the sources lead to.
    private func forEveryScene(_ orders: [[Int]], _ body: (Scene) -> Void) -> Int {
        var seen: Set = [Scene()]
        var open = [Scene()]
        while let scene = open.popLast() {
            body(scene)
            let following = Self.links.map(scene.turned) + orders.map(scene.after)
            for next in following where seen.insert(next).inserted { open.append(next) }
        }
        return seen.count
    }

    @Test func `passes at the same moment leave it there as long as one wants it, and take it away afterwards`() {
        let orders = Self.links.flatMap { first -> [[Int]] in
            [[first]]
                + Self.links.filter { $0 != first }.flatMap { second in
                    [[first, second], [first, second, Self.links.reduce(0, +) - first - second]]
                }
        }
        let count = forEveryScene(orders) { scene in
            var settled = scene
            for link in [Self.links, Self.links, Self.links].joined() { settled = settled.after([link]) }
            #expect(settled.isThere == !settled.wanted.isEmpty, "\(scene)")
            #expect(settled.wanted.isSubset(of: settled.owners), "\(scene)")
            #expect(settled.isThere || settled.owners.isEmpty, "\(scene)")
        }
        #expect(count > 50)
    }

    /// One pass after the other: nobody whose last pass wanted it ever misses it.
    @Test func `no link takes away what another one wants`() {
        let count = forEveryScene(Self.links.map { [$0] }) { scene in
            let users = scene.wanted.intersection(scene.owners)
            for link in Self.links where scene.isThere && !users.isEmpty {
                #expect(scene.after([link]).isThere, "\(scene): \(link)")
            }
        }
        #expect(count > 30)
    }
}
