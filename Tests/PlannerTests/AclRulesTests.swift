import KafkaModel
import Planner
import Testing

/// What a plan says about the next sync of ACLs.
@Suite struct AclRulesTests {
    private let read = AclBinding(.allow, "User:app", .read, .topic, "orders")
    private let write = AclBinding(.allow, "User:app", .write, .topic, "orders")

    private var world: World {
        var world = World.linked
        world.link.prefix = ""
        world.live.links["a"]?.record?.prefix = ""
        world.link.configs = ["acl.sync.enable": "true"]
        world.link.aclFilters = AclFilters([AclFilter(resourceType: .topic)])
        world.applySettings()
        return world
    }

    private func found(
        _ source: Set<AclBinding>, _ destination: Set<AclBinding>, owned: Set<AclBinding> = [],
        own: AclOwnAccess = AclOwnAccess()
    ) -> Plan {
        var world = world
        world.found.acls = .listed(
            AclSync(
                source: source, destination: destination, owned: owned, prefix: "", settings: world.link.settings,
                ownAccess: own))
        return world.plan
    }

    @Test func `says nothing when both sides match`() {
        let plan = found([read], [read, write])
        #expect(plan.lines == ["= 1"])
        #expect(!plan.hasChanges)
    }

    @Test func `names what is created and what is deleted, and stays without a step`() {
        let plan = found([read], [write], owned: [write])
        #expect(
            plan.lines == [
                "note link a: the next ACL sync creates 1 and deletes 1 on dublin",
                "note link a: - ACL: allow User:app to WRITE topic orders",
                "note link a: + ACL: allow User:app to READ topic orders", "= 1",
            ])
        #expect(!plan.hasChanges)
    }

    @Test func `counts what another link owns`() {
        var world = world
        world.link.aclPrune = .matching
        world.applySettings()
        world.found.acls = .listed(
            AclSync(
                source: [], destination: [read, write], owned: [], ofOtherLinks: [read, write], prefix: "",
                settings: world.link.settings, ownAccess: AclOwnAccess()))
        #expect(
            world.plan.lines == [
                "note link a: 2 ACLs of dublin that the source lacks stay: another link owns them", "= 1",
            ])
    }

    @Test func `counts what it does not name`() {
        let many = Set((10..<35).map { AclBinding(.allow, "User:app", .read, .topic, "t\($0)") })
        let lines = found(many, []).lines
        #expect(lines.count == 23)
        #expect(lines[0] == "note link a: the next ACL sync creates 25 and deletes 0 on dublin")
        #expect(lines[1] == "note link a: + ACL: allow User:app to READ topic t10")
        #expect(lines[21] == "note link a: + ACL: 5 more to create")
    }

    @Test func `says what is not copied, and why`() {
        let deny = AclBinding(.deny, "User:*", .write, .topic, "orders")
        let lines = found([deny], [], own: AclOwnAccess(resources: [AclOwnAccess.Resource(.topic, "orders")])).lines
        #expect(
            lines == [
                "note link a: x ACL: deny User:* to WRITE topic orders: it would deny Lockstep itself what it needs; deny "
                    + "single principals instead of everybody, or create it by hand once the mirror topics have stopped",
                "= 1",
            ])
    }

    @Test func `says why ACLs cannot be compared`() {
        var world = world
        world.found.acls = .unreadable("cluster paris has no authorizer.")
        #expect(world.plan.lines == ["note link a: ACLs are not synced: cluster paris has no authorizer.", "= 1"])
    }

    @Test func `the step that switches it on says how names change`() throws {
        var world = World.linked
        world.link.configs = ["acl.sync.enable": "true"]
        world.link.aclFilters = AclFilters([AclFilter(resourceType: .topic)])
        world.link.aclPrune = .matching
        let step = try #require(world.plan.steps.first)
        #expect(
            step.details.map { "\($0.label): \($0.value)" } == [
                "acl.filters: default -> any on topic", "acl.sync.enable: default -> true",
                "policy.aclPrune: default -> matching",
                "ACL names: those of topics get the prefix \"paris.\"; * becomes paris. (PREFIXED)",
            ])
    }
}
