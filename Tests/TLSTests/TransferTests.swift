import Bytes
import Credentials
import EventLoop
import Glibc
import TestSupport
import Testing

@testable import TLS

/// Bytes through TLS, between the buffers and readers that connections use.
@Suite(.timeLimit(.minutes(2))) struct TransferTests {
    private static func pair(bufferBytes: Int32? = nil) async throws -> TLSPair {
        let certificates = try await Certificates.shared()
        let pair = try TLSPair(
            certificates.options(), server: certificates.localhost.server(), bufferBytes: bufferBytes)
        let outcome = pair.shakeHands()
        guard outcome.client == nil, outcome.server == nil else { throw HarnessError("\(outcome)") }
        return pair
    }

    @Test(arguments: [nil, 4_608, 20_000] as [Int32?])
    func `frames of all sizes arrive as they were sent, whatever the socket takes`(_ bufferBytes: Int32?) async throws {
        let pair = try await Self.pair(bufferBytes: bufferBytes)
        let seed = testSeed(1, of: "the frames")
        var generator = SeededGenerator(seed: seed)
        var sides = [Side(pair.clientSocket), Side(pair.serverSocket)]
        var sent: [[[UInt8]]] = [[], []]
        var received: [[[UInt8]]] = [[], []]
        for turn in 0..<4000 {
            // Others' tests want their turns too.
            await Task.yield()
            for side in 0...1 {
                // New frames come while old ones have only half left.
                if turn < 150, Int.random(in: 0..<3, using: &generator) == 0 {
                    let frame = Self.frame(&generator)
                    sides[side].add(frame, &generator)
                    sent[side].append(frame)
                }
                try sides[side].write()
                received[1 - side] += try sides[1 - side].read()
            }
            if turn >= 150, received[0].count == sent[1].count, received[1].count == sent[0].count { break }
        }
        #expect(received[0] == sent[1], "seed \(seed)")
        #expect(received[1] == sent[0], "seed \(seed)")
        #expect(sent[0].count > 20)
    }

    private struct Side {
        let socket: StreamSocket
        var outbound = OutboundBuffer()
        var frames = FrameReader(maximumFrameBytes: 1 << 20)

        init(_ socket: StreamSocket) { self.socket = socket }

        mutating func add(_ frame: [UInt8], _ generator: inout SeededGenerator) {
            outbound.writer.integer(Int32(frame.count))
            var rest = frame[...]
            while !rest.isEmpty {
                let count = min(rest.count, Int.random(in: 1...40_000, using: &generator))
                // Large slices go by reference, as record batches do; small ones are copied.
                outbound.writer.append(ByteSlice(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
        }

        mutating func write() throws {
            guard outbound.waiting > 0 else { return }
            if case .failed(let error) = outbound.flush(to: socket) { throw HarnessError("\(error)") }
        }

        mutating func read() throws -> [[UInt8]] {
            var found: [[UInt8]] = []
            while true {
                switch frames.next(from: socket) {
                case .frame(let frame): found.append(frame.array)
                case .wouldBlock: return found
                case .ended, .badSize, .failed: throw HarnessError("it ended")
                }
            }
        }
    }

    /// Bytes that frames are cut from.
    private static let noise: [UInt8] = {
        var generator = SeededGenerator(seed: 7)
        return (0..<25_000).flatMap { _ in withUnsafeBytes(of: generator.next()) { Array($0) } }
    }()

    private static func frame(_ generator: inout SeededGenerator) -> [UInt8] {
        let size = [4...40, 200...2_000, 16_000...17_000, 60_000...150_000].randomElement(using: &generator) ?? 4...4
        let count = Int.random(in: size, using: &generator)
        let start = Int.random(in: 0..<noise.count - count, using: &generator)
        return Array(noise[start..<start + count])
    }

    @Test func `many small parts leave in full records`() async throws {
        let pair = try await Self.pair()
        var outbound = OutboundBuffer()
        for number in 0..<60 {
            outbound.writer.append([UInt8](repeating: UInt8(number), count: 40))
            outbound.writer.append(ByteSlice([UInt8](repeating: 7, count: 600)))
        }
        let plain = outbound.waiting
        // The server's session tickets were read by nobody yet; only what the client writes counts.
        guard case .moved(plain) = outbound.flush(to: pair.clientSocket) else { throw HarnessError("it did not fit") }
        var raw = [UInt8](repeating: 0, count: 100_000)
        let count = recv(pair.serverSocket.descriptor, &raw, raw.count, Int32(MSG_PEEK))
        // 38 400 bytes are three records; each costs 22 bytes in TLS 1.3.
        #expect(plain == 38_400 && count == plain + 3 * 22, "\(count)")
    }

    @Test func `the end of a peer is an end, with or without a goodbye`() async throws {
        for saysGoodbye in [true, false] {
            let pair = try await Self.pair()
            var frames = FrameReader(maximumFrameBytes: 1000)
            if saysGoodbye { pair.closeServer() } else { shutdown(pair.serverSocket.descriptor, Int32(SHUT_WR)) }
            guard case .ended(inFrame: false) = frames.next(from: pair.clientSocket) else {
                throw HarnessError("no end, goodbye: \(saysGoodbye)")
            }
        }
    }

    @Test func `writing to a peer that is gone fails and raises no signal`() async throws {
        let pair = try await Self.pair()
        pair.closeServer()
        // The first may still go into the socket.
        var result = TransferResult.moved(1)
        for _ in 0..<3 {
            var outbound = OutboundBuffer()
            outbound.writer.append([1, 2, 3])
            result = outbound.flush(to: pair.clientSocket)
        }
        guard case .failed(let error) = result else { throw HarnessError("\(result)") }
        #expect(error.number == EPIPE)
    }

    @Test func `damaged bytes break the connection and nothing else`() async throws {
        let seed = testSeed(1, of: "the damage")
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<40 {
            await Task.yield()
            let pair = try await Self.pair()
            var outbound = OutboundBuffer()
            outbound.writer.integer(Int32(5000))
            outbound.writer.append([UInt8](repeating: 9, count: 5000))
            _ = outbound.flush(to: pair.clientSocket)
            // Takes the bytes out, damages one, and gives them to the server through another socket pair.
            var raw = [UInt8](repeating: 0, count: 20_000)
            let count = recv(pair.serverSocket.descriptor, &raw, raw.count, 0)
            raw[Int.random(in: 0..<count, using: &generator)] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            #expect(send(pair.clientSocket.descriptor, raw, count, Int32(MSG_NOSIGNAL)) == count)
            var frames = FrameReader(maximumFrameBytes: 10_000)
            switch frames.next(from: pair.serverSocket) {
            case .failed: #expect(pair.server.failure != nil)
            // A longer record than there is waits for the rest.
            case .wouldBlock: break
            case .frame, .ended, .badSize: Issue.record("seed \(seed): damage was taken for bytes")
            }
        }
    }
}
