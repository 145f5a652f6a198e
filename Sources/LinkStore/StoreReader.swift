import EventLoop
import KafkaClient
import KafkaModel

/// Reads `__lockstep` as it is now, as often as asked; writes nothing, creates nothing.
///
/// Pinned to the client's loop. The first call reads the whole log, each later one only what was added since.
package actor StoreReader {
    package nonisolated var unownedExecutor: UnownedSerialExecutor { client.loop.asUnownedSerialExecutor() }

    private nonisolated let client: ClusterClient
    private let cursor: StoreCursor
    private var turn = Turn()

    /// A reader that has read nothing yet.
    ///
    /// - Parameter lane: a connection that nothing waits for.
    package init(_ client: ClusterClient, lane: ClusterClient.Lane = .fetch(-2)) {
        self.client = client
        cursor = StoreCursor(client: client, lane: lane, patience: .seconds(15))
    }

    /// Everything the topic holds; nil when it does not exist, proven by name.
    package func read() async throws(StoreError) -> StoreContents? {
        await withUnsafeContinuation { turn.enter($0) }
        defer { turn.leave() }
        guard try await StoreTopic.exists(on: client) else { return nil }
        try await cursor.readToEnd()
        return cursor.fold.contents
    }

    /// Everything the topic holds while it has this link, and not one made anew under its name.
    package func contents(of link: LinkRecord) async throws(StoreError) -> StoreContents {
        guard let contents = try await read(), contents.links[link.name]?.linkId == link.linkId else {
            throw StoreError(.overtaken("link \(link.name) is gone"), cluster: client.name)
        }
        return contents
    }

    /// Everything the topic holds, read once.
    package static func read(_ client: ClusterClient) async throws(StoreError) -> StoreContents? {
        try await StoreReader(client).read()
    }
}
