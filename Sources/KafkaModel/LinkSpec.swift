import Diagnostics

/// A link as declared, from a `ClusterLink` manifest and the `MirrorTopicSet`s that refer to it.
package struct LinkSpec: Hashable, Sendable {
    /// Desired state of the whole link.
    package enum State: String, Sendable, Codable, CaseIterable {
        /// Mirror topics follow their own states.
        case active = "ACTIVE"
        /// Every mirror topic of the link stands still.
        case paused = "PAUSED"
    }

    /// Who runs the workers.
    package enum WorkerMode: String, Sendable, Codable, CaseIterable {
        /// `apply` starts them on this machine.
        case local
        /// The user's supervisor runs `lockstep worker`.
        case external
    }

    /// What happens to a mirror topic whose entry left the files.
    package enum OnUndeclare: String, Sendable, Codable, CaseIterable {
        /// It goes on as it was.
        case keep = "KEEP"
        /// It is paused.
        case pause = "PAUSE"
    }

    /// What happens to mirror topics that have not stopped when their link is deleted.
    package enum OnLinkDelete: String, Sendable, Codable, CaseIterable {
        /// The link is not deleted.
        case refuse = "REFUSE"
        /// They are failed over first.
        case failOver = "FAIL_OVER"
    }

    /// `metadata.name`.
    package var name: String
    /// Where the document stands.
    package var place: SourcePlace
    /// Name of the source `Cluster`.
    package var source: String
    /// Name of the destination `Cluster`.
    package var destination: String
    /// Desired state of the whole link.
    package var state: State = .active
    /// Whether the link is to be deleted (`state: ABSENT`); its topics stay.
    package var isAbsent = false
    /// Where `state` stands, or the document when it is not written.
    package var statePlace: SourcePlace
    /// Mirror name = prefix + source name.
    ///
    /// Immutable.
    package var prefix: String = ""
    /// Replicas of new mirror topics; nil = the destination's default.
    package var replicationFactor: Int16?
    /// Filters for mirror topics made without an entry of their own; nil = switched off.
    package var autoCreateFilters: TopicFilters?
    /// Where the filters stand.
    package var autoCreatePlace: SourcePlace?
    /// Filters for consumer groups whose offsets are synced; nil = switched off.
    package var groupFilters: TopicFilters?
    /// Declared mirror topics, those of `MirrorTopicSet`s included, sorted by name.
    package var mirrorTopics: [MirrorTopicSpec] = []
    /// Who runs the workers.
    package var workerMode: WorkerMode = .local
    /// How many workers there should be; 0 or more.
    package var workerCount: Int = 1
    /// ABSENT is blocked while true.
    package var deletionProtection: Bool = true
    /// Where `deletionProtection` stands, when it is written.
    package var deletionProtectionPlace: SourcePlace?
    /// What happens to a mirror topic whose entry left the files.
    package var onUndeclare: OnUndeclare = .keep
    /// What happens to mirror topics that have not stopped when the link is ABSENT.
    package var onLinkDelete: OnLinkDelete = .refuse
    /// Promotion waits until no partition lags by more records than this.
    package var promoteMaximumLag: Int64 = 0
    /// How long promotion waits, in milliseconds.
    package var promoteTimeoutMs: Int64 = 600_000
    /// Filters for the ACLs that are synced; nil = switched off.
    package var aclFilters: AclFilters?
    /// Which ACLs of the destination may be removed.
    package var aclPrune: AclPrune = .owned
    /// Configs that are set, by Cluster Linking's name.
    package var configs: [String: String] = [:]
    /// Where the configs stand, by name; filters and the prefix stand under the name of their config, what is only
    /// Lockstep's (`replicationFactor`, `policy.onUndeclare`) under that of its field.
    package var configPlaces: [String: SourcePlace] = [:]
    /// Where each entry of a list of filters stands, by the name of its config and in the list's order.
    package var filterPlaces: [String: [SourcePlace]] = [:]

    /// A link with the defaults of the manifest.
    package init(name: String, place: SourcePlace, source: String, destination: String) {
        self.name = name
        self.place = place
        self.statePlace = place
        self.source = source
        self.destination = destination
    }

    /// Names of the mirror topics that entries want to exist and to mirror, now or later.
    package var mirroredNames: Set<String> {
        Set(mirrorTopics.lazy.filter { $0.state == .active || $0.state == .paused }.map(\.name))
    }

    /// What `apply` stores of it for the workers.
    package var settings: LinkSettings {
        var settings = LinkSettings(configs: configs, topicFilters: autoCreateFilters, groupFilters: groupFilters)
        settings.replicationFactor = replicationFactor
        let absent = mirrorTopics.filter { $0.state == .absent }.map(\.sourceName)
        let selected = absent.filter { autoCreateFilters?.selects($0) == true }.sorted()
        settings.notAutoCreated = selected.isEmpty ? nil : selected
        settings.aclFilters = aclFilters
        settings.aclPrune = aclPrune == .owned ? nil : aclPrune
        return settings
    }
}
