import Bytes
import KafkaProtocol
import TestSupport
import Testing

/// Every message against bytes of Kafka's Java client, of librdkafka and of a Kafka broker.
@Suite struct GoldenFrameTests {
    @Test(arguments: KnownAPIs.all.map(\.key))
    func `reads a whole frame and writes the same bytes`(key: APIKey) async throws {
        let frames = try GoldenFrame.all(of: try #require(KnownAPIs.description(key.rawValue)))
        #expect(frames.contains { $0.direction == .request } && frames.contains { $0.direction == .response })
        for frame in frames {
            await Task.yield()
            #expect(try frame.recoded(ByteSlice(frame.bytes)) == frame.bytes, "\(frame.testDescription)")
        }
    }

    @Test(arguments: KnownAPIs.all.map(\.key))
    func `refuses every frame that was cut off`(key: APIKey) async throws {
        for frame in try GoldenFrame.all(of: try #require(KnownAPIs.description(key.rawValue))) {
            // Others' tests want their turns too.
            await Task.yield()
            let whole = ByteSlice(frame.bytes)
            for count in 0..<frame.bytes.count {
                #expect(throws: WireError.self, "\(count) of \(frame.testDescription)") {
                    try frame.recoded(whole.slice(0..<count))
                }
            }
        }
    }

    @Test(arguments: KnownAPIs.all.map(\.key))
    func `refuses every frame with a byte too many`(key: APIKey) async throws {
        for frame in try GoldenFrame.all(of: try #require(KnownAPIs.description(key.rawValue))) {
            // Others' tests want their turns too.
            await Task.yield()
            #expect(throws: WireError.self, "\(frame.testDescription)") {
                try frame.recoded(ByteSlice(frame.bytes + [0]))
            }
        }
    }

    @Test func `survives damaged frames`() async throws {
        let seed = testSeed(1, of: "the damaged frames")
        var generator = SeededGenerator(seed: seed)
        var understood = 0
        var refused = 0
        for frame in try GoldenFrame.all() {
            await Task.yield()
            for _ in 0..<150 {
                let damaged = Self.damaged(frame.bytes, &generator)
                guard (try? frame.body(ByteSlice(damaged))) != nil else {
                    refused += 1
                    continue
                }
                // What could be read can be written, and that can be read again.
                let written = try frame.recoded(ByteSlice(damaged))
                #expect(try frame.recoded(ByteSlice(written)) == written, "seed \(seed), \(frame.testDescription)")
                understood += 1
            }
        }
        #expect(understood > 1000 && refused > 1000, "the damage is neither always nor never noticed")
    }

    private static func damaged(_ bytes: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
        var damaged = bytes
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !damaged.isEmpty {
            let place = Int.random(in: damaged.indices, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1: damaged[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &generator) ?? 0
            case 2: damaged.remove(at: place)
            case 3: damaged.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
            case 4: damaged.removeSubrange(place...)
            default:
                for index in place..<min(place + 4, damaged.count) { damaged[index] = 0xff }
            }
        }
        return damaged
    }
}
