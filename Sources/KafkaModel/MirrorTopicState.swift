/// State of a mirror topic as stored and shown (Cluster Linking's words; design: product.md §5).
package enum MirrorTopicState: String, Sendable, Codable, CaseIterable {
    /// Mirroring (stored), or caught up (observed).
    case active = "ACTIVE"
    /// Creation was begun and is not finished: the topic may not exist yet. Stored; workers leave it alone.
    case pendingMirror = "PENDING_MIRROR"
    /// Filling or catching up for the first time. Observed only.
    case initializing = "INITIALIZING"
    /// Standing still by its own desired state.
    case paused = "PAUSED"
    /// Standing still because its link is paused. Observed only.
    case linkPaused = "LINK_PAUSED"
    /// The source cannot be reached; retried. Observed only.
    case sourceUnavailable = "SOURCE_UNAVAILABLE"
    /// Stopped with a reason, in at least one partition. Observed only.
    case failed = "FAILED"
    /// Promotion or failover was accepted and is not finished.
    case pendingStopped = "PENDING_STOPPED"
    /// An ordinary topic now. Final.
    case stopped = "STOPPED"
    /// Nothing is known. Observed only.
    case unknown = "UNKNOWN"
}
