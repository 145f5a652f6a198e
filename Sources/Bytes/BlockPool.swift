import Glibc
import Synchronization

/// Large pieces of memory that were given back and wait to be used again.
///
/// A worker receives frames of megabytes at a steady pace. From the general allocator they would either cost a page
/// fault for every 4 KiB each time or leave gaps that grow the process; here the same few pieces go round. Pieces have
/// sizes that are powers of two, and what is never touched of them is not resident.
final class BlockPool: Sendable {
    /// The pool of all blocks of this process.
    static let shared = BlockPool(keptBytes: 64 << 20)
    /// Sizes below this are left to the general allocator, in bytes.
    static let smallestBytes = 256 << 10
    /// Most bytes to keep for later; what is given back beyond goes to the system.
    private let keptBytes: Int

    private struct Kept {
        var bytes = 0
        /// Addresses of the pieces by their size; a piece in here belongs to nobody else.
        var pieces: [Int: [UInt]] = [:]
    }

    private let kept = Mutex(Kept())

    /// An empty pool.
    init(keptBytes: Int) {
        self.keptBytes = keptBytes
    }

    deinit {
        kept.withLock { kept in
            for (capacity, addresses) in kept.pieces {
                for address in addresses { munmap(UnsafeMutableRawPointer(bitPattern: address), capacity) }
            }
        }
    }

    /// Bytes that wait to be used again.
    var keptForLater: Int { kept.withLock(\.bytes) }

    /// The size of the piece that holds `count` bytes.
    static func capacity(for count: Int) -> Int {
        var capacity = smallestBytes
        while capacity < count { capacity *= 2 }
        return capacity
    }

    /// A piece of `capacity` bytes with whatever is in it; traps when the system has no memory, as any allocation does.
    func take(_ capacity: Int) -> UnsafeMutableRawPointer {
        let address = kept.withLock { kept -> UInt? in
            guard let address = kept.pieces[capacity]?.popLast() else { return nil }
            kept.bytes -= capacity
            return address
        }
        let piece =
            address.flatMap { UnsafeMutableRawPointer(bitPattern: $0) }
            ?? mmap(nil, capacity, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let piece, piece != MAP_FAILED else {
            preconditionFailure("the system has no \(capacity) bytes of memory left")
        }
        return piece
    }

    /// Gives a piece back that `take` returned for the same capacity.
    func giveBack(_ piece: UnsafeMutableRawPointer, _ capacity: Int) {
        let address = UInt(bitPattern: piece)
        let isKept = kept.withLock { kept in
            guard kept.bytes + capacity <= keptBytes else { return false }
            kept.pieces[capacity, default: []].append(address)
            kept.bytes += capacity
            return true
        }
        if !isKept { munmap(piece, capacity) }
    }
}
