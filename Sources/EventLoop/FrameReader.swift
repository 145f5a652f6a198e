import Bytes

/// Cuts a byte stream into Kafka's frames (a 32-bit size, then so many bytes), each in a block of its own.
///
/// Small frames are cut out of one staging read; of a large frame only the beginning passes through the staging area,
/// the rest is read straight into the block that is kept.
package struct FrameReader: Sendable {
    /// What reading came to.
    package enum Outcome: Sendable {
        /// A whole frame, without its size.
        case frame(ByteSlice)
        /// Nothing more can be read now.
        case wouldBlock
        /// The peer closed, `inFrame` when it did so in the middle of one.
        case ended(inFrame: Bool)
        /// The size is absurd; the four bytes as they came.
        case badSize(UInt32)
        /// The connection broke.
        case failed(SystemError)
    }

    private let staging = ByteBlock(count: 64 * 1024)
    private var stagedFrom = 0
    private var stagedTo = 0
    private var partial: (block: ByteBlock, filled: Int)?
    /// Larger frames are refused; may be changed between two frames.
    package var maximumFrameBytes: Int

    /// A reader that refuses frames larger than `maximumFrameBytes`.
    package init(maximumFrameBytes: Int) {
        self.maximumFrameBytes = maximumFrameBytes
    }

    /// The next frame, as far as the socket has bytes.
    package mutating func next(from socket: StreamSocket) -> Outcome {
        while true {
            if let outcome = cutFromStaging() { return outcome }
            let result =
                if let partial {
                    socket.read(
                        into: partial.block.base + partial.filled, capacity: partial.block.count - partial.filled)
                } else {
                    readIntoStaging(socket)
                }
            switch result {
            case .moved(let count): if partial != nil { partial?.filled += count } else { stagedTo += count }
            case .wouldBlock: return .wouldBlock
            case .ended: return .ended(inFrame: partial != nil || stagedTo > stagedFrom)
            case .failed(let error): return .failed(error)
            }
        }
    }

    private mutating func readIntoStaging(_ socket: StreamSocket) -> TransferResult {
        if stagedFrom > 0 {
            staging.base.copyMemory(from: staging.base + stagedFrom, byteCount: stagedTo - stagedFrom)
            stagedTo -= stagedFrom
            stagedFrom = 0
        }
        return socket.read(into: staging.base + stagedTo, capacity: staging.count - stagedTo)
    }

    /// A frame that is complete, or an absurd size; nil when more bytes are needed.
    private mutating func cutFromStaging() -> Outcome? {
        if partial == nil {
            guard stagedTo - stagedFrom >= 4 else { return nil }
            let size: UInt32 = staging.base.loadBigEndian(at: stagedFrom)
            guard size <= maximumFrameBytes, size >= 4 else { return .badSize(size) }
            let block = ByteBlock(count: Int(size))
            let available = Swift.min(stagedTo - stagedFrom - 4, block.count)
            block.base.copyMemory(from: staging.base + stagedFrom + 4, byteCount: available)
            stagedFrom += 4 + available
            partial = (block, available)
        }
        guard let (block, filled) = partial, filled == block.count else { return nil }
        partial = nil
        return .frame(ByteSlice(block: block, offset: 0, count: block.count))
    }
}
