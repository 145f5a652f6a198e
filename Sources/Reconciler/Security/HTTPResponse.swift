/// The answer of an HTTP/1.1 server, as far as an answer to one request is needed (RFC 9112).
struct HTTPResponse: Hashable, Sendable {
    /// The status, such as 200.
    var status: Int
    /// The content.
    var body: [UInt8]

    /// Why bytes are no such answer.
    enum Problem: Error, Hashable {
        /// The peer does not speak HTTP/1.
        case notHTTP
        /// The head, the length of the content or a part of it is not valid.
        case malformed
        /// The connection ended before the answer did.
        case cutOff
        /// The answer has more bytes than are accepted.
        case tooLong
    }

    /// The most bytes of an answer: tokens are short.
    static let byteLimit = 1 << 20
    /// The most bytes of its head.
    private static let headLimit = 64 << 10
}

extension HTTPResponse {
    /// Reads an answer; nil when more bytes are needed.
    ///
    /// - Parameter isEnd: whether the peer has sent all it will.
    init?(_ bytes: [UInt8], isEnd: Bool) throws(Problem) {
        guard bytes.count <= Self.byteLimit else { throw .tooLong }
        let start = Array("HTTP/1.".utf8)
        guard bytes.prefix(start.count).elementsEqual(start.prefix(bytes.count)) else { throw .notHTTP }
        guard let end = Self.endOfHead(bytes) else {
            if bytes.count > Self.headLimit { throw .malformed }
            if isEnd { throw .cutOff }
            return nil
        }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(whereSeparator: \.isNewline)
        guard let words = lines.first?.split(separator: " "), words.count >= 2, words[1].utf8.count == 3,
            let status = Int(words[1]), status >= 200
        else { throw .malformed }
        let headers = Self.headers(lines.dropFirst())
        let rest = bytes[(end + 4)...]
        self.status = status
        if let coding = headers["transfer-encoding"] {
            guard coding.lowercased() == "chunked" else { throw .malformed }
            guard let body = try Self.chunks(rest) else {
                if isEnd { throw .cutOff }
                return nil
            }
            self.body = body
        } else if let length = headers["content-length"] {
            guard let count = Int(length), count >= 0 else { throw .malformed }
            guard count <= Self.byteLimit else { throw .tooLong }
            guard rest.count >= count else {
                if isEnd { throw .cutOff }
                return nil
            }
            body = Array(rest.prefix(count))
        } else {
            guard isEnd else { return nil }
            body = Array(rest)
        }
    }

    private static func endOfHead(_ bytes: [UInt8]) -> Int? {
        guard bytes.count >= 4 else { return nil }
        return (0...min(bytes.count, headLimit + 4) - 4).first {
            bytes[$0] == 0x0D && bytes[$0 + 1] == 0x0A && bytes[$0 + 2] == 0x0D && bytes[$0 + 3] == 0x0A
        }
    }

    private static func headers(_ lines: ArraySlice<Substring>) -> [String: String] {
        var headers: [String: String] = [:]
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers[line[..<colon].lowercased()] = String(value.reversed().drop { $0 == " " }.reversed())
        }
        return headers
    }

    /// The content of all chunks; nil when the last one has not come.
    private static func chunks(_ bytes: ArraySlice<UInt8>) throws(Problem) -> [UInt8]? {
        var body: [UInt8] = []
        var rest = bytes
        while true {
            guard let end = rest.firstIndex(of: 0x0A) else { return nil }
            let line = String(decoding: rest[..<end], as: UTF8.self).prefix { $0 != ";" && !$0.isWhitespace }
            guard let count = Int(line, radix: 16), count >= 0, count <= byteLimit else { throw .malformed }
            rest = rest[(end + 1)...]
            if count == 0 { return body }
            guard rest.count >= count + 2 else { return nil }
            body += rest.prefix(count)
            guard rest.dropFirst(count).prefix(2).elementsEqual([0x0D, 0x0A]) else { throw .malformed }
            rest = rest.dropFirst(count + 2)
        }
    }
}
