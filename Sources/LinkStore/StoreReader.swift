import KafkaClient

/// Reads `__lockstep` as it is now; writes nothing, creates nothing.
package enum StoreReader {
    /// Everything the topic holds; nil when it does not exist, proven by name.
    ///
    /// - Parameter lane: a connection that nothing waits for.
    package static func read(
        _ client: ClusterClient, lane: ClusterClient.Lane = .fetch(-2)
    ) async throws(StoreError) -> StoreContents? {
        guard try await StoreTopic.exists(on: client) else { return nil }
        let cursor = StoreCursor(client: client, lane: lane, patience: .seconds(15))
        try await cursor.readToEnd()
        return cursor.fold.contents
    }
}
