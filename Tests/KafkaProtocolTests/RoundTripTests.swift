import Bytes
import KafkaProtocol
import TestSupport
import Testing

/// Every message in every version with values that are not the defaults.
@Suite struct RoundTripTests {
    @Test(arguments: KnownAPIs.all.map(\.key))
    func `reads back what it wrote`(key: APIKey) async throws {
        let request = try #require(KnownAPIs.requests.first { $0.api.key == key })
        let seed = testSeed(1)
        try await check(request, seed: seed)
    }

    private func check<Request: RequestMessage>(_ request: Request.Type, seed: UInt64) async throws {
        for version in Request.api.versions {
            // Others' tests want their turns too.
            await Task.yield()
            for turn in 0..<12 {
                let generator = SeededGenerator(seed: seed &+ UInt64(turn))
                try check(Request.self, Request.api, version, generator, "seed \(seed), turn \(turn)")
                try check(Request.Response.self, Request.api, version, generator, "seed \(seed), turn \(turn)")
            }
        }
    }

    private func check<Message: WireStruct>(
        _ type: Message.Type, _ api: APIDescription, _ version: Int16, _ generator: SeededGenerator, _ seed: String
    ) throws {
        let isFlexible = api.isFlexible(version)
        var filler = FillingCoder(version: version, isFlexible: isFlexible, generator: generator)
        var message = Message()
        try message.code(with: &filler)
        var writer = WireWriter()
        writer.append([1, 2, 3])
        try message.encode(into: &writer, version: version, isFlexible: isFlexible)
        let bytes = writer.flattened
        #expect(bytes.count == writer.count, "\(type) version \(version), \(seed)")
        #expect(bytes.starts(with: [1, 2, 3]))
        let slice = ByteSlice(bytes.dropFirst(3))
        let read = try Message.decode(slice, version: version, isFlexible: isFlexible)
        #expect(read == message, "\(type) version \(version), \(seed)")
    }
}
