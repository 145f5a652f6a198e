import Bytes
import EventLoop
import TestSupport
import Testing

/// Frames cut out of a stream, however its bytes arrive.
@Suite struct FrameReaderTests {
    private static let frames: [[UInt8]] = [[1, 2, 3, 4], [5, 6, 7, 8, 9], Array(repeating: 10, count: 40)]
    private static let stream = frames.flatMap { bigEndian(Int32($0.count)) + $0 }

    private func drain(_ reader: inout FrameReader, _ pair: SocketPair, _ frames: inout [[UInt8]]) -> String {
        while true {
            switch reader.next(from: StreamSocket(descriptor: pair.near)) {
            case .frame(let frame): frames.append(frame.array)
            case .wouldBlock: return "would block"
            case .ended(let inFrame): return inFrame ? "ended in a frame" : "ended"
            case .badSize(let size): return "bad size \(size)"
            case .failed(let error): return "\(error)"
            }
        }
    }

    @Test(arguments: 0...stream.count)
    func `a stream cut in two anywhere gives the same frames`(cut: Int) throws {
        let pair = try SocketPair()
        var reader = FrameReader(maximumFrameBytes: 100)
        var frames: [[UInt8]] = []
        if cut > 0 { pair.writeFar(Array(Self.stream[..<cut])) }
        #expect(drain(&reader, pair, &frames) == "would block")
        if cut < Self.stream.count { pair.writeFar(Array(Self.stream[cut...])) }
        #expect(drain(&reader, pair, &frames) == "would block")
        #expect(frames == Self.frames)
    }

    @Test func `bytes that come one by one give the same frames`() throws {
        let pair = try SocketPair()
        var reader = FrameReader(maximumFrameBytes: 100)
        var frames: [[UInt8]] = []
        for byte in Self.stream {
            pair.writeFar([byte])
            #expect(drain(&reader, pair, &frames) == "would block")
        }
        #expect(frames == Self.frames)
    }

    @Test func `an end between frames is no end within one`() throws {
        for cut in 0...Self.stream.count {
            let pair = try SocketPair()
            var reader = FrameReader(maximumFrameBytes: 100)
            var frames: [[UInt8]] = []
            if cut > 0 { pair.writeFar(Array(Self.stream[..<cut])) }
            pair.closeFarWriting()
            let isBetween = [0, 8, 17, Self.stream.count].contains(cut)
            #expect(drain(&reader, pair, &frames) == (isBetween ? "ended" : "ended in a frame"), "cut at \(cut)")
        }
    }

    @Test(arguments: [0, 3, 101, .max] as [UInt32])
    func `a size outside the limits is refused before anything is set aside`(size: UInt32) throws {
        let pair = try SocketPair()
        var reader = FrameReader(maximumFrameBytes: 100)
        var frames: [[UInt8]] = []
        pair.writeFar(bigEndian(size))
        #expect(drain(&reader, pair, &frames) == "bad size \(size)")
    }
}
