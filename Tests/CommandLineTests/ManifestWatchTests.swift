import KafkaModel
import Manifest
import TestSupport
import Testing

@testable import CommandLine

/// When manifests count as changed, and what of a cluster then has to be done differently.
@Suite struct ManifestWatchTests {
    private struct Case {
        let folder: TemporaryDirectory
        var watch: ManifestWatch

        init(_ spec: String, config: String? = nil) throws {
            folder = try TemporaryDirectory("watch")
            if let config { try folder.write("m/source.config", config) }
            try folder.write("m/a.yaml", Self.manifest(spec))
            let desired = try #require(ManifestFiles.load([folder.file("m")]).desired)
            watch = ManifestWatch([folder.file("m")], read: desired)
        }

        static func manifest(_ spec: String) -> String {
            """
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: paris}
            spec: {\(spec)}

            """
        }

        /// What a look finds, in a word or as the difference in reaching the cluster.
        mutating func look(from old: ClusterSpec? = nil) -> String {
            switch watch.look() {
            case .same: "same"
            case .invalid: "invalid"
            case .changed(let desired):
                desired.clusters["paris"].map { spec in
                    old.map { $0.differences(inReaching: spec).joined(separator: ",") } ?? "changed"
                } ?? "gone"
            }
        }

        var cluster: ClusterSpec? { ManifestFiles.load([folder.file("m")]).desired?.clusters["paris"] }
    }

    @Test func `sees changed, added and broken files`() throws {
        var one = try Case("bootstrapServers: [a:1]")
        // The first look finds what may have changed since the manifests were read.
        #expect(one.look() == "changed")
        #expect(one.look() == "same")
        try one.folder.write("m/a.yaml", Case.manifest("bootstrapServers: [b:1]"))
        #expect(one.look() == "changed")
        try one.folder.write("m/b.yaml", "nonsense: [")
        #expect(one.look() == "invalid")
        #expect(one.look() == "same")
        try one.folder.write("m/b.yaml", "# nothing")
        #expect(one.look() == "changed")
        #expect(one.look() == "same")
    }

    @Test func `looks into properties files`() throws {
        let config = "bootstrap.servers=a:1\nclient.id=x\n"
        var one = try Case("propertiesFile: source.config", config: config)
        #expect(one.look() == "changed")
        #expect(one.look() == "same")
        let before = try #require(one.cluster)
        try one.folder.write("m/source.config", "bootstrap.servers=b:1\nclient.id=y\n")
        #expect(one.look(from: before) == "bootstrapServers,properties")
        #expect(one.look() == "same")
        // A file that is named from now on is looked into from now on.
        try one.folder.write("m/other.config", config)
        try one.folder.write("m/a.yaml", Case.manifest("propertiesFile: other.config"))
        #expect(one.look(from: before) == "propertiesFile")
        try one.folder.write("m/other.config", config.replacing("a:1", with: "c:1"))
        #expect(one.look(from: before) == "bootstrapServers,propertiesFile")
    }

    @Test(arguments: [
        ("bootstrapServers: [a:1], access: READ_ONLY, clusterId: x", ""),
        ("bootstrapServers: [a:1, b:1]", "bootstrapServers"),
        ("bootstrapServers: [a:1], tls: {enabled: true}", "tls"),
        ("bootstrapServers: [a:1], properties: {client.id: x}", "properties"),
        (
            "bootstrapServers: [a:1], authentication: {type: SCRAM-SHA-512, username: u, password: \"${env:P}\"}",
            "authentication"
        ),
    ])
    func `tells what is reached differently`(spec: String, differences: String) throws {
        var one = try Case("bootstrapServers: [a:1]")
        let before = try #require(one.cluster)
        try one.folder.write("m/a.yaml", "# moved\n" + Case.manifest(spec))
        #expect(one.look(from: before) == differences)
    }
}
