import Diagnostics
import KafkaModel
import YAMLDocument

/// What a `ClusterLink` says about consumer groups whose offsets are synced, before a filter file was read.
struct GroupFilterReading {
    /// The filters of the manifest itself.
    var filters: Located<[Located<TopicFilter>]>?
    /// The file that holds them instead.
    var file: Located<String>?
    /// Whether filters are written that could not be read; then nothing is said about missing ones.
    var hasMistakes: Bool

    private static let enable = "consumer.offset.sync.enable"
    private static let prefixEnable = "consumer.group.prefix.enable"
    private static let everyGroup = "{name: \"*\", patternType: LITERAL, filterType: INCLUDE} is every group"

    /// Takes the two fields.
    init(_ reader: FieldReader) {
        let (list, path) = (LinkFields.consumerGroupFilters, LinkFields.consumerGroupFiltersFile)
        filters = reader.take(list)
        file = reader.take(path)
        let written = reader.mapping.entry(list.name)?.value.elements
        let isListBad =
            filters.map { $0.value.count < written?.count ?? 0 } ?? (reader.mapping.entry(list.name) != nil)
        hasMistakes = isListBad || (file == nil && reader.mapping.entry(path.name) != nil)
        FilterFile.refuseBoth(filters, list.name, file: file)
    }

    /// The filters when syncing is on; nil when it is off or cannot work (which was reported).
    ///
    /// - Parameters:
    ///   - configs: the link's configs, by name.
    ///   - hasPrefix: whether the link has a prefix; nil when that could not be read.
    func assemble(
        configs: [String: Located<String>], hasPrefix: Bool?, _ attachments: Attachments
    ) -> Located<[Located<TopicFilter>]>? {
        if let wanted = configs[Self.prefixEnable], wanted.value == "true", hasPrefix == false {
            wanted.spot.report(
                ManifestCode.conflict, "\(Self.prefixEnable) needs a prefix, and the link has none",
                hint: "set spec.mirrorTopicOptions.prefix, or remove this config")
        }
        var filters = filters
        var hasMistakes = hasMistakes
        if let file {
            let content = FilterFile.read(file, attachments, FilterFile.groupFilters)
            filters = content.filters
            hasMistakes = hasMistakes || content.hasMistakes
        }
        let enabled = configs[Self.enable]
        guard let enabled, enabled.value == "true" else {
            if enabled == nil, let filters, !filters.value.isEmpty {
                (file?.spot ?? filters.spot).report(
                    ManifestCode.missingFilters, "the group filters have no effect: \(Self.enable) is not set",
                    severity: .warning, hint: "add \(Self.enable): true to configs, or false to keep it off")
            }
            return nil
        }
        if !hasMistakes { checkInclude(filters?.value ?? [], enabled) }
        return filters
    }

    private func checkInclude(_ filters: [Located<TopicFilter>], _ enabled: Located<String>) {
        if filters.isEmpty {
            enabled.spot.report(
                ManifestCode.missingFilters, "\(Self.enable) is true without group filters",
                hint: "add consumerGroupFilters; \(Self.everyGroup)")
        } else if !filters.contains(where: { $0.value.filterType == .include }) {
            enabled.spot.report(
                ManifestCode.missingFilters, "the group filters have no INCLUDE entry, so no group would be synced",
                hint: "add an entry; \(Self.everyGroup)")
        }
    }
}
