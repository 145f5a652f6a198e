import Diagnostics
import KafkaModel
import YAMLDocument

/// What a `ClusterLink` says about the ACLs that are synced, before a filter file was read.
struct AclFilterReading {
    /// The filters of the manifest itself.
    var filters: Located<[Located<AclFilter>]>?
    /// The file that holds them instead.
    var file: Located<String>?
    /// Whether filters are written that could not be read; then nothing is said about missing ones.
    var hasMistakes: Bool

    private static let enable = "acl.sync.enable"
    private static let everything =
        "{resourceFilter: {resourceType: any, patternType: any}, accessFilter: {operation: any, permissionType: any}}"

    /// Takes the two fields.
    init(_ reader: FieldReader) {
        let (list, path) = (LinkFields.aclFilters, LinkFields.aclFiltersFile)
        filters = reader.take(list)
        file = reader.take(path)
        let written = reader.mapping.entry(list.name)?.value.elements?.count ?? 0
        hasMistakes =
            (filters?.value.count ?? 0) < written || (file == nil && reader.mapping.entry(path.name) != nil)
        FilterFile.refuseBoth(filters, list.name, file: file)
    }

    /// The filters when the sync is on; nil when it is off or cannot work (which was reported).
    ///
    /// - Parameter configs: the link's configs, by name.
    func assemble(configs: [String: Located<String>], _ attachments: Attachments) -> Located<[Located<AclFilter>]>? {
        var read = filters
        var hasMistakes = hasMistakes
        if let file {
            let content = FilterFile.read(file, attachments, FilterFile.aclFilters)
            read = content.filters
            hasMistakes = hasMistakes || content.hasMistakes
        }
        let enabled = configs[Self.enable]
        let isWritten = read?.value.isEmpty == false
        guard let enabled, enabled.value == "true" else {
            if enabled == nil, isWritten, let spot = (file?.spot ?? read?.spot) {
                spot.report(
                    ManifestCode.missingFilters, "the ACL filters have no effect: \(Self.enable) is not set",
                    severity: .warning, hint: "add \(Self.enable): true to configs, or false to keep it off")
            }
            return nil
        }
        guard isWritten, let read else {
            if !hasMistakes {
                enabled.spot.report(
                    ManifestCode.missingFilters, "\(Self.enable) is true without ACL filters",
                    hint: "add aclFilters; \(Self.everything) is every ACL")
            }
            return nil
        }
        return read
    }
}
