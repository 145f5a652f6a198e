import Bytes
import KafkaModel

/// One thing that an apply writes into `__lockstep`.
package enum StoreChange: Hashable, Sendable {
    /// Writes a link's record.
    case putLink(LinkRecord)
    /// Removes a link's record, the reports about its tasks and the records of its ACLs, which stay as anybody's.
    case removeLink(String)
    /// Writes a mirror topic's record.
    case putMirror(MirrorRecord)
    /// Removes a mirror topic's record, and the reports about it.
    case removeMirror(link: String, topic: String)
    /// Writes the lock.
    case putLock(ApplyLock)
    /// Removes the lock.
    case removeLock

    /// The record that is written or removed.
    package var key: StoreKey {
        switch self {
        case .putLink(let record): .link(record.name)
        case .removeLink(let name): .link(name)
        case .putMirror(let record): .mirror(link: record.link, topic: record.topic)
        case .removeMirror(let link, let topic): .mirror(link: link, topic: topic)
        case .putLock, .removeLock: .lock
        }
    }

    /// Keys and values to append; a value of nil removes (a tombstone).
    func records(in contents: StoreContents) -> [(key: StoreKey, value: ByteSlice?)] {
        switch self {
        case .putLink(let record): [(key, StoreJSON.write(record))]
        case .putMirror(let record): [(key, StoreJSON.write(record))]
        case .putLock(let lock): [(key, StoreJSON.write(lock))]
        case .removeLock: [(key, nil)]
        case .removeLink(let link):
            [(key, nil)]
                + (contents.tasks[link] ?? [:]).keys.map { StoreKey.task(link: link, $0) }.sorted().map { ($0, nil) }
                + (contents.acls[link] ?? [:]).keys.map { StoreKey.acl(link: link, id: $0) }.sorted().map { ($0, nil) }
        case .removeMirror(let link, let topic):
            [(key, nil)]
                + (contents.reports[StoreContents.MirrorKey(link: link, topic: topic)] ?? [:]).keys.sorted().map {
                    (StoreKey.report(link: link, topic: topic, partition: $0), nil)
                }
        }
    }
}
