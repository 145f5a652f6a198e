import Diagnostics
import KafkaModel
import YAMLDocument

/// Puts the documents of all files together and checks what only shows between them: names, references, duplicates.
struct DesiredStateAssembly {
    private let documents: [ManifestDocument]
    /// Whether everything was read; otherwise a reference that leads nowhere may point into a broken file.
    private let isComplete: Bool
    private let attachments: Attachments

    init(_ documents: [ManifestDocument], isComplete: Bool, attachments: Attachments) {
        self.documents = documents
        self.isComplete = isComplete
        self.attachments = attachments
    }

    /// Clusters by name and links sorted by name.
    ///
    /// Documents with mistakes are left out; every mistake is reported.
    func assemble() -> (clusters: [String: ClusterSpec], links: [LinkSpec]) {
        let clusterDocuments = named(.cluster)
        let linkDocuments = named(.clusterLink)
        _ = named(.mirrorTopicSet)
        var clusters: [String: ClusterSpec] = [:]
        for (name, document) in clusterDocuments {
            guard case .cluster(let read?) = document.spec, let spot = document.name?.spot else { continue }
            clusters[name] = ClusterAssembly(
                name: name, spot: spot, read: read, attachments: attachments,
                linkConfigs: Self.configs(of: name, in: linkDocuments.values)
            ).assemble()
        }
        var setEntries: [String: [MirrorTopicEntry]] = [:]
        for document in documents {
            guard case .mirrorTopicSet(let set?) = document.spec, let link = set.link else { continue }
            if linkDocuments[link.value] == nil { reportMissing(.clusterLink, link, among: linkDocuments.keys) }
            setEntries[link.value, default: []] += set.mirrorTopics
        }
        var ownership = MirrorTopicOwnership()
        var prefixes: [PrefixDeclaration] = []
        var links: [LinkSpec] = []
        for (name, document) in linkDocuments.sorted(by: { $0.key < $1.key }) {
            guard case .link(let read?) = document.spec, let spot = document.name?.spot else { continue }
            checkCluster(read.source, among: clusterDocuments)
            checkCluster(read.destination, among: clusterDocuments)
            checkClusters(of: read, clusters)
            let assembly = LinkAssembly(name: name, spot: spot, read: read, attachments: attachments)
            guard let link = assembly.assemble(setEntries[name] ?? [], &ownership) else { continue }
            prefixes.append(PrefixDeclaration(link: link, spot: read.options?.prefix?.spot))
            links.append(link)
        }
        PrefixDeclaration.warnAboutOverlaps(prefixes)
        return (clusters, links)
    }

    /// What the links of a cluster say for themselves, by Cluster Linking's names of configs.
    private static func configs(of cluster: String, in links: some Sequence<ManifestDocument>) -> Set<String> {
        links.reduce(into: []) { names, document in
            guard case .link(let read?) = document.spec,
                cluster == read.source?.value || cluster == read.destination?.value
            else { return }
            names.formUnion(read.saidConfigs)
        }
    }

    /// The documents of a kind by name; a second one with the same name is reported.
    private func named(_ kind: ManifestKind) -> [String: ManifestDocument] {
        var byName: [String: ManifestDocument] = [:]
        for document in documents where document.kind == kind {
            guard let name = document.name else { continue }
            if let first = byName[name.value]?.name {
                name.spot.report(
                    ManifestCode.duplicateName, "\(kind.rawValue) \"\(name.value)\" is declared twice",
                    hint: "give one of them another name, or remove it",
                    related: [.init(first.spot.place, "the first one")])
            } else {
                byName[name.value] = document
            }
        }
        return byName
    }

    private func checkCluster(_ reference: Located<String>?, among clusters: [String: ManifestDocument]) {
        guard let reference, clusters[reference.value] == nil else { return }
        reportMissing(.cluster, reference, among: clusters.keys)
    }

    private func reportMissing(
        _ kind: ManifestKind, _ reference: Located<String>, among known: some Collection<String>
    ) {
        guard isComplete else { return }
        let names = known.sorted()
        let shown = names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
        reference.spot.report(
            ManifestCode.missingReference, "there is no \(kind.rawValue) \"\(reference.value)\"",
            hint: DidYouMean.hint(for: reference.value, among: names),
            detail: names.isEmpty ? "No \(kind.rawValue) is declared." : "Declared: \(shown).")
    }

    /// A link needs two clusters, and its destination is written to.
    private func checkClusters(of link: LinkSpecification, _ clusters: [String: ClusterSpec]) {
        guard let source = link.source, let destination = link.destination else { return }
        if source.value == destination.value {
            destination.spot.report(
                ManifestCode.clusters, "source and destination are the same cluster \"\(source.value)\"",
                related: [.init(source.spot.place, "the source")])
        }
        if let cluster = clusters[destination.value], cluster.access == .readOnly {
            destination.spot.report(
                ManifestCode.clusters, "cluster \"\(destination.value)\" is READ_ONLY and cannot be a destination",
                hint: "remove access: READ_ONLY, or link to another cluster",
                related: [.init(cluster.place, "the cluster")])
        }
    }
}

/// A link's prefix, for the warning about prefixes that begin with each other.
struct PrefixDeclaration {
    let link: LinkSpec
    let spot: YAMLSpot?

    /// `shop` and `shop.eu` into the same cluster: a filter or an ACL for the first covers the second, too.
    static func warnAboutOverlaps(_ declarations: [PrefixDeclaration]) {
        for longer in declarations {
            for shorter in declarations {
                guard let spot = longer.spot, let other = shorter.spot, !shorter.link.prefix.isEmpty,
                    longer.link.destination == shorter.link.destination, longer.link.prefix != shorter.link.prefix,
                    longer.link.prefix.hasPrefix(shorter.link.prefix)
                else { continue }
                spot.report(
                    ManifestCode.prefixOverlap,
                    "prefix \"\(longer.link.prefix)\" begins with the prefix \"\(shorter.link.prefix)\" of link \""
                        + "\(shorter.link.name)\"", severity: .warning,
                    hint: "end prefixes with a separator such as \".\"", related: [.init(other.place)])
            }
        }
    }
}
