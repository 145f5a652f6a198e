import Diagnostics
import KafkaModel

/// A mirror topic that should be in some state, by an entry of its own or by a filter.
struct MirrorSubject {
    var name: String
    var sourceName: String
    var desired: MirrorTopicSpec.State
    var place: SourcePlace
    var statePlace: SourcePlace
    /// A filter asks for it: it should exist, but no state is declared for it.
    var isFiltered: Bool
    /// Overrides of topic settings that its entry declares; nil without an entry, then they stay as they are.
    var overrides: [String: String?]?
    /// Where the overrides stand.
    var configsPlace: SourcePlace

    init(_ spec: MirrorTopicSpec) {
        name = spec.name
        sourceName = spec.sourceName
        desired = spec.state
        place = spec.place
        statePlace = spec.statePlace
        isFiltered = false
        overrides = spec.configs
        configsPlace = spec.configsPlace ?? spec.place
    }

    init(filtered name: String, sourceName: String, place: SourcePlace) {
        self.name = name
        self.sourceName = sourceName
        desired = .active
        self.place = place
        statePlace = place
        isFiltered = true
        overrides = nil
        configsPlace = place
    }

    var object: PlannedObject { PlannedObject(.mirrorTopic, name) }
}
