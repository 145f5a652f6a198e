import Diagnostics
import KafkaModel
import Manifest

/// Loads manifests from text, without a file system.
struct ManifestFixture {
    let load: ManifestLoad

    /// One file named `links/a.yaml`.
    init(_ text: String, attachments: [String: String] = [:]) {
        self.init(["links/a.yaml": text], attachments: attachments)
    }

    /// Several files, in the order of their names.
    init(_ files: [String: String], attachments: [String: String] = [:]) {
        let loader = ManifestLoader { path in
            attachments[path].map { .success(Array($0.utf8)) } ?? .failure(FileProblem("no such file or directory"))
        }
        load = loader.load(
            files.sorted { $0.key < $1.key }.map { ManifestInput(name: $0.key, bytes: Array($0.value.utf8)) })
    }

    /// All findings as people see them.
    var text: String { DiagnosticText().text(load.diagnostics) }
    /// The first line of every finding.
    var summaries: [String] {
        load.diagnostics.map { diagnostic in
            DiagnosticText().text(diagnostic).split(separator: "\n").first.map(String.init) ?? ""
        }
    }
    /// The only link.
    var link: LinkSpec? { load.desired?.links.first }
}

/// Pieces of manifests that tests put together.
enum Sample {
    static func cluster(_ name: String, _ spec: String = "bootstrapServers: [localhost:9092]") -> String {
        """
        apiVersion: lockstep/v1alpha1
        kind: Cluster
        metadata: {name: \(name)}
        spec:
          \(spec.replacing("\n", with: "\n  "))

        """
    }

    static func link(_ spec: String = "", name: String = "paris-to-dublin") -> String {
        """
        apiVersion: lockstep/v1alpha1
        kind: ClusterLink
        metadata: {name: \(name)}
        spec:
          sourceKafkaCluster: {clusterRef: {name: paris}}
          destinationKafkaCluster: {clusterRef: {name: dublin}}
          \(spec.replacing("\n", with: "\n  "))

        """
    }

    static func set(_ spec: String, name: String = "orders-team") -> String {
        """
        apiVersion: lockstep/v1alpha1
        kind: MirrorTopicSet
        metadata: {name: \(name)}
        spec:
          \(spec.replacing("\n", with: "\n  "))

        """
    }

    /// Two clusters and one link with this spec; the link's spec begins on line 7 of `links/a.yaml`.
    static func files(_ linkSpec: String) -> [String: String] {
        ["clusters.yaml": cluster("paris") + "---\n" + cluster("dublin"), "links/a.yaml": link(linkSpec)]
    }
}
