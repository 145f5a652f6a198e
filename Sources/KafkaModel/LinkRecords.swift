/// `link/<name>` in the `__lockstep` topic: what Kafka itself cannot hold about a link (design: product.md §4).
package struct LinkRecord: Hashable, Sendable, Codable {
    /// Version of the record's form.
    package var schema: Int = 1
    /// Name of the link.
    package var name: String
    /// Random id given at creation; the producer ids of the mirror derive from it.
    package var linkId: String
    /// Cluster id of the source when the link was made.
    package var sourceClusterId: String
    /// Cluster id of the destination.
    package var destinationClusterId: String
    /// Prefix of mirror names.
    ///
    /// Immutable.
    package var prefix: String
    /// State of the whole link.
    package var state: LinkSpec.State
    /// What the link's workers do beside copying records.
    package var settings: LinkSettings
    /// When the link was made, in milliseconds since 1970.
    package var createdAtMs: Int64

    /// A record of its parts.
    package init(
        name: String, linkId: String, sourceClusterId: String, destinationClusterId: String, prefix: String,
        state: LinkSpec.State, settings: LinkSettings = LinkSettings(), createdAtMs: Int64
    ) {
        self.name = name
        self.linkId = linkId
        self.sourceClusterId = sourceClusterId
        self.destinationClusterId = destinationClusterId
        self.prefix = prefix
        self.state = state
        self.settings = settings
        self.createdAtMs = createdAtMs
    }

    /// Reads a record; one of a version that knew no settings has none that differ from the defaults.
    package init(from decoder: any Decoder) throws {
        let record = try decoder.container(keyedBy: CodingKeys.self)
        schema = try record.decode(Int.self, forKey: .schema)
        name = try record.decode(String.self, forKey: .name)
        linkId = try record.decode(String.self, forKey: .linkId)
        sourceClusterId = try record.decode(String.self, forKey: .sourceClusterId)
        destinationClusterId = try record.decode(String.self, forKey: .destinationClusterId)
        prefix = try record.decode(String.self, forKey: .prefix)
        state = try record.decode(LinkSpec.State.self, forKey: .state)
        settings = try record.decodeIfPresent(LinkSettings.self, forKey: .settings) ?? LinkSettings()
        createdAtMs = try record.decode(Int64.self, forKey: .createdAtMs)
    }
}

/// `mirror/<link>/<topic>` in the `__lockstep` topic: a mirror topic that Lockstep owns.
package struct MirrorRecord: Hashable, Sendable, Codable {
    /// How a mirror topic ends.
    package enum StopMode: String, Sendable, Codable {
        /// In order, at lag ≤ maximum.
        case promote = "PROMOTE"
        /// Now.
        case failover = "FAILOVER"
    }

    /// A stop that was asked for.
    package struct Stop: Hashable, Sendable, Codable {
        /// How it ends.
        package var mode: StopMode
        /// Random id of this request; workers answer with it.
        package var requestId: String
        /// Largest lag in records at which promotion may stop a partition.
        package var maximumLag: Int64
        /// When it was asked for, in milliseconds since 1970.
        package var requestedAtMs: Int64

        /// A stop of its parts.
        package init(mode: StopMode, requestId: String, maximumLag: Int64, requestedAtMs: Int64) {
            self.mode = mode
            self.requestId = requestId
            self.maximumLag = maximumLag
            self.requestedAtMs = requestedAtMs
        }
    }

    /// Version of the record's form.
    package var schema: Int = 1
    /// Name of the link.
    package var link: String
    /// Name on the destination.
    package var topic: String
    /// Name on the source.
    package var sourceTopic: String
    /// Topic id on the source when the mirror was made; nil when the source has no topic ids (before 2.8).
    package var sourceTopicId: String?
    /// Topic id on the destination; nil when the destination has none.
    package var topicId: String?
    /// `PENDING_MIRROR`, `ACTIVE`, `PAUSED`, `PENDING_STOPPED` or `STOPPED`.
    package var state: MirrorTopicState
    /// The stop that was asked for, from `PENDING_STOPPED` on.
    package var stop: Stop?
    /// From `STOPPED` on: the end offset of each partition, by partition.
    package var stoppedOffsets: [Int64]?
    /// Source values of the settings that a mirror overrides, restored when it stops; null = not set there.
    package var restoreConfigs: [String: String?]
    /// Overrides of topic settings that its entry declares; null = not set on the mirror.
    ///
    /// Nil for none.
    package var overrides: [String: String?]?
    /// While `PENDING_MIRROR`: the settings with which the topic may have been created, one set for each attempt that
    /// had others.
    package var attempts: [[String: String]]?
    /// Since when the state holds, in milliseconds since 1970.
    package var sinceMs: Int64

    /// A record of its parts; nothing is attempted.
    package init(
        link: String, topic: String, sourceTopic: String, sourceTopicId: String?, topicId: String?,
        state: MirrorTopicState, stop: Stop? = nil, stoppedOffsets: [Int64]? = nil,
        restoreConfigs: [String: String?] = [:], overrides: [String: String?]? = nil, sinceMs: Int64
    ) {
        self.link = link
        self.topic = topic
        self.sourceTopic = sourceTopic
        self.sourceTopicId = sourceTopicId
        self.topicId = topicId
        self.state = state
        self.stop = stop
        self.stoppedOffsets = stoppedOffsets
        self.restoreConfigs = restoreConfigs
        self.overrides = overrides
        self.sinceMs = sinceMs
    }
}

extension MirrorRecord {
    /// Whether a topic of the source with this id may be the mirrored one; a topic made anew is somebody else's.
    ///
    /// Where an id is not known, as of clusters before 2.8, it may be.
    package func isSource(topicId: String?) -> Bool { Self.mayAgree(sourceTopicId, topicId) }

    /// Whether a topic of the destination with this id may be the mirror; where an id is not known, it may be.
    package func isMirror(topicId found: String?) -> Bool { Self.mayAgree(topicId, found) }

    private static func mayAgree(_ recorded: String?, _ found: String?) -> Bool {
        guard let recorded, let found else { return true }
        return recorded == found
    }
}
