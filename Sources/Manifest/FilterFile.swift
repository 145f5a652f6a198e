import Diagnostics
import KafkaModel
import YAMLDocument

/// Cluster Linking's filter files: JSON of one key with a list, read with the YAML reader, which knows JSON
/// and places.
enum FilterFile {
    /// The path of a filter file.
    ///
    /// Only `.json`: a manifest from a stranger must not show other files' lines.
    static let path = Shape<String>(["type": "string", "pattern": "\\.json$"]) { node, path in
        guard let text = Shape<String>.text.read(node, path) else { return nil }
        guard text.lowercased().hasSuffix(".json") else {
            node.spot.report(
                ManifestCode.badValue, "\(path) must be a .json file, not \(node.kindInWords)",
                hint: "Cluster Linking's filter files are JSON")
            return nil
        }
        return text
    }

    /// Reports a list and a file for the same filters.
    static func refuseBoth<Element>(_ list: Located<[Element]>?, _ name: String, file: Located<String>?) {
        guard let list, let file else { return }
        file.spot.report(
            ManifestCode.conflict, "\(name) and \(name)File exclude each other", hint: "keep one of them",
            related: [.init(list.spot.place)])
    }

    /// The filters of a file that a manifest names.
    ///
    /// - Returns: the filters, nil when the file cannot be used (which was reported), and whether it has mistakes; then
    ///   nothing is said about missing filters.
    static func read<Filters>(
        _ file: Located<String>, _ attachments: Attachments, _ filters: (YAMLSource) -> Filters?
    ) -> (filters: Filters?, hasMistakes: Bool) {
        let findings = file.spot.source.findings
        let count = findings.diagnostics.count + findings.leftOut
        let read = attachments.source(file).flatMap(filters)
        return (read, findings.diagnostics.count + findings.leftOut > count)
    }

    /// The topic filters of a file; nil when it cannot be used (which was reported).
    static func topicFilters(_ source: YAMLSource) -> Located<[Located<TopicFilter>]>? {
        read(source, .topicFilters, Shape<[Located<TopicFilter>]>.list(of: FilterFields.topicFilter))
    }

    /// The group filters of a file; nil when it cannot be used (which was reported).
    static func groupFilters(_ source: YAMLSource) -> Located<[Located<TopicFilter>]>? {
        read(source, .groupFilters, Shape<[Located<TopicFilter>]>.list(of: FilterFields.groupFilter))
    }

    /// The ACL filters of a file; nil when it cannot be used (which was reported).
    static func aclFilters(_ source: YAMLSource) -> Located<[Located<AclFilter>]>? {
        read(source, .aclFilters, AclFilterFields.list)
    }

    private static func read<Value>(_ source: YAMLSource, _ root: FilterJSON.Root, _ list: Shape<Value>) -> Located<
        Value
    >? {
        let (documents, isComplete) = YAMLFile.documents(of: source)
        guard isComplete else { return nil }
        let objects = documents.count { if case .mapping = $0.content { true } else { false } }
        guard let document = documents.first, documents.count == 1, objects == 1 else {
            let found =
                switch documents.count {
                case 0: "and this is empty"
                case 1: "not \(documents[0].kindInWords)"
                default: "not \(documents.count)"
                }
            source.findings.add(
                Diagnostic(
                    .error, ManifestCode.filter.rawValue, at: SourcePlace(file: source.name, line: 1, column: 1),
                    "filters are one JSON object, \(found)", hint: "it looks like {\"\(root.rawValue)\": [{…}, …]}"))
            return nil
        }
        let field = Field(root.rawValue, "The filters.", list, required: true)
        return Shape<Located<Value>>.object([field]) { $0.take(field) }.read(document, "")
    }
}
