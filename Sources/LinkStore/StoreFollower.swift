import EventLoop
import KafkaClient

/// Follows `__lockstep`: a change reaches its caller in the time of a network round trip.
///
/// One caller at a time; pinned to the client's loop.
package actor StoreFollower {
    /// What has come since the call before.
    package struct Update: Sendable {
        /// Everything up to now.
        package var contents: StoreContents
        /// Keys whose record was written or removed; all of them at the first call.
        package var changes: Set<StoreKey>
        /// Those of `changes` whose record was removed on purpose, and not lost with the topic.
        package var removals: Set<StoreKey>
    }

    package nonisolated var unownedExecutor: UnownedSerialExecutor { client.loop.asUnownedSerialExecutor() }

    private nonisolated let client: ClusterClient
    private let cursor: StoreCursor
    private var isFirst = true

    /// A follower that has read nothing yet.
    ///
    /// - Parameter lane: a connection of its own; its long polls hold it.
    package init(_ client: ClusterClient, lane: ClusterClient.Lane = .fetch(-1)) {
        self.client = client
        cursor = StoreCursor(client: client, lane: lane, patience: .zero)
    }

    /// The first call reads everything; each later one waits for a change, at most `maximumWaitMs`.
    ///
    /// - Returns: nil when nothing has changed. After an error the next call goes on where this one stood.
    package func next(maximumWaitMs: Int32) async throws(StoreError) -> Update? {
        if isFirst {
            try await cursor.readToEnd()
            isFirst = false
            return update(cursor.takeChanges())
        }
        try await cursor.readOn(maximumWaitMs: maximumWaitMs)
        let changes = cursor.takeChanges()
        return changes.isEmpty ? nil : update(changes)
    }

    private func update(_ changes: Set<StoreKey>) -> Update {
        Update(contents: cursor.fold.contents, changes: changes, removals: cursor.takeRemovals())
    }
}
