import Diagnostics
import KafkaModel
import Manifest
import TestSupport
import Testing

/// `lockstep import cluster-link --acl-filters-json-file`: what is taken over, and what is refused where.
@Suite struct AclFilterImport {
    private static let config = "bootstrap.servers=a:9092\nacl.sync.enable=true\nacl.sync.ms=7000\n"

    /// JSON of an entry; whatever is nil is left out.
    private static func entry(
        _ type: String = "any", _ pattern: String = "any", name: String? = nil, principal: String? = nil,
        _ operation: String = "any", _ permission: String = "any", host: String? = nil
    ) -> String {
        func members(_ pairs: [(String, String?)]) -> String {
            pairs.compactMap { key, value in value.map { "\"\(key)\": \"\($0)\"" } }.joined(separator: ", ")
        }
        let resource = members([("resourceType", type), ("patternType", pattern), ("name", name)])
        let access = members([
            ("principal", principal), ("operation", operation), ("permissionType", permission), ("host", host),
        ])
        return "{\"resourceFilter\": {\(resource)}, \"accessFilter\": {\(access)}}"
    }

    private static func file(_ entries: [String]) -> String {
        "{\"aclFilters\": [\n\(entries.joined(separator: ",\n"))\n]}\n"
    }

    /// JSON of an entry, and what it stands for.
    static let table: [(json: String, filter: AclFilter)] =
        AclResourceType.allCases.map { (entry($0.rawValue), AclFilter(resourceType: $0)) }
        + AclFilter.PatternType.allCases.map {
            (entry("topic", $0.rawValue), AclFilter(resourceType: .topic, patternType: $0))
        }
        + AclOperation.allCases.map { (entry("any", "any", $0.rawValue), AclFilter(operation: $0)) }
        + AclOperation.allCases.map { (entry("any", "any", $0.kafkaName), AclFilter(operation: $0)) }
        + AclOperation.allCases.map { (entry("any", "any", $0.toolName), AclFilter(operation: $0)) }
        + AclPermission.allCases.map { (entry("any", "any", "any", $0.rawValue), AclFilter(permission: $0)) }
        + spellings + names

    /// Words as people, Cluster Linking and Kafka's tools spell them; whatever is any is nil.
    private static let spellings: [(json: String, filter: AclFilter)] = [
        (entry(), AclFilter()), (entry("ANY", "ANY", "ANY", "ANY"), AclFilter()),
        (entry("Any", "Any", "Any", "Any"), AclFilter()),
        (entry("TOPIC", "LITERAL", "READ", "ALLOW"), read(.topic, .literal)),
        (entry("Topic", "Literal", "Read", "Allow"), read(.topic, .literal)),
        (entry("transactional_id", "PREFIX", "read", "allow"), read(.transactionalId, .prefixed)),
        (entry("TRANSACTIONAL_ID", "Prefixed", "read", "allow"), read(.transactionalId, .prefixed)),
        (entry("DELEGATION_TOKEN", "match", "read", "allow"), read(.delegationToken, .match)),
        (entry("delegationtoken", "MATCH", "read", "allow"), read(.delegationToken, .match)),
        (
            #"{"accessFilter": {"permissionType": "any", "operation": "any"}, "#
                + #""resourceFilter": {"patternType": "any", "resourceType": "any"}}"#, AclFilter()
        ),
    ]

    private static func read(_ type: AclResourceType, _ pattern: AclFilter.PatternType) -> AclFilter {
        AclFilter(resourceType: type, patternType: pattern, operation: .read, permission: .allow)
    }

