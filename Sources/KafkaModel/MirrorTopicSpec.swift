import Diagnostics

/// A mirror topic as declared.
package struct MirrorTopicSpec: Hashable, Sendable {
    /// Desired state of a mirror topic (design: product.md §5).
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Mirroring.
        case active = "ACTIVE"
        /// Standing still, position kept.
        case paused = "PAUSED"
        /// Ends in order: waits for lag 0. One-way.
        case promoted = "PROMOTED"
        /// Ends now, also with the source down. One-way.
        case failedOver = "FAILED_OVER"
        /// The mirror topic is deleted, behind the guards.
        case absent = "ABSENT"

        /// Whether a mirror topic in this state mirrors no more.
        package var isEnd: Bool {
            switch self {
            case .promoted, .failedOver, .absent: true
            case .active, .paused: false
            }
        }
    }

    /// Name on the destination.
    package var name: String
    /// Name on the source.
    package var sourceName: String
    /// Desired state.
    package var state: State
    /// Where the entry stands.
    package var place: SourcePlace
    /// Where the state stands, or the entry when it is not written.
    package var statePlace: SourcePlace
    /// Overrides of topic settings, as written; null = not set on the mirror.
    package var configs: [String: String?] = [:]
    /// Where the overrides stand, when there are any.
    package var configsPlace: SourcePlace?

    /// A mirror topic as declared.
    package init(
        name: String, sourceName: String, state: State = .active, place: SourcePlace, statePlace: SourcePlace? = nil
    ) {
        self.name = name
        self.sourceName = sourceName
        self.state = state
        self.place = place
        self.statePlace = statePlace ?? place
    }
}
