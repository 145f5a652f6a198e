import Diagnostics
import KafkaModel

/// A link's list of filters, with where it stands and where each entry does.
struct FilterPlaces {
    let filters: TopicFilters
    /// Where the list stands, in brackets; empty when that is not known.
    let place: String
    let places: [SourcePlace]

    init(_ link: LinkSpec, _ config: String, _ filters: TopicFilters) {
        self.filters = filters
        let list = config == "auto.create.mirror.topics.filters" ? link.autoCreatePlace : link.configPlaces[config]
        place = list.map { " (\($0))" } ?? ""
        places = link.filterPlaces[config] ?? []
    }

    /// An entry, and where it stands.
    func words(_ filter: TopicFilter, _ suffix: String = "") -> String {
        let index = filters.entries.firstIndex(of: filter)
        let own = index.flatMap { places.indices.contains($0) ? " (\(places[$0]))" : nil }
        return "\(filter.filterType.rawValue) \(filter.name) \(filter.patternType.rawValue)\(suffix)\(own ?? place)"
    }
}
