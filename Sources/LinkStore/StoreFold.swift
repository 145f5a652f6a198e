import Bytes
import KafkaClient
import KafkaModel
import KafkaRecords

/// Folds the log of `__lockstep` into its contents, without I/O.
struct StoreFold: Sendable {
    /// What was folded so far.
    private(set) var contents = StoreContents()
    /// Keys whose record has changed since `takeChanges`.
    private var changes: Set<StoreKey> = []
    /// Keys whose record somebody removed since `takeRemovals`.
    private var removals: Set<StoreKey> = []

    /// A record that could not be read as a batch of ours, and where.
    struct Damage: Error {
        var offset: Int64
        var error: WireError
    }

    /// Next offset to read.
    var position: Int64 { contents.endOffset }

    /// Keys whose record has changed since the last call.
    mutating func takeChanges() -> Set<StoreKey> {
        defer { changes = [] }
        return changes
    }

    /// Keys that were removed on purpose since the last call; what a lost log no longer has is not among them.
    mutating func takeRemovals() -> Set<StoreKey> {
        defer { removals = [] }
        return removals
    }

    /// Starts over, as the log is another one now; everything that was known counts as changed.
    mutating func reset() {
        changes.formUnion(contents.keys)
        removals = []
        contents = StoreContents()
    }

    /// Skips what the log no longer has.
    mutating func begin(at offset: Int64) {
        contents.endOffset = max(contents.endOffset, offset)
    }

    /// Takes in a fetch from `position`: committed data only, without control batches.
    mutating func add(_ fetched: FetchedPartition) throws(Damage) {
        // The answer names each aborted transaction that touches its range, with the offset it began at.
        var toCome = fetched.aborted.sorted { $0.firstOffset < $1.firstOffset }[...]
        var aborted: Set<Int64> = []
        var batches = RecordBatchSequence(fetched.records)
        while true {
            do throws(WireError) {
                guard let batch = try batches.next() else { return }
                let header = batch.header
                while let next = toCome.first, next.firstOffset <= header.lastOffset {
                    aborted.insert(next.producerId)
                    toCome.removeFirst()
                }
                guard header.nextOffset > position else { continue }
                if header.isControl {
                    // Whether it commits or aborts: behind it the producer's transaction is over.
                    aborted.remove(header.producerId)
                } else if !header.isTransactional || !aborted.contains(header.producerId) {
                    try batch.verifyChecksum()
                    try add(batch)
                }
                contents.endOffset = header.nextOffset
            } catch {
                throw Damage(offset: position, error: error)
            }
        }
    }

    private mutating func add(_ batch: RecordBatchView) throws(WireError) {
        var cursor = try RecordCursor(batch)
        while let record = try cursor.next() {
            // Keys of other forms belong to newer versions and are left alone.
            guard record.offset >= position, let bytes = record.key,
                let text = String(validating: bytes.array, as: UTF8.self), let key = StoreKey(text)
            else { continue }
            apply(key, record.value)
        }
    }

    private mutating func apply(_ key: StoreKey, _ value: ByteSlice?) {
        changes.insert(key)
        if value == nil { removals.insert(key) } else { removals.remove(key) }
        contents.problems[key] = nil
        switch key {
        case .link(let name):
            contents.links[name] = read(key, value)
        case .mirror(let link, let topic):
            contents.mirrors[StoreContents.MirrorKey(link: link, topic: topic)] = read(key, value)
        case .report(let link, let topic, let partition):
            let mirror = StoreContents.MirrorKey(link: link, topic: topic)
            let report: WorkerReport? = read(key, value)
            contents.reports[mirror, default: [:]][partition] = report
            if contents.reports[mirror]?.isEmpty == true { contents.reports[mirror] = nil }
            // A report that cannot be read is as good as none: nothing is decided on it but waiting.
            contents.problems[key] = nil
        case .task(let link, let name):
            let report: TaskReport? = read(key, value)
            contents.tasks[link, default: [:]][name] = report
            if contents.tasks[link]?.isEmpty == true { contents.tasks[link] = nil }
            contents.problems[key] = nil
        case .acl(let link, let id):
            let record: AclRecord? = read(key, value)
            contents.acls[link, default: [:]][id] = record
            if contents.acls[link]?.isEmpty == true { contents.acls[link] = nil }
            // An ACL whose record cannot be read counts as somebody else's, and is never removed.
            contents.problems[key] = nil
        case .lock:
            contents.lock = read(key, value)
        }
    }

    private mutating func read<Value: Decodable>(_ key: StoreKey, _ value: ByteSlice?) -> Value? {
        guard let value else { return nil }
        switch StoreJSON.read(Value.self, value) {
        case .value(let value): return value
        case .newer(let schema): contents.problems[key] = .newerSchema(schema)
        case .damaged(let reason): contents.problems[key] = .damaged(reason)
        }
        return nil
    }
}
