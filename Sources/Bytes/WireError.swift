/// Bytes that are not what the protocol says they are, or a value the wire cannot carry.
package struct WireError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package enum Kind: Equatable, Sendable {
        /// The field needs `needed` bytes and only `left` remain.
        case truncated(needed: Int, left: Int)
        /// A length, count or number is outside its range.
        case outOfRange(value: Int64)
        /// A value that may not be null is null.
        case unexpectedNull
        /// Text that is not UTF-8.
        case notUTF8
        /// `count` bytes remain after the end of the message.
        case bytesLeftOver(count: Int)
        /// The version spoken cannot carry this value.
        case notInVersion(Int16)
        /// A checksum does not fit: the bytes were damaged.
        case checksum(expected: UInt32, actual: UInt32)
        /// Anything else, in words.
        case malformed(StaticString)

        /// Whether two kinds say the same.
        package static func == (left: Kind, right: Kind) -> Bool {
            "\(left)" == "\(right)"
        }
    }

    /// What is wrong.
    package var kind: Kind
    /// The field, as a path such as `topics[3].name`.
    package var field: String
    /// Offset of the field from the start of the bytes that were decoded; 0 while encoding.
    package var position: Int

    /// Names the field, the place and what is wrong.
    package init(_ kind: Kind, field: StaticString, position: Int) {
        self.kind = kind
        self.field = field.description
        self.position = position
    }

    /// The same error inside element `index` of the array `name`, or inside the structure `name`.
    package func within(_ name: StaticString, index: Int? = nil) -> WireError {
        var outer = self
        outer.field = index.map { "\(name)[\($0)].\(field)" } ?? "\(name).\(field)"
        return outer
    }

    /// One sentence for people.
    package var description: String {
        switch kind {
        case .truncated(let needed, let left): "\(field) at byte \(position): needs \(needed) bytes, \(left) left"
        case .outOfRange(let value): "\(field) at byte \(position): \(value) is out of range"
        case .unexpectedNull: "\(field) at byte \(position): is null and may not be"
        case .notUTF8: "\(field) at byte \(position): is not UTF-8 text"
        case .bytesLeftOver(let count): "\(field): \(count) bytes left over at byte \(position)"
        case .notInVersion(let version): "\(field): version \(version) of this message cannot carry it"
        case .checksum(let expected, let actual): "\(field): checksum is \(actual), should be \(expected)"
        case .malformed(let what): "\(field) at byte \(position): \(what)"
        }
    }
}
