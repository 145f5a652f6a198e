import Diagnostics
import KafkaModel
import YAMLDocument

/// One manifest document.
///
/// A spec that has mistakes is nil; the name still counts, so that references to it are right.
struct ManifestDocument {
    enum Spec {
        case cluster(ClusterSpecification?)
        case link(LinkSpecification?)
        case mirrorTopicSet(MirrorTopicSetSpecification?)
    }

    var kind: ManifestKind
    var name: Located<String>?
    var spec: Spec
    var spot: YAMLSpot
}

/// The kinds of documents, in the order they are explained.
enum ManifestKind: String, CaseIterable, Sendable {
    case cluster = "Cluster"
    case clusterLink = "ClusterLink"
    case mirrorTopicSet = "MirrorTopicSet"

    /// The only version so far.
    static let apiVersion = "lockstep/v1alpha1"

    var about: String {
        switch self {
        case .cluster: "How to connect to a Kafka cluster."
        case .clusterLink: "What is mirrored from one cluster to another."
        case .mirrorTopicSet: "A team's own list of mirror topics of a link."
        }
    }

    /// The shape of the whole document.
    var document: Shape<ManifestDocument> {
        switch self {
        case .cluster: shape(ClusterFields.spec, { .cluster($0) })
        case .clusterLink: shape(LinkFields.spec, { .link($0) })
        case .mirrorTopicSet: shape(MirrorTopicSetFields.spec, { .mirrorTopicSet($0) })
        }
    }

    private func shape<Value>(
        _ spec: Shape<Value>, _ wrap: @escaping @Sendable (Value?) -> ManifestDocument.Spec
    ) -> Shape<ManifestDocument> {
        let specField = Field("spec", about, spec, required: true)
        let kindField = Field("kind", about, Self.constant(rawValue), required: true)
        return Shape<ManifestDocument>.object([
            EnvelopeFields.apiVersion, kindField, EnvelopeFields.metadata, specField,
        ]) { reader in
            _ = reader.take(EnvelopeFields.apiVersion)
            _ = reader.take(kindField)
            let name = reader.take(EnvelopeFields.metadata)?.value
            let spec = reader.take(specField)?.value
            return ManifestDocument(kind: self, name: name, spec: wrap(spec), spot: reader.spot)
        }
    }

    fileprivate static func constant(_ word: String) -> Shape<String> {
        Shape<String>(["const": .text(word)]) { node, _ in node.text }
    }
}

/// The fields around the spec.
enum EnvelopeFields {
    static let apiVersion = Field(
        "apiVersion", "Version of the manifest format.", ManifestKind.constant(ManifestKind.apiVersion), required: true)
    static let name = Field("name", "Name of this document, unique among its kind.", Shape<String>.name, required: true)
    static let labels = Field("labels", "Labels of your choice.", Shape<[String: String]>.freeText())
    static let annotations = Field("annotations", "Notes of your choice.", Shape<[String: String]>.freeText())
    static let metadata = Field(
        "metadata", "Name and labels.",
        Shape<Located<String>>.object([name, labels, annotations]) { reader in
            let name = reader.take(Self.name)
            _ = reader.take(labels)
            _ = reader.take(annotations)
            return name
        }, required: true)
}

extension ManifestDocument {
    /// Reads one YAML document; nil when version or kind are not known (which was reported).
    static func read(_ node: YAMLNode) -> ManifestDocument? {
        guard let entries = node.entries else {
            node.spot.report(
                YAMLCode.wrongType, "a manifest must be a mapping, not \(node.kindInWords)",
                hint: "it begins with apiVersion: \(ManifestKind.apiVersion)")
            return nil
        }
        guard checkVersion(entries, node), let kind = kind(entries, node) else { return nil }
        return kind.document.read(node, "")
    }

    private static func checkVersion(_ entries: [YAMLEntry], _ node: YAMLNode) -> Bool {
        guard let version = entries.first(where: { $0.key == "apiVersion" }) else {
            (entries.first?.keySpot ?? node.spot).report(
                YAMLCode.missingKey, "\"apiVersion\" is missing in the document",
                hint: "a manifest begins with apiVersion: \(ManifestKind.apiVersion)")
            return false
        }
        guard version.value.text == ManifestKind.apiVersion else {
            version.value.spot.report(
                ManifestCode.unknownVersion, "apiVersion \(version.value.kindInWords) is not known",
                hint: "this version of Lockstep reads \(ManifestKind.apiVersion)")
            return false
        }
        return true
    }

    private static func kind(_ entries: [YAMLEntry], _ node: YAMLNode) -> ManifestKind? {
        let known = ManifestKind.allCases.map(\.rawValue)
        guard let entry = entries.first(where: { $0.key == "kind" }) else {
            (entries.first?.keySpot ?? node.spot).report(
                YAMLCode.missingKey, "\"kind\" is missing in the document",
                hint: "kinds: \(known.joined(separator: ", "))")
            return nil
        }
        if let kind = entry.value.text.flatMap(ManifestKind.init(rawValue:)) { return kind }
        entry.value.spot.report(
            ManifestCode.unknownKind, "kind \(entry.value.kindInWords) is not known",
            hint: DidYouMean.hint(for: entry.value.text ?? "", among: known)
                ?? "kinds: \(known.joined(separator: ", "))")
        return nil
    }
}
