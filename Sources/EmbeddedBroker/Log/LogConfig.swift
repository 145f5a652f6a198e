/// The topic configs that appending to a log obeys.
struct LogConfig: Equatable {
    /// `max.message.bytes`: largest batch in bytes.
    var maxMessageBytes = 1_048_588
    /// `segment.bytes`: a batch must fit into one segment.
    var segmentBytes = 1_073_741_824
    /// `message.timestamp.type` is `LogAppendTime`.
    var isLogAppendTime = false
    /// `message.timestamp.before.max.ms`: how far records may lie in the past.
    var timestampBeforeMaxMs = Int64.max
    /// `message.timestamp.after.max.ms`: how far records may lie in the future (one hour from 4.0, KIP-1030).
    var timestampAfterMaxMs: Int64 = 3_600_000
    /// `cleanup.policy` contains `compact`: every record needs a key.
    var isCompacted = false
    /// `cleanup.policy` contains `delete`.
    var isDeleted = true
    /// `compression.type`: nil for `producer`, else the name.
    var compressionType: String?
}
