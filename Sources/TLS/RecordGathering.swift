import Glibc

/// Cuts the parts of a gathered write into pieces of one TLS record each.
///
/// A record costs a header, a tag and a system call, so small parts are copied together until a record is full; what
/// fills a record by itself is encrypted from where it lies. The same bytes are always cut in the same way, because
/// OpenSSL must be given again what it could not send at once.
final class RecordGathering {
    /// A place in the parts.
    struct Place {
        fileprivate var part = 0
        fileprivate var offset = 0

        /// Moves on by `count` bytes.
        mutating func advance(by count: Int, in parts: UnsafeMutableBufferPointer<iovec>) {
            var left = count
            while part < parts.count, left >= parts[part].iov_len - offset {
                left -= parts[part].iov_len - offset
                part += 1
                offset = 0
            }
            offset += left
        }
    }

    /// Most bytes that a record carries (RFC 8446, section 5.1).
    static let recordBytes = 16 * 1024

    private let gathered = UnsafeMutableRawPointer.allocate(byteCount: recordBytes, alignment: 16)

    deinit { gathered.deallocate() }

    /// The bytes of the next record; nil when nothing is left.
    func next(_ parts: UnsafeMutableBufferPointer<iovec>, at place: Place) -> UnsafeRawBufferPointer? {
        var place = place
        place.advance(by: 0, in: parts)
        guard place.part < parts.count else { return nil }
        let part = parts[place.part]
        let left = part.iov_len - place.offset
        if left >= Self.recordBytes || place.part + 1 == parts.count {
            let start = part.iov_base.map { UnsafeRawPointer($0 + place.offset) }
            return UnsafeRawBufferPointer(start: start, count: min(left, Self.recordBytes))
        }
        return UnsafeRawBufferPointer(start: gathered, count: gather(parts, place))
    }

    private func gather(_ parts: UnsafeMutableBufferPointer<iovec>, _ start: Place) -> Int {
        var place = start
        var filled = 0
        while filled < Self.recordBytes, place.part < parts.count {
            let part = parts[place.part]
            let count = min(part.iov_len - place.offset, Self.recordBytes - filled)
            if let base = part.iov_base {
                (gathered + filled).copyMemory(from: base + place.offset, byteCount: count)
            }
            filled += count
            place.advance(by: count, in: parts)
        }
        return filled
    }
}
