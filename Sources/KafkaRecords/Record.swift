import Bytes

/// One record: what a producer wrote and a consumer reads.
package struct Record: Sendable, Equatable {
    /// A name and a value that travel with a record.
    package struct Header: Sendable, Equatable {
        /// The name; UTF-8 by convention, kept as bytes.
        package var key: ByteSlice
        /// The value; may be null.
        package var value: ByteSlice?

        /// A header of its parts.
        package init(key: ByteSlice, value: ByteSlice?) {
            self.key = key
            self.value = value
        }
    }

    /// Offset in the partition.
    package var offset: Int64
    /// Milliseconds since 1970; -1 without one.
    package var timestamp: Int64
    /// The key; may be null.
    package var key: ByteSlice?
    /// The value; null is a tombstone in compacted topics.
    package var value: ByteSlice?
    /// The headers in their order; names may repeat.
    package var headers: [Header]

    /// A record of its parts.
    package init(
        offset: Int64, timestamp: Int64, key: ByteSlice?, value: ByteSlice?, headers: [Header] = []
    ) {
        self.offset = offset
        self.timestamp = timestamp
        self.key = key
        self.value = value
        self.headers = headers
    }
}
