import Bytes
import Foundation
import KafkaProtocol
import Testing

/// A request or response as somebody else's client or broker sent it, without the four bytes of length.
struct GoldenFrame: Sendable, CustomTestStringConvertible {
    /// Which side sent it.
    enum Direction: String, Sendable {
        case request, response
    }

    let api: APIDescription
    let version: Int16
    let direction: Direction
    /// The client, such as `java-4.3.1` or `kcat-1.7.1`; the broker was always Kafka 4.3.1.
    let client: String
    let bytes: [UInt8]

    var testDescription: String { "\(api.key) version \(version) \(direction) of \(client), \(bytes.count) bytes" }

    /// The frames of `api`, from its file in `Vectors`.
    static func all(of api: APIDescription) throws -> [GoldenFrame] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Vectors")
        let name = "\(api.key)".prefix(1).uppercased() + "\(api.key)".dropFirst()
        let number = api.key.rawValue < 10 ? "0\(api.key.rawValue)" : "\(api.key.rawValue)"
        let text = try String(contentsOf: folder.appendingPathComponent("\(number)-\(name).hex"), encoding: .utf8)
        return try text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
            let columns = line.split(separator: " ").map(String.init)
            try #require(columns.count == 4, "four columns: \(line.prefix(60))")
            return GoldenFrame(
                api: api, version: try #require(Int16(columns[0])),
                direction: try #require(Direction(rawValue: columns[1])), client: columns[2],
                bytes: try #require(Self.bytes(hexadecimal: columns[3])))
        }
    }

    /// The frames of all APIs.
    static func all() throws -> [GoldenFrame] {
        try KnownAPIs.all.flatMap { try all(of: $0) }
    }

    /// The body of the one frame of this kind, or of the `index`th when there are several.
    static func body<Request: RequestMessage>(
        of request: Request.Type, version: Int16, client: String, index: Int = 0
    ) throws -> Request {
        let frames = try all(of: Request.api)
            .filter { $0.version == version && $0.client == client && $0.direction == .request }
        try #require(frames.indices.contains(index))
        let (_, body) = try RequestHeader.decode(ByteSlice(frames[index].bytes))
        return try Request.decode(body, version: version, isFlexible: Request.api.isFlexible(version))
    }

    /// The body of the response of this kind, or of the `index`th when there are several.
    static func response<Request: RequestMessage>(
        to request: Request.Type, version: Int16, client: String, index: Int = 0
    ) throws -> Request.Response {
        let frames = try all(of: Request.api)
            .filter { $0.version == version && $0.client == client && $0.direction == .response }
        try #require(frames.indices.contains(index))
        let headerVersion = Request.api.responseHeaderVersion(version)
        let body = try ResponseHeader.decode(ByteSlice(frames[index].bytes), version: headerVersion)
        return try Request.Response.decode(body, version: version, isFlexible: Request.api.isFlexible(version))
    }

    private static func bytes(hexadecimal text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        let bytes = stride(from: 0, to: digits.count, by: 2).compactMap { place in
            UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
        }
        return bytes.count * 2 == digits.count ? bytes : nil
    }

    /// The body of `frame` read as this kind of frame.
    func body(_ frame: ByteSlice) throws(WireError) -> any WireStruct {
        guard let request = KnownAPIs.requests.first(where: { $0.api.key == api.key }) else {
            throw WireError(.malformed("not a known API"), field: "apiKey", position: 0)
        }
        return try body(frame, of: request)
    }

    private func body<Request: RequestMessage>(
        _ frame: ByteSlice, of request: Request.Type
    ) throws(WireError) -> any WireStruct {
        let isFlexible = api.isFlexible(version)
        switch direction {
        case .request:
            let body = try RequestHeader.decode(frame).body
            return try Request.decode(body, version: version, isFlexible: isFlexible)
        case .response:
            let body = try ResponseHeader.decode(frame, version: api.responseHeaderVersion(version))
            return try Request.Response.decode(body, version: version, isFlexible: isFlexible)
        }
    }

    /// Decodes `frame` as this kind of frame and encodes it again, header and body.
    func recoded(_ frame: ByteSlice) throws(WireError) -> [UInt8] {
        var writer = WireWriter()
        switch direction {
        case .request:
            let header = try RequestHeader.decode(frame).header
            let known = KnownAPIs.description(header.apiKey)
            try header.encode(into: &writer, version: known?.requestHeaderVersion(header.apiVersion) ?? 1)
        case .response:
            var reader = WireReader(frame)
            let correlationId: Int32 = try reader.integer("correlationId")
            ResponseHeader.encode(
                correlationId: correlationId, into: &writer, version: api.responseHeaderVersion(version))
        }
        try body(frame).encode(into: &writer, version: version, isFlexible: api.isFlexible(version))
        return writer.flattened
    }
}
