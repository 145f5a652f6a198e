import Foundation
import TestSupport

/// Counts the allocations of a process that is started with its environment.
struct AllocationCounter {
    private let file: String

    /// A count of 0.
    init(in folder: TemporaryDirectory) throws {
        file = try folder.write("allocations", "\0\0\0\0\0\0\0\0")
    }

    /// What the process has to be started with.
    var environment: [String: String] {
        ["LD_PRELOAD": "\(builtProducts)/libAllocationCount.so", "LOCKSTEP_ALLOCATION_COUNT": file]
    }

    /// Allocations up to now.
    var value: Int {
        let bytes = (try? Data(contentsOf: URL(fileURLWithPath: file))) ?? Data()
        guard bytes.count == 8 else { return 0 }
        return bytes.withUnsafeBytes { Int($0.loadUnaligned(as: UInt64.self)) }
    }
}
