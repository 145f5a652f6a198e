import Diagnostics
import KafkaModel
import Manifest
import Testing

/// `aclFilters`, `aclFiltersFile`, `acl.sync.*` and `policy.aclPrune`.
@Suite struct AclFilterManifestTests {
    /// Cluster Linking's file of the migration guide, unchanged.
    private static let guide = """
        {
         "aclFilters": [ {
          "resourceFilter": {
              "resourceType": "any",
              "patternType": "any"
            },
          "accessFilter": {
              "operation": "any",
              "permissionType": "any"
            }
          }
         ]
        }
        """

    @Test func `reads every word in any case`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                configs: {acl.sync.enable: true, acl.sync.ms: 1000}
                aclFilters:
                  - resourceFilter: {resourceType: any, patternType: any}
                    accessFilter: {operation: any, permissionType: any}
                  - resourceFilter: {resourceType: TransactionalID, patternType: PREFIXED, name: "tx-"}
                    accessFilter:
                      {principal: "User:app", host: 10.0.0.1, operation: DESCRIBE_CONFIGS, permissionType: Deny}
                  - resourceFilter: {resourceType: user, patternType: match, name: "*"}
                    accessFilter: {operation: two_phase_commit, permissionType: allow}
                policy: {aclPrune: Matching}
                """#))
        #expect(fixture.text == "")
        let link = fixture.link
        #expect(
            link?.aclFilters?.entries == [
                AclFilter(),
                AclFilter(
                    resourceType: .transactionalId, patternType: .prefixed, name: "tx-", principal: "User:app",
                    host: "10.0.0.1", operation: .describeConfigs, permission: .deny),
                AclFilter(
                    resourceType: .user, patternType: .match, name: "*", operation: .twoPhaseCommit,
                    permission: .allow),
            ])
        #expect(link?.aclPrune == .matching)
        #expect(link?.settings.syncsAcls == true)
        #expect(link?.settings.aclSyncMs == 1000)
        #expect(link?.configPlaces["acl.filters"]?.line == 9)
    }

    @Test func `reads Cluster Linking's file unchanged`() {
        let files = Sample.files(
            """
            configs: {acl.sync.enable: true}
            aclFiltersFile: acl_filters.json
            """)
        let fixture = ManifestFixture(files, attachments: ["links/acl_filters.json": Self.guide])
        #expect(fixture.text == "")
        #expect(fixture.link?.aclFilters == AclFilters([AclFilter()]))
        #expect(fixture.link?.aclPrune == .owned)
        #expect(fixture.link?.settings.aclSyncMs == 5000)
        #expect(fixture.link?.configPlaces["acl.filters"]?.file == "links/acl_filters.json")
    }

    @Test func `an enabled sync without filters is an error, filters without it a warning`() {
        let filters = """
            aclFilters:
              - resourceFilter: {resourceType: topic, patternType: any}
                accessFilter: {operation: any, permissionType: any}
            """
        let cases = [
            ("configs: {acl.sync.enable: true}", "7:30: error[K028]: acl.sync.enable is true without ACL filters"),
            (
                "configs: {acl.sync.enable: true}\naclFilters: []",
                "7:30: error[K028]: acl.sync.enable is true without ACL filters"
            ),
            (filters, "8:5: warning[K028]: the ACL filters have no effect: acl.sync.enable is not set"),
        ]
        for (text, expected) in cases {
            #expect(ManifestFixture(Sample.files(text)).summaries == ["links/a.yaml:\(expected)"])
        }
        let off = ManifestFixture(Sample.files("configs: {acl.sync.enable: false}\n" + filters))
        #expect(off.text == "")
        #expect(off.link?.aclFilters == nil)
        #expect(off.link?.settings.syncsAcls == false)
    }

    @Test func `says once what is wrong with a filter`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                configs: {acl.sync.enable: true}
                aclFilters:
                  - resourceFilter: {resourceType: topic, patternType: glob}
                    accessFilter: {principal: app, operation: reed, permissionType: any}
                policy: {aclPrune: all}
                """#))
        #expect(
            fixture.summaries == [
                "links/a.yaml:9:58: error[K016]: spec.aclFilters[0].resourceFilter.patternType must be any, match, "
                    + "literal or prefixed, not \"glob\"",
                "links/a.yaml:10:33: error[K017]: spec.aclFilters[0].accessFilter.principal must be a principal, not "
                    + "\"app\"",
                "links/a.yaml:10:49: error[K016]: spec.aclFilters[0].accessFilter.operation must be any, all, read, "
                    + "write, create, delete, alter, describe, cluster_action, describe_configs, alter_configs, "
                    + "idempotent_write, create_tokens, describe_tokens or two_phase_commit, not \"reed\"",
                "links/a.yaml:11:22: error[K016]: spec.policy.aclPrune must be owned, matching or never, not \"all\"",
            ])
        #expect(fixture.text.contains("did you mean \"User:app\"?"))
        #expect(fixture.text.contains("did you mean \"read\"?"))
    }

    @Test func `a list and a file exclude each other, and a broken file is said once`() {
        let both = """
            configs: {acl.sync.enable: true}
            aclFilters: []
            aclFiltersFile: f.json
            """
        let fixture = ManifestFixture(Sample.files(both), attachments: ["links/f.json": Self.guide])
        let expected = "links/a.yaml:9:19: error[K036]: aclFilters and aclFiltersFile exclude each other"
        #expect(fixture.summaries == [expected])
        let broken = ManifestFixture(
            Sample.files("configs: {acl.sync.enable: true}\naclFiltersFile: f.json"),
            attachments: ["links/f.json": #"{"aclFilters": [{"resourceFilter": {"resourceType": "topic"}}]}"#])
        #expect(broken.summaries.count == 2)
        #expect(broken.summaries.allSatisfy { $0.contains("error[K013]") })
    }
}
