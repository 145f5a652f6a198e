import Bytes
import KafkaProtocol
import TestSupport
import Testing

/// Every decoder, in every version, fed with bytes that mean nothing or almost something: it refuses or reads, within
/// bounds, and never traps.
@Suite(.timeLimit(.minutes(5))) struct DecoderFuzzTests {
    /// Bytes that lengths and counts are made of at their worst.
    private static let evil: [[UInt8]] = [
        [0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0], [0, 0xff, 0xff, 0xff],
        [0xff, 0xff, 0xff, 0xff, 0x0f], [0xff, 0xff, 0xff, 0xff, 0xff], [0x80, 0x80, 0x80, 0x80, 0x08], [0x7f, 0xff],
        [0xff, 0xfe], [0], [1], [0xff],
    ]

    @Test(arguments: KnownAPIs.all.map(\.key))
    func `never traps`(key: APIKey) async throws {
        let request = try #require(KnownAPIs.requests.first { $0.api.key == key })
        let seed = testSeed(1, of: "\(key)")
        try await check(request, seed)
    }

    private func check<Request: RequestMessage>(_ type: Request.Type, _ seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        for version in Request.api.versions {
            // Others' tests want their turns too.
            await Task.yield()
            try fuzz(Request.self, Request.api, version, &generator, "\(type) \(version), seed \(seed)")
            try fuzz(
                Request.Response.self, Request.api, version, &generator, "answer to \(type) \(version), seed \(seed)")
        }
    }

    private func fuzz<Message: WireStruct>(
        _ type: Message.Type, _ api: APIDescription, _ version: Int16, _ generator: inout SeededGenerator,
        _ what: String
    ) throws {
        let isFlexible = api.isFlexible(version)
        for turn in 0..<24 {
            let valid = try sample(Message.self, version, isFlexible, &generator)
            let bytes =
                switch turn % 3 {
                case 0:
                    (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                        UInt8.random(in: 0...255, using: &generator)
                    }
                case 1: Array(valid.prefix(Int.random(in: 0...valid.count, using: &generator)))
                default: mutated(valid, &generator)
                }
            _ = try? Message.decode(ByteSlice(bytes), version: version, isFlexible: isFlexible)
        }
        // Untouched bytes are read to their end: what was changed got as far as its change.
        let whole = try sample(Message.self, version, isFlexible, &generator)
        #expect(throws: Never.self, "\(what)") {
            _ = try Message.decode(ByteSlice(whole), version: version, isFlexible: isFlexible)
        }
    }

    private func sample<Message: WireStruct>(
        _ type: Message.Type, _ version: Int16, _ isFlexible: Bool, _ generator: inout SeededGenerator
    ) throws -> [UInt8] {
        var filler = FillingCoder(
            version: version, isFlexible: isFlexible, generator: SeededGenerator(seed: generator.next()))
        var message = Message()
        try message.code(with: &filler)
        var writer = WireWriter()
        try message.encode(into: &writer, version: version, isFlexible: isFlexible)
        return writer.flattened
    }

    private func mutated(_ valid: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var bytes = valid
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            let evil = Self.evil[Int.random(in: 0..<Self.evil.count, using: &generator)]
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes.insert(contentsOf: evil, at: place)
            case 1: bytes.replaceSubrange(place..<min(place + evil.count, bytes.count), with: evil)
            case 2: bytes.removeSubrange(place..<min(place + evil.count, bytes.count))
            default: if place < bytes.count { bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator) }
            }
        }
        return bytes
    }

    /// Counts at their limit in front of elements that take as few bytes as they can.
    @Test(arguments: KnownAPIs.all.map(\.key))
    func `a large frame of nothing is read or refused soon`(key: APIKey) async throws {
        let request = try #require(KnownAPIs.requests.first { $0.api.key == key })
        try await flood(request)
    }

    private func flood<Request: RequestMessage>(_ type: Request.Type) async throws {
        let api = Request.api
        let start = ContinuousClock.now
        for version in [api.versions.lowerBound, api.versions.upperBound] {
            for filling in [0, 1, 2, 3] as [UInt8] {
                let body = [UInt8](repeating: filling, count: 1 << 17)
                await Task.yield()
                for skipped in 0..<6 {
                    // The count of the first array stands somewhere among the first fields.
                    let count = api.isFlexible(version) ? [0x81, 0x80, 0x04] : bigEndian(Int32(1 << 16))
                    let bytes = ByteSlice(body.prefix(skipped) + count + body)
                    _ = try? Request.decode(bytes, version: version, isFlexible: api.isFlexible(version))
                    _ = try? Request.Response.decode(bytes, version: version, isFlexible: api.isFlexible(version))
                }
            }
        }
        #expect(start.duration(to: .now) < .seconds(120))
    }

    @Test func `headers never trap`() async {
        let seed = testSeed(1, of: "the headers")
        var generator = SeededGenerator(seed: seed)
        var writer = WireWriter()
        let header = RequestHeader(apiKey: 18, apiVersion: 3, correlationId: 7, clientId: "c")
        #expect(throws: Never.self) { try header.encode(into: &writer, version: 2) }
        for _ in 0..<5000 {
            await Task.yield()
            let bytes = ByteSlice(mutated(writer.flattened, &generator))
            _ = try? RequestHeader.decode(bytes)
            _ = try? ResponseHeader.decode(bytes, version: 0)
            _ = try? ResponseHeader.decode(bytes, version: 1)
        }
    }
}