    /// Names that YAML or a careless reader would take for something else.
    private static let names: [(json: String, filter: AclFilter)] =
        [
            "orders", "*", "orders-", "null", "~", "true", "no", "1", "1.5", "0x10", "1e3", "- a", "a: b", "a #b",
            "{x}",
            "a group with blanks", "@a", "%a", "'a'", "é", "a,b", "&a", "!a", "any", " a ",
        ].map { (entry("group", "any", name: $0), AclFilter(resourceType: .group, name: $0)) } + [
            (entry("group", "any", name: #"a\"b\\c\td"#), AclFilter(resourceType: .group, name: "a\"b\\c\td")),
            (entry("group", "any", name: #"caf\u00e9"#), AclFilter(resourceType: .group, name: "café")),
            (entry(principal: "User:app"), AclFilter(principal: "User:app")),
            (entry(principal: "User:*"), AclFilter(principal: "User:*")),
            (entry(principal: "User:CN=a b,OU=c"), AclFilter(principal: "User:CN=a b,OU=c")),
            (entry(principal: "Group:x:y"), AclFilter(principal: "Group:x:y")),
            (entry(host: "*"), AclFilter(host: "*")), (entry(host: "10.0.0.7"), AclFilter(host: "10.0.0.7")),
            (entry(host: "fe80::1"), AclFilter(host: "fe80::1")),
            // A number without quotes stays what is written, and does not become "any".
            (
                #"{"resourceFilter": {"resourceType": "group", "patternType": "any", "name": 1.50}, "#
                    + #""accessFilter": {"operation": "any", "permissionType": "any"}}"#,
                AclFilter(resourceType: .group, name: "1.50")
            ),
        ]

    private func folder(_ json: String, name: String = "acl_filter.json") throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory("acl-import")
        try folder.write("source.config", Self.config)
        try folder.write(name, json)
        return folder
    }

    private func run(_ folder: TemporaryDirectory, _ more: String...) async throws -> CommandRun {
        try await CommandRun.run(
            [
                lockstepExecutable, "import", "cluster-link", "--link", "l", "--config-file", "source.config",
                "--bootstrap-server", "b:9092",
            ] + more, directory: folder.path)
    }

    /// The link that the manifests in a folder declare.
    private func link(_ folder: TemporaryDirectory, _ manifests: String) throws -> LinkSpec {
        let load = ManifestFiles.load([folder.file(manifests)])
        return try #require(load.desired?.links.first, "\(load.diagnostics)")
    }

    @Test func `takes every word over, copied into the manifest or left in the file`() async throws {
        let folder = try folder(Self.file(Self.table.map(\.json)))
        let flags = ["--acl-filters-json-file", "acl_filter.json"]
        let pointing = try await run(folder, flags[0], flags[1], "--out", "pointing")
        #expect(pointing.exitCode == 0, "\(pointing.errorOutput)")
        let copied = try await run(folder, flags[0], flags[1], "--inline-filters", "--out", "copied")
        #expect(copied.exitCode == 0, "\(copied.errorOutput)")
        let wanted = Self.table.map(\.filter)
        for manifests in ["pointing", "copied"] {
            let validate = try await CommandRun.run(
                [lockstepExecutable, "validate", "-f", manifests], directory: folder.path)
            #expect(validate.exitCode == 0, "\(validate.errorOutput)")
            let link = try link(folder, manifests)
            let found = try #require(link.aclFilters?.entries)
            #expect(found.count == wanted.count)
            for (entry, row) in zip(found, Self.table) { #expect(entry == row.filter, "\(manifests): \(row.json)") }
            #expect(link.settings.syncsAcls)
            #expect(link.settings.aclSyncMs == 7000)
        }
        #expect(try link(folder, "pointing").configPlaces["acl.filters"]?.file.hasSuffix("acl_filter.json") == true)
        #expect(try link(folder, "copied").configPlaces["acl.filters"]?.file.hasSuffix("copied/l.yaml") == true)
    }

    @Test func `takes them from a flag, from a file of another name, and from the config file`() async throws {
        let json = Self.file([Self.entry("topic", "prefixed", name: "orders-", principal: "User:app", "read")])
            .replacing("\n", with: "")
        let wanted = AclFilter(
            resourceType: .topic, patternType: .prefixed, name: "orders-", principal: "User:app", operation: .read)
        let folder = try folder(json, name: "acl_filter.txt")
        #expect(try await run(folder, "--acl-filters-json", json, "--out", "flag").exitCode == 0)
        #expect(try await run(folder, "--acl-filters-json-file", "acl_filter.txt", "--out", "file").exitCode == 0)
        try folder.write("source.config", Self.config + "acl.filters=\(json)\n")
        #expect(try await run(folder, "--out", "config").exitCode == 0)
        for manifests in ["flag", "file", "config"] {
            #expect(try link(folder, manifests).aclFilters?.entries == [wanted], "\(manifests)")
        }
    }

    /// What is wrong, and what is said about it.
    static let mistakes: [(json: String, line: String)] = [
        ("", "1:1: error[K027]: filters are one JSON object, and this is empty"),
        ("[]", "1:1: error[K027]: filters are one JSON object, not a list"),
        (file([entry()]) + "---\n" + file([entry()]), "1:1: error[K027]: filters are one JSON object, not 2"),
        ("{\"aclFilters\": [", "2:1: error[K005]: this is not JSON"),
        ("{\"aclFilters\": [}", "1:17: error[K005]: this is not JSON"),
        (file([entry()]).replacing("\n", with: "") + "{}", "1:147: error[K005]: this is not JSON"),
        ("{}", "1:1: error[K013]: \"aclFilters\" is missing"),
        ("{\"topicFilters\": []}", "1:2: error[K014]: unknown key \"topicFilters\""),
        ("{\"aclFilters\": [], \"version\": 1}", "1:20: error[K014]: unknown key \"version\""),
        ("{\"aclFilters\": {}}", "1:16: error[K012]: aclFilters must be a list"),
        (file(["\"x\""]), "2:1: error[K012]: aclFilters[0] must be a mapping"),
        (file([entry(), entry("topik")]), "3:37: error[K016]: aclFilters[1].resourceFilter.resourceType must be any"),
        (file([entry("topic", "glob")]), "2:61: error[K016]: aclFilters[0].resourceFilter.patternType must be any"),
        (file([entry("any", "any", "reed")]), "2:97: error[K016]: aclFilters[0].accessFilter.operation must be any"),
        (file([entry("any", "any", "any", "yes")]), "2:122: error[K016]: aclFilters[0].accessFilter.permissionType"),
        (
            file([entry(principal: "app")]),
            "2:97: error[K017]: aclFilters[0].accessFilter.principal must be a principal"
        ),
        (
            file([entry(principal: "any")]),
            "2:97: error[K017]: aclFilters[0].accessFilter.principal must be a principal"
        ),
        (file([entry(host: "any")]), "2:137: error[K017]: aclFilters[0].accessFilter.host must be an address or *"),
        (file([entry(name: "")]), "2:74: error[K015]: aclFilters[0].resourceFilter.name is empty"),
        (
            file([entry(name: "x").replacing("\"x\"", with: "null")]),
            "2:74: error[K015]: aclFilters[0].resourceFilter.name has no value"
        ),
        (
            file([entry(name: "x").replacing("\"x\"", with: "[\"x\"]")]),
            "2:74: error[K012]: aclFilters[0].resourceFilter.name must be text"
        ),
        (
            file([entry().replacing("\"resourceType\"", with: "\"resourcetype\"")]),
            "2:21: error[K014]: unknown key \"resourcetype\" in aclFilters[0].resourceFilter"
        ),
        (
            file([entry().replacing("{\"operation\"", with: "{\"x\": 1, \"operation\"")]),
            "2:84: error[K014]: unknown key \"x\" in aclFilters[0].accessFilter"
        ),
        (
            file([entry().replacing("}}", with: "}, \"filterType\": \"INCLUDE\"}")]),
            "2:130: error[K014]: unknown key \"filterType\" in aclFilters[0]"
        ),
        (
            file([entry().replacing("\"patternType\"", with: "\"resourceType\"")]),
            "2:44: error[K007]: key \"resourceType\" stands twice"
        ),
        (
            file(["{\"resourceFilter\": {\"resourceType\": \"topic\", \"patternType\": \"any\"}}"]),
            "2:2: error[K013]: \"accessFilter\" is missing in aclFilters[0]"
        ),
    ]

    @Test(arguments: mistakes)
    func `says where a mistake stands`(_ json: String, _ line: String) {
        let read = FilterJSON.read(Array(json.utf8), name: "f.json", .aclFilters)
        #expect(read.filters == nil)
        let text = DiagnosticText().text(read.findings)
        #expect(text.contains("f.json:\(line)"), "\(text)")
    }

    @Test func `a mistake in a file leaves nothing behind, whether the file is copied or not`() async throws {
        let folder = try folder(Self.file([Self.entry("topik")]))
        for more in ["--force", "--inline-filters"] {
            let run = try await run(folder, "--acl-filters-json-file", "acl_filter.json", more)
            #expect(run.exitCode == 65)
            #expect(run.errorOutput.hasPrefix("acl_filter.json:2:37: error[K016]: "), "\(run.errorOutput)")
            #expect(run.errorOutput.contains("nothing was written"))
            #expect(run.output == "")
        }
        #expect(try await CommandRun.run(["ls", folder.file("manifests")]).exitCode != 0)
    }

    @Test func `tells all mistakes at once, and those of the config file by their place in its value`() async throws {
        let json = Self.file([Self.entry("topik"), Self.entry("any", "glob"), Self.entry("any", "any", "reed")])
        let folder = try folder(json)
        let all = try await run(folder, "--acl-filters-json-file", "acl_filter.json")
        #expect(all.errorOutput.split(separator: "\n").count { $0.contains("error[K016]") } == 3)
        #expect(all.errorOutput.contains("did you mean \"topic\"?"))
        let flag = try await run(folder, "--acl-filters-json", json)
        #expect(flag.exitCode == 65)
        #expect(flag.errorOutput.contains("--acl-filters-json:2:37: error[K016]"), "\(flag.errorOutput)")

        let value = Self.file([Self.entry("topik")]).replacing("\n", with: "")
        try folder.write("source.config", Self.config + "acl.filters=\(value)\n")
        let config = try await run(folder)
        #expect(config.exitCode == 0)
        #expect(
            config.errorOutput.contains(
                "lockstep: not taken over: acl.filters: aclFilters[0].resourceFilter.resourceType must be any, topic,"))
        #expect(config.errorOutput.contains("(character 53 of its value)"), "\(config.errorOutput)")
        #expect(try link(folder, "manifests").aclFilters == nil)
    }

    @Test func `says that filters without the sync, and the sync without filters, do nothing`() async throws {
        let folder = try folder(Self.file([Self.entry()]))
        let without = try await run(folder)
        #expect(without.exitCode == 0)
        #expect(
            without.errorOutput.contains(
                "not taken over: acl.sync.enable: there are no filters for it, so nothing would be synced; give "
                    + "--acl-filters-json-file"))
        try folder.write("source.config", "bootstrap.servers=a:9092\n")
        let off = try await run(folder, "--acl-filters-json-file", "acl_filter.json", "--force")
        #expect(off.errorOutput.contains("not taken over: acl.filters: acl.sync.enable is not true"))
        #expect(try link(folder, "manifests").settings.syncsAcls == false)
    }
}
